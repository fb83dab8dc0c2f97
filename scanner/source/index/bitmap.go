package index

import (
	"encoding/binary"
	"math/bits"
)

// A stored bitmap is compressed (EWAH, in git's technical documentation on
// bitmaps): its number of bits, a number of words of 64 bits and these, and where
// the last run begins. A run is a word that tells of words that are all the same,
// which are not stored, and of others, which follow. Its lowest bit is what the
// former consist of, the next 32 are their number, the rest the number of the
// others.
const (
	bitmapHead  = 8
	bitmapTail  = 4
	wordSize    = 8
	runBits     = 32
	literalAt   = 1 + runBits
	bitsPerWord = 64
)

// bitmapSize returns how many bytes the bitmap takes that data begins with.
func bitmapSize(data []byte) (size int, ok bool) {
	if len(data) < bitmapHead+bitmapTail {
		return 0, false
	}
	words := int64(binary.BigEndian.Uint32(data[4:]))
	if words > int64(len(data)-bitmapHead-bitmapTail)/wordSize {
		return 0, false
	}
	return bitmapHead + int(words)*wordSize + bitmapTail, true
}

// bitmap is a set of small numbers.
type bitmap []uint64

func (b bitmap) has(n int) bool {
	return n/bitsPerWord < len(b) && b[n/bitsPerWord]>>(n%bitsPerWord)&1 != 0
}

func (b bitmap) count() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// expand returns a stored bitmap of numbers below n. It is not ok if there are
// others in it, or runs that are cut short. None at all is empty.
func expand(data []byte, n int) (b bitmap, ok bool) {
	if len(data) == 0 {
		return nil, true
	}
	b = make(bitmap, (n+bitsPerWord-1)/bitsPerWord)
	words := data[bitmapHead : len(data)-bitmapTail]
	next := func() (word uint64) {
		word, words = binary.BigEndian.Uint64(words), words[wordSize:]
		return word
	}
	at := uint64(0) // words so far
	put := func(word uint64) bool {
		if at < uint64(len(b)) {
			b[at] = word
		}
		at++
		return word == 0 || at <= uint64(len(b))
	}
	for len(words) > 0 {
		run := next()
		same, others := run>>1&(1<<runBits-1), run>>literalAt
		if others > uint64(len(words)/wordSize) {
			return nil, false
		}
		if run&1 == 0 {
			at += same
			same = 0
		}
		for ; same > 0; same-- {
			if !put(^uint64(0)) {
				return nil, false
			}
		}
		for ; others > 0; others-- {
			if !put(next()) {
				return nil, false
			}
		}
	}
	return b, n%bitsPerWord == 0 || b[len(b)-1]>>(n%bitsPerWord) == 0
}
