package source

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/patlint/patlint/scanner"
)

// attribution finds out where the content that holds secrets was introduced.
type attribution struct {
	repo    *Repo
	holders scanner.Holders
	yield   func(scanner.Place, error) bool

	holding map[plumbing.Hash]bool    // whether a tree holds, at any depth, a holder
	first   map[spot]bool             // what is attributed
	placed  map[held]bool             // what has a place at all
	head    map[string]string         // the holders in HEAD, by path
	names   map[string]string         // holders that are names, in HEAD, by path
	trees   map[plumbing.Hash]listing // of the commit at hand and its parents
	done    bool                      // the consumer wants no more
}

// spot is a secret at a path.
type spot struct {
	secret int
	kind   scanner.Kind
	path   string
}

// held is a secret in a content.
type held struct {
	secret int
	key    string
}

func (a *attribution) run(ctx context.Context, walks []walk) {
	a.holding = map[plumbing.Hash]bool{}
	a.first, a.placed = map[spot]bool{}, map[held]bool{}
	a.findHead(ctx, walks)
	for _, w := range walks {
		for _, c := range w.graph.commits {
			if ctx.Err() != nil || a.done {
				break
			}
			a.trees = map[plumbing.Hash]listing{}
			a.walkCommit(ctx, w, c)
		}
	}
	a.rest()
}

// walkCommit attributes what a commit's tree holds at paths where no parent has
// the same content.
func (a *attribution) walkCommit(ctx context.Context, w walk, c *commit) {
	var parents []plumbing.Hash
	for _, p := range c.parents {
		if parent := w.graph.byHash[p]; parent != nil {
			parents = append(parents, parent.tree)
		}
	}
	a.walkTree(ctx, w, c, c.tree, parents, "")
}

func (a *attribution) walkTree(ctx context.Context, w walk, c *commit, tree plumbing.Hash, parents []plumbing.Hash, dir string) {
	if slices.Contains(parents, tree) || !a.holds(ctx, tree) {
		return
	}
	for _, e := range a.listing(tree).entries {
		path := dir + e.name
		known, inherited := false, false
		var subtrees []plumbing.Hash
		var before []string
		for _, p := range parents {
			old, ok := a.listing(p).byName[e.name]
			known = known || ok
			inherited = inherited || ok && old.hash == e.hash && old.isTree() == e.isTree()
			switch {
			case old.isTree():
				subtrees = append(subtrees, old.hash)
			case old.isContent():
				before = append(before, old.hash.String())
			}
		}
		if !known {
			a.place(w, c, scanner.Place{Key: nameKey(e.name), Kind: scanner.FileName, Path: path})
		}
		switch {
		case inherited:
		case e.isTree():
			a.walkTree(ctx, w, c, e.hash, subtrees, path+"/")
		case e.isContent():
			a.place(w, c, scanner.Place{Key: e.hash.String(), Kind: w.kind, Path: path, Before: before})
		}
	}
}

// place yields a place for each secret in its content, unless its path has it
// from an earlier commit.
func (a *attribution) place(w walk, c *commit, p scanner.Place) {
	for _, secret := range a.holders[p.Key] {
		a.placed[held{secret, p.Key}] = true
		s := spot{secret, p.Kind, p.Path}
		if a.first[s] {
			continue
		}
		a.first[s] = true
		p := p
		p.Secret, p.Ref, p.Commit = secret, w.ref, c.origin
		switch {
		case p.Kind == scanner.Note:
			p.Path = strings.ReplaceAll(p.Path, "/", "") // the fan-out folders of an object's id
		case a.head != nil:
			p.HeadKey = a.inHead(secret, p.Path, p.Kind)
			inHead := p.HeadKey != ""
			p.InHead = &inHead
		}
		a.done = a.done || !a.yield(p, nil)
	}
}

// inHead returns the key of the content that holds a secret at a path of HEAD,
// or "".
func (a *attribution) inHead(secret int, path string, kind scanner.Kind) string {
	key := a.head[path]
	if kind == scanner.FileName {
		key = a.names[path]
	}
	if slices.Contains(a.holders[key], secret) {
		return key
	}
	return ""
}

// rest yields a place without a path for secrets that have none: the walk was
// interrupted, or could not read the trees that lead to them.
func (a *attribution) rest() {
	for _, key := range slices.Sorted(maps.Keys(a.holders)) {
		for _, secret := range a.holders[key] {
			if a.placed[held{secret, key}] || a.done {
				continue
			}
			p := scanner.Place{Secret: secret, Key: key, Kind: scanner.History}
			if name, ok := strings.CutPrefix(key, nameKey("")); ok {
				p.Kind, p.Path = scanner.FileName, name
			}
			a.done = !a.yield(p, nil)
		}
	}
}

// holds tells whether a tree holds a holder, at any depth. Once the scan is
// interrupted none does any more.
func (a *attribution) holds(ctx context.Context, tree plumbing.Hash) bool {
	if known, ok := a.holding[tree]; ok || ctx.Err() != nil {
		return known
	}
	a.holding[tree] = false         // a tree that holds itself cannot be made, but a damaged one is not walked twice
	entries, _ := a.repo.tree(tree) // that it cannot be read is reported already
	found := false
	for _, e := range entries {
		if len(a.holders[nameKey(e.name)]) > 0 || e.isContent() && len(a.holders[e.hash.String()]) > 0 {
			found = true
		}
		if e.isTree() && a.holds(ctx, e.hash) { // every subtree, so that holding is complete
			found = true
		}
	}
	a.holding[tree] = found
	return found
}

// listing is a tree in its order, and by name.
type listing struct {
	entries []entry
	byName  map[string]entry
}

// listing returns a tree of the commit at hand or of a parent of it.
func (a *attribution) listing(tree plumbing.Hash) listing {
	if known, ok := a.trees[tree]; ok {
		return known
	}
	entries, _ := a.repo.tree(tree) // that it cannot be read is reported already
	l := listing{entries, make(map[string]entry, len(entries))}
	for _, e := range entries {
		l.byName[e.name] = e
	}
	a.trees[tree] = l
	return l
}

// findHead notes where HEAD's tree has holders. Without a HEAD that can be
// read, what it holds stays unknown.
func (a *attribution) findHead(ctx context.Context, walks []walk) {
	head := a.repo.head()
	for _, w := range walks {
		if c := w.graph.byHash[head]; c != nil {
			a.head, a.names = map[string]string{}, map[string]string{}
			a.walkHead(ctx, c.tree, "")
		}
	}
}

func (a *attribution) walkHead(ctx context.Context, tree plumbing.Hash, dir string) {
	if !a.holds(ctx, tree) {
		return
	}
	entries, _ := a.repo.tree(tree) // that it cannot be read is reported already
	for _, e := range entries {
		path := dir + e.name
		a.names[path] = nameKey(e.name)
		if e.isTree() {
			a.walkHead(ctx, e.hash, path+"/")
		} else if e.isContent() {
			a.head[path] = e.hash.String()
		}
	}
}
