package odb

import "runtime/debug"

// Size returns how many bytes the content of an object has, by what its first
// copy says of itself: of a delta, no more than the beginning is read, and
// nothing is compared. The error is [ErrMissing] or the reason why the copy
// cannot be read.
func (r *Reader) Size(id ID) (size int64, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = asError(p)
		}
	}()
	size, err = 0, ErrMissing
	r.db.inPacks([]byte(id), func(order, rank int) bool {
		p := r.db.packs[order]
		e, ok := p.at(p.index.offset(rank))
		if ok {
			size, err = r.entrySize(p, e)
		}
		return !ok
	})
	if err != ErrMissing {
		return size, err
	}
	for _, l := range r.db.loose {
		if len(id) != l.hash || !l.has([]byte(id)) {
			continue
		}
		o, err := l.open([]byte(id))
		if err != nil {
			return 0, err
		}
		return o.size, o.Close()
	}
	return 0, ErrMissing
}

// sizesLength is how many bytes the two sizes at the beginning of a delta take
// at most.
const sizesLength = 16

func (r *Reader) entrySize(p *pack, e int32) (int64, error) {
	h, err := p.header(e)
	if err != nil || p.bases[e] == none {
		return h.size, err
	}
	var head [sizesLength]byte
	n, err := r.zip.InflatePrefix(head[:min(h.size, sizesLength)], p.data[h.stream:p.end()])
	if err != nil {
		return 0, err
	}
	_, size, _, err := deltaSizes(head[:n])
	return size, err
}
