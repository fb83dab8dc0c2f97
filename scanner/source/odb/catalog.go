package odb

import (
	"bytes"
	"slices"
	"sort"
)

// catalog finds objects in many packs at once, as git's multi-pack-index does.
// With a few packs it is left out: to ask each of them is as fast.
type catalog struct {
	keys    []uint64 // the beginnings of all ids, ascending
	numbers []int32
	begins  [257]int // of the ids with a first byte, in keys
	pages   pages
}

const fewPacks = 4

// newCatalog makes room for the objects of all packs.
func (db *DB) newCatalog() *catalog {
	c := &catalog{}
	for b := range 256 {
		n := 0
		for _, p := range db.packs {
			n += int(p.index.fan(b))
		}
		c.begins[b+1] = n
	}
	c.keys, c.numbers = make([]uint64, c.begins[256]), make([]int32, c.begins[256])
	return c
}

// add enters the objects with a first byte, sorted by id and pack.
func (c *catalog) add(first int, found []packed, bases []int) {
	at := c.begins[first]
	for i, o := range found[:min(len(found), c.begins[first+1]-at)] {
		c.keys[at+i], c.numbers[at+i] = key(o.id), int32(bases[o.order]+int(o.rank))
	}
	for i := at + len(found); i < c.begins[first+1]; i++ { // instead of those whose offset is outside their pack
		c.keys[i], c.numbers[i] = uint64(first)<<56|1<<56-1, -1
	}
}

// find returns the numbers of objects that may have an id: all whose ids begin
// like it.
func (c *catalog) find(id []byte) []int32 {
	want := key(id)
	low, high := c.pages.around(want)
	first := low + sort.Search(high-low, func(i int) bool { return c.keys[low+i] >= want })
	last := first
	for last < high && c.keys[last] == want {
		last++
	}
	return c.numbers[first:last]
}

// inPacks calls yield for the packs that list an object, with its rank there,
// the largest pack first, until yield returns false.
func (db *DB) inPacks(id []byte, yield func(order, rank int) bool) {
	if len(id) != db.opts.HashSize {
		return
	}
	if db.catalog == nil {
		for order, p := range db.packs {
			rank, ok := p.index.find(id)
			for ok && rank > 0 && bytes.Equal(p.index.id(rank-1), id) { // a pack may hold an object twice
				rank--
			}
			for ; ok && rank < p.index.n && bytes.Equal(p.index.id(rank), id); rank++ {
				if !yield(order, rank) {
					return
				}
			}
		}
		return
	}
	for _, number := range db.catalog.find(id) {
		order, rank := db.placeOf(int(number))
		if order >= 0 && bytes.Equal(db.packs[order].index.id(rank), id) && !yield(order, rank) {
			return
		}
	}
}

// placeOf returns the pack and rank of the object with a number.
func (db *DB) placeOf(number int) (order, rank int) {
	order = sort.SearchInts(db.bases, number+1) - 1
	if order < 0 || order >= len(db.packs) {
		return -1, 0
	}
	return order, number - db.bases[order]
}

// entries returns where an object stands in packs, the largest first.
func (db *DB) entries(id []byte) (found []place) {
	db.inPacks(id, func(order, rank int) bool {
		p := db.packs[order]
		if e, ok := p.at(p.index.offset(rank)); ok {
			found = append(found, place{p, e})
		}
		return true
	})
	return found
}

// numberPacks gives each pack its share of the numbers.
func (db *DB) numberPacks() {
	db.bases = db.bases[:0]
	next := 0
	for _, p := range db.packs {
		p.number = next
		db.bases = append(db.bases, next)
		next += p.index.n
	}
	db.bases = append(db.bases, next)
	for _, l := range db.loose {
		next += l.len()
		db.bases = append(db.bases, next)
	}
	db.bases = slices.Clip(db.bases)
}
