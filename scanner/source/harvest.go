package source

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"sync"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
	"github.com/patlint/patlint/scanner/unpack"
)

// harvest is what one goroutine of the engine gathers while it goes through the
// objects. What is searched further goes to found; the rest stays here until the
// end.
type harvest struct {
	h     *history
	found chan<- event

	nodes   []node // of commits
	links   []int32
	absent  []odb.ID // what commits name and the storage has not
	missing []odb.ID // what entries of trees name, likewise

	// What links lead to and entries name is looked up many ids at a time.
	linked, named lookup

	commented []odb.ID // files with inline comments, if that matters

	// entries remembers entries of trees that were looked at, by hash: most
	// trees that are stored as a whole share entries with others.
	entries [entryCache]uint64
	seed    maphash.Seed
}

const entryCache = 1 << 16

// lookup is ids that are yet to be looked up, side by side.
type lookup struct {
	ids []byte
	n   int
}

const lookupSize = 1 << 10

// add adds an id, and tells whether it is time to look them up.
func (l *lookup) add(id []byte) (full bool) {
	l.ids = append(l.ids, id...)
	l.n++
	return l.n == lookupSize
}

// run calls each with the ids and what odb.DB.NumberAll says of them.
func (l *lookup) run(db *odb.DB, each func(id []byte, number int32)) {
	if l.n == 0 {
		return
	}
	var numbers [lookupSize]int32
	if err := guarded(func() { db.NumberAll(l.ids, numbers[:l.n]) }); err != nil {
		for i := range numbers { // as missing; the index is damaged, too
			numbers[i] = -1
		}
	}
	size := len(l.ids) / l.n
	for i, number := range numbers[:l.n] {
		each(l.ids[i*size:(i+1)*size], number)
	}
	l.ids, l.n = l.ids[:0], 0
}

// event is something that the engine came upon: an object that is searched
// further, or an error.
type event struct {
	id      odb.ID
	typ     odb.Type
	size    int64
	content []byte
	stream  io.ReadCloser // instead of content
	err     error
}

// visit looks at an object. Everything in o is valid only until it returns.
func (v *harvest) visit(ctx context.Context, o *odb.Object) {
	if o.Data == nil {
		v.visitLarge(ctx, o)
		return
	}
	if o.Type == odb.Commit && !v.visitCommit(o) {
		v.send(ctx, event{err: malformed(o.ID())})
	}
	if v.isContainer(o) {
		v.sendContainer(ctx, o)
	} else if v.isWorth(o) {
		v.send(ctx, event{id: o.ID(), typ: o.Type, size: o.Size, content: bytes.Clone(o.Data)})
	}
}

// visitCommit keeps what leads from a commit to others.
func (v *harvest) visitCommit(o *odb.Object) (ok bool) {
	header, _, _ := bytes.Cut(o.Data, []byte("\n\n"))
	n := node{number: int32(o.Number), from: v.nextLink(), time: commitTime(header)}
	cut := len(v.h.shallow) > 0 && v.h.shallow[o.ID()] // a shallow clone left the parents out
	graft, grafted := v.h.grafts[o.ID()]
	for key, id := range headerIDs(header) {
		switch {
		case key == "tree" && !ok: // which stands first
			ok = true
			v.link(id)
		case key == "parent" && ok && !cut && !grafted:
			v.link(id)
		}
	}
	if !ok {
		return false
	}
	for _, id := range graft {
		if !cut {
			v.link([]byte(id))
		}
	}
	n.upTo = v.nextLink()
	v.nodes = append(v.nodes, n)
	return true
}

func (v *harvest) nextLink() uint32 { return uint32(len(v.links) + v.linked.n) }

// link adds what leads to an object in an ancestry.
func (v *harvest) link(id []byte) {
	if len(id) == v.h.repo.storage().HashSize() && v.linked.add(id) {
		v.followLinks()
	}
}

func (v *harvest) followLinks() {
	v.linked.run(v.h.repo.storage(), func(id []byte, number int32) {
		if number < 0 {
			number = absentLink(len(v.absent))
			v.absent = append(v.absent, odb.ID(id))
		}
		v.links = append(v.links, number)
	})
}

// findNamed finds out which of the ids that entries named are missing.
func (v *harvest) findNamed() {
	v.named.run(v.h.repo.storage(), func(id []byte, number int32) {
		if number < 0 {
			v.missing = append(v.missing, odb.ID(id))
		}
	})
}

// isWorth tells whether an object is searched further.
func (v *harvest) isWorth(o *odb.Object) bool {
	if o.Type == odb.Blob {
		found, marked := v.h.opts.Rules.FindMarked(o.Data)
		if v.h.opts.Searched != nil && marked {
			v.commented = append(v.commented, o.ID())
		}
		return len(found) > 0
	}
	return v.h.opts.Rules.Present(o.Data) // commits and tags are divided before they are searched
}

// isContainer tells whether an object may hold others. What is inside is not
// known here.
func (v *harvest) isContainer(o *odb.Object) bool {
	return !v.h.opts.NoArchives && o.Type == odb.Blob && unpack.Detect(o.Data) != unpack.None
}

// borrowed is the content of an object that is visited: closing it ends the visit.
type borrowed struct {
	*bytes.Reader
	done func()
}

func (b borrowed) Close() error {
	b.done()
	return nil
}

// sendContainer sends a container without a copy: very many may be large. The
// engine waits here until it is searched, or the scan is over.
func (v *harvest) sendContainer(ctx context.Context, o *odb.Object) {
	closed := make(chan struct{})
	content := borrowed{bytes.NewReader(o.Data), sync.OnceFunc(func() { close(closed) })}
	v.send(ctx, event{id: o.ID(), typ: o.Type, size: o.Size, stream: content})
	select {
	case <-closed:
	case <-ctx.Done():
	}
}

// visitLarge lets an object be searched that is not held in memory. A commit,
// tree or tag of that size is searched as if it were a file, and not followed.
func (v *harvest) visitLarge(ctx context.Context, o *odb.Object) {
	if o.Type != odb.Blob {
		v.send(ctx, event{err: scanner.Skip{Object: o.ID().String(), Reason: "a " + o.Type.String() + " too large to be followed"}})
	}
	v.sendStream(ctx, o)
}

// visitEntry looks at an entry of a tree, unless it was seen lately: whether what
// it names is there, and whether the name is to be searched.
func (v *harvest) visitEntry(ctx context.Context, mode, name, id []byte) {
	// The parts of an entry lie side by side.
	key := maphash.Bytes(v.seed, mode[:len(mode)+1+len(name)+1+len(id)])
	slot := &v.entries[key%entryCache]
	if *slot == key {
		return
	}
	*slot = key
	if v.h.opts.Rules.Present(name) {
		v.send(ctx, event{typ: odb.Tree, content: bytes.Clone(name)})
	}
	if kind, _ := parseMode(mode); kind != submodule && v.named.add(id) {
		v.findNamed()
	}
}

func (v *harvest) send(ctx context.Context, e event) {
	select {
	case v.found <- e:
	case <-ctx.Done():
	}
}

// sendStream sends an object's stream. The engine waits here until it is
// searched, or the scan is over.
func (v *harvest) sendStream(ctx context.Context, o *odb.Object) {
	in, out := io.Pipe()
	stop := context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
	defer stop()
	v.send(ctx, event{id: o.ID(), typ: odb.Blob, size: o.Size, stream: in})
	_, err := io.Copy(out, o.Stream)
	if err != nil && !errors.Is(err, io.ErrClosedPipe) && ctx.Err() == nil {
		err = scanner.Skip{Object: o.ID().String(), Reason: "damaged: " + err.Error()}
	}
	out.CloseWithError(err)
}

// harvestAll goes through all objects. It calls yield, in the caller's
// goroutine, for what is searched further, until yield wants no more. It returns
// how many bytes the objects have.
func (h *history) harvestAll(ctx context.Context, yield func(event) bool) (all []*harvest, size int64) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found := make(chan event, 16)
	workers := make([]*harvest, h.repo.storage().Workers())
	seed := maphash.MakeSeed()
	for i := range workers {
		workers[i] = &harvest{h: h, found: found, seed: seed}
	}
	opts := odb.EachOptions{
		Damaged: func(d odb.Damage) { workers[0].send(ctx, event{err: h.repo.damageSkip(d)}) },
		Trees: &odb.TreeVisitor{Entry: func(worker int, mode, name, id []byte) (odb.Edge, bool) {
			workers[worker].visitEntry(ctx, mode, name, id)
			return odb.Edge{}, false
		}},
	}
	needles := h.opts.needles()
	go func() {
		defer close(found)
		// That the context ended is known to the caller.
		size, _ = h.repo.storage().Scan(ctx, opts, needles, func(worker int, o *odb.Object) { workers[worker].visit(ctx, o) })
	}()
	wanted := true
	for e := range found {
		if wanted = wanted && yield(e); !wanted {
			cancel()
		}
	}
	for _, v := range workers {
		v.followLinks()
		v.findNamed()
	}
	return workers, size
}
