// Package inflate decompresses what is deflated and is in memory as a whole, with
// its size known: twice as fast as what reads it in pieces. It is a part of floor
// 0, since packs of git and archives both need it.
package inflate

import (
	"encoding/binary"
	"errors"
)

// Inflater decompresses zlib streams (RFC 1950, RFC 1951) from one buffer to
// another. More than half of the time to read a history goes here. A stream in a
// pack is small and its size is known, so that what a general reader does to work
// in pieces is left out. The zero value is ready to use, by one goroutine at a
// time.
//
// It accepts the streams that C's zlib accepts, as git does, and compress/zlib
// accepts the same ones. In two details the latter is more patient, and here zlib
// is followed: a code for code lengths that is one code of one bit, and a block
// that has no code for its end, are refused at once. With either, no stream comes
// to a valid end.
type Inflater struct {
	dynamic tables // of the block in hand
	fixed   tables // of fixed blocks, once one was seen

	pre     preTable
	list    symbolList
	builder tableBuilder

	tail [tailSize]byte
}

var (
	errCorrupt   = errors.New("corrupt zlib stream")
	errTruncated = errors.New("zlib stream ends early")
	errChecksum  = errors.New("zlib checksum does not match")
	errSize      = errors.New("zlib stream has another size than its header says")
)

const (
	zlibHeaderSize  = 2
	zlibTrailerSize = 4
)

// Inflate decompresses the zlib stream at the beginning of src into dst, whose
// length is the size that the object's header says. It returns how many bytes
// of src the stream took. What dst holds after an error is not defined.
func (f *Inflater) Inflate(dst, src []byte) (used int, err error) {
	s := bitStream{src: src, end: len(src), dst: dst}
	done, err := f.run(&s)
	if err != nil {
		return 0, err
	}
	if !done || s.out != len(dst) {
		return 0, errSize
	}
	used = s.taken()
	if len(src)-used < zlibTrailerSize {
		return 0, errTruncated
	}
	if binary.BigEndian.Uint32(src[used:]) != adler32(dst) {
		return 0, errChecksum
	}
	return used + zlibTrailerSize, nil
}

// InflatePrefix decompresses the zlib stream at the beginning of src until dst
// is full or the stream ends, and returns how many bytes it wrote. It is for
// looking at an object's beginning: what it returns is not checked by the sum
// at the stream's end.
func (f *Inflater) InflatePrefix(dst, src []byte) (n int, err error) {
	s := bitStream{src: src, end: len(src), dst: dst}
	if _, err := f.run(&s); err != nil {
		return 0, err
	}
	return s.out, nil
}

// InflateRaw decompresses the deflated stream at the beginning of src, without
// the header and the sum that zlib puts around it, into dst, whose length is the
// size that it is said to have. It returns how many bytes of src the stream took.
func (f *Inflater) InflateRaw(dst, src []byte) (used int, err error) {
	s := bitStream{src: src, end: len(src), dst: dst}
	done, err := f.blocks(&s)
	switch {
	case err != nil:
		return 0, err
	case !done || s.out != len(dst):
		return 0, errSize
	}
	return s.taken(), nil
}

// run decompresses to the end of the last block, then done is true, or until a
// byte came for which dst has no room.
func (f *Inflater) run(s *bitStream) (done bool, err error) {
	if err := header(s); err != nil {
		return false, err
	}
	return f.blocks(s)
}

// header passes the header of a zlib stream.
func header(s *bitStream) error {
	if s.end < zlibHeaderSize {
		return errTruncated
	}
	// Method 8, a window of at most 32 KB, no preset dictionary. How large the
	// window was said to be within that is ignored, as zlib does.
	h := binary.BigEndian.Uint16(s.src)
	if h>>8&15 != 8 || h>>12 > 7 || h&0x20 != 0 || h%31 != 0 {
		return errCorrupt
	}
	s.pos = zlibHeaderSize
	return nil
}

// blocks decompresses what follows the header, as run does.
func (f *Inflater) blocks(s *bitStream) (done bool, err error) {
	for last := false; !last; {
		if !s.refill(&f.tail) {
			return false, errTruncated
		}
		last = s.bits&1 != 0
		kind := s.bits >> 1 & 3
		s.drop(3)
		end, err := f.block(s, kind)
		if s.overrun() {
			return false, errTruncated // whatever the bits behind the end meant
		}
		if err != nil {
			return false, err
		}
		if !end {
			return false, nil
		}
	}
	return true, nil
}

// block decompresses what follows the three bits of a block's header. It
// returns false if dst was full before the block ended.
func (f *Inflater) block(s *bitStream, kind uint64) (end bool, err error) {
	t := &f.dynamic
	switch kind {
	case 0:
		return s.stored()
	case 1:
		t = f.fixedTables()
	case 2:
		if err := f.dynamicTables(s); err != nil {
			return false, err
		}
	default:
		return false, errCorrupt
	}
	for {
		switch s.symbols(t) {
		case blockEnd:
			return true, nil
		case dstFull:
			return false, nil
		case srcLow:
			if !s.refill(&f.tail) {
				return false, errTruncated
			}
		default:
			return false, errCorrupt
		}
	}
}

// fixedTables returns the tables of RFC 1951, 3.2.6. They are made once, since
// most small deltas are written with them.
func (f *Inflater) fixedTables() *tables {
	t := &f.fixed
	if t.litMask != 0 {
		return t
	}
	var lit, dist symbolList
	for symbol := range numLit {
		length := uint(8)
		switch {
		case 144 <= symbol && symbol < 256:
			length = 9
		case 256 <= symbol && symbol < 280:
			length = 7
		}
		lit.add(symbol, length)
	}
	for symbol := range numDist {
		dist.add(symbol, 5)
	}
	t.litMask, _ = f.builder.build(t.lit[:], litBits, lit.used[:lit.n], &lit.count, litEntries[:])
	t.distMask, _ = f.builder.build(t.dist[:], distBits, dist.used[:dist.n], &dist.count, distEntries[:])
	return t
}
