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
	grams  []int // where the three bytes stand in each needle
}

const gramSize = 3

// newTeddy returns nil if a needle is too short.
func newTeddy(needles []needle) *teddy {
	t := &teddy{places: map[[gramSize]byte][]int32{}}
	for i, n := range needles {
		if len(n.text) < gramSize {
			return nil
		}
		at := rarestGram(n.text)
		gram := [gramSize]byte(n.text[at:])
		t.places[gram] = append(t.places[gram], int32(i))
		t.grams = append(t.grams, at)
		group := byte(1) << (i % 8)
		for k, c := range gram {
			for half := range 2 {
				t.masks[2*k][16*half+int(c&15)] |= group
				t.masks[2*k+1][16*half+int(c>>4)] |= group
			}
		}
	}
	return t
}

// rarestGram returns where the rarest three bytes of a needle stand.
func rarestGram(text []byte) (best int) {
	sum := func(at int) (n int) {
		for _, c := range text[at : at+gramSize] {
			n += rarity(c)
		}
		return n
	}
	for at := range len(text) - gramSize + 1 {
		if sum(at) > sum(best) {
			best = at
		}
	}
	return best
}

// each calls yield for the needles in data, until it returns false.
func (t *teddy) each(needles []needle, data []byte, yield func(n *needle, at int) bool) {
	for at := 0; at+gramSize <= len(data); at++ {
		at += findGrams(data[at:], &t.masks)
		if at+gramSize > len(data) {
			return
		}
		for _, i := range t.places[[gramSize]byte(data[at:])] {
			n := &needles[i]
			if start := at - t.grams[i]; start >= 0 && n.isAt(data, start) && !yield(n, start) {
				return
			}
		}
	}
}
