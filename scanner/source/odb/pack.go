package odb

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
)

// pack is a pack with its index. Its entries are numbered by their offset.
// What is kept of an entry takes 25 bytes, and pages about 4 more.
type pack struct {
	path  string
	data  []byte // the mapped file
	index index

	offs  []int64  // where the entries begin, ascending
	ranks []uint32 // of the entries in the index
	bases []int32  // the entry that a delta changes, or one of the constants below
	first []int32  // the first of the deltas that change an entry, or none
	next  []int32  // the next delta that changes the same base, or none
	flags []uint8

	number int // of the first object in the index

	// pages[k] is the first entry whose offset is at least k<<shift.
	pages []uint32
	shift int

	outside []uint32 // ranks of the objects whose offset lies outside the pack
}

// What bases has of entries without a base in the same pack.
const (
	none     = -1 // the object is stored whole
	external = -2 // the base is in another pack, a loose object, or missing
	broken   = -3 // the header is damaged
	looping  = -4 // the chain of bases comes back to the entry
)

// What flags has.
const (
	copied    = 1 << iota // the object is in other packs, too
	secondary             // and another of these copies is the one to visit
)

var (
	errPack         = errors.New("pack is damaged: it does not begin as a pack")
	errPackCount    = errors.New("pack and index differ in their number of objects")
	errPackChecksum = errors.New("pack is damaged or its index is of another pack: checksums differ")
	errOutside      = errors.New("its offset lies outside the pack")
)

const packHeader = 12

// end returns where the entries end and the checksum begins.
func (p *pack) end() int64 { return int64(len(p.data) - p.index.hash) }

// check compares what pack and index say about the pack as a whole.
func (p *pack) check() error {
	if len(p.data) < packHeader+p.index.hash || string(p.data[:4]) != "PACK" {
		return errPack
	}
	if v := binary.BigEndian.Uint32(p.data[4:]); v != 2 && v != 3 {
		return errPack
	}
	if binary.BigEndian.Uint32(p.data[8:]) != uint32(p.index.n) {
		return errPackCount
	}
	if !bytes.Equal(p.data[p.end():], p.index.packChecksum()) {
		return errPackChecksum
	}
	return nil
}

// sortEntries numbers the entries by their offset: a counting sort over pages
// of the pack that hold about one entry each, which then find the entry at an
// offset.
func (p *pack) sortEntries() {
	n := p.index.n
	p.shift = bits.Len64(uint64(p.end()) / uint64(max(n, 1)))
	pages := make([]uint32, p.end()>>p.shift+3)
	for rank := range n {
		if off := p.index.offset(rank); p.inside(off) {
			pages[off>>p.shift+2]++
		} else {
			p.outside = append(p.outside, uint32(rank))
		}
	}
	for k := 1; k < len(pages); k++ {
		pages[k] += pages[k-1]
	}
	n -= len(p.outside)
	p.offs, p.ranks = make([]int64, n), make([]uint32, n)
	for rank := range p.index.n {
		off := p.index.offset(rank)
		if !p.inside(off) {
			continue
		}
		at := &pages[off>>p.shift+1]
		if int(*at) < n { // always, unless the file changed meanwhile
			p.offs[*at], p.ranks[*at] = off, uint32(rank)
			*at++
		}
	}
	p.pages = pages[:len(pages)-1]
	for k := range len(p.pages) - 1 {
		p.sortPage(int(p.pages[k]), int(p.pages[k+1]))
	}
}

func (p *pack) inside(off int64) bool { return off >= packHeader && off < p.end() }

// sortPage sorts the entries of a page, mostly one or two.
func (p *pack) sortPage(from, to int) {
	if to-from > 64 {
		p.sortLargePage(from, to)
		return
	}
	for i := from + 1; i < to; i++ {
		for j := i; j > from && p.offs[j-1] > p.offs[j]; j-- {
			p.offs[j-1], p.offs[j] = p.offs[j], p.offs[j-1]
			p.ranks[j-1], p.ranks[j] = p.ranks[j], p.ranks[j-1]
		}
	}
}

// sortLargePage sorts a page that is made to be slow.
func (p *pack) sortLargePage(from, to int) {
	type entry struct {
		off  int64
		rank uint32
	}
	entries := make([]entry, to-from)
	for i := range entries {
		entries[i] = entry{p.offs[from+i], p.ranks[from+i]}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.rank, b.rank))
	})
	for i, e := range entries {
		p.offs[from+i], p.ranks[from+i] = e.off, e.rank
	}
}

// at returns the entry that begins at an offset.
func (p *pack) at(off int64) (entry int32, ok bool) {
	if !p.inside(off) {
		return 0, false
	}
	k := off >> p.shift
	from, to := p.pages[k], p.pages[k+1]
	i, ok := slices.BinarySearch(p.offs[from:to], off)
	return int32(from) + int32(i), ok
}

// find returns the entry of an object.
func (p *pack) find(id []byte) (entry int32, ok bool) {
	rank, ok := p.index.find(id)
	if !ok {
		return 0, false
	}
	return p.at(p.index.offset(rank))
}

// id returns the id of an entry's object. It is part of the mapped index.
func (p *pack) id(entry int32) []byte { return p.index.id(int(p.ranks[entry])) }
