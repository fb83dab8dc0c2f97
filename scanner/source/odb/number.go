package odb

// Numbers returns how many numbers [DB.Number] gives.
func (db *DB) Numbers() int {
	n := 0
	for _, p := range db.packs {
		n += int(p.index.fan(255))
	}
	for _, l := range db.loose {
		n += l.len()
	}
	return n
}

// Number returns a small number that stands for an object, the same for all of
// its copies. It reads mapped memory, as does [DB.Numbers]: see
// debug.SetPanicOnFault.
func (db *DB) Number(id []byte) (number int, ok bool) {
	base := 0
	for _, p := range db.packs {
		if rank, ok := p.index.find(id); ok {
			return base + rank, true
		}
		base += int(p.index.fan(255))
	}
	for _, l := range db.loose {
		if i, ok := l.find(id); ok {
			return base + i, true
		}
		base += l.len()
	}
	return 0, false
}

// Workers returns how many goroutines visit objects.
func (db *DB) Workers() int { return db.opts.Workers }

// ID returns the id of an object that [DB.Number] gave a number. It reads mapped
// memory, as [DB.Number] does.
func (db *DB) ID(number int) ID {
	for _, p := range db.packs {
		if n := int(p.index.fan(255)); number >= n {
			number -= n
			continue
		}
		return ID(p.index.id(number))
	}
	for _, l := range db.loose {
		if number < l.len() {
			return ID(l.id(number))
		}
		number -= l.len()
	}
	return ""
}
