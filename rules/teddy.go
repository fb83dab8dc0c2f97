package rules

// A teddy finds many needles in one pass, by three bytes of each, with vector
// instructions: of 32 places at once it tells which may begin one of them. The
// name is that of the algorithm in Intel's Hyperscan, which spread by way of
// Rust's aho-corasick. It is used where the processor has what it takes; else
// the needles are looked for one by one.
type teddy struct {
	// masks hold, for the low and the high half of each of the three bytes, which
	// groups of needles go on with it: a bit a group. Both halves of a mask are
	// the same, as the instruction wants it.
	masks [6][32]byte

	// places are the needles by their three bytes, as indexes into Set.needles.
	places map[[gramSize]byte][]int32
	grams  []int               // where the three bytes stand in each needle
	known  [1 << gramBits]bool // the hashes of the three bytes
}

const (
	gramSize = 3
	gramBits = 12
)

// teddyGroups is how many groups a mask has room for.
const teddyGroups = 8

// add adds the next needle to a group, to be found by its three bytes at at.
func (t *teddy) add(n needle, at, group int) {
	gram := [gramSize]byte(n.text[at:])
	t.places[gram] = append(t.places[gram], int32(len(t.grams)))
	t.grams = append(t.grams, at)
	t.known[gramHash(gram)] = true
	for k, c := range gram {
		for half := range 2 {
			t.masks[2*k][16*half+int(c&15)] |= 1 << group
			t.masks[2*k+1][16*half+int(c>>4)] |= 1 << group
		}
	}
}

func gramHash(gram [gramSize]byte) uint32 {
	return (uint32(gram[0]) | uint32(gram[1])<<8 | uint32(gram[2])<<16) * 0x9e3779b1 >> (32 - gramBits)
}

// each calls yield for the needles in data, until it returns false.
func (t *teddy) each(needles []needle, data []byte, yield func(n *needle, at int) bool) {
	for at := 0; at+gramSize <= len(data); at++ {
		at += findGrams(data[at:], &t.masks)
		if at+gramSize > len(data) {
			return
		}
		gram := [gramSize]byte(data[at:])
		if !t.known[gramHash(gram)] {
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
