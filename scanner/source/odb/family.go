package odb

import (
	"context"
	"fmt"

	"github.com/patlint/patlint/scanner/unpack/inflate"
)

// worker visits families of deltas, one after the other.
type worker struct {
	*job
	number int

	zip    inflate.Inflater
	stream stream
	pool   *pool
	deltas []byte // the delta at hand
	stored int64  // bytes that it takes
	gather gatherer
	trees  treeParser
	reader *Reader // for bases that are elsewhere
	object Object  // the one that is visited

	pack    *pack
	typ     Type // of the whole family
	stack   []frame
	current int32 // the entry at hand
	isHeavy bool  // holds job.heavy
	bytes   int64 // of the objects gone through
}

// frame is an object whose deltas are being visited.
type frame struct {
	entry  int32
	next   int32 // its delta to visit next
	data   []byte
	pooled bool  // data goes back to the pool
	has    bool  // there is a needle in it
	err    error // why there is no data
	tree   treeFrame
}

func newWorker(j *job, number int) *worker {
	return &worker{job: j, number: number, reader: j.db.newVisitReader(j.allowance), gather: gatherer{needles: j.needles},
		pool:  j.db.pools.take(j.db.opts.Memory),
		trees: treeParser{visitor: j.opts.Trees, worker: number, hashSize: j.db.opts.HashSize}}
}

// family visits an object whose base is not in the pack, mostly as it has none,
// and all that derives from it.
func (w *worker) family(ctx context.Context, p *pack, root int32) {
	defer w.leave(p)
	w.pack, w.current = p, root
	top, shown := w.root(p, root)
	if top.err == nil && !w.wanted[w.typ] {
		w.release(&top)
		return
	}
	if shown {
		w.show(&top)
	}
	w.enter(top)
	for len(w.stack) > 0 && ctx.Err() == nil {
		w.child()
	}
}

// leave ends a family, even in the middle.
func (w *worker) leave(p *pack) {
	if r := recover(); r != nil {
		w.damaged(Damage{p.path, ID(w.rawID(p, w.current)), asError(r)})
	}
	for i := range w.stack {
		w.release(&w.stack[i])
	}
	w.stack = w.stack[:0]
	if w.isHeavy {
		w.isHeavy = false
		w.heavy.Unlock()
	}
}

// rawID returns an entry's id where reading the index may fail.
func (w *worker) rawID(p *pack, e int32) (id []byte) {
	defer func() {
		if recover() != nil {
			id = nil
		}
	}()
	return append(id, p.id(e)...)
}

// enter begins to visit what derives from an object.
func (w *worker) enter(f frame) {
	if f.next < 0 {
		w.release(&f)
		return
	}
	w.stack = append(w.stack, f)
}

// release gives back the memory of an object.
func (w *worker) release(f *frame) {
	w.trees.release(&f.tree)
	w.giveUp(f)
}

// giveUp gives back the content of an object, which may be made again.
func (w *worker) giveUp(f *frame) {
	if f.pooled {
		w.pool.put(f.data)
	}
	f.data, f.pooled = nil, false
}

// child visits the next delta of the last object on the stack. The object is
// given back before its last delta is entered.
func (w *worker) child() {
	top := &w.stack[len(w.stack)-1]
	e := top.next
	w.current = e
	top.next = w.pack.next[e]
	if top.data == nil && top.err == nil {
		w.rebuild(top)
	}
	f := frame{entry: e, next: w.pack.first[e]}
	shown := w.derive(top, &f)
	if top.next < 0 {
		w.release(top)
		w.stack = w.stack[:len(w.stack)-1]
	}
	if shown {
		w.show(&f)
	}
	w.enter(f)
}

// derive makes an object from its base, and tells whether to visit it.
func (w *worker) derive(base, f *frame) (shown bool) {
	primary := w.isPrimary(f)
	if f.next < 0 && !primary {
		return false // visited in another pack, and nothing derives from it
	}
	if base.err != nil {
		return w.elsewhere(f, fmt.Errorf("base %x cannot be read", w.pack.id(base.entry)))
	}
	h, err := w.pack.header(f.entry)
	var delta []byte
	if err == nil {
		delta, err = w.inflateDelta(f.entry, h)
	}
	if err == nil {
		err = w.apply(base, f, delta)
	}
	if err != nil {
		return w.elsewhere(f, err)
	}
	return primary && w.isShown(f)
}

// apply makes an object from its base and delta, unless it is clear that
// nobody wants it.
func (w *worker) apply(base, f *frame, delta []byte) error {
	size, ops, err := checkDelta(delta, base.data, w.db.opts.MaxObject)
	if err != nil {
		return err
	}
	derive := w.deriveContent
	if w.isParsed() {
		derive = w.deriveTree
	}
	if err := derive(base, f, ops, size); err != nil {
		return err
	}
	if w.isPrimary(f) {
		w.bytes += size
	}
	return nil
}

// deriveContent makes an object that is searched or visited.
func (w *worker) deriveContent(base, f *frame, ops []byte, size int64) error {
	search := w.needles != nil && !w.always[w.typ]
	if search && !base.has {
		hit, err := w.gather.search(base.data, ops, size)
		if err != nil || !hit && f.next < 0 {
			return err
		}
		f.has = hit
	}
	if err := w.make(base, f, ops, size); err != nil {
		return err
	}
	if search && (base.has || f.has) {
		f.has = w.needles.Present(f.data)
	}
	return nil
}

// isPrimary tells whether of an object's copies this is the one to visit.
func (w *worker) isPrimary(f *frame) bool { return w.pack.flags[f.entry]&secondary == 0 }

// isShown tells whether an object is visited.
func (w *worker) isShown(f *frame) bool {
	return !w.isParsed() && w.wanted[w.typ] && (w.needles == nil || f.has || w.always[w.typ])
}

// arrived looks at an object that is there as a whole.
func (w *worker) arrived(f *frame) {
	if w.isPrimary(f) {
		w.bytes += int64(len(f.data))
	}
	if w.isParsed() {
		w.parseTree(f, w.isPrimary(f))
		return
	}
	f.has = w.needles != nil && !w.always[w.typ] && w.needles.Present(f.data)
}

// elsewhere takes an object that cannot be read from another copy, or reports
// it.
func (w *worker) elsewhere(f *frame, why error) (shown bool) {
	flags := w.pack.flags[f.entry]
	f.err = why
	if flags&copied != 0 {
		typ, data, err := w.reader.Read(ID(w.pack.id(f.entry)))
		if err == nil {
			f.data, f.err, w.typ = data, nil, typ
			w.arrived(f)
		}
	}
	if f.err != nil && flags&secondary == 0 {
		w.damaged(Damage{w.pack.path, ID(w.pack.id(f.entry)), why})
	}
	return f.err == nil && flags&secondary == 0 && w.isShown(f)
}

// buffer returns memory for an object. If there is too little, the bases that
// wait are given up: they are built again when they are needed.
func (w *worker) buffer(n int) []byte {
	w.await(int64(n))
	if w.pool.full(n) {
		for i := 0; i < len(w.stack)-1; i++ {
			w.giveUp(&w.stack[i])
		}
	}
	return w.pool.get(n)
}

// await waits until this worker may have an object of n bytes: one at a time
// has large ones, until its family ends.
func (w *worker) await(n int64) {
	if n > large && !w.isHeavy {
		w.heavy.Lock()
		w.isHeavy = true
	}
}

// rebuild makes an object that was given up once more.
func (w *worker) rebuild(f *frame) {
	_, f.data, f.err = w.reader.Read(ID(w.pack.id(f.entry)))
	if f.err == nil && f.data == nil {
		f.data = []byte{}
	}
}
