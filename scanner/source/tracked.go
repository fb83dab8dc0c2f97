package source

import (
	"errors"
	"io/fs"

	"github.com/patlint/patlint/scanner"
)

// walkTracked yields the files that the index names and the disk has.
func (w *treeWalk) walkTracked() {
	if w.repo.unreadable != "" {
		w.skip(".git/index", "tracked files that .gitignore names may be left out: "+w.repo.unreadable)
		return
	}
	index, err := w.repo.trackedFiles(func(folder string) bool {
		info, err := w.at.lstat(folder)
		return err == nil && info.IsDir()
	}, func(err error) { w.send(scanner.Blob{}, err) })
	if err != nil {
		w.send(scanner.Blob{}, err)
	}
	known, converted := w.judges(index)
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
		info, err := w.at.lstat(f.name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			w.skip(f.name, reason(err))
		case known.has(f, info) && w.isWanted(f.name):
			w.passOver(f.name, info.Size())
		default:
			w.file(f.name, info.Mode())
			w.stored(f.entry, converted)
		}
	}
}

// judges returns what tells which tracked files need not be read, and which have to
// be read as git stores them, too; nil where none is.
func (w *treeWalk) judges(index []trackedFile) (known *knownFiles, converted *converters) {
	if w.opts.Searched != nil {
		known = newKnownFiles(w, index)
	}
	if w.opts.Trusted != nil {
		converted = w.newConverters(index)
	}
	return known, converted
}

// stored yields a file as git stores it, if it may be another on the disk and that
// matters.
func (w *treeWalk) stored(e entry, converted *converters) {
	if converted == nil || !e.isContent() || !w.isWanted(e.name) || !converted.mayConvert(e.name) {
		return
	}
	content, err := w.repo.blob(e.hash)
	if err != nil {
		skip := asSkip(err)
		skip.Path = e.name
		w.send(scanner.Blob{}, skip)
		return
	}
	w.send(scanner.Blob{Kind: scanner.Worktree, Path: e.name, Open: scanner.Bytes(content)}, nil)
}

func (w *treeWalk) newConverters(index []trackedFile) *converters {
	return newConverters(w.opts.Env, ignoreDirs{w.rootName(), w.repo.gitDir, w.repo.commonDir}, index, w.at.lstat)
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
	return &knownFiles{w.repo, w.opts.Searched, w.opts.MaxSize, w.newConverters(index)}
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
