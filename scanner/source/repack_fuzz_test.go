package source

import (
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// FuzzRepack makes histories and packs them in every way that git knows, as a
// script says, and compares the engine with all objects that git prints, each
// searched in full, and the engine's search with its own visit of everything.
func FuzzRepack(f *testing.F) {
	for seed := range uint64(4) {
		data := make([]byte, 900)
		rand.NewChaCha8([32]byte{byte(seed), 81}).Read(data)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2000 {
			return // slow, and no better
		}
		repackScript(t, data)
	})
}

// TestRepack runs scripts at random.
func TestRepack(t *testing.T) {
	seeds := 12
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			data := make([]byte, 1500)
			rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), 82}).Read(data)
			repackScript(t, data)
		})
	}
}

func repackScript(t *testing.T, data []byte) {
	s := newForger(data)
	format := []string{"sha1", "sha1", "sha1", "sha256"}[s.below(4)]
	f := &fixture{t: t, dir: t.TempDir(), time: 1_700_000_000}
	f.git("init", "-q", "--bare", "-b", "main", "--object-format="+format, ".")
	parts := 1 + s.below(3)
	for part := range parts {
		for range 30 + s.below(60) {
			s.step()
		}
		f.importStream(&s.script, &s.stream)
		f.repackAny(&s.script, part == parts-1)
	}
	reflogs := f.reflogAny(&s.script)
	f.equalsStored(store(f, reflogs), 1+s.below(3))
	f.equalsEach(&s.script, format)
}

// equalsStored compares what the history source yields with an oracle.
func (f *fixture) equalsStored(s *stored, jobs int) {
	f.t.Helper()
	r, err := Open(f.dir, nil, jobs)
	if err != nil {
		f.t.Fatal(err)
	}
	defer r.Close()
	set := rules.NewSet(rules.All()...)
	found, places := yielded(f.t, set, History(r, HistoryOptions{Rules: set}))
	wantFound, wantPlaces := s.run()
	f.same("found", found, wantFound)
	f.same("places", places, wantPlaces)
	f.t.Logf("%d objects, %d found, %d places", len(s.objects), len(found), len(places))

	secrets := map[string]bool{}
	for _, w := range wantFound {
		secrets[w[strings.LastIndexByte(w, ' ')+1:]] = true
	}
	result := scan(f.t, historyOf(r))
	for _, finding := range result.Findings {
		delete(secrets, finding.Secret.Reveal())
	}
	if len(secrets) > 0 || !result.Complete() {
		f.t.Errorf("%d secrets are not reported, skipped %v", len(secrets), result.Skipped)
	}
}

func (f *fixture) same(what string, got, want []string) {
	f.t.Helper()
	for _, g := range got {
		if _, ok := slices.BinarySearch(want, g); !ok {
			f.t.Errorf("%s: %s is too much", what, g)
		}
	}
	for _, w := range want {
		if _, ok := slices.BinarySearch(got, w); !ok {
			f.t.Errorf("%s: %s is missing", what, w)
		}
	}
	if !f.t.Failed() && len(got) != len(want) {
		f.t.Errorf("%s: %d, want %d", what, len(got), len(want))
	}
}

// yielded returns what a source finds and where it places it, as the oracle
// describes it.
func yielded(t *testing.T, set *rules.Set, source scanner.Source) (found, places []string) {
	t.Helper()
	numbers, names := map[string]int{}, []string{}
	holders := scanner.Holders{}
	for b, err := range source.Blobs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secretsIn(t, set, b) {
			if _, ok := numbers[secret]; !ok {
				numbers[secret] = len(names)
				names = append(names, secret)
			}
			if b.Key != "" {
				holders[b.Key] = append(holders[b.Key], numbers[secret])
				found = append(found, b.Key+" "+secret)
				continue
			}
			found = append(found, fmt.Sprintf("%s %s %s %s %s %s", b.Key, b.Kind, b.Ref, idOf(b.Commit), b.Reach, secret))
		}
	}
	for p, err := range source.Attribute(t.Context(), holders) {
		if err != nil {
			t.Fatal(err)
		}
		inHead := ""
		if p.InHead != nil {
			inHead = "not in HEAD"
			if *p.InHead {
				inHead = "in HEAD as " + p.HeadKey
			}
		}
		places = append(places, describe(names[p.Secret], string(p.Kind), p.Path, p.Key, p.Ref, idOf(p.Commit), string(p.Reach), p.Before, inHead, p.Commits))
	}
	slices.Sort(found)
	slices.Sort(places)
	return slices.Compact(found), places
}

func idOf(c *scanner.Commit) string {
	if c == nil {
		return ""
	}
	return c.ID
}

func secretsIn(t *testing.T, set *rules.Set, b scanner.Blob) (secrets []string) {
	t.Helper()
	in, err := b.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	content, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range set.Find(content) {
		secrets = append(secrets, m.Secret.Reveal())
	}
	slices.Sort(secrets)
	return slices.Compact(secrets)
}

// equalsEach compares the engine's search with its own visit of everything.
func (f *fixture) equalsEach(s *script, format string) {
	f.t.Helper()
	opts := odb.Options{Workers: 1 + s.below(3), Memory: []int64{0, 1, 8 << 10}[s.below(3)], HashSize: 20}
	if format == "sha256" {
		opts.HashSize = 32
	}
	db, err := odb.Open(filepath.Join(f.dir, "objects"), opts)
	if err != nil {
		f.t.Fatal(err)
	}
	defer db.Close()
	set := rules.NewSet(rules.All()...)
	var mu sync.Mutex
	visitTo := func(visited map[odb.ID]int, wanted func(*odb.Object) bool) func(int, *odb.Object) {
		return func(_ int, o *odb.Object) {
			if wanted(o) {
				mu.Lock()
				defer mu.Unlock()
				visited[o.ID()] += 1 + len(set.Find(o.Data))
			}
		}
	}
	full, fast := map[odb.ID]int{}, map[odb.ID]int{}
	each := odb.EachOptions{Damaged: func(d odb.Damage) { f.t.Errorf("damage: %v", d) }}
	isWanted := func(o *odb.Object) bool {
		return o.Type == odb.Commit || o.Type == odb.Tag || set.Present(o.Data)
	}
	_ = db.Each(f.t.Context(), each, visitTo(full, isWanted))
	needles := odb.Needles{Present: set.Present, Longest: set.Width()}
	_, _ = db.Scan(f.t.Context(), each, needles, visitTo(fast, func(*odb.Object) bool { return true }))
	for id, n := range full {
		if fast[id] != n {
			f.t.Errorf("%v: %d in a search, %d in full", id, fast[id], n)
		}
	}
	if len(fast) != len(full) {
		f.t.Errorf("a search visits %d objects, want %d", len(fast), len(full))
	}
}
