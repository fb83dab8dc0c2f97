package odb

import "errors"

var errDelta = errors.New("delta is damaged")

// A delta (gitformat-pack(5)) begins with the sizes of its base and its result.
// Its instructions either copy a part of the base, or insert bytes that follow.

// deltaSizes reads the sizes at the beginning of a delta, and returns the
// instructions.
func deltaSizes(delta []byte) (base, result int64, ops []byte, err error) {
	base, delta, ok := deltaSize(delta)
	if !ok {
		return 0, 0, nil, errDelta
	}
	result, delta, ok = deltaSize(delta)
	if !ok {
		return 0, 0, nil, errDelta
	}
	return base, result, delta, nil
}

func deltaSize(delta []byte) (size int64, rest []byte, ok bool) {
	for i, b := range delta {
		if i == 8 {
			break
		}
		size |= int64(b&0x7f) << (7 * i)
		if b&0x80 == 0 {
			return size, delta[i+1:], true
		}
	}
	return 0, nil, false
}

// copyOp reads the instruction to copy that ops begins with: where from, how
// much, and how many bytes the instruction takes; 0 if it is cut short.
func copyOp(ops []byte) (off, size, used int) {
	if len(ops) < 8 {
		return copyOpAtEnd(ops)
	}
	b := ops[:8]
	op, used := b[0], 1
	if op&0x01 != 0 {
		off = int(b[used&7])
		used++
	}
	if op&0x02 != 0 {
		off |= int(b[used&7]) << 8
		used++
	}
	if op&0x04 != 0 {
		off |= int(b[used&7]) << 16
		used++
	}
	if op&0x08 != 0 {
		off |= int(b[used&7]) << 24
		used++
	}
	if op&0x10 != 0 {
		size = int(b[used&7])
		used++
	}
	if op&0x20 != 0 {
		size |= int(b[used&7]) << 8
		used++
	}
	if op&0x40 != 0 {
		size |= int(b[used&7]) << 16
		used++
	}
	if size == 0 {
		size = 1 << 16
	}
	return off, size, used
}

// copyOpAtEnd is copyOp where fewer bytes are left than an instruction may take.
func copyOpAtEnd(ops []byte) (off, size, used int) {
	var padded [8]byte
	n := copy(padded[:], ops)
	off, size, used = copyOp(padded[:])
	if used > n {
		return 0, 0, 0
	}
	return off, size, used
}

// resultSize adds up what the instructions make. It stops above limit.
func resultSize(ops []byte, limit int64) (n int64, err error) {
	for len(ops) > 0 && n <= limit {
		if op := int(ops[0]); op < 0x80 {
			if op == 0 || op >= len(ops) {
				return 0, errDelta
			}
			n += int64(op)
			ops = ops[op+1:]
			continue
		}
		_, size, used := copyOp(ops)
		if used == 0 {
			return 0, errDelta
		}
		n += int64(size)
		ops = ops[used:]
	}
	return n, nil
}

// checkOps tells whether instructions make something of a size from a base of a
// size.
func checkOps(ops []byte, base, size int64) error {
	for len(ops) > 0 {
		if op := int(ops[0]); op < 0x80 {
			if op == 0 || op >= len(ops) {
				return errDelta
			}
			size -= int64(op)
			ops = ops[op+1:]
			continue
		}
		off, n, used := copyOp(ops)
		if used == 0 || int64(off)+int64(n) > base {
			return errDelta
		}
		size -= int64(n)
		ops = ops[used:]
	}
	if size != 0 {
		return errDelta
	}
	return nil
}

// applyDelta makes the result of a delta's instructions in dst, which has its
// size.
func applyDelta(dst, base, ops []byte) error {
	at := 0
	for len(ops) > 0 {
		if op := int(ops[0]); op < 0x80 {
			if op == 0 || op >= len(ops) || op > len(dst)-at {
				return errDelta
			}
			copy(dst[at:at+op], ops[1:1+op])
			at += op
			ops = ops[op+1:]
			continue
		}
		off, size, used := copyOp(ops)
		if used == 0 || off < 0 || off > len(base) || size > len(base)-off || size > len(dst)-at {
			return errDelta
		}
		copy(dst[at:at+size], base[off:off+size])
		at += size
		ops = ops[used:]
	}
	if at != len(dst) {
		return errDelta
	}
	return nil
}

// checkDelta returns the size of a delta's result and its instructions. A size
// that is large is compared with them first, so that nobody allocates for it
// in vain.
func checkDelta(delta, base []byte, limit int64) (size int64, ops []byte, err error) {
	baseSize, size, ops, err := deltaSizes(delta)
	switch {
	case err != nil:
		return 0, nil, err
	case baseSize != int64(len(base)):
		return 0, nil, errDelta
	case size > limit:
		return 0, nil, ErrTooLarge
	}
	if size > 1<<20 {
		if made, err := resultSize(ops, size); err != nil || made != size {
			return 0, nil, errDelta
		}
	}
	return size, ops, nil
}
