package source

import (
	"bytes"
	"context"
	"errors"
	"runtime/debug"

	"github.com/patlint/patlint/scanner/source/odb"
)

// forest is what all trees of a repository have in common with what is looked
// for: for each tree, by number, where the subtrees, objects and names stand in
// it that matter. Names are kept as hashes: most are never needed.
type forest struct {
	db    *odb.DB
	want  wanted
	roots []edges // by number of the tree
	holds []state
}

// edges are the entries of one tree that may matter.
type edges struct {
	subtrees []edge
	hits     []edge // objects and names that are looked for
}

// edge is an entry of a tree: the number of what it names, and its name's hash.
type edge struct {
	number int32
	name   uint32
}

type state uint8

const (
	unknown state = iota
	barren        // holds nothing that is looked for
	holding
)

// wanted is what a forest is grown for. The ids are numbered.
type wanted struct {
	ids   map[odb.ID]int32
	names map[string]bool
}

// number returns what stands for an object in edges; the objects that are
// missing have negative numbers of their own, as far as they are wanted.
func (f *forest) number(id []byte) (number int32, ok bool) {
	if n, ok := f.db.Number(id); ok {
		return int32(n), true
	}
	n, ok := f.want.ids[odb.ID(id)]
	return -1 - n, ok
}

// grow reads all trees. Trees that are damaged have no edges: they are reported
// where they are searched.
func grow(ctx context.Context, db *odb.DB, want wanted) *forest {
	f := &forest{db: db, want: want, roots: make([]edges, db.Numbers()), holds: make([]state, db.Numbers())}
	// That the context ended is known to the caller.
	_ = db.Each(ctx, odb.EachOptions{Types: []odb.Type{odb.Tree}}, func(_ int, o *odb.Object) {
		if number, ok := db.Number(o.RawID); ok {
			f.roots[number] = f.edgesOf(o)
		}
	})
	return f
}

func (f *forest) edgesOf(o *odb.Object) (e edges) {
	eachEntry(o.Data, len(o.RawID), func(mode, name, id []byte) bool {
		isTree := string(mode) == "40000" || string(mode) == "040000"
		_, hit := f.want.ids[odb.ID(id)]
		hit = hit || len(f.want.names) > 0 && f.want.names[string(name)]
		if !isTree && !hit {
			return true
		}
		number, ok := f.number(id)
		if hit {
			e.hits = append(e.hits, edge{number, nameHash(name)})
		}
		if isTree && ok && number >= 0 {
			e.subtrees = append(e.subtrees, edge{number, nameHash(name)})
		}
		return true
	})
	return e
}

// eachEntry calls yield for the entries of a tree, until it returns false. It
// returns false if the tree is malformed.
func eachEntry(content []byte, hashSize int, yield func(mode, name, id []byte) bool) bool {
	for len(content) > 0 {
		end := bytes.IndexByte(content, 0) + 1 + hashSize
		space := bytes.IndexByte(content[:min(maxMode+1, len(content))], ' ')
		if end <= hashSize || end > len(content) || space <= 0 || space+1 >= end-hashSize-1 {
			return false
		}
		if !yield(content[:space], content[space+1:end-hashSize-1], content[end-hashSize:end]) {
			return true
		}
		content = content[end:]
	}
	return true
}

// maxMode is the length of the longest mode of an entry, in digits.
const maxMode = 6

// nameHash is FNV-1a. Two names of one folder with the same hash and the same
// content are taken for one; the secret in it is found all the same.
func nameHash(name []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range name {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// isHolding tells whether a tree holds something that is looked for, at any
// depth.
func (f *forest) isHolding(tree int32) bool {
	if f.holds[tree] == unknown {
		f.holds[tree] = barren // of a tree that holds itself, which only damage can make
		found := len(f.roots[tree].hits) > 0
		for _, e := range f.roots[tree].subtrees {
			found = f.isHolding(e.number) || found
		}
		if found {
			f.holds[tree] = holding
		}
	}
	return f.holds[tree] == holding
}

// guarded calls f, which reads mapped files, and returns an error if one of
// them is cut short meanwhile.
func guarded(f func()) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			if _, fault := p.(interface{ Addr() uintptr }); !fault {
				panic(p)
			}
			err = errors.New("a pack changed while it was read")
		}
	}()
	f()
	return nil
}
