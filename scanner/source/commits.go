package source

import (
	"cmp"
	"container/heap"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner/source/odb"
)

// graph is a set of commits in order: parents before their children, and
// otherwise the oldest first.
type graph struct {
	commits []*commit
	byHash  map[odb.ID]*commit
}

// commits reads the commits that the roots reach, stopping at those for which
// stop returns true. Parents that a shallow clone left out are no parents. What
// cannot be read goes to skip.
func (r *Repo) commits(ctx context.Context, roots []odb.ID, stop func(odb.ID) bool, skip func(error)) *graph {
	shallow := r.shallow()
	return reachFrom(roots, func(id odb.ID) *commit {
		if ctx.Err() != nil || stop != nil && stop(id) {
			return nil
		}
		c, err := r.commit(id)
		if err != nil {
			skip(err)
			return nil
		}
		if shallow[id] {
			c.parents = nil
		}
		return c
	})
}

// reachFrom returns the commits that the roots reach. get returns a commit, or nil
// where the way ends; it is asked once for each.
func reachFrom(roots []odb.ID, get func(odb.ID) *commit) *graph {
	g := &graph{byHash: map[odb.ID]*commit{}}
	seen := map[odb.ID]bool{}
	todo := slices.Clone(roots)
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		if c := get(id); c != nil {
			g.byHash[id] = c
			todo = append(todo, c.parents...)
		}
	}
	g.sort()
	return g
}

// sort fills commits from byHash (Kahn's algorithm over a heap).
func (g *graph) sort() {
	waiting := map[odb.ID]int{}
	children := map[odb.ID][]*commit{}
	ready := &byAge{}
	for id, c := range g.byHash {
		for _, p := range c.parents {
			if g.byHash[p] != nil {
				waiting[id]++
				children[p] = append(children[p], c)
			}
		}
		if waiting[id] == 0 {
			*ready = append(*ready, c)
		}
	}
	heap.Init(ready)
	for ready.Len() > 0 {
		c := heap.Pop(ready).(*commit)
		g.commits = append(g.commits, c)
		for _, child := range children[c.hash] {
			if waiting[child.hash]--; waiting[child.hash] == 0 {
				heap.Push(ready, child)
			}
		}
	}
}

// byAge is a heap of commits, the oldest first.
type byAge []*commit

func (h byAge) Len() int      { return len(h) }
func (h byAge) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *byAge) Push(x any)   { *h = append(*h, x.(*commit)) }
func (h byAge) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].time, h[j].time), cmp.Compare(h[i].hash, h[j].hash)) < 0
}

func (h *byAge) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// maxShallow bounds, in bytes, the list of commits of a shallow clone.
const maxShallow = 64 << 20

// shallow returns the commits whose parents a shallow clone left out.
func (r *Repo) shallow() map[odb.ID]bool {
	content, err := readFile(filepath.Join(r.commonDir, "shallow"), maxShallow)
	if err != nil {
		return nil // parents that are not there are reported as missing
	}
	commits := map[odb.ID]bool{}
	for line := range strings.Lines(string(content)) {
		if id, ok := odb.ParseID(strings.TrimSpace(line)); ok {
			commits[id] = true
		}
	}
	return commits
}
