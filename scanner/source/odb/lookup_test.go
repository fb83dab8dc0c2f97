package odb

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLookup compares what a Lookup finds with what a Reader reads, over all
// objects of a repository: packed and loose, as deltas and whole, in an alternate.
func TestLookup(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"sha1", "sha256"} {
		origin := newRepo(t, "--object-format="+format)
		lines := strings.Repeat("a line that many versions have\n", 300)
		for i := range 20 {
			origin.write("dir/file", strings.Repeat("x", i)+"\n"+lines+strings.Repeat("y", i))
			origin.git("add", ".")
			origin.git("commit", "-q", "-m", "next")
			if i == 8 || i == 14 { // two packs, one of them with deltas by name
				origin.git("-c", "repack.useDeltaBaseOffset="+map[bool]string{true: "true", false: "false"}[i == 8], "repack", "-q", "-d")
			}
		}
		clone := t.TempDir()
		origin.git("clone", "-q", "--shared", origin.dir, clone)
		opts := Options{HashSize: map[string]int{"sha1": 20, "sha256": 32}[format]}
		db, err := Open(filepath.Join(clone, ".git/objects"), opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		l := NewLookup(filepath.Join(clone, ".git/objects"), opts)
		defer l.Close()
		ids := strings.Fields(origin.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
		r := db.NewReader()
		for _, name := range ids {
			id, _ := ParseID(name)
			want, content, err := r.Read(id)
			if err != nil {
				t.Fatal(err)
			}
			typ, got, ok := l.Read(id)
			if !ok || typ != want || !bytes.Equal(got, content) {
				t.Errorf("%s: %v, %v of %d bytes, want %v of %d", name, ok, typ, len(got), want, len(content))
			}
		}
		if _, _, ok := l.Read(ID(strings.Repeat("\x01", opts.HashSize))); ok {
			t.Error("found what is not there")
		}
	}
}

// TestLookupDamage flips bytes of packs and loose objects: a Lookup returns the
// right content or nothing.
func TestLookupDamage(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	for i := range 6 {
		origin.write("file", strings.Repeat("many versions have it\n", 100)+strings.Repeat("z", i))
		origin.git("add", ".")
		origin.git("commit", "-q", "-m", "next")
		if i == 3 {
			origin.git("repack", "-q", "-d")
		}
	}
	db, err := Open(origin.objects(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want := map[ID]string{}
	r := db.NewReader()
	for _, name := range strings.Fields(origin.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")) {
		id, _ := ParseID(name)
		_, content, err := r.Read(id)
		if err != nil {
			t.Fatal(err)
		}
		want[id] = string(content)
	}
	files, err := filepath.Glob(filepath.Join(origin.objects(), "*/*"))
	if err != nil {
		t.Fatal(err)
	}
	rnd := seeded(t, 11)
	for range 300 {
		file := files[rnd.IntN(len(files))]
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		damaged := bytes.Clone(content)
		damaged[rnd.IntN(len(damaged))] ^= byte(1 + rnd.IntN(255))
		if rnd.IntN(4) == 0 {
			damaged = damaged[:rnd.IntN(len(damaged))]
		}
		replace(t, file, damaged)
		l := NewLookup(origin.objects(), Options{})
		for id, content := range want {
			if _, got, ok := l.Read(id); ok && string(got) != content {
				t.Fatalf("%s: a content of its own after damage of %s", id, file)
			}
		}
		l.Close()
		replace(t, file, content)
	}
}

// replace writes a file anew, which git made read-only.
func replace(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
