package rules

import "encoding/binary"

// A teddy finds many needles in one pass, by three bytes of each. It has vector
// instructions tell, of 32 places at once, which may begin one of them. The name
// is that of the algorithm in Intel's Hyperscan, which spread by way of Rust's
// aho-corasick. Where the processor has no such instructions, or the needles are
// so many that too many places pass, it looks the three bytes of each place up.
type teddy struct {
	// masks hold, for the low and the high half of each of the three bytes, which
	// groups of needles go on with it: a bit a group. Both halves of a mask are
	// the same, as the instruction wants it.
	masks [6][32]byte

	places map[uint32][]int32          // the needles by their three bytes, as indexes
	grams  []int                       // where the three bytes stand in each needle
	known  [1 << (gramBits - 6)]uint64 // a bit for each hash of three bytes
	walks  bool                        // from place to place, without the masks
}

const (
	gramSize = 3
	gramBits = 16 // the bits take 8 KB, which stay near the processor
)

// teddyGroups is how many groups a mask has room for.
const teddyGroups = 8

// add adds the next needle to a group, to be found by its three bytes at at.
func (t *teddy) add(n needle, at, group int) {
	gram, hash := gramOf(n.text[at:])
	t.places[gram] = append(t.places[gram], int32(len(t.grams)))
	t.grams = append(t.grams, at)
	t.known[hash/64] |= 1 << (hash % 64)
	for k, c := range n.text[at : at+gramSize] {
		for half := range 2 {
			t.masks[2*k][16*half+int(c&15)] |= 1 << group
			t.masks[2*k+1][16*half+int(c>>4)] |= 1 << group
		}
	}
}

// gramOf returns the three bytes that text begins with as a number, and its hash.
func gramOf(text []byte) (gram, hash uint32) {
	gram = uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16
	return gram, gramHash(gram)
}

// gramHash hashes the lower three bytes of a number: the fourth is shifted out.
func gramHash(gram uint32) uint32 { return gram << 8 * 0x9e3779b1 >> (32 - gramBits) }

// each calls yield for the needles in data, until it returns false.
func (t *teddy) each(needles []needle, data []byte, yield func(n *needle, at int) bool) {
	for at := 0; len(needles) > 0 && at+gramSize <= len(data); at++ {
		if t.walks {
			at = t.next(data, at)
		} else {
			at += findGrams(data[at:], &t.masks)
		}
		if at+gramSize > len(data) {
			return
		}
		gram, hash := gramOf(data[at:])
		if t.known[hash/64]>>(hash%64)&1 == 0 {
			continue
		}
		for _, i := range t.places[gram] {
			n := &needles[i]
			if start := at - t.grams[i]; start >= 0 && n.isAt(data, start) && !yield(n, start) {
				return
			}
		}
	}
}

// next returns the first place in data[at:] whose three bytes may be known, or
// one near the end, from where on it did not look.
func (t *teddy) next(data []byte, at int) int {
	for ; at+4 <= len(data); at++ {
		hash := gramHash(binary.LittleEndian.Uint32(data[at:]))
		if t.known[hash/64]>>(hash%64)&1 != 0 {
			break
		}
	}
	return at
}
