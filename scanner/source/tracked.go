package source

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/patlint/patlint/scanner"
)

// walkTracked yields the files that the index names and the disk has.
func (w *treeWalk) walkTracked() {
	if w.repo.unreadable != "" {
		w.skip(".git/index", "tracked files that .gitignore names may be left out: "+w.repo.unreadable)
		return
	}
	index, err := w.repo.trackedFiles()
	if err != nil {
		w.send(scanner.Blob{}, err)
	}
	defer w.at.close()
	var known *knownFiles
	if w.opts.Searched != nil {
		known = newKnownFiles(w, index)
	}
	for i := range index {
		f := &index[i]
		if _, again := w.tracked[f.name]; again || w.stopped() {
			continue // an unmerged path has several entries
		}
		w.tracked[f.name] = f.mode
		if !w.isBelow(f.name) {
			continue
		}
		if f.mode == submodule {
			w.leaveOut(f.name, "submodule, not scanned (--submodules scans it)")
			continue
		}
		info, err := w.lstat(f.name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			w.skip(f.name, reason(err))
		case known.has(f, info) && w.isWanted(f.name):
			w.passOver(f.name, info.Size())
		default:
			w.file(f.name, info)
		}
	}
}

// passOver yields the names in the path of a file that need not be read, and
// counts it as if it were.
func (w *treeWalk) passOver(name string, size int64) {
	w.sendNames(name)
	if c := w.opts.Counters; c != nil {
		c.Files.Add(1)
		c.Bytes.Add(size)
	}
}

// knownFiles tells which files have a content that was searched in the history.
type knownFiles struct {
	repo       *Repo
	searched   *Searched
	maxSize    int64
	converters *converters
}

// newKnownFiles returns nil if no file's content can be told from the index.
func newKnownFiles(w *treeWalk, index []trackedFile) *knownFiles {
	if w.repo.isReplaced() {
		return nil
	}
	dirs := ignoreDirs{w.root.Name(), w.repo.gitDir, w.repo.commonDir}
	return &knownFiles{w.repo, w.opts.Searched, w.opts.MaxSize, newConverters(w.opts.Env, dirs, index, w.lstat)}
}

// has tells whether a file on disk is one that need not be read: nothing
// happened to it since git knew its content to be that of an object, git has no
// cause to make a difference between the two, and nothing was found in the
// object.
//
// That an object is what its name says is taken for granted, as git does: who
// can forge a pack has easier ways to hide a file here, as to have it ignored.
func (k *knownFiles) has(f *trackedFile, info fs.FileInfo) bool {
	return k != nil && f.isClean(info) && (k.maxSize == 0 || info.Size() <= k.maxSize) &&
		k.searched.hasNothing(k.repo, f.hash, info.Size()) && !k.converters.mayConvert(f.name)
}

// openFolder is the folder of the file that was looked at last. It stays open,
// since the next one is mostly in it, too.
type openFolder struct {
	name    string
	root    *os.Root // nil if there is none
	err     error    // why it is none to look into
	reached map[string]bool
}

func (o *openFolder) close() {
	if o.root != nil {
		o.root.Close()
	}
	o.name, o.root, o.err = "", nil, nil
}

// lstat is Lstat for a path that no link leads to: behind a link, git takes a
// tracked file for deleted, and its content may be anywhere.
func (w *treeWalk) lstat(name string) (fs.FileInfo, error) {
	dir := path.Dir(name)
	if dir == "." {
		return w.root.Lstat(name)
	}
	if w.at.name != dir {
		w.at.close()
		w.at.name, w.at.err = dir, w.reach(dir)
		if w.at.err == nil {
			w.at.root, _ = w.root.OpenRoot(dir) // what cannot be opened may still be looked into
		}
	}
	switch {
	case w.at.err != nil:
		return nil, w.at.err
	case w.at.root != nil:
		return w.at.root.Lstat(path.Base(name))
	}
	return w.root.Lstat(name)
}

// reach returns an error unless all on the way to a folder are folders.
func (w *treeWalk) reach(dir string) error {
	if dir == "." || w.at.reached[dir] {
		return nil
	}
	if err := w.reach(path.Dir(dir)); err != nil {
		return err
	}
	info, err := w.root.Lstat(dir)
	if err != nil || !info.IsDir() {
		return errors.Join(err, fs.ErrNotExist)
	}
	if w.at.reached == nil {
		w.at.reached = map[string]bool{}
	}
	w.at.reached[dir] = true
	return nil
}
