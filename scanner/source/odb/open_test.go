package odb

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// layouts are ways to store the same objects.
var layouts = map[string]func(r *repo){
	"loose": func(r *repo) {
		r.git("repack", "-q", "-a", "-d")
		r.unpack()
	},
	"one pack":      func(r *repo) { r.git("repack", "-q", "-a", "-d", "-f") },
	"deep":          func(r *repo) { r.git("repack", "-q", "-a", "-d", "-f", "--depth=300", "--window=300") },
	"several packs": func(r *repo) { r.split(7) },
	"ref deltas":    func(r *repo) { r.git("-c", "repack.usedeltabaseoffset=false", "repack", "-q", "-a", "-d", "-f") },
	"index v1":      func(r *repo) { r.git("-c", "pack.indexVersion=1", "repack", "-q", "-a", "-d", "-f") },
	"midx and bitmap": func(r *repo) {
		r.git("repack", "-q", "-a", "-d", "-f", "-b")
		r.git("multi-pack-index", "write")
	},
	"duplicates": func(r *repo) {
		r.git("repack", "-q", "-a", "-d", "-f")
		for _, options := range []string{"", "--depth=1"} {
			args := []string{"pack-objects", "-q", "--all", ".git/objects/pack/pack"}
			if options != "" {
				args = append(args[:2:2], append([]string{options, "--window=2"}, args[2:]...)...)
			}
			r.git(args...)
		}
		r.write("x", "loose and packed")
		r.commit("x")
		r.git("repack", "-q")
		r.unpackLast()
	},
	"cruft": func(r *repo) {
		r.git("branch", "old")
		r.write("unreachable", "content that no reference reaches")
		r.commit("unreachable")
		r.git("reset", "-q", "--hard", "HEAD~1")
		r.git("reflog", "expire", "--expire=now", "--all")
		r.git("repack", "-q", "-d", "--cruft")
	},
}

// unpack makes all packed objects loose.
func (r *repo) unpack() {
	packs, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*.pack"))
	for _, p := range packs {
		aside := filepath.Join(r.t.TempDir(), "pack")
		os.Rename(p, aside)
		os.Remove(strings.TrimSuffix(p, ".pack") + ".idx")
		f, err := os.Open(aside)
		if err != nil {
			r.t.Fatal(err)
		}
		r.gitWith(f, "unpack-objects", "-q")
		f.Close()
	}
}

// split packs every object in one of n packs.
func (r *repo) split(n int) {
	r.git("repack", "-q", "-a", "-d", "-f")
	ids := strings.Fields(r.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
	old, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*"))
	for i := range n {
		var in strings.Builder
		for k := i; k < len(ids); k += n {
			in.WriteString(ids[k] + "\n")
		}
		r.gitWith(strings.NewReader(in.String()), "pack-objects", "-q", "--no-reuse-delta", ".git/objects/pack/pack")
	}
	for _, file := range old {
		os.Remove(file)
	}
}

// unpackLast makes loose what HEAD's tree has, and keeps it packed.
func (r *repo) unpackLast() {
	other := newRepo(r.t)
	other.write("x", "loose and packed")
	other.git("add", "-A")
	id := strings.TrimSpace(other.git("hash-object", "x"))
	from := filepath.Join(other.objects(), id[:2], id[2:])
	content, err := os.ReadFile(from)
	if err != nil {
		r.t.Fatal(err)
	}
	os.MkdirAll(filepath.Join(r.objects(), id[:2]), 0o777)
	if err := os.WriteFile(filepath.Join(r.objects(), id[:2], id[2:]), content, 0o444); err != nil {
		r.t.Fatal(err)
	}
}

func TestLayouts(t *testing.T) {
	for name, layout := range layouts {
		for _, format := range []string{"sha1", "sha256"} {
			t.Run(name+" "+format, func(t *testing.T) {
				t.Parallel()
				r := newRepo(t, "--object-format="+format)
				rnd := seeded(t, 1)
				r.edits(rnd, 150, tokens(rnd))
				r.git("reset", "-q", "--hard")
				r.git("tag", "-a", "-m", "tagged", "v1")
				layout(r)
				opts := Options{}
				if format == "sha256" {
					opts.HashSize = 32
				}
				r.checkRead(r.open(opts))
			})
		}
	}
}

func TestAlternates(t *testing.T) {
	a, b, c, d := newRepo(t), newRepo(t), newRepo(t), newRepo(t)
	for i, r := range []*repo{a, b, c, d} {
		r.write("f", fmt.Sprint("file ", i))
		r.commit("c")
	}
	alternate := func(from *repo, lines string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(from.objects(), "info", "alternates"), []byte(lines), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	relative, err := filepath.Rel(b.objects(), c.objects())
	if err != nil {
		t.Fatal(err)
	}
	alternate(a, "# a comment\n"+b.objects()+"\n")
	alternate(b, relative+"\n\""+a.objects()+"\"") // and back
	a.git("tag", "-a", "-m", "tagged", "v1")
	a.checkRead(a.open(Options{}))

	db := a.open(Options{Alternates: []string{d.objects()}})
	id, _ := ParseID(strings.TrimSpace(d.git("rev-parse", "HEAD")))
	if typ, _, err := db.NewReader().Read(id); typ != Commit || err != nil {
		t.Errorf("Read = %v, %v", typ, err)
	}

	alternate(c, filepath.Join(t.TempDir(), "gone"))
	db, err = Open(a.objects(), Options{})
	if err != nil || len(db.Damage()) != 1 || !errors.Is(db.Damage()[0], os.ErrNotExist) {
		t.Errorf("damage %v, %v", db.Damage(), err)
	}
}

func TestMissing(t *testing.T) {
	r := newRepo(t)
	db := r.open(Options{})
	for _, id := range []ID{"", "x", ID(strings.Repeat("x", 20)), ID(strings.Repeat("x", 32))} {
		if _, _, err := db.NewReader().Read(id); !errors.Is(err, ErrMissing) || db.Has(id) {
			t.Errorf("Read(%q) = %v", id, err)
		}
	}
	if _, err := Open(filepath.Join(r.dir, "gone"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open = %v", err)
	}
}

func TestManyPacks(t *testing.T) {
	r := newRepo(t)
	old := []byte("the base of all, which is in the first pack only")
	base := idOf(Blob, old)
	for i := range 1000 {
		c := newCrafted()
		if i == 0 {
			c.whole(Blob, old)
		}
		c.whole(Blob, fmt.Append(nil, "blob ", i/2)) // each is in two packs
		c.whole(Blob, fmt.Append(nil, "only here ", i))
		content := append(fmt.Append(nil, "changed ", i), old...)
		if i%100 == 0 {
			c.ref(idOf(Blob, content), base, deltaOf(old, content))
		}
		c.write(t, r.objects())
	}
	newCrafted().write(t, r.objects())
	db := r.open(Options{})
	if len(db.packs) != 1001 || db.Len() != 1511 {
		t.Errorf("%d packs, %d objects", len(db.packs), db.Len())
	}
	reader := db.NewReader()
	for i := range 10 {
		content := append(fmt.Append(nil, "changed ", 100*i), old...)
		if typ, got, err := reader.Read(idOf(Blob, content)); err != nil || typ != Blob || string(got) != string(content) {
			t.Errorf("Read = %v %q %v", typ, got, err)
		}
	}
}

// TestPackVersion3 reads a pack of version 3, which git reads and does not write.
func TestPackVersion3(t *testing.T) {
	r := newRepo(t)
	c := newCrafted()
	c.data[7] = 3
	old, changed := []byte("old content"), []byte("new content")
	base := c.whole(Blob, old)
	c.ofs(idOf(Blob, changed), base, deltaOf(old, changed))
	c.write(t, r.objects())
	r.checkRead(r.open(Options{}))
}

// TestAlternatesOfSHA256 has objects loose, packed and as deltas in a repository
// and in its alternate.
func TestAlternatesOfSHA256(t *testing.T) {
	a, b := newRepo(t, "--object-format=sha256"), newRepo(t, "--object-format=sha256")
	want := map[ID]object{}
	for i, r := range []*repo{a, b} {
		rnd := seeded(t, uint64(20+i))
		r.edits(rnd, 30, tokens(rnd))
		r.git("repack", "-q", "-a", "-d", "-f")
		r.write("loose", fmt.Sprint("loose ", i))
		r.commit("loose")
		maps.Copy(want, r.gitObjects())
	}
	if err := os.WriteFile(filepath.Join(a.objects(), "info", "alternates"), []byte(b.objects()+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	db := a.open(Options{HashSize: 32})
	a.checkReadOf(db, want)
	compare(t, "each", each(t, db, EachOptions{Verify: true}), want)
}

// TestLargeOffsets has an index that keeps offsets in its table of 8 bytes each,
// as packs above 2 GB need it.
func TestLargeOffsets(t *testing.T) {
	r := newRepo(t)
	rnd := seeded(t, 22)
	r.edits(rnd, 30, tokens(rnd))
	r.git("-c", "pack.indexVersion=2", "repack", "-q", "-a", "-d", "-f")
	pack := r.onlyPack()
	os.Remove(strings.TrimSuffix(pack, ".pack") + ".idx")
	r.git("index-pack", "--index-version=2,100", pack)
	db := r.open(Options{})
	if len(db.packs[0].index.large) == 0 {
		t.Fatal("no offset is large")
	}
	r.checkRead(db)
	compare(t, "each", each(t, db, EachOptions{Verify: true}), r.gitObjects())
}

// TestMultiPackIndex lets git maintain packs by a multi-pack-index: each keeps
// its own index beside it.
func TestMultiPackIndex(t *testing.T) {
	r := newRepo(t)
	for i := range 6 {
		r.write("f", fmt.Sprint("file ", i))
		r.commit("c")
		r.git("repack", "-q", "-d")
		r.git("multi-pack-index", "write")
		if i == 3 {
			r.git("multi-pack-index", "repack")
			r.git("multi-pack-index", "expire")
		}
		r.checkRead(r.open(Options{}))
	}
	r.git("repack", "-q", "-d", "-g", "2", "--write-midx")
	db := r.open(Options{})
	r.checkRead(db)
	compare(t, "each", each(t, db, EachOptions{Verify: true}), r.gitObjects())
}
