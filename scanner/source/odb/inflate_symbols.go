package odb

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
// or the source is about to end. It is the hot loop, hence one function: what it
// works with stays in registers.
//
// It takes at most 56 bits between refills: a length and its distance are 48, a
// literal from the first level is litBits.
func (s *bitStream) symbols(lit *litTable, dist *distTable) (state blockState) {
	src, dst := s.src, s.dst
	pos, out := s.pos, s.out
	buf, n := s.bits, s.n
	litMask, distMask := lit.mask, dist.mask

	state = srcLow
	for len(src)-pos >= refillAhead {
		buf |= binary.LittleEndian.Uint64(src[pos:]) << (n & 63)
		pos += int((63 - n) >> 3)
		n |= 56

		e := lit.entries[buf&litMask]
		if int32(e) < 0 {
			buf >>= e & 63
			n -= uint(e & 63)
			if out >= len(dst) {
				state = dstFull
				break
			}
			dst[out] = byte(e >> 16)
			out++
			e = lit.entries[buf&litMask]
			if int32(e) < 0 {
				buf >>= e & 63
				n -= uint(e & 63)
				if out >= len(dst) {
					state = dstFull
					break
				}
				dst[out] = byte(e >> 16)
				out++
				e = lit.entries[buf&litMask]
				if int32(e) < 0 {
					buf >>= e & 63
					n -= uint(e & 63)
					if out >= len(dst) {
						state = dstFull
						break
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
				n -= uint(e & 63)
				e = lit.entries[uint64(e>>16)+buf&(1<<(e>>8&15)-1)]
				if int32(e) < 0 {
					buf >>= e & 63
					n -= uint(e & 63)
					if out >= len(dst) {
						state = dstFull
						break
					}
					dst[out] = byte(e >> 16)
					out++
					continue
				}
			}
			if e&isSpecial != 0 {
				buf >>= e & 63
				n -= uint(e & 63) // for an error too: does it lie behind the end?
				state = badSymbol
				if e&isEnd != 0 {
					state = blockEnd
				}
				break
			}
		}
		length := int(e>>16) + int(buf&(1<<(e&63)-1)>>(e>>8&15))
		buf >>= e & 63
		n -= uint(e & 63)

		if n < maxDistBits {
			buf |= binary.LittleEndian.Uint64(src[pos:]) << (n & 63)
			pos += int((63 - n) >> 3)
			n |= 56
		}
		e = dist.entries[buf&distMask]
		if e&isSpecial != 0 {
			buf >>= e & 63
			n -= uint(e & 63)
			if e&isLink == 0 {
				state = badSymbol
				break
			}
			e = dist.entries[uint64(e>>16)+buf&(1<<(e>>8&15)-1)]
		}
		distance := int(e>>16) + int(buf&(1<<(e&63)-1)>>(e>>8&15))
		buf >>= e & 63
		n -= uint(e & 63)

		if distance > out || e&isSpecial != 0 {
			state = badSymbol
			break
		}
		from, end := out-distance, out+length
		if len(dst)-end < 16 {
			if end > len(dst) {
				state = dstFull
				end = len(dst)
			}
			for ; out < end; out++ {
				dst[out] = dst[from]
				from++
			}
			if state == dstFull {
				break
			}
			continue
		}
		if distance >= 8 {
			binary.LittleEndian.PutUint64(dst[out:], binary.LittleEndian.Uint64(dst[from:]))
			binary.LittleEndian.PutUint64(dst[out+8:], binary.LittleEndian.Uint64(dst[from+8:]))
			for out += 16; out < end; out += 8 {
				from += 8
				binary.LittleEndian.PutUint64(dst[out:], binary.LittleEndian.Uint64(dst[from+8:]))
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
			binary.LittleEndian.PutUint64(dst[out:], binary.LittleEndian.Uint64(dst[from:]))
			from += distance
		}
		out = end
	}
	s.pos, s.out, s.bits, s.n = pos, out, buf, n
	return state
}
