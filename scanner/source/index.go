package source

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
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
	file, err := r.openIndex(path)
	if file == nil {
		return written, err
	}
	defer file.close()
	verified := file.verify()
	c := file.Cursor()
	err = guarded(func() {
		for c.Next() {
			yield(&c.Entry)
		}
	})
	if err := cmp.Or(verified(), err, c.Err()); err != nil {
		return file.written, r.indexSkip(err)
	}
	return file.written, nil
}

// openedIndex is an index whose files are mapped.
type openedIndex struct {
	*index.File
	written time.Time
	files   [][]byte
}

// openIndex opens an index, with the shared one of a split index. Without one it
// returns nil. The error is a Skip. The checksum is left to the caller.
func (r *Repo) openIndex(path string) (*openedIndex, error) {
	o := &openedIndex{}
	var err error
	if o.File, o.written, err = o.parse(path, r.hashSize); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && o.Shared() != "" {
		dir := r.gitDir // of this work tree
		if path != r.indexFile {
			dir = filepath.Dir(path)
		}
		err = o.join(filepath.Join(dir, "sharedindex."+o.Shared()), r.hashSize)
	}
	if err != nil {
		o.close()
		return nil, r.indexSkip(err)
	}
	return o, nil
}

func (o *openedIndex) parse(path string, hashSize int) (*index.File, time.Time, error) {
	content, written, err := odb.MapFile(path, maxIndex)
	if err != nil {
		return nil, written, cause(err)
	}
	o.files = append(o.files, content)
	var file *index.File
	if fault := guarded(func() { file, err = index.Parse(content, hashSize) }); fault != nil {
		return nil, written, fault
	}
	return file, written, err
}

// join adds the shared index to a split one.
func (o *openedIndex) join(path string, hashSize int) error {
	base, _, err := o.parse(path, hashSize)
	if err == nil {
		fault := guarded(func() { err = o.Join(base) })
		err = cmp.Or(fault, err)
	}
	if err != nil {
		return fmt.Errorf("its shared part: %w", err)
	}
	return nil
}

// verify compares the index with its checksum while others use it, and returns a
// function that waits for the result.
func (o *openedIndex) verify() (wait func() error) {
	var done sync.WaitGroup
	var err error
	done.Go(func() {
		fault := guarded(func() { err = o.Verify() })
		err = cmp.Or(fault, err)
	})
	return func() error {
		done.Wait()
		return err
	}
}

func (o *openedIndex) close() {
	for _, content := range o.files {
		odb.UnmapFile(content)
	}
	o.files = nil
}

func (r *Repo) indexSkip(err error) error {
	return scanner.Skip{Path: ".git/index", Reason: "unreadable index: " + err.Error()}
}
