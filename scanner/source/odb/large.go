package odb

import (
	"bytes"
	"io"
)

// streamed is one copy of an object that is too large to be held in memory.
type streamed struct {
	path string
	typ  Type
	size int64
	open func() (io.ReadCloser, error) // from the beginning on, as often as it is called
}

// copiesIn returns the copies of an object that are streamed, the one that is
// visited first: those that are large and stored whole.
func copiesIn(db *DB, id []byte) (copies []streamed) {
	for _, at := range db.entries(id) {
		h, err := at.pack.header(at.entry)
		if err == nil && at.pack.bases[at.entry] == none && h.size > large {
			copies = append(copies, streamedEntry(at.pack, h))
		}
	}
	for _, l := range db.loose {
		if o, err := l.open(id); err == nil && l.has(id) {
			o.Close()
			if o.size > large {
				copies = append(copies, streamedLoose(l, id, o))
			}
		}
	}
	return copies
}

func streamedEntry(p *pack, h header) streamed {
	return streamed{p.path, h.typ, h.size, func() (io.ReadCloser, error) {
		src := p.data[h.stream:p.end()]
		if !plausible(h.size, len(src)) {
			return nil, errTooDense
		}
		s := new(stream)
		return io.NopCloser(s), s.open(bytes.NewReader(src), h.size)
	}}
}

func streamedLoose(l *looseDir, id []byte, head *looseReader) streamed {
	return streamed{l.file(id), head.typ, head.size, func() (io.ReadCloser, error) {
		o, err := l.open(id)
		if err != nil {
			return nil, err
		}
		return o, nil
	}}
}

// streamCopies lets a large object be visited, from the first copy that is
// sound; if none is, from the first one as far as it can be read.
func (w *worker) streamCopies(id []byte, copies []streamed) {
	var found bool
	var why error
	for i, c := range copies {
		worth, err := w.examine(id, c, len(copies) > 1)
		if err == nil {
			w.bytes += c.size
			if worth {
				w.streamCopy(id, c)
			}
			return
		}
		if i == 0 {
			found, why = worth, err
		}
	}
	if len(copies) == 0 { // removed in this moment
		w.vanish(id, "")
		return
	}
	first := copies[0]
	defer w.relieve(w.isHeavy)
	w.await(first.size)
	if typ, content, err := w.reader.Read(ID(id)); err == nil { // stored as a delta
		w.looseContent(Object{RawID: id, Number: w.db.numberOf(id), Type: typ, Size: int64(len(content)), Data: content}, first.path)
		return
	}
	w.damaged(Damage{first.path, ID(id), why})
	if found && !w.opts.Verify {
		w.streamCopy(id, first)
	}
}

// relieve lets other workers have large objects again, unless this one had one
// before.
func (w *worker) relieve(wasHeavy bool) {
	if w.isHeavy && !wasHeavy {
		w.isHeavy = false
		w.heavy.Unlock()
	}
}

// isSearched tells whether an object of a type is visited only if it has a
// needle.
func (w *worker) isSearched(t Type) bool { return w.needles != nil && !w.always[t] }

// examine tells whether a copy is worth a visit. In a search it is read for its
// needles. To the end it is read if it is to be verified, or if there is another
// copy in case this one is damaged.
func (w *worker) examine(id []byte, c streamed, others bool) (worth bool, err error) {
	whole := others || w.opts.Verify
	if !w.isSearched(c.typ) && !whole {
		return true, nil
	}
	r, err := c.open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	content, hash := io.Reader(r), objectHash(w.db.opts.HashSize, c.typ, c.size)
	if whole {
		content = io.TeeReader(r, hash)
	}
	worth = true
	if w.isSearched(c.typ) {
		if worth, err = w.gather.searchStream(content); err != nil {
			return worth, err
		}
	}
	if !whole {
		return worth, nil
	}
	if _, err = io.Copy(io.Discard, content); err == nil && !bytes.Equal(hash.Sum(nil), id) {
		err = errTwoHashes
	}
	return worth, err
}

// streamCopy lets a copy be visited.
func (w *worker) streamCopy(id []byte, c streamed) {
	r, err := c.open()
	if err == nil {
		defer r.Close()
		watched := &watchedReader{r: r}
		w.object = Object{RawID: id, Number: w.db.numberOf(id), Type: c.typ, Size: c.size, Stream: watched}
		w.visit(w.number, &w.object)
		err = watched.err
	}
	if err != nil && !w.isSearched(c.typ) { // else it was told before, or the visitor tells
		w.damaged(Damage{c.path, ID(id), err})
	}
}

// watchedReader remembers the error of a reader.
type watchedReader struct {
	r   io.Reader
	err error
}

func (r *watchedReader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}
