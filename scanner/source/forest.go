package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"runtime/debug"

	"github.com/patlint/patlint/scanner/source/odb"
)

// forest is what all trees of a repository have in common with what is looked
// for: for each tree, by number, where the subtrees, objects and names stand in
// it that matter. Names are kept as hashes: most are never needed.
type forest struct {
	db    *odb.DB
	want  *wanted
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

	// begins has a bit for the first 16 bits of each id: nearly all that trees
	// name is told apart by it.
	begins [1 << 16 / 64]uint64
}

func newWanted() *wanted { return &wanted{ids: map[odb.ID]int32{}, names: map[string]bool{}} }

func (w *wanted) addID(id odb.ID) {
	w.ids[id] = int32(len(w.ids))
	word, bit := begin([]byte(id))
	w.begins[word] |= bit
}

// hasID tells whether an object is wanted.
func (w *wanted) hasID(id []byte) bool {
	word, bit := begin(id)
	if w.begins[word]&bit == 0 {
		return false
	}
	_, ok := w.ids[odb.ID(id)]
	return ok
}

// begin returns the place of an id's bit.
func begin(id []byte) (word int, bit uint64) {
	n := int(id[0])<<8 | int(id[1])
	return n / 64, 1 << (n % 64)
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
func grow(ctx context.Context, db *odb.DB, want *wanted) *forest {
	f := &forest{db: db, want: want, roots: make([]edges, db.Numbers()), holds: make([]state, db.Numbers())}
	lately := make([]numbers, db.Workers())
	// That the context ended is known to the caller.
	_ = db.Each(ctx, odb.EachOptions{Types: []odb.Type{odb.Tree}}, func(worker int, o *odb.Object) {
		if number, ok := db.Number(o.RawID); ok {
			f.roots[number] = f.edgesOf(o, &lately[worker])
		}
	})
	return f
}

// numbers remembers the numbers of objects that were asked for lately, by what
// their ids begin with: a tree's subtrees are mostly those of the tree before.
type numbers struct {
	keys    [1 << 14]uint64
	numbers [1 << 14]int32
}

// number returns the number of an object that is in the storage.
func (n *numbers) number(db *odb.DB, id []byte) (int32, bool) {
	key := binary.LittleEndian.Uint64(id)
	slot := key % uint64(len(n.keys))
	if n.keys[slot] == key && key != 0 {
		return n.numbers[slot], true
	}
	number, ok := db.Number(id)
	if ok {
		n.keys[slot], n.numbers[slot] = key, int32(number)
	}
	return int32(number), ok
}

func (f *forest) edgesOf(o *odb.Object, lately *numbers) (e edges) {
	eachEntry(o.Data, len(o.RawID), func(mode, name, id []byte) bool {
		isTree := isFolder(mode)
		if f.want.hasID(id) || len(f.want.names) > 0 && f.want.names[string(name)] {
			number, _ := f.number(id)
			e.hits = append(e.hits, edge{number, nameHash(name)})
		}
		if !isTree {
			return true
		}
		if number, ok := lately.number(f.db, id); ok {
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

// isFolder tells the mode of a subtree; git writes it without the zero.
func isFolder(mode []byte) bool { return string(bytes.TrimPrefix(mode, []byte("0"))) == "40000" }

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
