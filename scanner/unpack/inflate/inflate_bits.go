package inflate

import "encoding/binary"

// bitStream is where one decompression stands.
type bitStream struct {
	src  []byte
	pos  int    // in src, of the next byte to load
	bits uint64 // loaded bits, the next one lowest; above the n-th they may be set, to what follows in src
	n    uint   // how many bits count as loaded, at most 63
	base int    // how many bytes were before src[0]
	end  int    // how many bytes of src are real

	dst []byte
	out int // how much of dst is written

	inTail bool // src is the buffer with the last bytes and zeros
}

const (
	// refillAhead is how much of src must be left for two refills without a
	// check: the first takes up to 7 bytes, both load 8.
	refillAhead = 15

	// tailSize is the size of the buffer with the last bytes of src and zeros:
	// there are at most refillAhead-1 bytes not loaded and 7 loaded ones, and
	// what is read beyond them before the buffer ends tells an overrun.
	tailSize = 64
)

// refill loads bits until there are at least 56. Where src is about to end, it
// goes on in tail, a copy of the rest with zeros behind, so that no other place
// needs to look out for the end. It returns false when the zeros end as well:
// far more bits were dropped than there were.
func (s *bitStream) refill(tail *[tailSize]byte) bool {
	if len(s.src)-s.pos < refillAhead {
		if s.inTail {
			return false
		}
		s.unload()
		rest := s.src[s.pos:]
		clear(tail[copy(tail[:], rest):])
		s.src, s.base, s.end, s.pos = tail[:], s.pos, len(rest), 0
		s.inTail = true
	}
	s.bits |= binary.LittleEndian.Uint64(s.src[s.pos:]) << (s.n & 63)
	s.pos += int((63 - s.n) >> 3)
	s.n |= 56
	return true
}

// unload gives the whole bytes that are loaded back.
func (s *bitStream) unload() {
	s.pos -= int(s.n >> 3)
	s.n &= 7
	s.bits &= 1<<s.n - 1
}

func (s *bitStream) drop(n uint) {
	s.bits >>= n & 63
	s.n -= n
}

// taken returns how many bytes of the source the dropped bits were in.
func (s *bitStream) taken() int { return s.base + s.pos - int(s.n>>3) }

// overrun says whether bits were dropped that were not in the source.
func (s *bitStream) overrun() bool { return s.pos-int(s.n>>3) > s.end }

// stored copies a block that is not compressed. There are at least 53 bits.
func (s *bitStream) stored() (end bool, err error) {
	s.drop(s.n & 7)
	length, check := int(s.bits&0xffff), int(s.bits>>16&0xffff)
	s.drop(32)
	s.unload()
	if s.pos > s.end {
		return false, errTruncated
	}
	if length != check^0xffff {
		return false, errCorrupt
	}
	n := min(length, len(s.dst)-s.out)
	if n > s.end-s.pos {
		return false, errTruncated
	}
	copy(s.dst[s.out:], s.src[s.pos:s.pos+n])
	s.out += n
	s.pos += n
	return n == length, nil
}
