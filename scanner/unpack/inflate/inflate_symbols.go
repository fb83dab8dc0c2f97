package inflate

import "encoding/binary"

// How far bitStream.symbols came.
type blockState int

const (
	badSymbol blockState = iota
	blockEnd
	dstFull // and more to write
	srcLow  // refill is to look after the end of the source
)

// symbols decompresses literals and matches until the block ends, dst is full,
// or the source is about to end.
//
// It is the hot loop, hence one function, written for few registers: what it
// changes is in variables, what it only reads stays in memory. No more than 56
// bits are taken between refills: a length and its distance have 48, a literal
// of the first level litBits. The bits of n above the lowest 6 mean nothing, so
// that whole entries can be subtracted.
func (s *bitStream) symbols(t *tables) blockState {
	dst := s.dst
	pos, out := s.pos, uint(s.out)
	buf, n := s.bits, s.n
	last := len(s.src) - refillAhead

	for pos <= last {
		buf |= binary.LittleEndian.Uint64(s.src[pos:pos+8:pos+8]) << (n & 63)
		pos += int(^n >> 3 & 7)
		n |= 56

		e := t.lit[buf&t.litMask]
		if int32(e) < 0 {
			buf >>= e & 63
			n -= uint(e)
			if out >= uint(len(dst)) {
				return s.save(pos, out, buf, n, dstFull)
			}
			dst[out] = byte(e >> 16)
			out++
			e = t.lit[buf&t.litMask]
			if int32(e) < 0 {
				buf >>= e & 63
				n -= uint(e)
				if out >= uint(len(dst)) {
					return s.save(pos, out, buf, n, dstFull)
				}
				dst[out] = byte(e >> 16)
				out++
				e = t.lit[buf&t.litMask]
				if int32(e) < 0 {
					buf >>= e & 63
					n -= uint(e)
					if out >= uint(len(dst)) {
						return s.save(pos, out, buf, n, dstFull)
					}
					dst[out] = byte(e >> 16)
					out++
					continue
				}
			}
		}

		if e&isSpecial != 0 {
			if e&isLink != 0 {
				buf >>= e & 63
				n -= uint(e)
				e = t.lit[uint64(e>>16)+buf&(1<<(e>>8&15)-1)]
			}
			if e&(isSpecial|isLiteral) != 0 {
				buf >>= e & 63
				n -= uint(e)
				if e&isSpecial != 0 {
					if e&isEnd != 0 {
						return s.save(pos, out, buf, n, blockEnd)
					}
					return s.save(pos, out, buf, n, badSymbol)
				}
				if out >= uint(len(dst)) {
					return s.save(pos, out, buf, n, dstFull)
				}
				dst[out] = byte(e >> 16)
				out++
				continue
			}
		}
		length := uint(e>>16) + uint(buf&(1<<(e&63)-1)>>(e>>8&63))
		buf >>= e & 63
		n -= uint(e)

		if n&63 < maxDistBits {
			buf |= binary.LittleEndian.Uint64(s.src[pos:pos+8:pos+8]) << (n & 63)
			pos += int(^n >> 3 & 7)
			n |= 56
		}
		e = t.dist[buf&t.distMask]
		if e&isSpecial != 0 {
			buf >>= e & 63
			n -= uint(e)
			if e&isLink == 0 {
				return s.save(pos, out, buf, n, badSymbol)
			}
			e = t.dist[uint64(e>>16)+buf&(1<<(e>>8&15)-1)]
		}
		distance := uint(e>>16) + uint(buf&(1<<(e&63)-1)>>(e>>8&63))
		buf >>= e & 63
		n -= uint(e)

		if distance > out || e&isSpecial != 0 {
			return s.save(pos, out, buf, n, badSymbol)
		}
		from, end := out-distance, out+length
		if end+32 > uint(len(dst)) {
			if !copyAtEnd(dst, out, length, distance) {
				return s.save(pos, uint(len(dst)), buf, n, dstFull)
			}
			out = end
			continue
		}
		if distance >= 16 { // most matches; the first two need no look at the length
			put16(dst, out, from)
			put16(dst, out+16, from+16)
			for out += 32; out < end; out += 16 {
				from += 16
				put16(dst, out, from+16)
			}
			out = end
			continue
		}
		if distance >= 8 {
			for ; out < end; out += 8 {
				put8(dst, out, from)
				from += 8
			}
			out = end
			continue
		}
		if distance == 1 {
			v := uint64(dst[from]) * 0x0101010101010101
			for ; out < end; out += 8 {
				binary.LittleEndian.PutUint64(dst[out:], v)
			}
			out = end
			continue
		}
		for ; out < end; out += distance {
			put8(dst, out, from)
			from += distance
		}
		out = end
	}
	return s.save(pos, out, buf, n, srcLow)
}

// put8 copies 8 bytes within b.
func put8(b []byte, to, from uint) {
	v := binary.LittleEndian.Uint64(b[from : from+8 : from+8])
	binary.LittleEndian.PutUint64(b[to:to+8:to+8], v)
}

// put16 copies 16 bytes within b.
func put16(b []byte, to, from uint) {
	*(*[16]byte)(b[to : to+16 : to+16]) = *(*[16]byte)(b[from : from+16 : from+16])
}

func (s *bitStream) save(pos int, out uint, buf uint64, n uint, state blockState) blockState {
	s.pos, s.out, s.bits, s.n = pos, int(out), buf, n&63
	return state
}

// copyAtEnd copies a match byte by byte, where whole words could reach behind
// dst. It returns false if dst is full before.
// It is not inlined since the hot loop has no registers left for it.
//
//go:noinline
func copyAtEnd(dst []byte, out, length, distance uint) bool {
	rest := dst[out:]
	fits := length <= uint(len(rest))
	if fits {
		rest = rest[:length]
	}
	from := dst[out-distance:]
	for i := range rest {
		rest[i] = from[i]
	}
	return fits
}
