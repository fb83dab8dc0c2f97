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
func (h *history) walkRoots(all []*harvest) (tags map[odb.ID]tag) {
	known := map[odb.ID]*commit{}
	for _, v := range all {
		for _, c := range v.commits {
			if h.shallow[c.hash] {
				c.parents = nil
			}
			known[c.hash] = c
		}
	}
	w := rootWalk{history: h, known: known, tags: map[odb.ID]tag{}}
	roots := h.repo.roots(h.skip)
	var commits []odb.ID
	var notes []root
	for _, from := range roots {
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
	w.walk(commits, scanner.History, "", scanner.ByReference)
	for _, n := range notes {
		w.walk([]odb.ID{n.hash}, scanner.Note, n.name, scanner.ByReference)
	}
	w.walk(h.repo.reflogs(h.skip), scanner.History, "", scanner.ByReflog)
	var rest []odb.ID
	for id := range known {
		rest = append(rest, id)
	}
	w.walk(rest, scanner.History, "", scanner.ByNothing)
	return w.tags
}

// rootWalk goes from references to commits.
type rootWalk struct {
	*history
	known map[odb.ID]*commit // those that no walk has yet
	tags  map[odb.ID]tag
}

// peel follows a reference to a commit. What else it leads to becomes a walk of
// its own, as the tree of a commit that nobody made.
func (w *rootWalk) peel(from root) (commit odb.ID, ok bool) {
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
		w.walks = append(w.walks, walk{graph: loneTree(p.hash, p.kind), kind: scanner.History, ref: from.name})
	}
	return "", false
}

// loneTree returns a graph that leads to a tree, or to a blob as if it were a
// tree; see attribution.
func loneTree(id odb.ID, kind odb.Type) *graph {
	c := &commit{tree: id, bare: kind == odb.Blob, lone: true}
	return &graph{commits: []*commit{c}}
}

// walk adds a walk over the commits that the roots reach and no walk has yet.
// A commit of a reference that is missing is reported.
func (w *rootWalk) walk(roots []odb.ID, kind scanner.Kind, ref string, reach scanner.Reach) {
	g := reachFrom(roots, func(id odb.ID) *commit {
		c := w.known[id]
		delete(w.known, id)
		if c == nil && reach == scanner.ByReference && !w.walked(id) {
			_, err := w.repo.commit(id)
			if err != nil {
				w.skip(err)
			}
		}
		return c
	})
	w.walks = append(w.walks, walk{g, kind, ref, reach})
}

// walked tells whether a commit is in a walk already.
func (h *history) walked(id odb.ID) bool {
	for _, w := range h.walks {
		if w.graph.byHash[id] != nil {
			return true
		}
	}
	return false
}

// reachOf tells what leads to a commit.
func (h *history) reachOf(id odb.ID) scanner.Reach {
	for _, w := range h.walks {
		if w.graph.byHash[id] != nil {
			return w.reach
		}
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
