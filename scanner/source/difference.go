package source

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/patlint/patlint/scanner/source/odb"
)

// The paint of a commit tells who reaches it.
const (
	isAsked  uint8 = 1 << iota // the objects whose commits are looked for
	isKnown                    // the objects whose commits are left out
	isQueued                   // its paint is yet to go to its parents
)

func isOpen(paint uint8) bool { return paint&(isAsked|isKnown) == isAsked }

// difference finds the commits that some objects reach and others do not, as git
// rev-list A --not B does: from the youngest commit on, until only known ones are
// left. It goes by what commits say of their parents, and where a shallow clone
// was cut, by the cut; by grafts, which only this repository has, if it is told to.
//
// A commit whose parents are younger than itself may make it stop too early, with
// known commits among those that it found. Never is one missing: what is painted
// as known is known.
type difference struct {
	repo    *Repo
	shallow map[odb.ID]bool
	grafts  map[odb.ID][]odb.ID // nil if only commits themselves count
	paint   []uint8             // by number
	absent  map[odb.ID]int32    // numbers of what the storage has not, behind those of its objects
	ids     []odb.ID            // of these

	queue  commitQueue
	open   int // commits in the queue that are asked for and not known
	found  []*foundCommit
	oldest int64
	lost   map[int32]error // commits that cannot be read
}

// foundCommit is a commit that was asked for, and not known when it was reached.
type foundCommit struct {
	number  int32
	time    int64
	parents []int32
}

func newDifference(r *Repo) *difference {
	return &difference{
		repo: r, shallow: r.shallow(), paint: make([]uint8, r.storage().Numbers()), absent: map[odb.ID]int32{},
		oldest: math.MaxInt64, lost: map[int32]error{},
	}
}

// number returns a number that stands for an object, there or not.
func (d *difference) number(id odb.ID) int32 {
	if n, ok := d.repo.storage().Number([]byte(id)); ok {
		return int32(n)
	}
	n, ok := d.absent[id]
	if !ok {
		n = int32(len(d.paint))
		d.absent[id] = n
		d.ids = append(d.ids, id)
		d.paint = append(d.paint, 0)
	}
	return n
}

// id is the inverse of number.
func (d *difference) id(number int32) odb.ID {
	if first := len(d.paint) - len(d.ids); int(number) >= first {
		return d.ids[int(number)-first]
	}
	return d.repo.storage().ID(int(number))
}

// enter paints a commit.
func (d *difference) enter(id odb.ID, paint uint8) int32 {
	n := d.number(id)
	was := d.paint[n]
	if was|paint == was || was&isKnown != 0 { // who knows a commit knows its parents
		return n
	}
	d.paint[n] |= paint
	if was&isQueued != 0 {
		if isOpen(was) && !isOpen(was|paint) {
			d.open--
		}
		return n
	}
	c, err := d.header(id)
	if err != nil {
		d.lost[n] = err
		return n
	}
	d.paint[n] |= isQueued
	if isOpen(d.paint[n]) {
		d.open++
	}
	heap.Push(&d.queue, queuedCommit{n, c.time, c.parents})
	return n
}

// header reads what the walk needs of a commit.
func (d *difference) header(id odb.ID) (*commit, error) {
	content, err := d.repo.read(odb.Commit, id)
	if err != nil {
		return nil, err
	}
	header, _, _ := bytes.Cut(content, []byte("\n\n"))
	c, ok := parseHeader(id, header)
	if !ok {
		return nil, malformed(id)
	}
	c.parents = d.parents(c)
	return c, nil
}

// parents returns the parents of a commit, as far as they are to be here.
func (d *difference) parents(c *commit) []odb.ID {
	if d.shallow[c.hash] {
		return nil
	}
	if parents, ok := d.grafts[c.hash]; ok {
		return parents
	}
	return c.parents
}

// step takes the youngest commit out of the queue and paints its parents.
func (d *difference) step() {
	c := heap.Pop(&d.queue).(queuedCommit)
	d.paint[c.number] &^= isQueued
	paint, passed := d.paint[c.number], isKnown
	if isOpen(paint) {
		d.open--
		passed = isAsked
	}
	parents := make([]int32, 0, len(c.parents))
	for _, p := range c.parents {
		parents = append(parents, d.enter(p, passed))
	}
	if isOpen(paint) {
		d.found = append(d.found, &foundCommit{c.number, c.time, parents})
		d.oldest = min(d.oldest, c.time)
	}
}

// walk goes on until no commit can be found any more, unless a known one is
// younger than a parent of its.
func (d *difference) walk(ctx context.Context) {
	for ctx.Err() == nil && (d.open > 0 || len(d.queue) > 0 && d.queue[0].time >= d.oldest) {
		d.step()
	}
}

// settle goes through all that is known, so that what commits is left is exact.
func (d *difference) settle(ctx context.Context) {
	for ctx.Err() == nil && len(d.found) > 0 && len(d.queue) > 0 {
		d.step()
	}
}

// isFound tells whether a commit that was found is still not known.
func (d *difference) isFound(c *foundCommit) bool { return isOpen(d.paint[c.number]) }

// commits returns what was found: parents before their children, and otherwise
// the oldest first.
func (d *difference) commits() []*foundCommit {
	d.found = slices.DeleteFunc(d.found, func(c *foundCommit) bool { return !d.isFound(c) })
	at := make(map[int32]int32, len(d.found))
	nodes := make([]int32, len(d.found))
	for i, c := range d.found {
		at[c.number], nodes[i] = int32(i), int32(i)
	}
	parents := func(node int32) iter.Seq[int32] {
		return func(yield func(int32) bool) {
			for _, p := range d.found[node].parents {
				if n, ok := at[p]; ok && !yield(n) {
					return
				}
			}
		}
	}
	ordered := make([]*foundCommit, 0, len(d.found))
	for _, node := range oldestFirst(nodes, len(nodes), parents, func(a, b int32) int {
		return cmp.Or(cmp.Compare(d.found[a].time, d.found[b].time), cmp.Compare(d.id(d.found[a].number), d.id(d.found[b].number)))
	}) {
		ordered = append(ordered, d.found[node])
	}
	return ordered
}

// missing returns why commits that were asked for cannot be read.
func (d *difference) missing() (errs []error) {
	for _, n := range slices.Sorted(maps.Keys(d.lost)) {
		if isOpen(d.paint[n]) {
			errs = append(errs, d.lost[n])
		}
	}
	return errs
}

// queuedCommit is a commit whose paint is yet to go to its parents.
type queuedCommit struct {
	number  int32
	time    int64
	parents []odb.ID
}

// commitQueue is a heap of commits, the youngest first.
type commitQueue []queuedCommit

func (q commitQueue) Len() int           { return len(q) }
func (q commitQueue) Less(i, j int) bool { return q[i].time > q[j].time }
func (q commitQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *commitQueue) Push(x any)        { *q = append(*q, x.(queuedCommit)) }

func (q *commitQueue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
