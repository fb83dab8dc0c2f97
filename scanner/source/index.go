package source

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/index"
	"github.com/patlint/patlint/scanner/source/odb"
)

// maxIndex bounds the size of an index, in bytes; one entry takes about 80.
const maxIndex = 1 << 30

// index returns the entries of the index, their names being whole paths. A
// repository without one has none. The error is a Skip; entries that were read
// before what is damaged are not returned, since their number is not known.
func (r *Repo) index() ([]entry, error) { return r.readIndex(r.indexFile) }

// indexFiles returns the index of this work tree, and then all others.
func (r *Repo) indexFiles() []string {
	files := []string{r.indexFile}
	for _, dir := range r.gitDirs() {
		if file := filepath.Join(dir, "index"); file != r.indexFile {
			files = append(files, file)
		}
	}
	return files
}

// readIndex returns the entries of an index. Of a sparse one, the folders that
// are not checked out are entries, too.
func (r *Repo) readIndex(path string) (entries []entry, err error) {
	_, err = r.eachEntry(path, func(e *index.Entry) { entries = append(entries, entryOf(e)) })
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// below returns what stands in the tree of a folder, with whole paths. What cannot
// be read of it goes to skip.
func (r *Repo) below(folder entry, skip func(error)) (entries []entry) {
	r.diff("", folder.hash, folder.name, func(ch change) {
		entries = append(entries, entry{ch.path, ch.new.hash, ch.new.mode})
	}, skip)
	return entries
}

func entryOf(e *index.Entry) entry { return entry{string(e.Name), odb.ID(e.ID), e.Mode} }

// eachEntry calls yield for the entries of an index, and returns when the index
// was written. If the error, a Skip, is not nil, what was yielded may be wrong.
func (r *Repo) eachEntry(path string, yield func(*index.Entry)) (written time.Time, err error) {
	file, written, err := r.openIndex(path)
	if file == nil {
		return written, err
	}
	var checked sync.WaitGroup
	var checksum error
	checked.Go(func() { checksum = file.Verify() })
	c := file.Cursor()
	for c.Next() {
		yield(&c.Entry)
	}
	checked.Wait()
	if err := cmp.Or(checksum, c.Err()); err != nil {
		return written, r.indexSkip(err)
	}
	return written, nil
}

// openIndex reads an index, and the shared one of a split index. Without one it
// returns nil. The error is a Skip. The checksum is left to the caller.
func (r *Repo) openIndex(path string) (file *index.File, written time.Time, err error) {
	content, written, err := readWhole(path, maxIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, written, nil
	}
	if err != nil {
		return nil, written, r.indexSkip(err)
	}
	if file, err = index.Parse(content, r.hashSize); err != nil {
		return nil, written, r.indexSkip(err)
	}
	if shared := file.Shared(); shared != "" {
		if err := r.joinIndex(path, "sharedindex."+shared, file); err != nil {
			return nil, written, r.indexSkip(fmt.Errorf("%s: %w", "sharedindex."+shared[:8], err))
		}
	}
	return file, written, nil
}

// joinIndex adds the shared index to a split one. It is in the git directory of
// the work tree that the index belongs to.
func (r *Repo) joinIndex(path, shared string, file *index.File) error {
	dir := r.gitDir
	if path != r.indexFile {
		dir = filepath.Dir(path)
	}
	content, _, err := readWhole(filepath.Join(dir, shared), maxIndex)
	if err != nil {
		return err
	}
	base, err := index.Parse(content, r.hashSize)
	if err != nil {
		return err
	}
	return file.Join(base)
}

// readWhole reads a regular file of at most limit bytes, and returns when it was
// written: that very file, also if another one takes its place meanwhile.
func readWhole(path string, limit int64) (content []byte, written time.Time, err error) {
	file, err := openRegular(os.OpenFile, path)
	if err != nil {
		return nil, written, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, written, cause(err)
	}
	if content, err = readAll(file, info.Size(), limit); err != nil {
		return nil, written, cause(err)
	}
	return content, info.ModTime(), nil
}

func (r *Repo) indexSkip(err error) error {
	return scanner.Skip{Path: ".git/index", Reason: "unreadable index: " + err.Error()}
}
