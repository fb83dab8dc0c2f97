package odb

import (
	"context"
	"io"
	"runtime/debug"
	"sort"
	"sync"
	"sync/atomic"
)

// Object is an object that is visited.
type Object struct {
	// RawID is the id in bytes, valid until the visit returns.
	RawID []byte

	// Number is what [DB.Number] says of it.
	Number int

	Type Type
	Size int64

	// Data is the content, valid until the visit returns and not to be changed.
	// It is nil if the object is too large to be held in memory.
	Data []byte

	// Stream reads the content of an object without Data. It need not be read
	// to its end. That the content is damaged shows while it is read, and is
	// told by EachOptions.Damaged, too.
	Stream io.Reader
}

// ID returns the object's id.
func (o *Object) ID() ID { return ID(o.RawID) }

// EachOptions says what is visited. Its zero value stands for every object.
type EachOptions struct {
	// Types are the types of objects to visit; all if there are none. Objects
	// of other types cost next to nothing.
	Types []Type

	// Verify compares every object with its id before it is visited. Without,
	// the checksums of zlib streams and indexes are compared, which is about
	// damage, not about a pack that somebody made up.
	Verify bool

	// Trees, if not nil, is told of trees instead of the visit, but for those
	// that are too large to be held in memory. They are not verified.
	Trees *TreeVisitor

	// Damaged is told of each object that cannot be visited, and of what else
	// is found to be damaged. It is called by one goroutine at a time.
	Damaged func(Damage)
}

// Each visits every object once, in an order that suits the storage: the whole
// object of a family of deltas first, then its deltas depth-first. It calls
// visit from [Options.Workers] goroutines, which are numbered from 0. What
// cannot be read goes to Damaged, and all else is visited. The error is that of
// ctx.
func (db *DB) Each(ctx context.Context, opts EachOptions, visit func(worker int, o *Object)) error {
	_, err := db.run(ctx, &job{db: db, opts: opts, visit: visit})
	return err
}

// job is one visit to all objects.
type job struct {
	db      *DB
	opts    EachOptions
	needles *Needles // nil unless it is a search
	visit   func(worker int, o *Object)

	wanted [8]bool    // by type
	always [8]bool    // by type: visited even without a needle
	mu     sync.Mutex // for Damaged
	heavy  sync.Mutex // held by the one worker that has a large object in memory
	parts  []int      // the first part of each pack, then of each folder, then the end
	next   atomic.Int64
	total  atomic.Int64 // bytes of the objects that were gone through

	allowance *allowance // for deltas
	vanished  []Damage   // loose objects that were not there any more
}

// What a worker takes at a time: so many entries of a pack, of which about a
// third are roots of families, or so many loose objects.
const (
	packPart  = 96
	loosePart = 32
)

func (db *DB) run(ctx context.Context, j *job) (bytes int64, err error) {
	for _, t := range j.opts.Types {
		j.wanted[t&7] = true
	}
	if len(j.opts.Types) == 0 {
		j.wanted = [8]bool{Commit: true, Tree: true, Blob: true, Tag: true}
	}
	if j.opts.Damaged == nil {
		j.opts.Damaged = func(Damage) {}
	}
	j.allowance = db.newAllowance()
	n := 0
	for _, p := range db.packs {
		j.parts = append(j.parts, n)
		n += (len(p.offs) + packPart - 1) / packPart
		j.reportOutside(p)
	}
	for _, l := range db.loose {
		j.parts = append(j.parts, n)
		n += (len(l.visit) + loosePart - 1) / loosePart
	}
	j.parts = append(j.parts, n)

	var wg sync.WaitGroup
	for number := range min(db.opts.Workers, n) {
		wg.Go(func() {
			debug.SetPanicOnFault(true) // of this goroutine alone
			w := newWorker(j, number)
			for part := int(j.next.Add(1)) - 1; part < n && ctx.Err() == nil; part = int(j.next.Add(1)) - 1 {
				w.part(ctx, part)
			}
			j.total.Add(w.bytes)
			j.db.pools.put(w.pool)
		})
	}
	wg.Wait()
	j.visitVanished(ctx)
	return j.total.Load(), ctx.Err()
}

func (j *job) damaged(d Damage) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.opts.Damaged(d)
}

// reportOutside tells of the objects that an index places outside its pack and
// that are nowhere else.
func (j *job) reportOutside(p *pack) {
	err := guard(func() error {
		for _, rank := range p.outside {
			if id := ID(p.index.id(int(rank))); !j.db.Has(id) {
				j.damaged(Damage{p.path, id, errOutside})
			}
		}
		return nil
	})
	if err != nil {
		j.damaged(Damage{Path: p.path, Err: err})
	}
}

// part visits one part of a pack or of a folder of loose objects.
func (w *worker) part(ctx context.Context, part int) {
	k := sort.SearchInts(w.job.parts, part+1) - 1 // the last one that begins at or before it
	from := part - w.job.parts[k]
	if k < len(w.db.packs) {
		p := w.db.packs[k]
		for e := from * packPart; e < min(len(p.offs), (from+1)*packPart) && ctx.Err() == nil; e++ {
			if p.bases[e] < 0 {
				w.family(ctx, p, int32(e))
			}
		}
		return
	}
	l := w.db.loose[k-len(w.db.packs)]
	for i := from * loosePart; i < min(len(l.visit), (from+1)*loosePart) && ctx.Err() == nil; i++ {
		w.loose(l, l.id(int(l.visit[i])))
	}
}
