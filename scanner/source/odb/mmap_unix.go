//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package odb

import (
	"errors"
	"os"
	"syscall"
)

// mapFile returns the content of a file without reading it.
func mapFile(path string) ([]byte, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return mapOpen(f, info.Size())
}

// mapOpen returns the content of a file of a size.
func mapOpen(f *os.File, size int64) ([]byte, error) {
	switch {
	case size == 0:
		return nil, nil
	case int64(int(size)) != size:
		return nil, errors.New("too large for this machine")
	}
	return syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
}

func unmapFile(data []byte) error {
	if data == nil {
		return nil
	}
	return syscall.Munmap(data)
}
