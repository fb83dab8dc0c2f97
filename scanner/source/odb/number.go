package odb

import "sort"

// Numbers returns how many numbers [DB.Number] gives.
func (db *DB) Numbers() int { return db.bases[len(db.bases)-1] }

// Number returns a small number that stands for an object, the same for all of
// its copies. It reads mapped memory: see debug.SetPanicOnFault.
func (db *DB) Number(id []byte) (number int, ok bool) {
	db.inPacks(id, func(order, rank int) bool {
		number, ok = db.bases[order]+rank, true
		return false
	})
	if ok {
		return number, true
	}
	for d, l := range db.loose {
		if i, ok := l.find(id); ok {
			return db.bases[len(db.packs)+d] + i, true
		}
	}
	return 0, false
}

// ID returns the id of an object that [DB.Number] gave a number. It reads mapped
// memory, as [DB.Number] does.
func (db *DB) ID(number int) ID {
	if order, rank := db.placeOf(number); order >= 0 {
		return ID(db.packs[order].index.id(rank))
	}
	d := sort.SearchInts(db.bases, number+1) - 1 - len(db.packs)
	if d < 0 || d >= len(db.loose) {
		return ""
	}
	return ID(db.loose[d].id(number - db.bases[len(db.packs)+d]))
}

// Workers returns how many goroutines visit objects.
func (db *DB) Workers() int { return db.opts.Workers }
