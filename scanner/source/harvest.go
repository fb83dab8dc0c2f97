package source

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"slices"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// harvest is what one goroutine of the engine gathers while it visits objects.
// What is searched further goes to found; the rest stays here until the end.
type harvest struct {
	h       *history
	found   chan<- event
	commits []*commit // without message and author
	missing []odb.ID  // what commits and trees name and the storage has not
	size    int64     // of the objects visited, in bytes

	// entries remembers entries of trees that were looked at, by hash: of a
	// tree's entries nearly all stand in the tree visited before it.
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
	v.size += o.Size
	if o.Data == nil {
		v.visitLarge(ctx, o)
		return
	}
	switch o.Type {
	case odb.Commit:
		header, _, _ := bytes.Cut(o.Data, []byte("\n\n"))
		c, ok := parseHeader(o.ID(), header)
		if !ok {
			v.send(ctx, event{err: malformed(o.ID())})
			break
		}
		v.commits = append(v.commits, c)
		if _, ok := v.h.repo.db.Number([]byte(c.tree)); !ok {
			v.missing = append(v.missing, c.tree)
		}
	case odb.Tree:
		v.visitTree(ctx, o)
		return
	}
	if v.isWorth(o) {
		v.send(ctx, event{id: o.ID(), typ: o.Type, size: o.Size, content: bytes.Clone(o.Data)})
	}
}

// isWorth tells whether an object is searched further.
func (v *harvest) isWorth(o *odb.Object) bool {
	if o.Type == odb.Blob {
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

// visitTree looks at the entries of a tree that were not seen lately: whether
// what they name is there, and whether a name is to be searched.
func (v *harvest) visitTree(ctx context.Context, o *odb.Object) {
	ok := eachEntry(o.Data, len(o.RawID), func(mode, name, id []byte) bool {
		// The parts of an entry lie side by side.
		key := maphash.Bytes(v.seed, mode[:len(mode)+1+len(name)+1+len(id)])
		if slot := &v.entries[key%entryCache]; *slot != key {
			*slot = key
			v.visitEntry(ctx, string(mode), name, id)
		}
		return true
	})
	if !ok {
		v.send(ctx, event{err: malformed(o.ID())})
	}
}

func (v *harvest) visitEntry(ctx context.Context, mode string, name, id []byte) {
	if v.h.opts.Rules.Present(name) {
		v.send(ctx, event{typ: odb.Tree, content: bytes.Clone(name)})
	}
	if _, ok := v.h.repo.db.Number(id); !ok && mode != "160000" {
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
// goroutine, for what is searched further, until yield wants no more.
func (h *history) harvestAll(ctx context.Context, yield func(event) bool) []*harvest {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found := make(chan event, 16)
	workers := make([]*harvest, h.repo.db.Workers())
	seed := maphash.MakeSeed()
	for i := range workers {
		workers[i] = &harvest{h: h, found: found, seed: seed}
	}
	go func() {
		defer close(found)
		opts := odb.EachOptions{Damaged: func(d odb.Damage) {
			workers[0].send(ctx, event{err: h.repo.damageSkip(d)})
		}}
		needles := odb.Needles{Present: h.opts.Rules.Present, Longest: h.opts.Rules.LongestNeedle()}
		// That the context ended is known to the caller.
		_ = h.repo.db.Scan(ctx, opts, needles, []odb.Type{odb.Tree}, func(worker int, o *odb.Object) { workers[worker].visit(ctx, o) })
	}()
	wanted := true
	for e := range found {
		if wanted = wanted && yield(e); !wanted {
			cancel()
		}
	}
	return workers
}

// missingObjects returns what the harvests miss, in order.
func missingObjects(all []*harvest) []odb.ID {
	var ids []odb.ID
	for _, v := range all {
		ids = append(ids, v.missing...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
