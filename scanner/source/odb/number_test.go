package odb

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestNumbers compares the numbers and sizes of objects in few packs, many packs
// and loose with the objects that there are.
func TestNumbers(t *testing.T) {
	for _, packs := range []int{0, 1, fewPacks, fewPacks + 1, 40} {
		t.Run(fmt.Sprint(packs, " packs"), func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			rnd := seeded(t, uint64(packs))
			for range packs {
				r.edits(rnd, 1+rnd.IntN(5), tokens(rnd))
				r.git("repack", "-q", "-d")
			}
			if packs > 1 {
				r.split(packs) // the same objects once more
			}
			r.edits(rnd, 5, tokens(rnd))
			db := r.open(Options{})
			if (db.catalog != nil) != (len(db.packs) > fewPacks) {
				t.Errorf("%d packs, catalog %v", len(db.packs), db.catalog != nil)
			}
			known, reader := map[int]ID{}, db.NewReader()
			var ids []byte
			var numbers []int32
			for id, want := range r.sizes() {
				if size, err := reader.Size(id); err != nil || size != want {
					t.Errorf("%v has %d bytes, not %d: %v", id, want, size, err)
				}
				number, ok := db.Number([]byte(id))
				if other, again := known[number]; !ok || again || number >= db.Numbers() || db.ID(number) != id || !db.Has(id) {
					t.Errorf("%v has the number %d, %v, which is %v, %v", id, number, ok, db.ID(number), other)
				}
				known[number] = id
				ids, numbers = append(ids, id...), append(numbers, int32(number))
				other := []byte(id)
				other[len(other)-1] ^= 1
				_, err := reader.Size(ID(other))
				if _, ok := db.Number(other); ok || db.Has(ID(other)) || err != ErrMissing {
					t.Errorf("%v is not there", ID(other))
				}
				ids, numbers = append(ids, other...), append(numbers, -1)
			}
			got := make([]int32, len(numbers))
			if db.NumberAll(ids, got); !slices.Equal(got, numbers) {
				t.Errorf("numbers %v, want %v", got, numbers)
			}
		})
	}
}

// sizes returns how many bytes git says each object has.
func (r *repo) sizes() map[ID]int64 {
	r.t.Helper()
	all := map[ID]int64{}
	for line := range strings.Lines(r.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objectsize)")) {
		var name string
		var size int64
		if _, err := fmt.Sscan(line, &name, &size); err != nil {
			r.t.Fatal(err)
		}
		id, _ := ParseID(name)
		all[id] = size
	}
	return all
}

// TestPages compares where keys are said to be with where they are.
func TestPages(t *testing.T) {
	rnd := seeded(t, 3)
	for round := range 3000 {
		keys := make([]uint64, rnd.IntN(300))
		for i := range keys {
			if keys[i] = rnd.Uint64(); round%3 == 1 { // all near one end
				keys[i] >>= 40
			} else if round%3 == 2 { // many alike
				keys[i] = uint64(rnd.IntN(4)) << 62
			}
		}
		slices.Sort(keys)
		p := newPages(len(keys), func(i int) uint64 { return keys[i] })
		for range 20 {
			want := rnd.Uint64()
			if len(keys) > 0 && rnd.IntN(2) == 0 {
				want = keys[rnd.IntN(len(keys))]
			}
			low, high := p.around(want)
			first, ok := slices.BinarySearch(keys, want)
			if ok && (first < low || first >= high) || low > high || high > len(keys) {
				t.Fatalf("%x stands at %d, not in %d to %d of %d", want, first, low, high, len(keys))
			}
		}
	}
	keys := []uint64{1 << 63, 0, 1<<64 - 1, 5} // which is damage
	p := newPages(len(keys), func(i int) uint64 { return keys[i] })
	for _, key := range append(keys, 7, 1<<62) {
		if low, high := p.around(key); low < 0 || high > len(keys) {
			t.Errorf("%d to %d", low, high)
		}
	}
}
