package odb

import (
	"errors"
	"fmt"
	"os"
)

// root reads the object that a family derives from, and tells whether to visit
// it. One that is streamed is visited at once.
func (w *worker) root(p *pack, e int32) (f frame, shown bool) {
	f = frame{entry: e, next: p.first[e]}
	w.typ = 0
	primary := p.flags[e]&secondary == 0
	h, err := p.header(e)
	switch {
	case p.bases[e] == external && err == nil:
		return w.distant(p, f, h.baseID)
	case p.bases[e] != none:
		return f, w.elsewhere(&f, p.whyBroken(e))
	case err != nil:
		return f, w.elsewhere(&f, err)
	}
	w.typ = h.typ
	if !w.wanted[h.typ] || f.next < 0 && !primary {
		f.next = none
		return f, false
	}
	tooLarge := h.size > w.db.opts.MaxObject
	if h.size > large && f.next < 0 || tooLarge {
		if primary {
			w.streamCopies(p.id(e), copiesIn(w.db, p.id(e)))
		}
		f.err = ErrTooLarge // for what derives from it
		return f, false
	}
	if err := w.inflateRoot(&f, h); err != nil {
		return f, w.elsewhere(&f, err)
	}
	w.arrived(&f)
	return f, primary && w.isShown(&f)
}

// distant makes a delta whose base is not in its pack.
func (w *worker) distant(p *pack, f frame, baseID []byte) (frame, bool) {
	typ, data, err := w.reader.Read(ID(baseID))
	if err != nil {
		return f, w.elsewhere(&f, fmt.Errorf("its base %x cannot be read: %w", baseID, err))
	}
	w.typ = typ
	base := frame{data: data}
	base.has = w.needles != nil && !w.always[typ] && w.needles.Present(data)
	shown := w.derive(&base, &f)
	return f, shown
}

// inflateRoot inflates an object that is stored whole.
func (w *worker) inflateRoot(f *frame, h header) (err error) {
	src := w.pack.data[h.stream:w.pack.end()]
	if !plausible(h.size, len(src)) {
		return errTooDense
	}
	if h.size > large {
		w.await(h.size)
		f.data, err = inflateLarge(&w.stream, src, h.size)
		return err
	}
	f.data, f.pooled = w.buffer(int(h.size)), true
	used, err := w.zip.Inflate(f.data, src)
	if err == nil {
		err = w.pack.verify(f.entry, h, used)
	}
	if err != nil {
		w.release(f)
	}
	return err
}

// inflateDelta inflates a delta. It is valid until the next one.
func (w *worker) inflateDelta(e int32, h header) ([]byte, error) {
	src := w.pack.data[h.stream:w.pack.end()]
	switch {
	case h.size > w.db.opts.MaxObject:
		return nil, ErrTooLarge
	case !plausible(h.size, len(src)):
		return nil, errTooDense
	case h.size > large:
		w.stored = h.size / deflateRate
		return inflateLarge(&w.stream, src, h.size)
	}
	if int64(cap(w.deltas)) < h.size {
		w.deltas = make([]byte, h.size+h.size/4+1024)
	}
	delta := w.deltas[:h.size]
	if cap(w.deltas) > 1<<20 {
		w.deltas = nil // few are that large
	}
	used, err := w.zip.Inflate(delta, src)
	w.stored = int64(used)
	if err == nil {
		err = w.pack.verify(e, h, used)
	}
	return delta, err
}

// loose lets a loose object be visited.
func (w *worker) loose(l *looseDir, id []byte) {
	path := l.file(id)
	defer func() {
		if r := recover(); r != nil {
			w.damaged(Damage{path, ID(id), asError(r)})
		}
	}()
	o, err := l.open(id)
	if errors.Is(err, os.ErrNotExist) {
		w.vanish(id, path)
		return
	}
	if err != nil {
		w.damaged(Damage{path, ID(id), err})
		return
	}
	defer o.Close()
	if !w.wanted[o.typ] {
		return
	}
	if o.size > large {
		w.streamCopies(id, copiesIn(w.db, id))
		return
	}
	content, err := o.readAll()
	if err == nil && string(w.reader.sum(o.typ, content)) != string(id) { // no checksum of a pack tells
		err = errTwoHashes
	}
	if err != nil {
		if o.typ, content, err = w.reader.Read(ID(id)); err != nil { // of another folder
			w.damaged(Damage{path, ID(id), err})
			return
		}
	}
	w.looseContent(Object{RawID: id, Number: w.db.numberOf(id), Type: o.typ, Size: int64(len(content)), Data: content}, path)
}

// looseContent lets an object in memory be visited if it is worth it.
func (w *worker) looseContent(o Object, path string) {
	if !w.wanted[o.Type] {
		return
	}
	w.bytes += o.Size
	switch {
	case o.Type == Tree && w.opts.Trees != nil:
		w.looseTree(&o, path)
	case w.needles == nil || w.always[o.Type] || w.needles.Present(o.Data):
		w.present(o, path)
	}
}
