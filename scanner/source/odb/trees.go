package odb

import (
	"bytes"
	"errors"
	"slices"
)

// TreeVisitor is told what trees hold. Of a tree that is stored as a delta only
// the entries are looked at that the delta changes: all others stand in the tree
// that it derives from.
type TreeVisitor struct {
	// Entry is called with the entries of trees, so that in the end it has seen
	// every entry of every tree once at least, but not in each tree that has
	// it. Its arguments are valid only until it returns. It returns by what the
	// caller knows the entry, and whether Tree shall be told of it.
	Entry func(worker int, mode, name, id []byte) (e Edge, keep bool)

	// Tree, if not nil, is called once for each tree, by its number, with what
	// Entry returned for those of its entries that it kept, in their order. kept
	// is valid only until it returns.
	Tree func(worker, number int, kept []Edge)
}

// Edge is what a visitor knows an entry of a tree by. The engine gives it back
// and does not look at it. There are millions, so that it is small.
type Edge struct {
	Number int32
	Name   uint32
}

var errTree = errors.New("malformed content")

// treeFrame is what is known of a tree beside its content.
type treeFrame struct {
	starts []uint32 // where its entries begin, and its end; nil if it is malformed
	kept   []keptEdge
}

// keptEdge is an edge of the entry with a number.
type keptEdge struct {
	entry uint32
	Edge
}

// treeParser divides a tree into entries, as its bytes arrive.
type treeParser struct {
	visitor  *TreeVisitor
	worker   int
	hashSize int

	needs   bool      // the entries' beginnings
	part    []byte    // of the entry at hand
	nul     int       // where the name ends in part, or 0
	at      uint32    // where the entry at hand begins
	entries uint32    // before it
	tree    treeFrame // of the tree at hand
	bad     bool      // it is malformed

	edges []Edge      // for the visitor
	free  []treeFrame // to be used again
}

// begin begins a tree. needs tells whether others derive from it.
func (t *treeParser) begin(needs bool) {
	t.needs, t.bad = needs, false
	t.part, t.nul, t.at, t.entries = t.part[:0], 0, 0, 0
	t.tree = treeFrame{}
	if n := len(t.free); n > 0 {
		t.tree, t.free = t.free[n-1], t.free[:n-1]
	}
}

// end ends a tree, and returns what is known of it. It is kept until release.
func (t *treeParser) end() (f treeFrame, err error) {
	if len(t.part) > 0 || t.bad {
		err = errTree
		t.tree.starts = t.tree.starts[:0]
	} else if t.needs {
		t.tree.starts = append(t.tree.starts, t.at)
	}
	return t.tree, err
}

// tell tells the visitor of a tree that ended.
func (t *treeParser) tell(number int, f *treeFrame) {
	t.edges = t.edges[:0]
	for _, k := range f.kept {
		t.edges = append(t.edges, k.Edge)
	}
	t.visitor.Tree(t.worker, number, t.edges)
}

func (t *treeParser) release(f *treeFrame) {
	if f.starts != nil || f.kept != nil {
		t.free = append(t.free, treeFrame{f.starts[:0], f.kept[:0]})
	}
	*f = treeFrame{}
}

// whole takes a tree, or a part of one, that nothing is known of.
func (t *treeParser) whole(data []byte) {
	for len(data) > 0 && !t.bad {
		data = data[t.take(data):]
	}
}

// delta takes a tree that derives from another. The sizes of the instructions
// are checked already.
func (t *treeParser) delta(base []byte, known *treeFrame, ops []byte) {
	for len(ops) > 0 && !t.bad {
		if op := int(ops[0]); op < 0x80 {
			t.whole(ops[1 : 1+op])
			ops = ops[1+op:]
			continue
		}
		off, n, used := copyOp(ops)
		t.copied(base, known, off, off+n)
		ops = ops[used:]
	}
}

// copied takes base[from:to]. The entries in it that begin where one begins in
// the base are known.
func (t *treeParser) copied(base []byte, known *treeFrame, from, to int) {
	for from < to && !t.bad {
		if len(t.part) == 0 {
			from = t.inherit(known, from, to)
		}
		if from < to {
			from += t.take(base[from:to])
		}
	}
}

// inherit takes the entries of the base that begin at from and end before to,
// and returns where the next one begins.
func (t *treeParser) inherit(known *treeFrame, from, to int) int {
	first, ok := slices.BinarySearch(known.starts, uint32(from))
	if !ok {
		return from
	}
	last := first + lastUpTo(known.starts[first:], uint32(to))
	if t.needs {
		n := len(t.tree.starts)
		t.tree.starts = append(t.tree.starts, known.starts[first:last]...)
		shift := t.at - uint32(from) // which may wrap around, and back
		for i, added := 0, t.tree.starts[n:]; i < len(added); i++ {
			added[i] += shift
		}
	}
	if len(known.kept) > 0 {
		t.inheritKept(known.kept, uint32(first), uint32(last))
	}
	t.entries += uint32(last - first)
	end := int(known.starts[last])
	t.at += uint32(end - from)
	return end
}

func (t *treeParser) inheritKept(kept []keptEdge, first, last uint32) {
	i, _ := slices.BinarySearchFunc(kept, first, func(k keptEdge, entry uint32) int { return int(k.entry) - int(entry) })
	for ; i < len(kept) && kept[i].entry < last; i++ {
		t.tree.kept = append(t.tree.kept, keptEdge{kept[i].entry - first + t.entries, kept[i].Edge})
	}
}

// lastUpTo returns the place of the last start that is not above a limit. The
// first one is not.
func lastUpTo(starts []uint32, limit uint32) int {
	i, ok := slices.BinarySearch(starts, limit)
	if ok {
		return i
	}
	return i - 1
}

// take takes bytes up to the end of an entry, and returns how many.
func (t *treeParser) take(data []byte) int {
	used := 0
	if t.nul == 0 {
		nul := bytes.IndexByte(data, 0)
		if nul < 0 {
			t.part = append(t.part, data...)
			return len(data)
		}
		if t.nul = len(t.part) + nul; t.nul == 0 {
			t.bad = true
			return len(data)
		}
		used = nul + 1
		if len(t.part) == 0 && len(data)-used >= t.hashSize {
			used += t.hashSize
			t.entry(data[:used])
			return used
		}
		t.part = append(t.part, data[:used]...)
	}
	n := min(len(data)-used, t.nul+1+t.hashSize-len(t.part))
	t.part = append(t.part, data[used:used+n]...)
	if len(t.part) == t.nul+1+t.hashSize {
		t.entry(t.part)
	}
	return used + n
}

// maxMode is the length of the longest mode of an entry, in digits.
const maxMode = 6

// entry takes a whole entry.
func (t *treeParser) entry(e []byte) {
	space := bytes.IndexByte(e[:min(maxMode+1, t.nul)], ' ')
	if space <= 0 || space+1 >= t.nul {
		t.bad = true
		return
	}
	if t.needs {
		t.tree.starts = append(t.tree.starts, t.at)
	}
	edge, keep := t.visitor.Entry(t.worker, e[:space], e[space+1:t.nul], e[t.nul+1:])
	if keep && t.visitor.Tree != nil {
		t.tree.kept = append(t.tree.kept, keptEdge{t.entries, edge})
	}
	t.at += uint32(len(e))
	t.entries++
	t.part, t.nul = t.part[:0], 0
}

// isParsed tells whether the family at hand goes to the visitor of trees.
func (w *worker) isParsed() bool { return w.typ == Tree && w.opts.Trees != nil }

// parseTree takes a tree as a whole.
func (w *worker) parseTree(f *frame, primary bool) {
	w.trees.begin(f.next >= 0)
	w.trees.whole(f.data)
	w.endTree(f, primary)
}

// deriveTree takes a tree that derives from another. It is made only if others
// derive from it.
func (w *worker) deriveTree(base, f *frame, ops []byte, size int64) error {
	if f.next < 0 {
		if err := checkOps(ops, int64(len(base.data)), size); err != nil {
			return err
		}
	} else if err := w.make(base, f, ops, size); err != nil {
		return err
	}
	w.trees.begin(f.next >= 0)
	w.trees.delta(base.data, &base.tree, ops)
	w.endTree(f, w.isPrimary(f))
	return nil
}

func (w *worker) endTree(f *frame, primary bool) {
	tree, err := w.trees.end()
	f.tree = tree
	if primary && w.opts.Trees.Tree != nil {
		w.trees.tell(w.db.numberIn(w.pack, f.entry), &f.tree)
	}
	if err != nil && primary {
		w.damaged(Damage{w.pack.path, ID(w.pack.id(f.entry)), err})
	}
}

// looseTree takes a tree that is no part of a family.
func (w *worker) looseTree(o *Object, path string) {
	w.trees.begin(false)
	w.trees.whole(o.Data)
	tree, err := w.trees.end()
	if w.opts.Trees.Tree != nil {
		w.trees.tell(o.Number, &tree)
	}
	w.trees.release(&tree)
	if err != nil {
		w.damaged(Damage{path, o.ID(), err})
	}
}
