package odb

import (
	"bytes"
	"sort"
)

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

// NumberAll stores in numbers what [DB.Number] says of ids that stand side by
// side, -1 for an object that is not there. Asked for many at once, the memory
// that an id is looked for in is waited for once.
func (db *DB) NumberAll(ids []byte, numbers []int32) {
	size := db.opts.HashSize
	if len(db.packs) == 0 {
		db.numberEach(ids, numbers)
		return
	}
	x := &db.packs[0].index // the largest
	for len(numbers) > 0 {
		var ranks [64]int32
		n := min(len(ranks), len(numbers))
		for i := range n {
			rank, _ := x.pages.around(key(ids[i*size:]))
			ranks[i] = int32(rank)
		}
		for i, rank := range ranks[:n] {
			id := ids[i*size : (i+1)*size]
			if numbers[i] = rank; int(rank) >= x.n || !bytes.Equal(x.id(int(rank)), id) {
				db.numberEach(id, numbers[i:i+1])
			}
		}
		ids, numbers = ids[n*size:], numbers[n:]
	}
}

func (db *DB) numberEach(ids []byte, numbers []int32) {
	for i := range numbers {
		numbers[i] = -1
		if number, ok := db.Number(ids[i*db.opts.HashSize : (i+1)*db.opts.HashSize]); ok {
			numbers[i] = int32(number)
		}
	}
}

// numberIn returns the number of the object that an entry has, if it is the one
// to visit of its copies.
func (db *DB) numberIn(p *pack, entry int32) int {
	if p.flags[entry]&copied != 0 {
		return db.numberOf(p.id(entry))
	}
	return p.number + int(p.ranks[entry])
}

// numberOf is Number for an object that is there.
func (db *DB) numberOf(id []byte) int {
	number, _ := db.Number(id)
	return number
}

// Workers returns how many goroutines visit objects.
func (db *DB) Workers() int { return db.opts.Workers }

// HashSize returns the size of an id in bytes.
func (db *DB) HashSize() int { return db.opts.HashSize }
