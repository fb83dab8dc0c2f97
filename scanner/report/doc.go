// Package report writes the result of a scan: as text for people, and in the
// formats that other programs read. It is floor 2 of patlint, above scanner,
// and the only package beside cmd that knows colour.
//
// All formats are made from the same [scanner.Result], whose strings hold no
// secret. Control characters, terminal escapes and bidirectional controls in
// names and lines come from whoever wrote the repository: every format makes
// them visible or escapes them.
package report
