package odb

import (
	"bytes"
	"cmp"
	"slices"
)

// markCopies finds the objects that are stored more than once: of an object's
// copies in packs one is visited, loose ones only if there is none in a pack.
func (db *DB) markCopies() {
	db.catalog = nil
	for _, p := range db.packs {
		p.flags = make([]uint8, p.index.n) // by rank for now
	}
	if len(db.packs) > 1 {
		var all *catalog
		if len(db.packs) > fewPacks {
			all = db.newCatalog()
		}
		err := parallel(db.opts.Workers, 256, 4, func(_, from, to int) {
			var scratch []packed
			for b := from; b < to; b++ {
				scratch = db.packedWith(b, scratch[:0])
				markCopies(scratch)
				if all != nil {
					all.add(b, scratch, db.bases)
				}
			}
		})
		if err != nil {
			db.damage = append(db.damage, Damage{Err: err})
		} else {
			if db.catalog = all; all != nil {
				all.pages = newPages(len(all.keys), func(i int) uint64 { return all.keys[i] })
			}
		}
	}
	for _, p := range db.packs {
		p.flagsFromRanks()
	}
	err := guard(func() error {
		for d, l := range db.loose {
			db.markLooseCopies(l, d)
		}
		return nil
	})
	if err != nil {
		db.damage = append(db.damage, Damage{Err: err})
	}
}

// markLooseCopies decides which objects of the d-th folder are visited there.
func (db *DB) markLooseCopies(l *looseDir, d int) {
	l.visit = nil
	for i := range l.len() {
		here := !db.inLoose(l.id(i), d)
		for _, at := range db.entries(l.id(i)) {
			at.pack.flags[at.entry] |= copied
			here = false
		}
		if here {
			l.visit = append(l.visit, int32(i))
		}
	}
}

// packed is an object in a pack.
type packed struct {
	id   []byte
	pack *pack
	rank uint32

	order int // of the pack
}

// packedWith returns the objects of all packs whose ids begin with a byte.
func (db *DB) packedWith(first int, found []packed) []packed {
	for order, p := range db.packs {
		low := uint32(0)
		if first > 0 {
			low = p.index.fan(first - 1)
		}
		for rank := low; rank < p.index.fan(first); rank++ {
			if p.inside(p.index.offset(int(rank))) {
				found = append(found, packed{p.index.id(int(rank)), p, rank, order})
			}
		}
	}
	return found
}

// markCopies marks the objects among found that are there more than once.
func markCopies(found []packed) {
	slices.SortFunc(found, func(a, b packed) int {
		return cmp.Or(bytes.Compare(a.id, b.id), cmp.Compare(a.order, b.order))
	})
	for i := 1; i < len(found); i++ {
		if bytes.Equal(found[i-1].id, found[i].id) {
			found[i-1].mark(copied)
			found[i].mark(copied | secondary)
		}
	}
}

func (o packed) mark(flags uint8) {
	if int(o.rank) < len(o.pack.flags) {
		o.pack.flags[o.rank] |= flags
	}
}

// flagsFromRanks puts flags, which were set by rank, in the order of entries.
func (p *pack) flagsFromRanks() {
	byRank := p.flags
	p.flags = make([]uint8, len(p.ranks))
	for i, rank := range p.ranks {
		if int(rank) < len(byRank) {
			p.flags[i] = byRank[rank]
		}
	}
}

// inLoose tells whether one of the first n folders has an object.
func (db *DB) inLoose(id []byte, n int) bool {
	return slices.ContainsFunc(db.loose[:n], func(l *looseDir) bool { return l.has(id) })
}
