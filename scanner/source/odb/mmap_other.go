//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package odb

import (
	"io"
	"math"
	"os"
)

// mapFile returns the content of a file. Where the standard library cannot map
// files it is read, so packs take memory there.
func mapFile(path string) ([]byte, error) { return readFile(path, math.MaxInt64-1) }

// mapOpen returns the content of a file of a size.
func mapOpen(f *os.File, size int64) ([]byte, error) { return io.ReadAll(io.LimitReader(f, size)) }

func unmapFile([]byte) error { return nil }
