package odb

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

var (
	errRestless = errors.New("its objects are moved faster than they can be listed")
	errNoPack   = errors.New("index without its pack")
)

const (
	// maxListings is how often a storage is listed until nothing changes.
	maxListings = 50

	// halfPack is how long git may take to put a pack's index beside it.
	halfPack = 20 * time.Millisecond
)

// settle lists the storage until two listings are equal, and opens what is new.
// Whatever moved while one was made, from loose to packed or the other way or
// into another pack, stands still in the next, or makes it differ. Packs that are
// gone meanwhile stay: they are mapped.
func (db *DB) settle() {
	settled, waited := false, false
	for range maxListings {
		now := db.list()
		settled = db.listed != nil && now.equal(db.listed)
		if settled && (waited || !now.isHalf()) {
			break
		}
		if waited = settled; waited {
			time.Sleep(halfPack)
			continue
		}
		db.listed = now
		db.openListed()
	}
	db.loose = db.listed.loose
	slices.SortStableFunc(db.packs, func(a, b *pack) int { return cmp.Compare(len(b.offs), len(a.offs)) })
	db.numberPacks()
	db.damage = slices.Clone(db.listed.damage)
	if !settled {
		db.damaged(db.objects, errRestless)
	}
	for _, stem := range db.listed.stems() {
		for _, err := range db.problems[stem] {
			db.damaged(stem+".pack", err)
		}
	}
	db.markCopies()
	db.reportOrphans()
}

// openListed opens the packs that are listed and not open yet.
func (db *DB) openListed() {
	known := map[string]bool{}
	for _, p := range db.packs {
		known[p.path] = true
	}
	var stems []string
	for _, stem := range db.listed.stems() {
		again := !slices.ContainsFunc(db.problems[stem], func(err error) bool { return !errors.Is(err, os.ErrNotExist) })
		if db.listed.packs[stem].pack && !known[stem+".pack"] && again {
			stems = append(stems, stem)
		}
	}
	db.openPacks(stems)
}

// openPacks opens packs.
func (db *DB) openPacks(stems []string) {
	opened := make([]*pack, len(stems))
	problems := make([][]error, len(stems))
	open := func(i, workers int) { opened[i], problems[i] = db.openPack(stems[i], workers) }
	if len(stems) < 2*db.opts.Workers {
		for i := range stems { // few packs may be large
			open(i, db.opts.Workers)
		}
	} else if err := parallel(db.opts.Workers, len(stems), 1, func(_, i, _ int) { open(i, 1) }); err != nil {
		db.listed.damaged(filepath.Dir(stems[0]), err)
	}
	for i, p := range opened {
		db.problems[stems[i]] = problems[i]
		if p != nil {
			db.packs = append(db.packs, p)
		}
	}
}

// reportOrphans reports the indexes whose packs are gone, if they name objects
// that are nowhere else. An index that is left over is nothing to worry about.
func (db *DB) reportOrphans() {
	for _, stem := range db.listed.stems() {
		if db.listed.packs[stem].pack {
			continue
		}
		n, err := db.countLost(stem + ".idx")
		switch {
		case errors.Is(err, os.ErrNotExist): // it is gone, too
		case err != nil:
			db.damaged(stem+".idx", fmt.Errorf("%w: %w", errNoPack, err))
		case n > 0:
			db.damaged(stem+".idx", fmt.Errorf("%w: %d of its objects are nowhere else", errNoPack, n))
		}
	}
}

// countLost returns how many objects an index names that are not there.
func (db *DB) countLost(path string) (n int, err error) {
	data, err := mapFile(path)
	if err != nil {
		return 0, err
	}
	defer unmapFile(data)
	err = guard(func() error {
		x, err := parseIndex(data, db.opts.HashSize)
		if err != nil {
			return err
		}
		for rank := range x.n {
			if !db.Has(ID(x.id(rank))) {
				n++
			}
		}
		return nil
	})
	return n, err
}

// Refresh takes in what was added to the storage since it was opened. Nobody may
// use the storage meanwhile, and [DB.Number] may give other numbers afterwards.
func (db *DB) Refresh() {
	if !db.list().equal(db.listed) {
		db.settle()
	}
}

// Promised tells whether there is a pack of a partial clone, which lacks objects
// that the other side promised to have (gitformat-pack(5), partial-clone in git's
// technical documentation).
func (db *DB) Promised() bool { return db.listed.promise }

// maxNewer is how often a storage is listed again, and how often opened again,
// because something is not where it was. Objects that are missing altogether
// must not make a scan slow.
const maxNewer = 8

// next returns the storage as it is now, nil if that is as it was when it was
// opened. What is missing here may be there: it was moved.
func (db *DB) next() *DB {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.newer == nil && db.age < maxNewer && db.listings < maxNewer {
		db.listings++
		if db.list().equal(db.listed) {
			return nil
		}
		newer, err := Open(db.objects, db.opts)
		if err != nil {
			return nil // what is missing here is reported
		}
		newer.age = db.age + 1
		db.newer = newer
	}
	return db.newer
}

// isGone tells whether an error is about something that is not there.
func isGone(err error) bool { return errors.Is(err, ErrMissing) || errors.Is(err, os.ErrNotExist) }
