package odb

import "bytes"

// show lets an object be visited.
func (w *worker) show(f *frame) {
	if w.opts.Verify && w.pack.flags[f.entry]&copied != 0 && !w.isSound(w.typ, f.data, w.pack.id(f.entry)) {
		w.showCopy(f)
		return
	}
	w.present(Object{RawID: w.pack.id(f.entry), Number: w.db.numberIn(w.pack, f.entry), Type: w.typ, Size: int64(len(f.data)), Data: f.data}, w.pack.path)
}

// showCopy lets another copy of an object be visited whose content is not what
// its id says. What derives from it is verified by itself.
func (w *worker) showCopy(f *frame) {
	id := w.pack.id(f.entry)
	typ, data, err := w.reader.Read(ID(id))
	if err != nil {
		w.damaged(Damage{w.pack.path, ID(id), errTwoHashes})
		return
	}
	w.present(Object{RawID: id, Number: w.db.numberOf(id), Type: typ, Size: int64(len(data)), Data: data}, w.pack.path)
}

func (w *worker) isSound(typ Type, content, id []byte) bool {
	return bytes.Equal(w.reader.sum(typ, content), id)
}

// present lets an object in memory be visited.
func (w *worker) present(o Object, path string) {
	if o.Data == nil {
		o.Data = []byte{} // an empty object is no stream
	}
	if w.opts.Verify && !w.isSound(o.Type, o.Data, o.RawID) {
		w.damaged(Damage{path, o.ID(), errTwoHashes})
		return
	}
	w.object = o
	w.visit(w.number, &w.object)
}
