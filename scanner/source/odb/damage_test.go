package odb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// seen is what is seen of a damaged storage.
type seen struct {
	found  map[ID]object
	lost   map[ID]bool
	others int // damage that names no object
}

// inspect visits what can be visited, if the storage can be opened at all.
func inspect(t testing.TB, objects string, opts EachOptions, needle string) (full, search seen) {
	t.Helper()
	db, err := Open(objects, Options{MaxObject: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	needles := Needles{func(data []byte) bool { return bytes.Contains(data, []byte(needle)) }, len(needle)}
	for _, s := range []*seen{&full, &search} {
		v := newVisits(t)
		s.others = len(db.Damage())
		s.lost = map[ID]bool{}
		opts.Damaged = func(d Damage) {
			if d.ID == "" {
				s.others++
			}
			s.lost[d.ID] = true
		}
		if s == &full {
			err = db.Each(context.Background(), opts, v.visit)
		} else {
			_, err = db.Scan(context.Background(), opts, needles, v.visit)
		}
		if err != nil {
			t.Error(err)
		}
		s.found = v.found
	}
	r := db.NewReader()
	for id, o := range full.found {
		typ, content, err := r.Read(id)
		if err == nil && (typ.String() != o.typ || sha256.Sum256(content) != o.hash) && opts.Verify {
			t.Errorf("Read(%v) differs from the visit", id)
		}
	}
	return full, search
}

func TestRandomDamage(t *testing.T) {
	r := newRepo(t)
	rnd := seeded(t, 6)
	r.edits(rnd, 40, tokens(rnd))
	r.git("repack", "-q", "-a", "-d", "-f", "--depth=20")
	want := r.gitObjects()
	holders := scan(t, r.open(Options{}), token)
	files, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*.*"))
	rounds := 300
	if testing.Short() {
		rounds = 30
	}
	for round := range rounds {
		copied := filepath.Join(t.TempDir(), "objects")
		var what string
		for _, f := range files {
			content, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			ext := filepath.Ext(f)
			if ext == ".idx" && round%3 == 0 || ext == ".pack" && round%3 == 1 {
				at := rnd.IntN(len(content))
				content[at] ^= byte(1 + rnd.IntN(255))
				what = fmt.Sprint(ext, " changed at ", at)
			} else if ext == ".pack" && round%6 == 2 || ext == ".idx" && round%6 == 5 {
				content = content[:rnd.IntN(len(content))]
				what = fmt.Sprint(ext, " cut to ", len(content))
			}
			path := filepath.Join(copied, "pack", filepath.Base(f))
			os.MkdirAll(filepath.Dir(path), 0o777)
			if err := os.WriteFile(path, content, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		full, search := inspect(t, copied, EachOptions{Verify: true}, token)
		checkSeen(t, what, full, want)
		checkSeen(t, what+", search", search, holders)
		full, search = inspect(t, copied, EachOptions{}, token) // the checksums suffice
		checkSeen(t, what+", not verified", full, want)
		checkSeen(t, what+", not verified, search", search, holders)
		if t.Failed() {
			return
		}
	}
}

// checkSeen checks that what was visited is right, and all else reported.
func checkSeen(t *testing.T, what string, s seen, want map[ID]object) {
	t.Helper()
	for id, o := range s.found {
		if w, ok := want[id]; ok && w != o || !ok && s.others == 0 {
			t.Errorf("%s: %v is visited with other content", what, id)
		}
	}
	for id := range want {
		if _, ok := s.found[id]; !ok && !s.lost[id] && s.others == 0 {
			t.Errorf("%s: %v is lost without a word", what, id)
		}
	}
}

// TestHealthyCopy damages each of two packs that hold the same objects.
func TestHealthyCopy(t *testing.T) {
	r := newRepo(t)
	rnd := seeded(t, 7)
	r.edits(rnd, 60, tokens(rnd))
	layouts["duplicates"](r)
	packs, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*.pack"))
	packs = slices.DeleteFunc(packs, func(path string) bool { // the last commit is in one only
		info, err := os.Stat(path)
		return err != nil || info.Size() < 4096
	})
	want := r.gitObjects()
	for round := range 20 {
		os.Chmod(packs[round%2], 0o666)
		sound, err := os.ReadFile(packs[round%2])
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(sound)
		for range 20 {
			bad[12+rnd.IntN(len(bad)-32)] ^= 0x10
		}
		if err := os.WriteFile(packs[round%2], bad, 0o666); err != nil {
			t.Fatal(err)
		}
		db := r.open(Options{})
		found := each(t, db, EachOptions{})
		maps.DeleteFunc(found, func(id ID, _ object) bool { _, ok := want[id]; return !ok })
		compare(t, "each", found, want)
		r.checkReadOf(db, want) // git itself may give up here
		if err := os.WriteFile(packs[round%2], sound, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHostilePack has one of everything that no git writes.
func TestHostilePack(t *testing.T) {
	r := newRepo(t)
	c := newCrafted()
	sound := []byte("a sound object that others derive from")
	base := c.whole(Blob, sound)
	name := func(s string) ID { return idOf(Blob, []byte(s)) }
	lost := map[ID]string{}
	add := func(what string) ID { lost[name(what)] = what; return name(what) }

	c.ref(add("loop of one"), name("loop of one"), deltaOf(sound, sound))
	c.ref(add("loop of two"), name("the other"), deltaOf(sound, sound))
	c.ref(add("the other"), name("loop of two"), deltaOf(sound, sound))
	c.ref(add("behind a loop"), name("loop of two"), deltaOf(sound, sound))
	c.ref(add("no base"), name("nowhere"), deltaOf(sound, sound))
	c.ofs(add("base in between"), base+1, deltaOf(sound, sound))
	c.ofs(add("other base"), base, deltaOf(sound[1:], sound))
	c.ofs(add("insert cut short"), base, append(deltaOf(sound, nil), 100, 1))
	c.ofs(add("reserved"), base, append(deltaOf(sound, nil), 0))
	c.ofs(add("copy outside"), base, appendCopy(deltaOf(sound, make([]byte, 3))[:2:2], len(sound)-2, 3))
	c.ofs(add("result lies"), base, appendCopy(binary.AppendUvarint([]byte{byte(len(sound))}, 400<<20), 0, 10))
	c.ofs(add("result over limit"), base, appendCopy(binary.AppendUvarint([]byte{byte(len(sound))}, 1<<50), 0, 10))
	lying := func(what string, typ Type, size int, content []byte) {
		c.head(add(what), typ, size)
		c.data = append(c.data, deflate(content)...)
	}
	lying("longer", Blob, 5, []byte("123456"))
	lying("shorter", Blob, 7, []byte("123456"))
	lying("much longer", Blob, 1<<50, []byte("123456"))
	lying("just plausible", Blob, 31<<20, bytes.Repeat([]byte{0}, 40<<20))
	lying("type 0", 0, 6, []byte("123456"))
	lying("type 5", 5, 6, []byte("123456"))
	c.ofs(add("on the lie"), c.objects[len(c.objects)-1].off, deltaOf(sound, sound))
	c.objects = append(c.objects, craftedObject{add("outside"), 1 << 30}, craftedObject{add("before"), 3})
	changed := append([]byte("x"), sound...)
	c.ofs(idOf(Blob, changed), base, deltaOf(sound, changed))
	c.write(t, r.objects())

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	full, _ := inspect(t, r.objects(), EachOptions{Verify: true}, "sound")
	runtime.ReadMemStats(&after)
	compare(t, "each", full.found, map[ID]object{
		idOf(Blob, sound):   {"blob", sha256.Sum256(sound)},
		idOf(Blob, changed): {"blob", sha256.Sum256(changed)},
	})
	for id, what := range lost {
		if !full.lost[id] {
			t.Errorf("%s is not reported", what)
		}
	}
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 250 {
		t.Errorf("%d MB were allocated", mb)
	}
}

func TestShrinkingPack(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be cut short on Windows")
	}
	r := newRepo(t)
	rnd := seeded(t, 8)
	r.edits(rnd, 300, tokens(rnd))
	r.git("repack", "-q", "-a", "-d", "-f")
	packs, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*.pack"))
	db := r.open(Options{})
	id := ID(db.packs[0].id(int32(len(db.packs[0].offs) - 1)))
	os.Chmod(packs[0], 0o666)
	if err := os.Truncate(packs[0], 8192); err != nil {
		t.Fatal(err)
	}
	v := newVisits(t)
	if err := db.Each(context.Background(), EachOptions{Damaged: v.damaged}, v.visit); err != nil || len(v.damage) == 0 {
		t.Errorf("%v, %v", v.damage, err)
	}
	if _, _, err := db.NewReader().Read(id); err == nil {
		t.Error("what is cut off is read")
	}
}

func TestPackProblems(t *testing.T) {
	for what, damage := range map[string]func(pack, idx string) error{
		"no index":    func(_, idx string) error { return os.Remove(idx) },
		"no pack":     func(pack, _ string) error { return os.Remove(pack) },
		"empty index": func(_, idx string) error { return os.Truncate(idx, 0) },
		"empty pack":  func(pack, _ string) error { return os.Truncate(pack, 0) },
		"a folder":    func(_, idx string) error { return errors.Join(os.Remove(idx), os.Mkdir(idx, 0o777)) },
	} {
		r := newRepo(t)
		c := newCrafted()
		c.whole(Blob, []byte(what))
		pack := c.write(t, r.objects())
		other := newCrafted()
		other.whole(Blob, []byte("other"))
		other.write(t, r.objects())
		if err := damage(pack, strings.TrimSuffix(pack, ".pack")+".idx"); err != nil {
			t.Fatal(err)
		}
		full, _ := inspect(t, r.objects(), EachOptions{}, "x")
		if len(full.found) != 1 || full.others != 1 {
			t.Errorf("%s: %d objects, %d problems", what, len(full.found), full.others)
		}
	}
}

func TestLooseDamage(t *testing.T) {
	for what, content := range map[string][]byte{
		"empty": nil, "not zlib": []byte("blob 3\x00abc"), "no head": deflate(nil), "no type": deflate([]byte("bulb 3\x00abc")),
		"no size": deflate([]byte("blob \x00abc")), "negative": deflate([]byte("blob -3\x00abc")), "no end": deflate([]byte(strings.Repeat("blob ", 99))),
		"shorter": deflate([]byte("blob 4\x00abc")), "longer": deflate([]byte("blob 2\x00abc")), "cut": deflate([]byte("blob 3\x00abc"))[:12],
		"huge": deflate([]byte("blob 99999999999999\x00abc")), "other": deflate([]byte("blob 3\x00abd")),
	} {
		r := newRepo(t)
		id := idOf(Blob, []byte("abc"))
		path := filepath.Join(r.objects(), id.String()[:2], id.String()[2:])
		os.MkdirAll(filepath.Dir(path), 0o777)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		full, search := inspect(t, r.objects(), EachOptions{Verify: true}, "a")
		if len(full.found) != 0 || !full.lost[id] || !search.lost[id] {
			t.Errorf("%s: %v", what, full)
		}
	}
}

// FuzzPack opens any bytes as a pack and its index.
func FuzzPack(f *testing.F) {
	c, _ := chain(seeded(f, 9), 10, func() string { return token })
	idx := c.index()
	f.Add(c.data, idx)
	f.Fuzz(func(t *testing.T, data, idx []byte) {
		dir := t.TempDir()
		os.Mkdir(filepath.Join(dir, "pack"), 0o777)
		for name, content := range map[string][]byte{"pack-x.pack": data, "pack-x.idx": idx} {
			if err := os.WriteFile(filepath.Join(dir, "pack", name), content, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		inspect(t, dir, EachOptions{Verify: true}, token)
	})
}

// FuzzDelta compares the search of a delta's parts with that of its result.
func FuzzDelta(f *testing.F) {
	f.Add([]byte("base with tok"), []byte{3, 'e', 'n', '!', 0x91, 10, 3}, "token")
	f.Add([]byte("tokentok"), []byte{0x91, 3, 5, 0x90, 4, 1, 'x'}, "tokt")
	f.Fuzz(func(t *testing.T, base, ops []byte, needle string) {
		if strings.Contains(string(base), needle) {
			return
		}
		size, err := resultSize(ops, 1<<20)
		if err != nil || size > 1<<20 {
			return
		}
		result := make([]byte, size)
		g := gatherer{needles: &Needles{func(data []byte) bool { return bytes.Contains(data, []byte(needle)) }, len(needle)}}
		applied := applyDelta(result, base, ops)
		found, err := g.search(base, ops, size)
		if (applied == nil) != (err == nil) {
			t.Fatalf("search: %v, apply: %v", err, applied)
		}
		if err == nil && !found && strings.Contains(string(result), needle) {
			t.Fatalf("not found in %q", result)
		}
	})
}

// TestOverlap has needles where a stream's or gathered parts are cut.
func TestOverlap(t *testing.T) {
	needles := Needles{func(data []byte) bool { return bytes.Contains(data, []byte(token)) }, len(token)}
	g := gatherer{needles: &needles}
	for _, at := range slices.Concat(near(1<<20), near(gatherSize), near(2<<20)) {
		content := append(bytes.Repeat([]byte("."), at), token...)
		if found, err := g.searchStream(bytes.NewReader(content)); !found || err != nil {
			t.Errorf("stream, at %d: %v", at, err)
		}
		found, err := g.search(nil, appendInsert(nil, content), int64(len(content)))
		if !found || err != nil {
			t.Errorf("delta, at %d: %v", at, err)
		}
	}
}

func near(n int) (all []int) {
	for i := -2 * len(token); i < 2*len(token); i++ {
		all = append(all, n+i)
	}
	return all
}
