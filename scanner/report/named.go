package report

import "github.com/patlint/patlint/scanner"

// Place names a location for a reader, as every text does: "config/dev.env:12:11",
// or what it is where it is no file. It is visible text.
func Place(l *scanner.Location) string { return place(l) }
