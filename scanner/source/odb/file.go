package odb

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

var errNotFile = errors.New("not a file")

// openFile opens a regular file. A pipe in its place is not waited for.
func openFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlock, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, errors.Join(err, errNotFile)
	}
	return f, nil
}

// MapFile returns the content of a regular file of at most limit bytes, without
// reading it where files can be mapped, and when it was written. If the file is
// cut short meanwhile, to look at it faults: see debug.SetPanicOnFault. It is to be
// given back by [UnmapFile].
func MapFile(path string, limit int64) (content []byte, written time.Time, err error) {
	f, err := openFile(path)
	if err != nil {
		return nil, written, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, written, err
	}
	if info.Size() > limit {
		return nil, written, fmt.Errorf("larger than %d bytes", limit)
	}
	content, err = mapOpen(f, info.Size())
	return content, info.ModTime(), err
}

// UnmapFile gives back what [MapFile] returned.
func UnmapFile(content []byte) error { return unmapFile(content) }

// readFile reads a regular file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}
