package rules

import "math"

// groupMask is what a group of a teddy takes for one of its needles: for each of
// the three bytes, which low and high halves.
type groupMask [gramSize]struct{ low, high uint16 }

// maxPassing is the share of places, as far as it can be told beforehand, that
// may pass the masks for these to be worth their while.
const maxPassing = 0.03

// newTeddy returns a teddy, or nil if a needle is too short. A group takes any mixture of its
// needles for one of them, so those are put together, and each is looked for by
// those of its bytes, that give the least such mistakes in ordinary text.
func newTeddy(needles []needle) *teddy {
	t := &teddy{places: map[uint32][]int32{}}
	share := byteShares()
	var groups [teddyGroups]groupMask
	var chances [teddyGroups]float64
	for _, n := range needles {
		if len(n.text) < gramSize {
			return nil
		}
		least, bestAt, bestGroup, bestChance := math.Inf(1), 0, 0, 0.0
		for at := range min(len(n.text)-gramSize+1, teddyGroups) { // more bring little
			for g := range groups {
				chance := groups[g].with(n.text[at:]).chance(&share)
				if more := chance - chances[g]; more < least {
					least, bestAt, bestGroup, bestChance = more, at, g, chance
				}
			}
		}
		groups[bestGroup], chances[bestGroup] = groups[bestGroup].with(n.text[bestAt:]), bestChance
		t.add(n, bestAt, bestGroup)
	}
	passing := 0.0
	for _, chance := range chances {
		passing += chance
	}
	t.walks = !canTeddy() || passing > maxPassing
	return t
}

// with returns the mask with the three bytes that gram begins with.
func (m groupMask) with(gram []byte) groupMask {
	for k, c := range gram[:gramSize] {
		m[k].low |= 1 << (c & 15)
		m[k].high |= 1 << (c >> 4)
	}
	return m
}

// chance returns the share of places in ordinary text that pass the mask.
func (m groupMask) chance(share *[16][16]float64) float64 {
	chance := 1.0
	for _, half := range m {
		sum := 0.0
		for high := range 16 {
			for low := 0; half.high>>high&1 == 1 && low < 16; low++ {
				if half.low>>low&1 == 1 {
					sum += share[high][low]
				}
			}
		}
		chance *= sum
	}
	return chance
}

// byteShares returns about how often each byte stands in ordinary text, by its
// high and its low half.
func byteShares() (share [16][16]float64) {
	for c := range 256 {
		s := 0.001
		switch r := rarity(byte(c)); {
		case r < len(common):
			s = 0.15 / float64(r+2)
		case isAlnum(byte(c)):
			s = 0.004
		}
		share[c>>4][c&15] = s
	}
	return share
}
