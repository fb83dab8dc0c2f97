package odb

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMoved moves all objects after the storage was opened: everything is found
// where it is then.
func TestMoved(t *testing.T) {
	for name, move := range map[string]func(r *repo){
		"packed":   func(r *repo) { r.git("repack", "-q", "-a", "-d") },
		"repacked": func(r *repo) { r.git("repack", "-q", "-a", "-d", "-f", "--depth=3") },
		"unpacked": func(r *repo) { r.unpack() },
		"packed and changed": func(r *repo) {
			r.write("new", "file")
			r.commit("new")
			r.git("gc", "-q", "--prune=now")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			rnd := seeded(t, 11)
			r.edits(rnd, 60, tokens(rnd))
			r.git("reset", "-q", "--hard")
			if name != "repacked" && name != "unpacked" {
				r.unpack()
			}
			large := strings.Repeat("large\n", large/6) + token // moved as a stream
			r.gitWith(strings.NewReader(large), "hash-object", "-w", "--stdin")
			r.write("large", large)
			r.commit("large")
			db := r.open(Options{})
			want := r.gitObjects()
			holders := fullScan(t, r.open(Options{}), token)
			holders[idOf(Blob, []byte(large))] = want[idOf(Blob, []byte(large))]
			move(r)
			r.checkReadOf(db, want)
			compare(t, "each", each(t, db, EachOptions{Verify: true}), want)
			compare(t, "scan", scan(t, db, token), holders)
			db.Refresh()
			want = r.gitObjects()
			r.checkReadOf(db, want)
			compare(t, "refreshed", each(t, db, EachOptions{}), want)
		})
	}
}

// TestListedAndGone repacks between the listing and the opening of packs.
func TestListedAndGone(t *testing.T) {
	r := newRepo(t)
	rnd := seeded(t, 13)
	r.edits(rnd, 60, tokens(rnd))
	r.git("repack", "-q", "-a", "-d")
	db := r.open(Options{})
	late := &DB{opts: db.opts, objects: db.objects, problems: map[string][]error{}, listed: db.listed}
	r.git("repack", "-q", "-a", "-d", "-f", "--depth=3")
	late.openListed()
	if len(late.packs) != 0 {
		t.Fatal("the old pack is still there")
	}
	late.settle()
	defer late.Close()
	if len(late.Damage()) != 0 {
		t.Errorf("damage %v", late.Damage())
	}
	r.checkRead(late)
}

// TestRemoved removes a loose object that was listed.
func TestRemoved(t *testing.T) {
	r := newRepo(t)
	r.write("a", "content")
	r.commit("one")
	db := r.open(Options{})
	id := idOf(Blob, []byte("content"))
	if err := os.Remove(db.loose[0].file([]byte(id))); err != nil {
		t.Fatal(err)
	}
	v := newVisits(t)
	if err := db.Each(context.Background(), EachOptions{Damaged: v.damaged}, v.visit); err != nil {
		t.Fatal(err)
	}
	if len(v.found) != 2 || len(v.damage) != 1 || v.damage[0].ID != id || v.damage[0].Err != ErrGone {
		t.Errorf("%d objects, damage %v", len(v.found), v.damage)
	}
	if _, _, err := db.NewReader().Read(id); err != ErrGone {
		t.Errorf("Read = %v", err)
	}
}

// TestLeftOvers has files in the folder of packs that are no packs, and what git
// leaves behind when it is killed.
func TestLeftOvers(t *testing.T) {
	r := newRepo(t)
	rnd := seeded(t, 12)
	r.edits(rnd, 20, tokens(rnd))
	r.git("repack", "-q", "-a", "-d", "-f")
	stem := strings.TrimSuffix(r.onlyPack(), ".pack")
	index, err := os.ReadFile(stem + ".idx")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(stem)
	for _, name := range []string{"tmp_pack_x", "tmp_idx_x", ".tmp-1-pack-x.pack.lock", stem[len(dir):] + ".keep",
		stem[len(dir):] + ".mtimes", stem[len(dir):] + ".bitmap", "pack-x.rev", "multi-pack-index.lock"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("any"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "pack-left.idx"), index, 0o666); err != nil {
		t.Fatal(err)
	}
	r.checkRead(r.open(Options{}))
	for _, ext := range []string{".pack", ".idx"} {
		os.Remove(stem + ext)
	}
	db, err := Open(r.objects(), Options{})
	if err != nil || len(db.Damage()) != 1 || !strings.Contains(db.Damage()[0].Error(), "nowhere else") {
		t.Errorf("%v, %v", db.Damage(), err)
	}
}

func (r *repo) onlyPack() string {
	packs, _ := filepath.Glob(filepath.Join(r.objects(), "pack", "*.pack"))
	if len(packs) != 1 {
		r.t.Fatalf("packs %v", packs)
	}
	return packs[0]
}
