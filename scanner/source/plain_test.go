package source

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// plainReader is the oracle of the history source: it reads with go-git, in the
// plainest way, every file of every tree, and searches each in full.
type plainReader struct {
	t     *testing.T
	repo  *git.Repository
	set   *rules.Set
	blobs map[plumbing.Hash][]string // the secrets in a file
	trees map[plumbing.Hash][]string // "SECRET PATH" of all that a tree holds
}

// plainPlaces returns "SECRET PATH COMMIT" of the first commit, in the order of
// the graph, whose tree holds a secret at a path.
func plainPlaces(t *testing.T, dir string) []string {
	repo, err := git.PlainOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := &plainReader{t, repo, rules.NewSet(rules.All()...), map[plumbing.Hash][]string{}, map[plumbing.Hash][]string{}}
	log, err := repo.Log(&git.LogOptions{All: true})
	if err != nil {
		t.Fatal(err)
	}
	g := &graph{byHash: map[odb.ID]*commit{}}
	err = log.ForEach(func(c *object.Commit) error {
		n := &commit{hash: odb.ID(c.Hash[:]), tree: odb.ID(c.TreeHash[:]), time: c.Committer.When.Unix()}
		for _, h := range c.ParentHashes {
			n.parents = append(n.parents, odb.ID(h[:]))
		}
		g.byHash[n.hash] = n
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	g.sort()
	first := map[string]bool{}
	var places []string
	for _, c := range g.commits {
		for _, held := range p.tree(plumbing.Hash([]byte(c.tree))) {
			if !first[held] {
				first[held] = true
				places = append(places, held+" "+c.hash.String())
			}
		}
	}
	slices.Sort(places)
	return places
}

func (p *plainReader) tree(hash plumbing.Hash) []string {
	if known, ok := p.trees[hash]; ok {
		return known
	}
	tree, err := p.repo.TreeObject(hash)
	if err != nil {
		p.t.Fatal(err)
	}
	var all []string
	for _, e := range tree.Entries {
		switch e.Mode {
		case filemode.Submodule:
		case filemode.Dir:
			for _, held := range p.tree(e.Hash) {
				secret, path, _ := strings.Cut(held, " ")
				all = append(all, secret+" "+e.Name+"/"+path)
			}
		default:
			for _, secret := range p.blob(e.Hash) {
				all = append(all, secret+" "+e.Name)
			}
		}
	}
	p.trees[hash] = all
	return all
}

func (p *plainReader) blob(hash plumbing.Hash) []string {
	if known, ok := p.blobs[hash]; ok {
		return known
	}
	var secrets []string
	if blob, err := p.repo.BlobObject(hash); err == nil { // else it is missing
		reader, err := blob.Reader()
		if err != nil {
			p.t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, m := range p.set.Find(content) {
			secrets = append(secrets, m.Secret.Reveal())
		}
	}
	slices.Sort(secrets)
	p.blobs[hash] = slices.Compact(secrets)
	return p.blobs[hash]
}

// enginePlaces returns what History finds, in the form of plainPlaces.
func enginePlaces(t *testing.T, dir string) []string {
	r, err := Open(dir, nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var places []string
	for _, f := range scan(t, historyOf(r)).Findings {
		for _, l := range f.Locations {
			if l.Kind == scanner.History && l.Reach == scanner.ByReference && l.Commit != nil {
				places = append(places, fmt.Sprintf("%s %s %s", f.Secret.Reveal(), l.Path, l.Commit.ID))
			}
		}
	}
	slices.Sort(places)
	return slices.Compact(places) // a file may hold a secret on several lines
}

// plant commits edits of random files that add, split, lengthen, shorten, join
// and move tokens, and packs all in a random way.
func (f *fixture) plant(random *rand.Rand, steps int) {
	files := strings.Split(strings.TrimRight(f.git("ls-files", "-z"), "\x00"), "\x00")
	for range steps {
		path := filepath.Join(f.dir, files[random.IntN(len(files))])
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			f.t.Fatal(err)
		}
		for range 1 + random.IntN(4) {
			content = edit(random, content)
			if err := os.WriteFile(path, content, info.Mode()); err != nil {
				f.t.Fatal(err)
			}
			f.commit("edit")
		}
	}
	f.git("repack", "-q", "-ad", []string{"-f", "-q"}[random.IntN(2)],
		fmt.Sprintf("--depth=%d", random.IntN(300)), fmt.Sprintf("--window=%d", 2+random.IntN(30)))
}

// edit changes content around its tokens, or plants one.
func edit(random *rand.Rand, content []byte) []byte {
	at := random.IntN(len(content) + 1)
	if i := strings.Index(string(content), "pt-"); i >= 0 && random.IntN(3) > 0 {
		at = min(len(content), i+random.IntN(70)) // in the token, or at its end
	}
	switch random.IntN(5) {
	case 0:
		return slices.Insert(slices.Clone(content), at, []byte("qoder "+randomToken(random)+" ")...)
	case 1:
		return slices.Insert(slices.Clone(content), at, []byte(randomToken(random)[random.IntN(60):])...)
	case 2:
		return slices.Delete(slices.Clone(content), at, min(len(content), at+random.IntN(90)))
	case 3: // half of a token at the end, the other half at the beginning
		token := randomToken(random)
		return []byte(token[30:] + string(content) + " " + token[:30])
	default:
		return append(slices.Clone(content[at:]), content[:at]...)
	}
}

// TestHistoryEqualsPlain compares the engine with the oracle on histories that
// are made.
func TestHistoryEqualsPlain(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			f, random := newFixture(t), rand.New(rand.NewPCG(seed, 21))
			for i := range 5 {
				f.write(fmt.Sprintf("dir%d/file%d", i%2, i), strings.Repeat(fmt.Sprintf("line %d\n", i), 200))
			}
			f.commit("start")
			f.plant(random, 12)
			equalsPlain(t, f.dir)
		})
	}
}

func equalsPlain(t *testing.T, dir string) {
	t.Helper()
	got, want := enginePlaces(t, dir), plainPlaces(t, dir)
	if !slices.Equal(got, want) {
		t.Errorf("the engine finds %d places, the plain reader %d\n%s\nbut\n%s", len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(want) < 5 {
		t.Errorf("only %d places: the test tests nothing", len(want))
	}
	t.Logf("%d places", len(want))
}
