package odb

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
)

// looseDir is a folder of objects, each in a file of its own.
type looseDir struct {
	path string
	hash int
	ids  []byte // of all objects, ascending

	// visit has the places in ids of the objects that are nowhere else, or
	// here first.
	visit []int32
}

func (l *looseDir) len() int { return len(l.ids) / l.hash }

// id returns the i-th id.
func (l *looseDir) id(i int) []byte { return l.ids[i*l.hash : (i+1)*l.hash] }

func (l *looseDir) has(id []byte) bool {
	_, ok := l.find(id)
	return ok
}

// find returns the place of an id.
func (l *looseDir) find(id []byte) (i int, ok bool) {
	i = sort.Search(l.len(), func(i int) bool { return bytes.Compare(l.id(i), id) >= 0 })
	return i, i < l.len() && bytes.Equal(l.id(i), id)
}

// file returns the path of an object.
func (l *looseDir) file(id []byte) string {
	name := hex.EncodeToString(id)
	return filepath.Join(l.path, name[:2], name[2:])
}

// listLoose lists a folder's loose objects.
func (all *listing) listLoose(dir string, hash int) *looseDir {
	l := &looseDir{path: dir, hash: hash}
	for b := range 256 {
		folder := hex.EncodeToString([]byte{byte(b)})
		files, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			all.damaged(filepath.Join(dir, folder), err)
		}
		from := len(l.ids)
		for _, f := range files {
			if id, ok := ParseID(folder + f.Name()); ok && len(id) == l.hash {
				l.ids = append(l.ids, id...)
			}
		}
		if bad := l.len() - from/l.hash; bad > 1 {
			l.sort(from)
		}
	}
	return l
}

// sort sorts the ids from a place on. Folders list names in their order, so
// that mostly nothing is left to do; capitals in a name are an exception.
func (l *looseDir) sort(from int) {
	ids := make([]string, 0, (len(l.ids)-from)/l.hash)
	for at := from; at < len(l.ids); at += l.hash {
		ids = append(ids, string(l.ids[at:at+l.hash]))
	}
	slices.Sort(ids)
	l.ids = l.ids[:from]
	for _, id := range slices.Compact(ids) {
		l.ids = append(l.ids, id...)
	}
}

var (
	errLoose     = errors.New("loose object is damaged: it does not begin with a type and a size")
	errTwoHashes = errors.New("its content does not match its name")
)

// looseReader is a loose object whose head was read.
type looseReader struct {
	stream
	typ  Type
	size int64
	file *os.File
}

// open opens a loose object.
func (l *looseDir) open(id []byte) (*looseReader, error) {
	f, err := openFile(l.file(id))
	if err != nil {
		return nil, err
	}
	r := &looseReader{file: f}
	if err := r.readHead(); err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *looseReader) Close() error { return r.file.Close() }

// readHead reads "blob 12\x00".
func (r *looseReader) readHead() error {
	if err := r.stream.open(r.file, math.MaxInt64); err != nil {
		return err
	}
	var head []byte
	for b := []byte{0}; len(head) < 32; head = append(head, b[0]) {
		if _, err := io.ReadFull(&r.stream, b); err != nil {
			return fmt.Errorf("%w: %w", errLoose, err)
		}
		if b[0] == 0 {
			break
		}
	}
	name, size, ok := bytes.Cut(head, []byte(" "))
	if !ok {
		return errLoose
	}
	if r.typ, ok = ParseType(string(name)); !ok {
		return errLoose
	}
	n, err := strconv.ParseUint(string(size), 10, 62)
	if err != nil {
		return errLoose
	}
	r.size = int64(n)
	r.stream.left = r.size
	return nil
}
