package source

import (
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// sendTrees yields what a tree has that differs from all of the others, which
// are those of the parents: its names and contents. If there is any, whatever
// else differs from one of them is yielded as well, as what is new may have been
// moved from there.
func (p *push) sendTrees(tree odb.ID, parents []odb.ID) {
	if len(parents) == 0 {
		parents = []odb.ID{""}
	}
	var before []entry
	brings := false
	w := &treeDiff{push: p, parents: len(parents), seen: map[string]bool{}, strict: true}
	w.entry = func(dir string, old []entry, new entry) {
		p.sendName(new.name)
		if len(parents) == 1 && old[0].name != "" {
			before = append(before, old[0])
		}
		brings = brings || new.isContent()
		p.sendContent(new, dir, needed)
	}
	if len(parents) == 1 {
		w.gone = func(_ string, old entry) { before = append(before, old) }
	}
	w.walk(tree, parents, "", 0)
	if !brings {
		return
	}
	for _, e := range before {
		p.sendName(e.name)
		p.sendContent(e, "", helpful)
	}
	if len(parents) > 1 {
		for _, parent := range parents {
			p.sendSide(tree, parent)
		}
	}
}

// sendSide yields both sides of what differs between two trees.
func (p *push) sendSide(tree, parent odb.ID) {
	w := &treeDiff{push: p, parents: 1, seen: map[string]bool{}}
	w.gone = func(_ string, old entry) {
		p.sendName(old.name)
		p.sendContent(old, "", helpful)
	}
	w.entry = func(_ string, old []entry, new entry) {
		w.gone("", old[0])
		w.gone("", new)
	}
	w.walk(tree, []odb.ID{parent}, "", 0)
}

// treeDiff goes through a tree where it differs from all of some others, and
// through each such constellation of trees once: a few trees that name each
// other many times make up folders without end.
type treeDiff struct {
	push    *push
	parents int
	strict  bool            // what cannot be read of the tree is reported
	seen    map[string]bool // constellations of trees; nil goes through all of them
	left    int             // with nil, how many entries may be looked at

	// entry is called for a file or folder of the tree, with what the others
	// have under its name: the zero entry if nothing.
	entry func(dir string, old []entry, new entry)

	// gone is called for what only the other has, if there is one; may be nil.
	gone func(dir string, old entry)
}

// maxPath bounds the path of a folder, in bytes.
const maxPath = 16 << 10

func (w *treeDiff) walk(tree odb.ID, others []odb.ID, dir string, depth int) {
	if w.push.isDone() || !w.enters(tree, others) {
		return
	}
	if depth > maxDepth || len(dir) > maxPath {
		w.push.skip(scanner.Skip{Object: tree.String(), Reason: errTooDeep.Error()})
		return
	}
	after, old := w.read(tree, others)
	for _, e := range after {
		was := make([]entry, w.parents)
		same := false
		for i, entries := range old {
			was[i] = entries[e.name]
			if len(old) == 1 {
				delete(entries, e.name)
			}
			same = same || was[i].isSame(e)
		}
		if !same {
			w.differs(e, was, dir, depth)
		}
	}
	if w.gone != nil {
		w.leave(old[0], dir, depth)
	}
}

// differs takes an entry that is another one in all other trees.
func (w *treeDiff) differs(e entry, was []entry, dir string, depth int) {
	w.entry(dir, was, e)
	if !e.isTree() && !(w.gone != nil && was[0].isTree()) {
		return
	}
	others := make([]odb.ID, len(was))
	for i, old := range was {
		if old.isTree() {
			others[i] = old.hash
		}
	}
	var tree odb.ID
	if e.isTree() {
		tree = e.hash
	}
	w.walk(tree, others, dir+e.name+"/", depth+1)
}

// leave takes the entries that only the other tree has.
func (w *treeDiff) leave(entries map[string]entry, dir string, depth int) {
	for _, e := range sortedByName(entries) {
		w.gone(dir, e)
		if e.isTree() {
			w.walk("", []odb.ID{e.hash}, dir+e.name+"/", depth+1)
		}
	}
}

// enters tells whether a constellation of trees is to be looked at.
func (w *treeDiff) enters(tree odb.ID, others []odb.ID) bool {
	if w.seen == nil {
		return w.left > 0
	}
	key := make([]byte, 0, len(tree)*(1+len(others))+len(others))
	key = append(key, tree...)
	for _, id := range others {
		key = append(append(key, byte(len(id))), id...)
	}
	if w.seen[string(key)] {
		return false
	}
	w.seen[string(key)] = true
	return true
}

// read returns the entries of a tree, and by name those of the others, without
// some that are the same if there is one other. One of the others that cannot be
// read counts as empty.
func (w *treeDiff) read(tree odb.ID, others []odb.ID) (after []entry, old []map[string]entry) {
	content, err := w.push.tree(tree)
	if err != nil {
		w.complain(err)
		return nil, make([]map[string]entry, len(others)) // or else all would look deleted
	}
	size := w.push.repo.storage().HashSize()
	for _, id := range others {
		other, err := w.push.tree(id)
		if err != nil && w.push.isRange {
			w.complain(err)
		}
		if len(others) == 1 {
			other, content = trimCommon(other, content, size)
		}
		entries, _ := parseTree(other, size)
		byName := make(map[string]entry, len(entries))
		for _, e := range entries {
			byName[e.name] = e
		}
		old = append(old, byName)
		w.left -= len(entries)
	}
	after, ok := parseTree(content, size)
	if !ok {
		w.complain(malformed(tree))
	}
	w.left -= len(after) + 1
	return after, old
}

func (w *treeDiff) complain(err error) {
	if w.strict {
		w.push.skip(err)
	}
}

// trimCommon cuts off the entries that two trees have in common at their begin
// and at their end: all but a few, most often.
func trimCommon(a, b []byte, hashSize int) (restA, restB []byte) {
	equal := 0
	for n := min(len(a), len(b)); equal < n && a[equal] == b[equal]; equal++ {
	}
	start := 0
	offset := 0
	eachEntry(a, hashSize, func(mode, name, _ []byte) bool {
		offset += len(mode) + len(name) + 2 + hashSize
		if offset <= equal {
			start = offset
		}
		return offset <= equal
	})
	a, b = a[start:], b[start:]
	equal = 0
	for n := min(len(a), len(b)); equal < n && a[len(a)-1-equal] == b[len(b)-1-equal]; equal++ {
	}
	ends := map[int]bool{} // how many bytes follow entries of a
	cut := func(content []byte, visit func(rest int) bool) {
		rest := len(content)
		eachEntry(content, hashSize, func(mode, name, _ []byte) bool {
			rest -= len(mode) + len(name) + 2 + hashSize
			return visit(rest)
		})
	}
	cut(a, func(rest int) bool {
		if rest <= equal {
			ends[rest] = true
		}
		return rest > equal
	})
	common := 0
	cut(b, func(rest int) bool {
		if rest <= equal && ends[rest] {
			common = rest
		}
		return rest > equal
	})
	return a[:len(a)-common], b[:len(b)-common]
}

// treeMemory is how many bytes of trees are remembered: those of a commit are
// read again for its children.
const treeMemory = 16 << 20

// tree returns the content of a tree; "" is an empty one.
func (p *push) tree(id odb.ID) ([]byte, error) {
	if id == "" {
		return nil, nil
	}
	if content, ok := p.stored[id]; ok {
		return content, nil
	}
	content, err := p.repo.read(odb.Tree, id)
	if err != nil {
		return nil, err
	}
	if p.memory += len(content) + len(id); p.memory > treeMemory {
		clear(p.stored)
		p.memory = len(content) + len(id)
	}
	p.stored[id] = content
	return content, nil
}
