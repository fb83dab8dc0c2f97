package source

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// graph is a set of commits in order: parents before their children, and
// otherwise the oldest first.
type graph struct {
	commits []*commit
	byHash  map[plumbing.Hash]*commit
}

// commits reads the commits that the roots reach, stopping at those for which
// stop returns true. Parents that a shallow clone left out are no parents. What
// cannot be read goes to skip.
func (r *Repo) commits(ctx context.Context, roots []plumbing.Hash, stop func(plumbing.Hash) bool, skip func(error)) *graph {
	g := &graph{byHash: map[plumbing.Hash]*commit{}}
	shallow := r.shallow()
	seen := map[plumbing.Hash]bool{}
	todo := slices.Clone(roots)
	for len(todo) > 0 && ctx.Err() == nil {
		hash := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[hash] || stop != nil && stop(hash) {
			continue
		}
		seen[hash] = true
		c, err := r.commit(hash)
		if err != nil {
			skip(err)
			continue
		}
		if shallow[hash] {
			c.parents = nil
		}
		g.byHash[hash] = c
		todo = append(todo, c.parents...)
	}
	g.sort()
	return g
}

// sort fills commits from byHash (Kahn's algorithm over a heap).
func (g *graph) sort() {
	waiting := map[plumbing.Hash]int{}
	children := map[plumbing.Hash][]*commit{}
	ready := &byAge{}
	for hash, c := range g.byHash {
		for _, p := range c.parents {
			if g.byHash[p] != nil {
				waiting[hash]++
				children[p] = append(children[p], c)
			}
		}
		if waiting[hash] == 0 {
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
	return cmp.Or(cmp.Compare(h[i].time, h[j].time), bytes.Compare(h[i].hash[:], h[j].hash[:])) < 0
}

func (h *byAge) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// maxShallow bounds, in bytes, the list of commits of a shallow clone.
const maxShallow = 64 << 20

// shallow returns the commits whose parents a shallow clone left out.
func (r *Repo) shallow() map[plumbing.Hash]bool {
	content, err := readFile(filepath.Join(r.commonDir, "shallow"), maxShallow)
	if err != nil {
		return nil // parents that are not there are reported as missing
	}
	commits := map[plumbing.Hash]bool{}
	for line := range strings.Lines(string(content)) {
		commits[plumbing.NewHash(strings.TrimSpace(line))] = true
	}
	return commits
}
