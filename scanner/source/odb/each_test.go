package odb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// visits collects what is visited, and checks that nothing is twice.
type visits struct {
	t      testing.TB
	mu     sync.Mutex
	found  map[ID]object
	damage []Damage
}

func newVisits(t testing.TB) *visits { return &visits{t: t, found: map[ID]object{}} }

func (v *visits) visit(_ int, o *Object) {
	h := sha256.New()
	if o.Data != nil {
		h.Write(o.Data)
	} else if _, err := io.Copy(h, o.Stream); err != nil {
		return // it is reported as damage
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.found[o.ID()]; ok {
		v.t.Errorf("%v is visited twice", o.ID())
	}
	v.found[o.ID()] = object{o.Type.String(), [32]byte(h.Sum(nil))}
}

func (v *visits) damaged(d Damage) { v.damage = append(v.damage, d) }

// each visits all objects of a sound storage.
func each(t testing.TB, db *DB, opts EachOptions) map[ID]object {
	t.Helper()
	v := newVisits(t)
	opts.Damaged = v.damaged
	if err := db.Each(context.Background(), opts, v.visit); err != nil {
		t.Error(err)
	}
	for _, d := range v.damage {
		t.Errorf("damage: %v", d)
	}
	return v.found
}

// scan returns which objects of a sound storage are visited for a needle.
func scan(t testing.TB, db *DB, needle string) map[ID]object {
	t.Helper()
	v := newVisits(t)
	needles := Needles{func(data []byte) bool { return bytes.Contains(data, []byte(needle)) }, len(needle)}
	if _, err := db.Scan(context.Background(), EachOptions{Damaged: v.damaged}, needles, v.visit); err != nil {
		t.Error(err)
	}
	for _, d := range v.damage {
		t.Errorf("damage: %v", d)
	}
	return v.found
}

// fullScan is scan without its short cuts.
func fullScan(t testing.TB, db *DB, needle string) map[ID]object {
	t.Helper()
	v := newVisits(t)
	err := db.Each(context.Background(), EachOptions{Damaged: v.damaged}, func(worker int, o *Object) {
		if o.Type == Commit || o.Type == Tag || bytes.Contains(o.Data, []byte(needle)) {
			v.visit(worker, o)
		}
	})
	if err != nil {
		t.Error(err)
	}
	return v.found
}

func compare(t testing.TB, what string, got, want map[ID]object) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	t.Errorf("%s: %d objects, want %d", what, len(got), len(want))
	for id, o := range want {
		if got[id] != o {
			t.Errorf("%s: %v %s is missing or differs", what, id, o.typ)
		}
	}
}

func TestEach(t *testing.T) {
	for name, layout := range layouts {
		for _, format := range []string{"sha1", "sha256"} {
			t.Run(name+" "+format, func(t *testing.T) {
				t.Parallel()
				r := newRepo(t, "--object-format="+format)
				rnd := seeded(t, 2)
				r.edits(rnd, 150, tokens(rnd))
				r.git("reset", "-q", "--hard")
				r.git("tag", "-a", "-m", "tagged "+token, "v1")
				layout(r)
				opts := Options{HashSize: map[string]int{"sha1": 20, "sha256": 32}[format]}
				want := r.gitObjects()
				compare(t, "each", each(t, r.open(opts), EachOptions{Verify: true}), want)
				opts.Memory = 1 // every base is given up
				db := r.open(opts)
				compare(t, "with little memory", each(t, db, EachOptions{}), want)
				opts.Workers = 1
				compare(t, "one worker", each(t, r.open(opts), EachOptions{}), want)
				maps.DeleteFunc(want, func(_ ID, o object) bool { return o.typ != "tree" })
				compare(t, "trees", each(t, db, EachOptions{Types: []Type{Tree}}), want)
				compare(t, "scan", scan(t, db, token), fullScan(t, db, token))
				compareTrees(t, db)
			})
		}
	}
}

// TestScan proves that a search by inserted bytes finds what a full one finds.
func TestScan(t *testing.T) {
	options := [][]string{{"--depth=1"}, {"--depth=10", "--window=2"}, {"--depth=50"}, {"--depth=4095", "--window=250"}}
	for seed := range uint64(24) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			rnd := seeded(t, seed)
			r := newRepo(t)
			for range 1 + rnd.IntN(3) {
				r.edits(rnd, 20+rnd.IntN(200), tokens(rnd))
				args := []string{"repack", "-q", "-f"}
				if rnd.IntN(2) == 0 {
					args = append(args, "-a", "-d")
				}
				r.git(append(args, options[rnd.IntN(len(options))]...)...)
			}
			if rnd.IntN(4) == 0 {
				r.split(1 + rnd.IntN(9))
			}
			db := r.open(Options{Memory: []int64{0, 1, 100 << 10}[rnd.IntN(3)]})
			for n := 1; n <= len(token); n += 1 + rnd.IntN(4) {
				compare(t, token[:n], scan(t, db, token[:n]), fullScan(t, db, token[:n]))
			}
			compareTrees(t, db)
			compare(t, "nothing", scan(t, db, "never there"), fullScan(t, db, "never there"))
		})
	}
}

// chain writes a chain of n deltas, each of which changes the one before.
func chain(rnd *rand.Rand, n int, insert func() string) (c *crafted, want map[ID]object) {
	c, want = newCrafted(), map[ID]object{}
	content := lines(rnd, 20)
	last := c.whole(Blob, content)
	want[idOf(Blob, content)] = object{"blob", sha256.Sum256(content)}
	for range n {
		next := edit(rnd, content, insert)
		id := idOf(Blob, next)
		if _, ok := want[id]; ok {
			continue
		}
		want[id] = object{"blob", sha256.Sum256(next)}
		if rnd.IntN(4) == 0 {
			c.ref(id, idOf(Blob, content), deltaOf(content, next))
			last = c.objects[len(c.objects)-1].off
		} else {
			last = c.ofs(id, last, deltaOf(content, next))
		}
		content = next
	}
	return c, want
}

func TestDeepChain(t *testing.T) {
	r := newRepo(t)
	rnd := seeded(t, 3)
	c, want := chain(rnd, 4095, tokens(rnd))
	c.write(t, r.objects())
	db := r.open(Options{})
	compare(t, "each", each(t, db, EachOptions{Verify: true}), want)
	compare(t, "scan", scan(t, db, token), fullScan(t, db, token))
	reader := db.NewReader()
	for i := range 20 { // each is as long as its chain
		id := c.objects[(i+1)*len(c.objects)/20-1].id
		if typ, content, err := reader.Read(id); err != nil || (object{typ.String(), sha256.Sum256(content)}) != want[id] {
			t.Errorf("Read(%v) = %v, %v", id, typ, err)
		}
	}
}

// TestDistantBase has deltas in packs without their bases, and in one the base
// of what another has and the other way round.
func TestDistantBase(t *testing.T) {
	r := newRepo(t)
	old := lines(seeded(t, 4), 30)
	versions := [][]byte{old}
	for i := range 6 {
		versions = append(versions, append(fmt.Appendf(nil, "%s %d\n", token[:8+i], i), versions[i]...))
	}
	packs := []*crafted{newCrafted(), newCrafted()}
	packs[0].whole(Blob, old)
	want := map[ID]object{idOf(Blob, old): {"blob", sha256.Sum256(old)}}
	for i := 1; i < len(versions); i++ {
		id := idOf(Blob, versions[i])
		packs[i%2].ref(id, idOf(Blob, versions[i-1]), deltaOf(versions[i-1], versions[i]))
		want[id] = object{"blob", sha256.Sum256(versions[i])}
	}
	loose := strings.TrimSpace(r.gitWith(strings.NewReader("a loose base"), "hash-object", "-w", "--stdin"))
	id, _ := ParseID(loose)
	want[id] = object{"blob", sha256.Sum256([]byte("a loose base"))}
	changed := []byte("not a loose base")
	packs[1].ref(idOf(Blob, changed), id, deltaOf([]byte("a loose base"), changed))
	want[idOf(Blob, changed)] = object{"blob", sha256.Sum256(changed)}
	for _, c := range packs {
		c.write(t, r.objects())
	}
	db := r.open(Options{})
	compare(t, "each", each(t, db, EachOptions{Verify: true}), want)
	for n := range len(token) {
		compare(t, "scan", scan(t, db, token[:n]), fullScan(t, db, token[:n]))
	}
}

// zeros is a large file.
type zeros struct{ left int64 }

func (z *zeros) Read(b []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), z.left)
	clear(b[:n])
	z.left -= n
	return int(n), nil
}

func TestLargeObjects(t *testing.T) {
	const size = large/2 + 1
	r := newRepo(t)
	for _, where := range []string{"loose", "packed"} {
		content := io.MultiReader(&zeros{size}, strings.NewReader(token), &zeros{size}, strings.NewReader(where))
		r.gitWith(content, "-c", "core.bigFileThreshold=1g", "hash-object", "-w", "--stdin")
		if where == "loose" {
			r.gitWith(strings.NewReader(r.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")),
				"pack-objects", "-q", ".git/objects/pack/pack")
			r.git("prune-packed")
		}
	}
	db := r.open(Options{})
	want := r.gitObjects()
	compare(t, "each", each(t, db, EachOptions{Verify: true}), want)
	compare(t, "scan", scan(t, db, token), want)
	compare(t, "scan", scan(t, db, token[1:]+"\x01"), map[ID]object{})
}

func TestCancel(t *testing.T) {
	r := newRepo(t)
	rnd := seeded(t, 5)
	r.edits(rnd, 300, tokens(rnd))
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	n := 0
	err := r.open(Options{}).Each(ctx, EachOptions{}, func(int, *Object) {
		mu.Lock()
		defer mu.Unlock()
		n++
		cancel()
	})
	if err != context.Canceled || n > 10 {
		t.Errorf("%v after %d", err, n)
	}
}
