package source

import (
	"path/filepath"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// walkRoots yields the names of references, and finds out what leads to the
// commits: references, notes, reflogs or nothing. It returns the annotated tags
// that references lead to, by the reference.
func (h *history) walkRoots() (tags map[odb.ID]tag) {
	w := rootWalk{history: h, tags: map[odb.ID]tag{}}
	var commits []odb.ID
	var notes []root
	for _, from := range h.roots {
		h.send(scanner.Blob{Kind: scanner.RefName, Ref: from.name, Open: scanner.Bytes([]byte(from.name))})
		target, ok := w.peel(from)
		switch {
		case !ok:
		case strings.HasPrefix(from.name, notesPrefix):
			notes = append(notes, root{from.name, target})
		default:
			commits = append(commits, target)
		}
	}
	w.walk(commits, walk{kind: scanner.History})
	for _, n := range notes {
		w.walk([]odb.ID{n.hash}, walk{kind: scanner.Note, ref: n.name})
	}
	w.walk(h.repo.reflogs(h.skip), walk{kind: scanner.History, reach: scanner.ByReflog})
	rest := walk{kind: scanner.History, reach: scanner.ByNothing}
	rest.nodes = h.ancestry.left(w.next())
	w.walks = append(w.walks, rest)
	return w.tags
}

// rootWalk goes from references to commits.
type rootWalk struct {
	*history
	tags map[odb.ID]tag
}

// peel follows a reference to a commit. What else it leads to becomes a walk of
// its own, as the tree of a commit that nobody made.
func (w *rootWalk) peel(from root) (commit odb.ID, ok bool) {
	if _, ok := w.ancestry.node(from.hash); ok {
		return from.hash, true
	}
	p, err := w.repo.peel(from.hash)
	for _, t := range p.tags {
		if _, again := w.tags[t.id]; !again {
			t.ref = from.name
			w.tags[t.id] = t
		}
	}
	switch {
	case err != nil:
		w.skip(err)
	case p.kind == odb.Commit:
		return p.hash, true
	default:
		w.walks = append(w.walks, walk{kind: scanner.History, ref: from.name, lone: p.hash})
	}
	return "", false
}

// next returns the number of the next walk.
func (h *history) next() int32 { return int32(len(h.walks) + 1) }

// walk adds a walk over the commits that the roots reach and no walk has yet.
// A commit of a reference that is missing is reported.
func (w *rootWalk) walk(roots []odb.ID, next walk) {
	nodes, missing := w.ancestry.reach(roots, w.next())
	next.nodes = nodes
	w.walks = append(w.walks, next)
	if next.reach != scanner.ByReference {
		return
	}
	for _, id := range missing {
		if _, err := w.repo.commit(id); err != nil {
			w.skip(err)
		}
	}
}

// reachOf tells what leads to a commit.
func (h *history) reachOf(id odb.ID) scanner.Reach {
	if node, ok := h.ancestry.node(id); ok {
		return h.walks[h.ancestry.nodes[node].walk-1].reach
	}
	return scanner.ByNothing
}

// reflogs returns the objects that any reference of any work tree named.
func (r *Repo) reflogs(skip func(error)) []odb.ID {
	var ids []odb.ID
	for _, dir := range r.gitDirs() {
		for _, name := range filesBelow(filepath.Join(dir, "logs"), skip) {
			ids = append(ids, reflog(name, skip)...)
		}
	}
	return ids
}
