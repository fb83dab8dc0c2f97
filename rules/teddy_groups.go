package rules

import (
	"math"
	"math/bits"
)

// teddyGroup is what a group of a teddy takes for one of its needles: for each of
// the three bytes, which low and high halves, and the share of bytes in ordinary
// text that have one of these and one of those.
type teddyGroup [gramSize]struct {
	low, high uint16
	share     float64
}

// maxPassing is the share of places, as far as it can be told beforehand, that
// may pass the masks for these to be worth their while.
const maxPassing = 0.2

// newTeddy returns a teddy for needles of three bytes and more. A group takes any
// mixture of its needles for one of them, so those are put together, and each is
// looked for by those of its bytes, that give the least such mistakes in ordinary
// text.
func newTeddy(needles []needle) *teddy {
	t := &teddy{}
	shares := byteShares()
	var groups [teddyGroups]teddyGroup
	for _, n := range needles {
		least, bestAt, bestGroup := math.Inf(1), 0, 0
		for at := range min(len(n.text)-gramSize+1, teddyGroups) { // more bring little
			for g := range groups {
				if more := groups[g].more(n.text[at:], shares); more < least {
					least, bestAt, bestGroup = more, at, g
				}
			}
		}
		groups[bestGroup].add(n.text[bestAt:], shares)
		t.add(n, bestAt, bestGroup)
	}
	t.finish(needles)
	passing := 0.0
	for _, g := range groups {
		passing += g[0].share * g[1].share * g[2].share
	}
	t.walks = !canTeddy() || passing > maxPassing
	return t
}

// more returns the share of places in ordinary text that pass the group once it
// has the three bytes that gram begins with, and did not pass before.
func (g *teddyGroup) more(gram []byte, shares *byteTable) float64 {
	before, after := 1.0, 1.0
	for k := range g {
		before *= g[k].share
		after *= g[k].share + g.added(k, gram[k], shares)
	}
	return after - before
}

// added returns by how much the share grows of bytes that pass, if c does, too.
func (g *teddyGroup) added(k int, c byte, shares *byteTable) (share float64) {
	low, high := c&15, c>>4
	if m := &g[k]; m.high>>high&1 == 0 {
		for rest := m.low | 1<<low; rest != 0; rest &= rest - 1 {
			share += shares[high][bits.TrailingZeros16(rest)]
		}
	}
	if m := &g[k]; m.low>>low&1 == 0 {
		for rest := m.high; rest != 0; rest &= rest - 1 {
			share += shares[bits.TrailingZeros16(rest)][low]
		}
	}
	return share
}

// add adds the three bytes that gram begins with.
func (g *teddyGroup) add(gram []byte, shares *byteTable) {
	for k := range g {
		g[k].share += g.added(k, gram[k], shares)
		g[k].low |= 1 << (gram[k] & 15)
		g[k].high |= 1 << (gram[k] >> 4)
	}
}

// byteTable holds something for each byte, by its high and its low half.
type byteTable [16][16]float64

// byteShares returns about how often each byte stands in ordinary text.
func byteShares() *byteTable {
	shares := &byteTable{}
	for c := range 256 {
		s := 0.001
		switch r := rarity(byte(c)); {
		case r < len(common):
			s = 0.15 / float64(r+2)
		case isAlnum(byte(c)):
			s = 0.004
		}
		shares[c>>4][c&15] = s
	}
	return shares
}
