package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// writeFile writes a file as a whole or not at all: aside, and then in its place. A
// device or a pipe, such as /dev/null or /dev/stdout, is written to. A link is
// replaced, wherever it leads: it may be a repository's.
func writeFile(path string, content []byte, mode os.FileMode) error {
	if isStream(path) {
		return writeInto(path, content)
	}
	return writeAside(path, content, mode)
}

// isStream tells whether a path is that of a device, a pipe, a socket or of what the
// program has open.
func isStream(path string) bool {
	if abs, err := filepath.Abs(path); err == nil && (strings.HasPrefix(abs, "/dev/") || strings.HasPrefix(abs, "/proc/")) {
		return true
	}
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&(fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0
}

func writeInto(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

func writeAside(path string, content []byte, mode os.FileMode) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".patlint-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = file.Write(content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(file.Name(), mode)
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
