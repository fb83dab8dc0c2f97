// Package scanner turns bytes into findings. It is floor 1 of patlint, above
// rules: it knows no git, no file system and no output format.
//
// The way of one finding: a [Source] yields blobs, each content once; the
// rules find matches in it; matches get their line and column; the source says
// where content that was found to hold secrets was introduced (attribution is
// paid for only then); inline comments, configuration and baseline suppress;
// and what is left becomes one [Finding] per rule and secret, with a [Location]
// for each place. What could not be read becomes a [Skip]: a scan that was not
// complete does not look clean.
//
// Everything in a [Result] but the [rules.Secret] itself is free of secrets, so
// a report cannot leak one by printing a path, an author or a line.
package scanner
