package rules

import (
	"encoding/binary"
	"math/bits"
)

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

	grams []int       // where the three bytes stand in each needle
	known knownGrams  // the hashes of the three bytes
	slots []gramPlace // the needles by their three bytes, see [teddy.needlesOf]
	order []int32     // indexes of needles, those with the same three bytes side by side
	walks bool        // from place to place, without the masks
}

// knownGrams has a bit for each hash of three bytes: 8 KB, which stay near the
// processor.
type knownGrams [1 << (gramBits - 5)]uint32

// gramPlace says which needles are found by three bytes: order[from:to].
type gramPlace struct {
	gram     uint32
	from, to int32
}

const (
	gramSize = 3
	gramBits = 16
)

// teddyGroups is how many groups a mask has room for.
const teddyGroups = 8

// add adds the next needle to a group, to be found by its three bytes at at.
func (t *teddy) add(n needle, at, group int) {
	t.grams = append(t.grams, at)
	hash := gramHash(gramOf(n.text[at:]))
	t.known[hash/32] |= 1 << (hash % 32)
	for k, c := range n.text[at : at+gramSize] {
		for half := range 2 {
			t.masks[2*k][16*half+int(c&15)] |= 1 << group
			t.masks[2*k+1][16*half+int(c>>4)] |= 1 << group
		}
	}
}

// finish makes the table of what was added.
func (t *teddy) finish(needles []needle) {
	byGram := map[uint32][]int32{}
	for i, at := range t.grams {
		gram := gramOf(needles[i].text[at:])
		byGram[gram] = append(byGram[gram], int32(i))
	}
	t.slots = make([]gramPlace, 1<<bits.Len(uint(2*len(byGram))))
	for gram, indexes := range byGram {
		from := int32(len(t.order))
		t.order = append(t.order, indexes...)
		i := t.slot(gram)
		for t.slots[i].to > 0 {
			i = (i + 1) % len(t.slots)
		}
		t.slots[i] = gramPlace{gram, from, int32(len(t.order))}
	}
}

// needlesOf returns the indexes of the needles that are found by three bytes.
func (t *teddy) needlesOf(gram uint32) []int32 {
	for i := t.slot(gram); ; i = (i + 1) & (len(t.slots) - 1) {
		if s := &t.slots[i]; s.gram == gram || s.to == 0 {
			return t.order[s.from:s.to]
		}
	}
}

// slot returns where the table is looked into first.
func (t *teddy) slot(gram uint32) int { return int(gram*0x9e3779b1>>8) & (len(t.slots) - 1) }

// gramOf returns the three bytes that text begins with as a number.
func gramOf(text []byte) uint32 {
	return uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16
}

// gramHash hashes the lower three bytes of a number: the fourth is shifted out.
func gramHash(gram uint32) uint32 { return gram << 8 * 0x9e3779b1 >> (32 - gramBits) }

// each calls yield for the needles in data, until it returns false.
func (t *teddy) each(needles []needle, data []byte, yield func(n *needle, at int) bool) {
	for at := 0; len(needles) > 0; at++ {
		if at = t.next(data, at); at+gramSize > len(data) {
			return
		}
		for _, i := range t.needlesOf(gramOf(data[at:])) {
			n := &needles[i]
			if start := at - t.grams[i]; start >= 0 && n.isAt(data, start) && !yield(n, start) {
				return
			}
		}
	}
}

// crowded is how many places behind one that passed are looked up by themselves: in
// text that is full of needles the next is so near.
const crowded = 8

// next returns the first place in data[at:] whose three bytes may be known, or
// len(data).
func (t *teddy) next(data []byte, at int) int {
	if !t.walks {
		for range crowded {
			if at+4 > len(data) {
				break
			}
			if t.isKnown(binary.LittleEndian.Uint32(data[at:])) {
				return at
			}
			at++
		}
		at = findGrams(data, at, &t.masks, &t.known)
	}
	for ; at+4 <= len(data); at++ {
		if t.isKnown(binary.LittleEndian.Uint32(data[at:])) {
			return at
		}
	}
	if at+gramSize == len(data) && t.isKnown(gramOf(data[at:])) {
		return at
	}
	return len(data)
}

// isKnown tells whether the lower three bytes of gram may be those of a needle.
func (t *teddy) isKnown(gram uint32) bool {
	hash := gramHash(gram)
	return t.known[hash/32]>>(hash%32)&1 != 0
}
