//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package odb

import "os"

// mapFile returns the content of a file. Where the standard library cannot map
// files it is read, so packs take memory there.
func mapFile(path string) ([]byte, error) { return os.ReadFile(path) }

func unmapFile([]byte) error { return nil }
