package source

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
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
	missing []odb.ID // what commits' trees and entries of trees are, likewise

	commented []odb.ID // files with inline comments, if that matters

	// entries remembers entries of trees that were looked at, by hash: most
	// trees that are stored as a whole share entries with others.
	entries [entryCache]uint64
	seed    maphash.Seed
}

const entryCache = 1 << 16

// event is something that the engine came upon: an object that is searched
// further, or an error.
type event struct {
	id      odb.ID
	typ     odb.Type
	size    int64
	content []byte
	stream  io.Reader // instead of content
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
	if v.isWorth(o) {
		v.send(ctx, event{id: o.ID(), typ: o.Type, size: o.Size, content: bytes.Clone(o.Data)})
	}
}

// visitCommit keeps what leads from a commit to others.
func (v *harvest) visitCommit(o *odb.Object) (ok bool) {
	header, _, _ := bytes.Cut(o.Data, []byte("\n\n"))
	number, known := v.h.repo.db.Number(o.RawID)
	n := node{number: int32(number), from: uint32(len(v.links)), time: commitTime(header)}
	cut := len(v.h.shallow) > 0 && v.h.shallow[o.ID()] // a shallow clone left the parents out
	if len(v.h.grafts) > 0 && !cut {
		cut = v.graft(o.ID())
	}
	for key, id := range headerIDs(header) {
		switch {
		case key == "tree" && !ok:
			n.tree, ok = v.link(id), true
			if n.tree < 0 {
				v.missing = append(v.missing, odb.ID(id))
			}
		case key == "parent" && !cut:
			v.links = append(v.links, v.link(id))
		}
	}
	n.upTo = uint32(len(v.links))
	if ok && known {
		v.nodes = append(v.nodes, n)
	}
	return ok
}

// link returns what leads to an object in an ancestry.
func (v *harvest) link(id []byte) int32 {
	if number, ok := v.h.repo.db.Number(id); ok {
		return int32(number)
	}
	v.absent = append(v.absent, odb.ID(id))
	return absentLink(len(v.absent) - 1)
}

// isWorth tells whether an object is searched further.
func (v *harvest) isWorth(o *odb.Object) bool {
	if o.Type == odb.Blob {
		if v.h.opts.Searched != nil && bytes.Contains(o.Data, []byte(scanner.InlineComment)) {
			v.commented = append(v.commented, o.ID())
		}
		return len(v.h.opts.Rules.Find(o.Data)) > 0
	}
	return v.h.opts.Rules.Present(o.Data) // commits and tags are divided before they are searched
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
	if _, ok := v.h.repo.db.Number(id); !ok && string(mode) != "160000" {
		v.missing = append(v.missing, odb.ID(id))
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
	workers := make([]*harvest, h.repo.db.Workers())
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
		size, _ = h.repo.db.Scan(ctx, opts, needles, func(worker int, o *odb.Object) { workers[worker].visit(ctx, o) })
	}()
	wanted := true
	for e := range found {
		if wanted = wanted && yield(e); !wanted {
			cancel()
		}
	}
	return workers, size
}
