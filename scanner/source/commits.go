package source

import (
	"cmp"
	"context"
	"iter"
	"maps"
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
	shallow, grafts := r.shallow(), r.grafts(skip)
	g := &graph{byHash: map[odb.ID]*commit{}}
	seen := map[odb.ID]bool{}
	for todo := slices.Clone(roots); len(todo) > 0 && ctx.Err() == nil; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] || stop != nil && stop(id) {
			continue
		}
		seen[id] = true
		c, err := r.commit(id)
		if err != nil {
			skip(err)
			continue
		}
		if parents, ok := grafts[id]; ok {
			c.parents = parents
		}
		if shallow[id] {
			c.parents = nil
		}
		g.byHash[id] = c
		todo = append(todo, c.parents...)
	}
	g.sort()
	return g
}

// sort fills commits from byHash.
func (g *graph) sort() {
	all := slices.Collect(maps.Values(g.byHash))
	numbers := make(map[*commit]int32, len(all))
	nodes := make([]int32, len(all))
	for i, c := range all {
		numbers[c], nodes[i] = int32(i), int32(i)
	}
	parents := func(node int32) iter.Seq[int32] {
		return func(yield func(int32) bool) {
			for _, id := range all[node].parents {
				if p := g.byHash[id]; p != nil && !yield(numbers[p]) {
					return
				}
			}
		}
	}
	for _, node := range oldestFirst(nodes, len(all), parents, func(a, b int32) int {
		return cmp.Or(cmp.Compare(all[a].time, all[b].time), cmp.Compare(all[a].hash, all[b].hash))
	}) {
		g.commits = append(g.commits, all[node])
	}
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
