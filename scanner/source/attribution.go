package source

import (
	"context"
	"iter"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// attribute tells, for each secret and path, the first commit whose tree holds
// it there, and how many do.
func (h *history) attribute(ctx context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
	return func(yield func(scanner.Place, error) bool) {
		a := h.attribution(holders, yield)
		if h.ancestry == nil { // interrupted before it was known
			a.rest()
			return
		}
		if err := guarded(func() { a.run(ctx) }); err != nil && !a.done {
			a.done = !yield(scanner.Place{}, err)
		}
		for _, err := range h.late {
			a.done = a.done || !yield(scanner.Place{}, err)
		}
		a.rest()
	}
}

// attribution finds out where the content that holds secrets was introduced. It
// goes through the commits from the oldest on, and down to what holds a secret
// wherever no commit before led.
type attribution struct {
	*history
	holders scanner.Holders
	yield   func(scanner.Place, error) bool
	done    bool // the consumer wants no more

	first   map[spot]bool // what is attributed
	placed  map[held]bool // what has a place at all
	head    odb.ID        // the tree of HEAD, "" if it is not known
	origins map[int32]*scanner.Commit

	// Of the walk at hand:
	seen   map[step][]spot    // where ways led before, and to which secrets
	paths  map[pathStep]int32 // numbers of paths; the root is 0
	names  []string           // by number of path
	places []scanner.Place    // that were found, but not yielded yet
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
	path   int32
	number int32
	name   uint32 // with isHit or isSubtree
}

func stepTo(path int32, e odb.Edge, flag uint32) step {
	return step{path, e.Number, e.Name&^edgeFlags | flag}
}

// pathStep is a way from a folder to what has a name in it.
type pathStep struct {
	path int32
	name uint32 // its number
}

// position is where the walk stands.
type position struct {
	walk *walk
	node int32 // the commit, or noNode
	tree int32 // its number
	path int32
}

func (h *history) attribution(holders scanner.Holders, yield func(scanner.Place, error) bool) *attribution {
	return &attribution{history: h, holders: holders, yield: yield,
		first: map[spot]bool{}, placed: map[held]bool{}, origins: map[int32]*scanner.Commit{}}
}

func (a *attribution) run(ctx context.Context) {
	if a.forest == nil {
		a.forest = grow(ctx, a.repo.storage(), a.wanted, func(d odb.Damage) {
			if !a.lost[d.ID.String()] {
				a.late = append(a.late, a.repo.damageSkip(d))
			}
		})
	}
	if node, ok := a.ancestry.node(a.repo.head()); ok {
		a.head = a.ancestry.linked(a.ancestry.tree(node))
	}
	for i := range a.walks {
		if a.walks[i].reach == scanner.ByReflog { // what is staged comes after what references reach
			a.walkIndex()
		}
		a.walk(ctx, &a.walks[i])
		if ctx.Err() == nil {
			a.count(&a.walks[i])
		}
		for _, p := range a.places {
			if p.Kind == scanner.Note {
				p.Path = strings.ReplaceAll(p.Path, "/", "") // the fan-out folders of an object's id
			}
			a.done = a.done || !a.yield(p, nil)
		}
		a.places = nil
	}
	if a.forest.tooDeep && !a.done {
		a.done = !a.yield(scanner.Place{}, scanner.Skip{Reason: "folders nested too deep to be followed"})
	}
}

func (a *attribution) walk(ctx context.Context, w *walk) {
	a.seen, a.paths, a.names = map[step][]spot{}, map[pathStep]int32{}, []string{""}
	if w.lone != "" {
		a.enterRoot(position{walk: w, node: noNode}, w.lone)
		return
	}
	for _, node := range a.ancestry.order(w.nodes) {
		if ctx.Err() != nil || a.done {
			return
		}
		p := position{walk: w, node: node, tree: a.ancestry.tree(node)}
		if p.tree < 0 { // which is what is looked for where missing objects are
			a.enterRoot(p, a.ancestry.linked(p.tree))
		} else {
			a.walkTree(p, 0)
		}
	}
}

// enterRoot takes what stands in the place of a commit's tree.
func (a *attribution) enterRoot(p position, id odb.ID) {
	number, ok := a.repo.storage().Number([]byte(id))
	if p.tree = int32(number); ok && len(a.holders[id.String()]) == 0 {
		a.walkTree(p, 0)
		return
	}
	a.place(p, scanner.Place{Key: id.String(), Kind: p.walk.kind})
}

// walkTree goes down a tree, where it was not at this path before.
func (a *attribution) walkTree(p position, depth int) {
	if !a.forest.isHolding(p.tree, depth) {
		return
	}
	for _, e := range a.forest.edges(p.tree) {
		hit, subtree := a.isFresh(p.path, e, isHit), a.isFresh(p.path, e, isSubtree)
		if !hit && !subtree {
			continue
		}
		if a.done {
			return
		}
		path := a.path(p.path, e.Name&^edgeFlags)
		if hit {
			a.seen[stepTo(p.path, e, isHit)] = a.placeAll(p, a.names[path], a.forest.id(e.Number))
		}
		if subtree {
			a.seen[stepTo(p.path, e, isSubtree)] = nil
			a.walkTree(position{p.walk, p.node, e.Number, path}, depth+1)
		}
	}
}

// isFresh tells whether a way that an edge has was not gone before.
func (a *attribution) isFresh(path int32, e odb.Edge, flag uint32) bool {
	if e.Name&flag == 0 {
		return false
	}
	_, seen := a.seen[stepTo(path, e, flag)]
	return !seen
}

// path returns the number of the path to what has a name in a folder.
func (a *attribution) path(dir int32, name uint32) int32 {
	s := pathStep{dir, name}
	path, ok := a.paths[s]
	if !ok {
		path = int32(len(a.names))
		a.paths[s] = path
		a.names = append(a.names, strings.TrimPrefix(a.names[dir]+"/"+a.forest.names.list[name], "/"))
	}
	return path
}

// placeAll places what is at a path by its name and by its content.
func (a *attribution) placeAll(p position, path string, id odb.ID) []spot {
	name := path[strings.LastIndexByte(path, '/')+1:]
	spots := a.place(p, scanner.Place{Key: nameKey(name), Kind: scanner.FileName, Path: path})
	return append(spots, a.place(p, scanner.Place{Key: id.String(), Kind: p.walk.kind, Path: path})...)
}

// count adds to the places how many commits of the walk carry them. It goes down
// all trees at once, one depth after the other: each tree at a path counts as
// often as the folders above it.
func (a *attribution) count(w *walk) {
	if len(a.places) == 0 || w.lone != "" {
		return
	}
	type treeAt struct{ path, tree int32 }
	carry := map[spot]int{}
	level := map[treeAt]int{}
	for _, node := range w.nodes {
		if tree := a.ancestry.tree(node); tree >= 0 && a.forest.isHolding(tree, 0) {
			level[treeAt{0, tree}]++
		}
	}
	for len(level) > 0 {
		below := map[treeAt]int{}
		for at, n := range level {
			for _, e := range a.forest.edges(at.tree) {
				for _, s := range a.seen[stepTo(at.path, e, isHit)] {
					carry[s] += n
				}
				if e.Name&isSubtree != 0 {
					below[treeAt{a.paths[pathStep{at.path, e.Name &^ edgeFlags}], e.Number}] += n
				}
			}
		}
		level = below
	}
	for i, p := range a.places {
		a.places[i].Commits = carry[spot{p.Secret, p.Kind, p.Path}]
	}
}
