//go:build !unix

package source

import (
	"io"
	"os"
	"path"
)

// openList opens a folder to be listed.
func (f *openFolder) openList(name string) (*os.File, error) {
	info, err := f.lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errNoFolder
	}
	return f.base.Open(path.Join(f.path, name))
}

// openFile opens a regular file.
func (f *openFolder) openFile(name string) (io.ReadCloser, error) {
	return openRegular(f.base.OpenFile, path.Join(f.path, name))
}
