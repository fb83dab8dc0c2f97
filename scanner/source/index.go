package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-git/go-git/v5/plumbing/format/index"

	"github.com/patlint/patlint/scanner"
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

func (r *Repo) readIndex(path string) (entries []entry, err error) {
	decoded, _, err := r.decodeIndex(path)
	for _, e := range decoded {
		entries = append(entries, entry{e.Name, odb.ID(e.Hash[:]), uint32(e.Mode)})
	}
	return entries, err
}

// decodeIndex returns the entries of an index, and when it was written.
func (r *Repo) decodeIndex(path string) (entries []*index.Entry, written time.Time, err error) {
	defer func() {
		if p := recover(); p != nil {
			entries, err = nil, r.indexSkip(fmt.Errorf("%v", p))
		}
	}()
	info, err := os.Stat(path) // before it is read: a later one may be about another index
	var content []byte
	if err == nil {
		content, err = readFile(path, maxIndex)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, written, nil
	}
	if err != nil {
		return nil, written, r.indexSkip(cause(err))
	}
	if r.hashSize == 32 {
		return nil, written, r.indexSkip(errors.New("sha256 object names in an index are not supported yet"))
	}
	var idx index.Index
	err = index.NewDecoder(bytes.NewReader(content)).Decode(&idx)
	if errors.Is(err, index.ErrInvalidChecksum) && bytes.HasSuffix(content, make([]byte, 20)) {
		err = nil // index.skipHash
	}
	if err != nil {
		return nil, written, r.indexSkip(err)
	}
	return idx.Entries, info.ModTime(), nil
}

func (r *Repo) indexSkip(err error) error {
	return scanner.Skip{Path: ".git/index", Reason: "unreadable index: " + err.Error()}
}
