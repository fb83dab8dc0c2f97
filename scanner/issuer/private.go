package issuer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ReadOwn reads a file of at most limit bytes that only the user can have written:
// it is no symbolic link, and neither it nor its folder can be written by others.
// The error of a file that is not there is [fs.ErrNotExist].
func ReadOwn(path string, limit int64) ([]byte, error) {
	file, err := openOwn(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var content bytes.Buffer
	if n, err := io.Copy(&content, io.LimitReader(file, limit+1)); err != nil {
		return nil, bare(err)
	} else if n > limit {
		return nil, fmt.Errorf("larger than %d bytes", limit)
	}
	return content.Bytes(), nil
}

// openOwn opens such a file to be read.
func openOwn(path string) (*os.File, error) {
	if err := isOwn(path, false); err != nil {
		return nil, bare(err)
	}
	if err := isOwn(filepath.Dir(path), true); err != nil {
		return nil, fmt.Errorf("its folder: %w", bare(err))
	}
	file, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return nil, bare(err)
	}
	info, err := file.Stat()
	if err == nil {
		err = isOwned(info, false) // it may have been exchanged
	}
	if err != nil {
		file.Close()
		return nil, bare(err)
	}
	return file, nil
}

// isOwn returns an error unless the path is a regular file, or a folder, that only
// the user can write.
func isOwn(path string, isDir bool) error {
	look := os.Lstat
	if isDir { // the way to it may lead through links, as to a home folder
		look = os.Stat
	}
	info, err := look(path)
	if err != nil {
		return err
	}
	return isOwned(info, isDir)
}

func isOwned(info os.FileInfo, isDir bool) error {
	switch {
	case isDir && !info.IsDir():
		return errors.New("it is not a folder")
	case !isDir && !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	return onlyOwner(info)
}
