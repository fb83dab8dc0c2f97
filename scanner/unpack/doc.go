// Package unpack goes through what is inside archives and compressed files. It
// is on floor 0 of patlint: it knows neither rules nor the scanner.
//
// A container is known by its first bytes, not by its name, and so is one inside
// another. Nothing is written anywhere: the content of each entry streams to
// whoever asked for it, and the name of an entry is text and no place.
//
// Everything in a container is taken for hostile. What it may cost is bounded by
// [Limits], and what a limit cuts off, what is damaged and what is encrypted is
// told of, by name.
package unpack
