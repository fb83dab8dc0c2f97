package odb

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"sync"
)

// Options says how a storage is read. Its zero value is a SHA-1 repository,
// read by as many goroutines as there are processors.
type Options struct {
	// HashSize is the size of an id in bytes: 20 for SHA-1, which 0 stands for,
	// or 32 for SHA-256. The repository's configuration tells.
	HashSize int

	// Alternates are further folders of objects, as
	// GIT_ALTERNATE_OBJECT_DIRECTORIES has them.
	Alternates []string

	// Workers is how many goroutines open packs and visit objects.
	Workers int

	// MaxObject is how many bytes an object may have that has to be held in
	// memory as a whole, because it is a delta or the base of one: 512 MB for 0,
	// which is the size from that on git makes no deltas.
	MaxObject int64

	// Memory is how many bytes the buffers of a visit may take together before
	// bases are given up and built again: 64 MB for 0. The objects in use at a
	// time are held in any case.
	Memory int64

	// Expansion is how many bytes deltas may make in one visit of all objects,
	// beside 64 for each byte of the packs: 64 GB for 0. What they make at the
	// rate of deflate, 1032 for each byte that they take, is not counted; what
	// is made more than once is. What goes beyond is reported.
	Expansion int64
}

// DB is an open storage of objects. It is not changed by reading and may be
// shared. What is written to the repository later is not seen, but what is moved
// is found: git may repack while the storage is read.
type DB struct {
	opts     Options
	objects  string  // the folder
	packs    []*pack // the largest first
	loose    []*looseDir
	listed   *listing
	problems map[string][]error // of packs, by path without an ending
	damage   []Damage

	bases   []int // the first numbers of the packs and of the loose folders, then the end
	catalog *catalog

	pools pools

	mu       sync.Mutex
	newer    *DB // the storage as it was when something was missing
	listings int // made to find that out
	age      int // how many storages were opened before, of which this is the newer
}

// Open opens the folder of objects of a repository, and its alternates. What
// cannot be read of them is told by [DB.Damage]; it is an error only if the
// folder itself cannot be read.
func Open(objects string, opts Options) (*DB, error) {
	if opts.HashSize == 0 {
		opts.HashSize = 20
	}
	if opts.HashSize != 20 && opts.HashSize != 32 {
		return nil, fmt.Errorf("no hash has %d bytes", opts.HashSize)
	}
	opts.Workers = workers(opts.Workers)
	opts.MaxObject = cmp.Or(opts.MaxObject, 512<<20)
	opts.Memory = cmp.Or(opts.Memory, 64<<20)
	if _, err := os.ReadDir(objects); err != nil {
		return nil, fmt.Errorf("open objects: %w", err)
	}
	opts.Expansion = cmp.Or(opts.Expansion, 64<<30)
	db := &DB{opts: opts, objects: objects, problems: map[string][]error{}}
	db.settle()
	return db, nil
}

// Unreadable returns the storage in a folder of which nothing can be read, for
// the given reason.
func Unreadable(objects string, opts Options, reason error) *DB {
	opts.HashSize, opts.Workers = cmp.Or(opts.HashSize, 20), workers(opts.Workers)
	db := &DB{opts: opts, objects: objects, listed: &listing{packs: map[string]packFiles{}}}
	db.damaged(objects, reason)
	db.numberPacks()
	return db
}

// Close gives back the memory that packs are mapped to. Nothing that the
// storage handed out may be used from then on.
func (db *DB) Close() error {
	var err error
	for _, p := range db.packs {
		err = errors.Join(err, unmapFile(p.data), unmapFile(p.index.data))
	}
	db.packs, db.loose = nil, nil
	if db.newer != nil {
		err = errors.Join(err, db.newer.Close())
	}
	return err
}

// Damage returns what could not be opened: packs, indexes, folders.
func (db *DB) Damage() []Damage { return db.damage }

// Len returns how many objects there are. An object of which there are several
// copies counts once.
func (db *DB) Len() int {
	n := 0
	for _, p := range db.packs {
		for _, f := range p.flags {
			if f&secondary == 0 {
				n++
			}
		}
	}
	for _, l := range db.loose {
		n += len(l.visit)
	}
	return n
}

func (db *DB) damaged(path string, err error) {
	db.damage = append(db.damage, Damage{Path: path, Err: err})
}

// openPack opens one pack. It returns none if nothing of it can be read.
func (db *DB) openPack(stem string, workers int) (*pack, []error) {
	p := &pack{path: stem + ".pack"}
	idx, err := mapFile(stem + ".idx")
	if err != nil {
		return nil, []error{fmt.Errorf("no index: %w", err)}
	}
	if p.data, err = mapFile(p.path); err != nil {
		return nil, []error{err, unmapFile(idx)}[:1]
	}
	var problems []error
	err = guard(func() error {
		if p.index, err = parseIndex(idx, db.opts.HashSize); err != nil {
			return err
		}
		if err := p.check(); errors.Is(err, errPack) {
			return err
		} else if err != nil {
			problems = append(problems, err)
		}
		return nil
	})
	if err == nil {
		err = p.load(workers, &problems)
	}
	if err != nil {
		unmapFile(p.data)
		unmapFile(idx)
		return nil, append(problems, err)
	}
	return p, problems
}

// load reads the headers of all entries, and meanwhile the index's checksum.
func (p *pack) load(workers int, problems *[]error) error {
	var wg sync.WaitGroup
	var checksum error
	wg.Go(func() { checksum = guard(p.index.verify) })
	err := guard(func() error {
		p.index.pages = newPages(p.index.n, func(rank int) uint64 { return key(p.index.id(rank)) })
		p.sortEntries()
		return nil
	})
	if err == nil {
		p.bases = make([]int32, len(p.offs))
		err = parallel(workers, len(p.offs), 4096, func(_, from, to int) {
			for i := from; i < to; i++ {
				p.bases[i] = p.base(int32(i))
			}
		})
	}
	if err == nil {
		p.cutLoops()
		p.linkChildren()
	}
	wg.Wait()
	if checksum != nil {
		*problems = append(*problems, checksum)
	}
	return err
}

// guard calls f, which reads mapped memory, and returns its error or panic.
func guard(f func() error) (err error) {
	if perr := parallel(1, 1, 1, func(_, _, _ int) { err = f() }); perr != nil {
		return perr
	}
	return err
}
