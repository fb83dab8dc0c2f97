//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package odb

import "math"

// mapFile returns the content of a file. Where the standard library cannot map
// files it is read, so packs take memory there.
func mapFile(path string) ([]byte, error) { return readFile(path, math.MaxInt64-1) }

func unmapFile([]byte) error { return nil }
