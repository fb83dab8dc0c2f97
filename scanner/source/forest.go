package source

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"

	"github.com/patlint/patlint/scanner/source/odb"
)

// forest is what all trees of a repository have in common with what is looked
// for: for each tree, by number, where the subtrees, objects and names stand in
// it that matter.
type forest struct {
	db    *odb.DB
	want  *wanted
	names nameList
	holds []state // by number of the tree

	// The edges of a tree stand in one of the chunks: spans has where, by number.
	spans  []span
	mu     sync.Mutex // for chunks
	chunks [][]odb.Edge

	tooDeep bool // folders are nested deeper than is followed
}

// span is n edges that begin at a place: a chunk, and below chunkBits the place
// in it.
type span struct{ at, n uint32 }

const (
	chunkBits = 13
	chunkSize = 1 << chunkBits
)

// What the name of an edge holds beside the name's number.
const (
	isHit     = 1 << 31 // the object or its name is looked for
	isSubtree = 1 << 30 // it leads to a tree of the storage

	edgeFlags = isHit | isSubtree
)

// nameList gives names numbers.
type nameList struct {
	mu      sync.RWMutex
	numbers map[string]uint32
	list    []string
}

func (l *nameList) number(name []byte) uint32 {
	l.mu.RLock()
	n, ok := l.numbers[string(name)]
	l.mu.RUnlock()
	if ok {
		return n
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, ok = l.numbers[string(name)]; !ok {
		n = uint32(len(l.list))
		l.numbers[string(name)] = n
		l.list = append(l.list, string(name))
	}
	return n
}

type state uint8

const (
	unknown state = iota
	barren        // holds nothing that is looked for
	holding
)

// wanted is what a forest is grown for. The ids are numbered.
type wanted struct {
	ids   map[odb.ID]int32 // their places in list
	list  []odb.ID
	names map[string]bool

	// begins has a bit for the first 16 bits of each id: nearly all that trees
	// name is told apart by it.
	begins [1 << 16 / 64]uint64
}

func newWanted() *wanted { return &wanted{ids: map[odb.ID]int32{}, names: map[string]bool{}} }

func (w *wanted) addID(id odb.ID) {
	if _, again := w.ids[id]; again {
		return
	}
	w.ids[id] = int32(len(w.ids))
	w.list = append(w.list, id)
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

// id returns the id of what an edge leads to.
func (f *forest) id(number int32) odb.ID {
	if number < 0 {
		return f.want.list[-1-number]
	}
	return f.db.ID(int(number))
}

// grow reads all trees. Trees that are damaged have only the edges before the
// damage: it is reported where they are searched, unless it came afterwards.
func grow(ctx context.Context, db *odb.DB, want *wanted, damaged func(odb.Damage)) *forest {
	f := &forest{db: db, want: want, spans: make([]span, db.Numbers()), holds: make([]state, db.Numbers())}
	f.names.numbers = map[string]uint32{}
	current := make([]int, db.Workers()) // chunks that have room
	for i := range current {
		current[i] = f.newChunk(0)
	}
	trees := &odb.TreeVisitor{
		Entry: func(_ int, mode, name, id []byte) (odb.Edge, bool) { return f.edge(mode, name, id) },
		Tree: func(worker, tree int, edges []odb.Edge) {
			if len(f.chunk(current[worker]))+len(edges) > chunkSize {
				current[worker] = f.newChunk(len(edges))
			}
			f.spans[tree] = f.keep(current[worker], edges)
		},
	}
	// That the context ended is known to the caller.
	_ = db.Each(ctx, odb.EachOptions{Types: []odb.Type{odb.Tree}, Trees: trees, Damaged: damaged}, func(int, *odb.Object) {})
	return f
}

// newChunk adds a chunk with room for n edges or more, and returns its place.
func (f *forest) newChunk(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.chunks = append(f.chunks, make([]odb.Edge, 0, max(n, chunkSize)))
	return len(f.chunks) - 1
}

func (f *forest) chunk(i int) []odb.Edge {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.chunks[i]
}

// keep appends edges to a chunk, which one goroutine at a time does.
func (f *forest) keep(chunk int, edges []odb.Edge) span {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := uint32(chunk<<chunkBits | len(f.chunks[chunk])&(chunkSize-1))
	f.chunks[chunk] = append(f.chunks[chunk], edges...)
	return span{at, uint32(len(edges))}
}

// edges returns the edges of a tree.
func (f *forest) edges(tree int32) []odb.Edge {
	s := f.spans[tree]
	if s.n == 0 {
		return nil
	}
	from := s.at & (chunkSize - 1)
	return f.chunks[s.at>>chunkBits][from : from+s.n]
}

// edge returns what is kept of an entry, and whether it matters.
func (f *forest) edge(mode, name, id []byte) (e odb.Edge, ok bool) {
	hit := f.want.hasID(id) || len(f.want.names) > 0 && f.want.names[string(name)]
	if !hit && !isFolder(mode) {
		return e, false
	}
	number, known := f.number(id)
	if isFolder(mode) && known && number >= 0 {
		e.Name |= isSubtree
	}
	if hit {
		e.Name |= isHit
	}
	if e.Name == 0 {
		return e, false
	}
	e.Number = number
	e.Name |= f.names.number(name) &^ edgeFlags
	return e, true
}

// maxDepth is how deep folders may be nested; git itself reads 2048 levels
// (core.maxTreeDepth).
const maxDepth = 4096

// isHolding tells whether a tree holds something that is looked for, at any
// depth. From then on it has only the edges that lead there.
func (f *forest) isHolding(tree int32, depth int) bool {
	if f.holds[tree] != unknown {
		return f.holds[tree] == holding
	}
	if depth > maxDepth {
		f.tooDeep = true
		return false
	}
	f.holds[tree] = barren // of a tree that holds itself, which only damage can make
	all := f.edges(tree)
	kept := all[:0]
	for _, e := range all {
		if e.Name&isSubtree != 0 && !f.isHolding(e.Number, depth+1) {
			e.Name &^= isSubtree
		}
		if e.Name&edgeFlags != 0 {
			kept = append(kept, e)
		}
	}
	if f.spans[tree].n = uint32(len(kept)); len(kept) == 0 {
		return false
	}
	f.holds[tree] = holding
	return true
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
			err = errors.New("a file changed while it was read")
		}
	}()
	f()
	return nil
}
