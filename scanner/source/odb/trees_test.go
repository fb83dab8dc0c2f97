package odb

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// entries collects what a visitor of trees is told, with a number for each
// distinct entry; those whose names end with an even letter are kept.
type entries struct {
	mu      sync.Mutex
	numbers map[string]int32
	seen    []string // by number
	trees   map[int][]string
}

func isKept(entry string) bool {
	name, _, _ := strings.Cut(entry, "\x00")
	return name[len(name)-1]%2 == 0
}

func (e *entries) visitor() *TreeVisitor {
	e.numbers, e.trees = map[string]int32{}, map[int][]string{}
	return &TreeVisitor{
		Entry: func(_ int, mode, name, id []byte) (Edge, bool) {
			e.mu.Lock()
			defer e.mu.Unlock()
			entry := fmt.Sprintf("%s %s\x00%s", mode, name, id)
			number, ok := e.numbers[entry]
			if !ok {
				number = int32(len(e.seen))
				e.numbers[entry] = number
				e.seen = append(e.seen, entry)
			}
			return Edge{Number: number}, isKept(entry)
		},
		Tree: func(_, tree int, kept []Edge) {
			e.mu.Lock()
			defer e.mu.Unlock()
			all := []string{}
			for _, k := range kept {
				all = append(all, e.seen[k.Number])
			}
			if _, again := e.trees[tree]; again {
				all = append(all, "told of twice")
			}
			e.trees[tree] = all
		},
	}
}

// splitTree returns the entries of a tree, up to where it is malformed.
func splitTree(data []byte, hashSize int) (all []string, ok bool) {
	for len(data) > 0 {
		nul := bytes.IndexByte(data, 0)
		space := bytes.IndexByte(data, ' ')
		if nul < 0 || space < 1 || space > 6 || space+1 >= nul || len(data) < nul+1+hashSize {
			return all, false
		}
		all = append(all, string(data[:nul+1+hashSize]))
		data = data[nul+1+hashSize:]
	}
	return all, true
}

// compareTrees compares what a visitor of trees is told with all that trees
// hold.
func compareTrees(t *testing.T, db *DB) {
	t.Helper()
	want := map[int][]string{}
	var all entries
	all.visitor()
	var mu sync.Mutex
	err := db.Each(context.Background(), EachOptions{Types: []Type{Tree}}, func(_ int, o *Object) {
		mu.Lock()
		defer mu.Unlock()
		found, _ := splitTree(o.Data, len(o.RawID))
		for _, e := range found {
			all.numbers[e] = 0
		}
		if number, ok := db.Number(o.RawID); !ok || number != o.Number {
			t.Errorf("%v has the number %d, %v, not %d", o.ID(), number, ok, o.Number)
		}
		want[o.Number] = slices.DeleteFunc(found, func(e string) bool { return !isKept(e) })
	})
	if err != nil {
		t.Error(err)
	}
	var each, scan entries
	opts := EachOptions{Types: []Type{Tree}, Trees: each.visitor(), Damaged: func(d Damage) { t.Error(d) }}
	if err := db.Each(context.Background(), opts, func(int, *Object) {}); err != nil {
		t.Error(err)
	}
	opts = EachOptions{Trees: scan.visitor()}
	needles := Needles{func([]byte) bool { return false }, 1}
	if _, err := db.Scan(context.Background(), opts, needles, func(int, *Object) {}); err != nil {
		t.Error(err)
	}
	for _, got := range []*entries{&each, &scan} {
		if len(got.trees) != len(want) || len(got.seen) != len(all.numbers) {
			t.Errorf("%d trees with %d entries, want %d with %d", len(got.trees), len(got.seen), len(want), len(all.numbers))
		}
		for tree, kept := range want {
			if !slices.Equal(got.trees[tree], kept) {
				t.Errorf("tree %d has %q, want %q", tree, got.trees[tree], kept)
			}
		}
	}
}

// FuzzTreeParser compares trees that are made by chains of deltas, however
// these cut the entries, with what the trees hold as a whole.
func FuzzTreeParser(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed, []byte(nil))
	}
	f.Add(uint64(1), []byte("100644 a\x00"))
	f.Fuzz(func(t *testing.T, seed uint64, odd []byte) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var told entries
		p := treeParser{visitor: told.visitor(), hashSize: 20}
		base := randomTree(rnd, odd)
		p.begin(true)
		p.whole(base)
		known, err := p.end()
		p.tell(0, &known)
		checkTree(t, &told, 0, base, err)
		for n := 1; n < 8; n++ {
			ops, made := randomDelta(rnd, base, odd)
			needs := rnd.IntN(4) > 0
			p.begin(needs)
			p.delta(base, &known, ops)
			next, err := p.end()
			p.tell(n, &next)
			checkTree(t, &told, n, made, err)
			if needs {
				p.release(&known)
				known, base = next, made
			} else {
				p.release(&next)
			}
		}
	})
}

// checkTree checks what was told of a tree, and that of its entries all were
// told of at some time.
func checkTree(t *testing.T, told *entries, id int, tree []byte, err error) {
	t.Helper()
	want, ok := splitTree(tree, 20)
	if ok != (err == nil) {
		t.Fatalf("tree %d: well-formed is %v, error %v", id, ok, err)
	}
	for _, e := range want {
		if _, seen := told.numbers[e]; !seen {
			t.Fatalf("tree %d: entry %q was not told of", id, e)
		}
	}
	want = slices.DeleteFunc(want, func(e string) bool { return !isKept(e) })
	if got := told.trees[id]; !slices.Equal(got, want) {
		t.Fatalf("tree %d: kept %q, want %q", id, got, want)
	}
}

// randomTree returns a tree, which odd bytes may spoil.
func randomTree(rnd *rand.Rand, odd []byte) []byte {
	var tree []byte
	for range rnd.IntN(12) {
		tree = append(tree, randomEntry(rnd)...)
	}
	if len(odd) > 0 && rnd.IntN(3) == 0 {
		tree = append(tree, odd...)
	}
	return tree
}

func randomEntry(rnd *rand.Rand) []byte {
	e := append([]byte([]string{"100644", "40000", "160000", "120000"}[rnd.IntN(4)]), ' ')
	for range 1 + rnd.IntN(4) {
		e = append(e, "abc "[rnd.IntN(4)])
	}
	e = append(e, 0)
	for range 20 {
		e = append(e, " \x00a\xff"[rnd.IntN(4)])
	}
	return e
}

// randomDelta returns the instructions of a delta and what they make. Most keep
// to the ends of entries, as git's do in effect.
func randomDelta(rnd *rand.Rand, base, odd []byte) (ops, made []byte) {
	starts := []int{0}
	whole, _ := splitTree(base, 20)
	for _, e := range whole {
		starts = append(starts, starts[len(starts)-1]+len(e))
	}
	place := func() int {
		if rnd.IntN(4) == 0 {
			return rnd.IntN(len(base) + 1)
		}
		return starts[rnd.IntN(len(starts))]
	}
	for range rnd.IntN(8) {
		from, to := place(), place()
		switch {
		case from < to:
			ops = append(ops, 0x80|0x0f|0x30)
			ops = binary.LittleEndian.AppendUint32(ops, uint32(from))
			ops = binary.LittleEndian.AppendUint16(ops, uint16(to-from))
			made = append(made, base[from:to]...)
		case rnd.IntN(3) > 0:
			e := randomEntry(rnd)
			if rnd.IntN(3) == 0 {
				e = e[rnd.IntN(len(e)):]
			}
			ops = append(append(ops, byte(len(e))), e...)
			made = append(made, e...)
		case len(odd) > 0 && len(odd) < 128:
			ops = append(append(ops, byte(len(odd))), odd...)
			made = append(made, odd...)
		}
	}
	return ops, made
}
