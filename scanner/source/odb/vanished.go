package odb

import (
	"context"
	"runtime/debug"
)

// vanish remembers a loose object that was listed and is not there any more:
// mostly it was packed. It is visited in the end, from where it is then.
func (j *job) vanish(id []byte, path string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.vanished = append(j.vanished, Damage{path, ID(id), ErrGone})
}

// visitVanished visits the objects that vanished, from the storage as it is now.
func (j *job) visitVanished(ctx context.Context) {
	if len(j.vanished) == 0 {
		return
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	w := newWorker(j, 0)
	for i := 0; i < len(j.vanished) && ctx.Err() == nil; i++ {
		w.visitMoved(j.vanished[i])
	}
	j.total.Add(w.bytes)
	j.db.pools.put(w.pool)
}

func (w *worker) visitMoved(d Damage) {
	defer func() {
		if r := recover(); r != nil {
			w.damaged(Damage{d.Path, d.ID, asError(r)})
		}
	}()
	id := []byte(d.ID)
	for db := w.db.next(); db != nil; db = db.next() {
		copies := copiesIn(db, id)
		if len(copies) > 0 && w.wanted[copies[0].typ] {
			w.streamCopies(id, copies)
		}
		if len(copies) > 0 {
			return
		}
		if db.Has(d.ID) {
			break // it is small
		}
	}
	typ, content, err := w.reader.Read(d.ID)
	if err != nil {
		w.damaged(Damage{d.Path, d.ID, err})
		return
	}
	w.looseContent(Object{RawID: id, Number: w.db.numberOf(id), Type: typ, Size: int64(len(content)), Data: content}, d.Path)
}
