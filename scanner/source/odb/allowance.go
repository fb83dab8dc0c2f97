package odb

import (
	"errors"
	"sync/atomic"
)

// ErrExpands tells that an object was not made, as deltas make too much of too
// little: see [Options.Expansion].
var ErrExpands = errors.New("deltas expand too much")

// allowance bounds the work that deltas make. A few bytes of one can copy its base a
// thousand times, and the next one the result: memory is bounded by
// [Options.MaxObject], but time is by nothing.
type allowance struct{ left atomic.Int64 }

const (
	// deflateRate is what deflate makes of a byte at most. What a delta makes at
	// that rate is free, as a pack could hold it without deltas.
	deflateRate = 1032

	// packRate is what the storage may expand to in any case: git's own
	// repository expands to 30 times its pack.
	packRate = 64
)

// newAllowance returns what may be made beyond what is free.
func (db *DB) newAllowance() *allowance {
	a := new(allowance)
	n := db.opts.Expansion
	for _, p := range db.packs {
		n += packRate * int64(len(p.data))
	}
	a.left.Store(n)
	return a
}

// pay takes off what a delta makes that is stored in so many bytes.
func (a *allowance) pay(made, stored int64) error {
	excess := made - deflateRate*stored
	if excess <= 0 {
		return nil
	}
	if a.left.Add(-excess) < 0 {
		a.left.Add(excess) // for others that make less
		return ErrExpands
	}
	return nil
}

// make makes an object from its base, if that is not too much.
func (w *worker) make(base, f *frame, ops []byte, size int64) error {
	if err := w.allowance.pay(size, w.stored); err != nil {
		return err
	}
	f.data, f.pooled = w.buffer(int(size)), true
	err := applyDelta(f.data, base.data, ops)
	if err != nil {
		w.release(f)
	}
	return err
}
