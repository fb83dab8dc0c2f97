package source

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// attribute tells, for each secret and path, the first commit whose tree holds
// it there.
func (h *history) attribute(ctx context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
	return func(yield func(scanner.Place, error) bool) {
		a := &attribution{repo: h.repo, holders: holders, first: map[spot]bool{}, placed: map[held]bool{}, yield: yield}
		if err := guarded(func() { a.run(ctx, h.walks) }); err != nil && !a.done {
			a.done = !yield(scanner.Place{}, err)
		}
		a.rest()
	}
}

// attribution finds out where the content that holds secrets was introduced. It
// goes through the commits from the oldest on, and down to what holds a secret
// wherever no commit before led.
type attribution struct {
	repo    *Repo
	holders scanner.Holders
	yield   func(scanner.Place, error) bool
	done    bool // the consumer wants no more

	first  map[spot]bool // what is attributed
	placed map[held]bool // what has a place at all
	head   odb.ID        // the tree of HEAD, "" if it is not known

	forest *forest
	seen   map[step]bool
	paths  map[pathStep]int32 // numbers of paths; the root is 0
	names  []string           // by number of path
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

// step is a way from a folder at a path into what it names.
type step struct {
	path int32
	edge
	hit bool
}

type pathStep struct {
	path int32
	name string
}

// position is where the walk stands.
type position struct {
	walk   *walk
	commit *commit
	tree   odb.ID
	number int32
	path   int32
}

func (a *attribution) run(ctx context.Context, walks []walk) {
	want := newWanted()
	for key := range a.holders {
		if name, ok := strings.CutPrefix(key, nameKey("")); ok {
			want.names[name] = true
		} else if id, ok := odb.ParseID(key); ok {
			want.addID(id)
		}
	}
	a.forest = grow(ctx, a.repo.db, want)
	a.findHead(walks)
	for i := range walks {
		if walks[i].reach == scanner.ByReflog { // what is staged comes after what references reach
			a.walkIndex()
		}
		a.walk(ctx, &walks[i])
	}
}

// findHead looks for the commit that is checked out.
func (a *attribution) findHead(walks []walk) {
	head := a.repo.head()
	for _, w := range walks {
		if c := w.graph.byHash[head]; c != nil {
			a.head = c.tree
		}
	}
}

func (a *attribution) walk(ctx context.Context, w *walk) {
	a.seen, a.paths, a.names = map[step]bool{}, map[pathStep]int32{}, []string{""}
	for _, c := range w.graph.commits {
		if ctx.Err() != nil || a.done {
			return
		}
		if c.bare {
			a.place(position{walk: w, commit: c}, scanner.Place{Key: c.tree.String(), Kind: w.kind})
			continue
		}
		number, ok := a.repo.db.Number([]byte(c.tree))
		if !ok { // which is what is looked for where missing objects are
			a.place(position{walk: w, commit: c}, scanner.Place{Key: c.tree.String(), Kind: w.kind})
			continue
		}
		a.walkTree(position{w, c, c.tree, int32(number), 0})
	}
}

// walkTree goes down a tree, where it was not at this path before.
func (a *attribution) walkTree(p position) {
	if !a.forest.isHolding(p.number) {
		return
	}
	at := &a.forest.roots[p.number]
	fresh := false
	for _, e := range at.hits {
		fresh = fresh || !a.seen[step{p.path, e, true}]
	}
	for _, e := range at.subtrees {
		fresh = fresh || a.forest.isHolding(e.number) && !a.seen[step{p.path, e, false}]
	}
	if !fresh {
		return
	}
	content, err := a.repo.read(odb.Tree, p.tree)
	if err != nil {
		return // reported where it was searched
	}
	eachEntry(content, len(p.tree), func(mode, name, id []byte) bool {
		number, _ := a.forest.number(id)
		a.enter(p, edge{number, nameHash(name)}, string(name), odb.ID(id), isFolder(mode))
		return !a.done
	})
}

// enter takes the steps into an entry that were not taken before.
func (a *attribution) enter(p position, e edge, name string, id odb.ID, isTree bool) {
	if s := (step{p.path, e, true}); !a.seen[s] && slices.Contains(a.forest.roots[p.number].hits, e) {
		a.seen[s] = true
		path := a.names[a.path(p.path, name)]
		a.place(p, scanner.Place{Key: nameKey(name), Kind: scanner.FileName, Path: path})
		a.place(p, scanner.Place{Key: id.String(), Kind: p.walk.kind, Path: path})
	}
	if s := (step{p.path, e, false}); isTree && e.number >= 0 && !a.seen[s] && a.forest.isHolding(e.number) {
		a.seen[s] = true
		a.walkTree(position{p.walk, p.commit, id, e.number, a.path(p.path, name)})
	}
}

// path returns the number of a path.
func (a *attribution) path(dir int32, name string) int32 {
	s := pathStep{dir, name}
	n, ok := a.paths[s]
	if !ok {
		n = int32(len(a.names))
		a.paths[s] = n
		path := name
		if dir != 0 {
			path = a.names[dir] + "/" + name
		}
		a.names = append(a.names, path)
	}
	return n
}

// place yields a place for each secret in its content, unless its path has it
// from an earlier commit.
func (a *attribution) place(at position, p scanner.Place) {
	for _, secret := range a.holders[p.Key] {
		a.placed[held{secret, p.Key}] = true
		s := spot{secret, p.Kind, p.Path}
		if a.first[s] {
			continue
		}
		a.first[s] = true
		p := p
		p.Secret, p.Ref, p.Reach = secret, at.walk.ref, at.walk.reach
		if !at.commit.lone {
			p.Commit = a.origin(at.commit)
			p.Before = a.before(at.commit, p.Path)
		}
		switch {
		case p.Kind == scanner.Note:
			p.Path = strings.ReplaceAll(p.Path, "/", "") // the fan-out folders of an object's id
		case a.head != "" && !at.commit.lone:
			p.HeadKey = a.inHead(secret, p.Path, p.Kind)
			inHead := p.HeadKey != ""
			p.InHead = &inHead
		}
		a.done = a.done || !a.yield(p, nil)
	}
}

// origin reads who made a commit, which the engine passed over.
func (a *attribution) origin(c *commit) *scanner.Commit {
	if c.origin == nil {
		whole, err := a.repo.commit(c.hash)
		if err != nil {
			return &scanner.Commit{ID: c.hash.String()} // reported where it was searched
		}
		c.origin = whole.origin
	}
	return c.origin
}

// before returns the keys of what a commit's parents have at a path.
func (a *attribution) before(c *commit, path string) []string {
	var keys []string
	for _, parent := range c.parents {
		if p, err := a.repo.commit(parent); err == nil {
			if old := a.repo.lookup(p.tree, path); old.isContent() {
				keys = append(keys, old.hash.String())
			}
		}
	}
	return keys
}

// inHead returns the key of the content that holds a secret at a path of HEAD,
// or "".
func (a *attribution) inHead(secret int, path string, kind scanner.Kind) string {
	now := a.repo.lookup(a.head, path)
	key := now.hash.String()
	if kind == scanner.FileName && now.hash != "" {
		key = nameKey(now.name)
	}
	if slices.Contains(a.holders[key], secret) {
		return key
	}
	return ""
}

// walkIndex places what is staged, in this work tree or a linked one, and in no
// commit of a reference.
func (a *attribution) walkIndex() {
	var entries []entry
	for _, file := range a.repo.indexFiles() {
		staged, _ := a.repo.readIndex(file) // without it, what is staged is reached by nothing
		entries = append(entries, staged...)
	}
	for _, e := range entries {
		for _, secret := range a.holders[e.hash.String()] {
			s := spot{secret, scanner.History, e.name}
			a.placed[held{secret, e.hash.String()}] = true
			if e.isContent() && !a.first[s] && !a.done {
				a.first[s] = true
				a.done = !a.yield(scanner.Place{Secret: secret, Key: e.hash.String(), Kind: scanner.Index, Path: e.name}, nil)
			}
		}
	}
}

// rest yields a place without a path for secrets that have none: no tree names
// what holds them, or the walk was interrupted or could not read the trees.
func (a *attribution) rest() {
	for _, key := range slices.Sorted(maps.Keys(a.holders)) {
		for _, secret := range a.holders[key] {
			if a.placed[held{secret, key}] || a.done {
				continue
			}
			p := scanner.Place{Secret: secret, Key: key, Kind: scanner.History, Reach: scanner.ByNothing}
			if name, ok := strings.CutPrefix(key, nameKey("")); ok {
				p.Kind, p.Path = scanner.FileName, name
			}
			a.done = !a.yield(p, nil)
		}
	}
}
