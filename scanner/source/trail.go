package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync/atomic"
)

// openFolder is one. What is in it is opened by its last name alone, which
// costs one call of the system however deep it is, and leads through no link.
type openFolder struct {
	base  *os.Root // the first of the trail
	path  string   // from there; "." for itself
	list  *os.File
	root  *os.Root // the folder itself, if it was needed
	users atomic.Int32
}

// below opens a folder in it, which must be one and no link to one.
func (f *openFolder) below(name string) (*openFolder, error) {
	list, err := f.openList(name)
	if err != nil {
		return nil, err
	}
	next := &openFolder{base: f.base, path: path.Join(f.path, name), list: list}
	next.users.Store(1)
	return next, nil
}

var errNoFolder = errors.New("not a folder")

// lstat is Lstat for a name in it.
func (f *openFolder) lstat(name string) (fs.FileInfo, error) {
	if f.root == nil {
		root, err := f.base.OpenRoot(f.path)
		if err != nil {
			return nil, err
		}
		f.root = root
	}
	return f.root.Lstat(name)
}

// opener returns how to open a file in it, once, for which it stays open.
func (f *openFolder) opener(name string) func() (io.ReadCloser, error) {
	f.users.Add(1)
	return func() (io.ReadCloser, error) {
		defer f.release()
		return f.openFile(name)
	}
}

// release closes the folder if nobody else needs it.
func (f *openFolder) release() {
	if f.users.Add(-1) > 0 {
		return
	}
	f.list.Close()
	if f.root != nil {
		f.root.Close()
	}
}

// trail is the open folders on the way to the one that a walk is in.
type trail struct {
	base  *openFolder
	names []string
	open  []*openFolder // one for each name
}

// newTrail begins a trail at a folder.
func newTrail(root string) (*trail, error) {
	base, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	list, err := base.Open(".")
	if err != nil {
		base.Close()
		return nil, err
	}
	f := &openFolder{base: base, path: ".", list: list, root: base}
	f.users.Store(1)
	return &trail{base: f}, nil
}

// to returns the folder at a path, "" for the first of the trail. Nothing on the way
// to it is a link: behind one, git takes a file for deleted, and a folder may be
// anywhere.
func (t *trail) to(dir string) (*openFolder, error) {
	var names []string
	if dir != "" && dir != "." {
		names = strings.Split(dir, "/")
	}
	common := 0
	for common < min(len(names), len(t.names)) && names[common] == t.names[common] {
		common++
	}
	at := t.base
	if common > 0 {
		at = t.open[common-1]
	}
	if common == len(names) {
		return at, nil // what is below stays open: the walk comes back to it
	}
	t.leave(common)
	for _, name := range names[common:] {
		next, err := at.below(name)
		if err != nil {
			return nil, err
		}
		t.names, t.open = append(t.names, name), append(t.open, next)
		at = next
	}
	return at, nil
}

// leave closes all but the first folders.
func (t *trail) leave(kept int) {
	for _, f := range t.open[kept:] {
		f.release()
	}
	t.names, t.open = t.names[:kept], t.open[:kept]
}

func (t *trail) close() {
	t.leave(0)
	t.base.release()
}

// lstat is Lstat for a path that no link leads to.
func (t *trail) lstat(name string) (fs.FileInfo, error) {
	f, err := t.to(path.Dir(name))
	switch {
	case errors.Is(err, errNoFolder):
		return nil, fs.ErrNotExist
	case errors.Is(err, fs.ErrPermission):
		return t.lstatFar(name)
	case err != nil:
		return nil, err
	}
	return f.lstat(path.Base(name))
}

// lstatFar does it from the first folder: what cannot be listed may still be looked
// into.
func (t *trail) lstatFar(name string) (fs.FileInfo, error) {
	for i, c := range name {
		if c != '/' {
			continue
		}
		if info, err := t.base.root.Lstat(name[:i]); err != nil || !info.IsDir() {
			return nil, errors.Join(err, fs.ErrNotExist)
		}
	}
	return t.base.root.Lstat(name)
}

// opener returns how to open a file, once.
func (t *trail) opener(name string) func() (io.ReadCloser, error) {
	if f, err := t.to(path.Dir(name)); err == nil {
		return f.opener(path.Base(name))
	}
	t.base.users.Add(1)
	return func() (io.ReadCloser, error) {
		defer t.base.release()
		return openRegular(t.base.root.OpenFile, name)
	}
}

// readlink is Readlink for a path that no link leads to.
func (t *trail) readlink(name string) (string, error) { return t.base.root.Readlink(name) }
