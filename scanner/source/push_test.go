package source

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// brings scans a push and fails unless it brings just these tokens, and all of it
// could be searched.
func (f *fixture) brings(tips []Tip, known []string, tokens ...string) *scanner.Result {
	f.t.Helper()
	r := scan(f.t, Push(f.open(), tips, known, 0))
	if !r.Complete() {
		f.t.Errorf("not complete: %v %v", r.Skipped, r.Failed)
	}
	f.wantTokens(r, tokens...)
	return r
}

func (f *fixture) wantTokens(r *scanner.Result, tokens ...string) {
	f.t.Helper()
	found := map[string]bool{}
	for _, finding := range r.Findings {
		found[finding.Secret.Reveal()] = true
	}
	for _, token := range tokens {
		if !found[token] {
			f.t.Errorf("%.8s… is not found", token)
		}
	}
	if len(found) != len(tokens) {
		f.t.Errorf("%d tokens are found, want %d", len(found), len(tokens))
	}
}

// clone returns a clone, as git makes it with some flags.
func (f *fixture) clone(args ...string) *fixture {
	f.t.Helper()
	other := &fixture{t: f.t, dir: f.t.TempDir(), time: f.time}
	f.git("config", "uploadpack.allowFilter", "true")
	f.git(append(append([]string{"clone", "-q"}, args...), "file://"+f.dir, other.dir)...)
	return other
}

// TestPushFromShallow: what lies before the cut cannot be pushed either.
func TestPushFromShallow(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 1))
	old, kept, added := randomToken(random), randomToken(random), randomToken(random)
	f := newFixture(t)
	f.write("old", old)
	f.commit("old")
	f.git("rm", "-q", "old")
	f.write("kept", kept)
	f.commit("kept")
	s := f.clone("--depth", "1")
	s.write("added", added)
	s.commit("added")
	tip := []Tip{{ID: s.id("HEAD"), Ref: "refs/heads/main"}}
	s.brings(tip, []string{s.id("origin/main")}, added)
	s.brings(tip, nil, added, kept) // to elsewhere
}

// TestPushFromPartial: contents that are not here, since nothing was changed in
// them, are no gap.
func TestPushFromPartial(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 2))
	added, merged := randomToken(random), randomToken(random)
	f := newFixture(t)
	for i := range 10 {
		f.write(fmt.Sprint("file", i), fmt.Sprint("content ", i))
		f.commit("file")
	}
	s := f.clone("--filter=blob:none", "--no-checkout")
	s.git("sparse-checkout", "set", "--no-cone", "/file1", "/added")
	s.git("checkout", "-q", "main")
	s.write("added", added)
	s.git("add", "added")
	s.git("rm", "-q", "-r", "--cached", "--sparse", "file5")
	s.git("commit", "-q", "-m", "a leak, and a file that was never here is gone")
	s.git("checkout", "-q", "-b", "side", "origin/main~3")
	s.git("commit", "-q", "--allow-empty", "-m", "side")
	s.git("merge", "-q", "--no-ff", "--no-commit", "origin/main")
	s.write("file1", merged)
	s.git("commit", "-q", "-a", "-m", "a merge of files that were never here")
	if missing := s.git("rev-list", "--objects", "--all", "--missing=print"); !strings.Contains(missing, "?") {
		t.Fatal("nothing is missing here")
	}
	known := []string{s.id("origin/main")}
	s.brings([]Tip{{ID: s.id("main")}}, known, added)
	s.brings([]Tip{{ID: s.id("side")}}, known, merged)
	// To elsewhere, what is missing would have to be sent.
	if r := scan(t, Push(s.open(), []Tip{{ID: s.id("main")}}, nil, 0)); r.Complete() {
		t.Error("a push of contents that are not here is complete")
	}
}

// TestPushOfTags: tags that are known are left out, with all that they lead to.
func TestPushOfTags(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 3))
	var tokens []string
	for range 5 {
		tokens = append(tokens, randomToken(random))
	}
	f := newFixture(t)
	f.write("a", tokens[0])
	f.commit("a")
	f.git("tag", "-a", "-m", tokens[1], "one")
	f.git("tag", "-a", "-m", tokens[2], "two", "one")
	f.write("b", tokens[3])
	f.git("add", "b")
	tree := strings.TrimSpace(f.git("write-tree"))
	f.git("tag", "-a", "-m", tokens[4], "tree", tree)
	f.git("tag", "blob", f.id(":b"))
	tip := func(name string) []Tip { return []Tip{{ID: f.id(name), Ref: "refs/tags/" + name}} }
	f.brings(tip("two"), nil, tokens[0], tokens[1], tokens[2])
	f.brings(tip("two"), []string{f.id("main")}, tokens[1], tokens[2])
	f.brings(tip("two"), []string{f.id("one")}, tokens[2])
	f.brings(tip("two"), []string{f.id("two")})
	f.brings(tip("main"), []string{f.id("two")})
	f.brings(tip("tree"), nil, tokens[0], tokens[3], tokens[4])
	f.brings(tip("tree"), []string{tree}, tokens[4])
	f.brings(tip("blob"), nil, tokens[3])
	f.brings(tip("blob"), []string{f.id("blob")})
}

// TestPushOfDamage: what cannot be read is a gap where it would be sent, and
// where it is known only a reason to search more.
func TestPushOfDamage(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 4))
	first, second := randomToken(random), randomToken(random)
	f := newFixture(t)
	f.write("first", first)
	base := f.commit("first")
	gone := f.commit("in the middle")
	f.write("second", second)
	tip := []Tip{{ID: f.commit("second")}}
	f.brings(tip, []string{base}, second)
	if err := os.Remove(filepath.Join(f.dir, ".git", "objects", gone[:2], gone[2:])); err != nil {
		t.Fatal(err)
	}
	for _, known := range [][]string{nil, {base}} {
		r := scan(t, Push(f.open(), tip, known, 0))
		f.wantTokens(r, first, second) // compared with nothing, as the parent is not here
		if r.Complete() {
			t.Errorf("without %v: complete", known)
		}
	}
	f.brings(tip, []string{gone}, first, second)
	r := scan(t, Push(f.open(), []Tip{{ID: strings.Repeat("1", 40)}}, nil, 0))
	if r.Complete() {
		t.Error("a push of what is not here is complete")
	}
}

// TestPushOfEndlessFolders: a few trees make up more files than anybody can count.
func TestPushOfEndlessFolders(t *testing.T) {
	f := newFixture(t)
	token := randomToken(rand.New(rand.NewPCG(20, 5)))
	blob := f.stored("blob", token)
	entries := fmt.Sprintf("100644 blob %s\tleak\n", blob)
	var tree string
	for range 14 {
		tree = f.stored("tree", entries)
		entries = ""
		for i := range 10 {
			entries += fmt.Sprintf("040000 tree %s\tfolder%d\n", tree, i)
		}
	}
	commit := strings.TrimSpace(f.git("commit-tree", "-m", "endless", tree))
	done := make(chan *scanner.Result, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		done <- scanner.Scan(ctx, []scanner.Source{Push(f.open(), []Tip{{ID: commit}}, nil, 0)}, scanner.Options{Rules: rules.NewSet(rules.All()...)})
	}()
	r := <-done
	f.wantTokens(r, token)
	if r.Interrupted || r.Complete() {
		t.Errorf("interrupted %v, complete %v: a place in all of these folders", r.Interrupted, r.Complete())
	}
	// Without a leak there is nothing to place.
	f.git("commit", "-q", "--allow-empty", "-m", "first")
	clean := strings.TrimSpace(f.git("commit-tree", "-m", "endless", f.clean(14)))
	f.brings([]Tip{{ID: clean}}, nil)
}

// clean returns a tree of as many levels, each ten times in the one above, with a
// file that holds nothing.
func (f *fixture) clean(levels int) string {
	entries := fmt.Sprintf("100644 blob %s\tfile\n", f.stored("blob", "nothing"))
	var tree string
	for range levels {
		tree = f.stored("tree", entries)
		entries = ""
		for i := range 10 {
			entries += fmt.Sprintf("040000 tree %s\tfolder%d\n", tree, i)
		}
	}
	return tree
}

// stored writes a blob, or a tree as git ls-tree prints it.
func (f *fixture) stored(kind, content string) string {
	f.t.Helper()
	args := []string{"hash-object", "-w", "--stdin"}
	if kind == "tree" {
		args = []string{"mktree"}
	}
	cmd := f.command(args...)
	cmd.Stdin = strings.NewReader(content)
	out, err := cmd.Output()
	if err != nil {
		f.t.Fatalf("git %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// TestPushIntoTime: a leak that was seen before the time was over is told.
func TestPushIntoTime(t *testing.T) {
	f := newFixture(t)
	token := randomToken(rand.New(rand.NewPCG(20, 6)))
	f.write("leak", token)
	tip := []Tip{{ID: f.commit("leak")}}
	ctx, cancel := context.WithCancel(t.Context())
	p := Push(f.open(), tip, nil, 0)
	attribute := p.Attribute
	p.Attribute = func(_ context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
		cancel()
		return attribute(ctx, holders)
	}
	r := scanner.Scan(ctx, []scanner.Source{p}, scanner.Options{Rules: rules.NewSet(rules.All()...)})
	f.wantTokens(r, token)
	if !r.Interrupted {
		t.Error("not interrupted")
	}
}

// TestPushOfSubmodulesMadeFiles: a submodule whose commit has the id of a content
// adds nothing, and the file that is made of it later has the same id.
func TestPushOfSubmodulesMadeFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 7))
	token, below := randomToken(random), randomToken(random)
	f := newFixture(t)
	f.write("file", "nothing")
	base := f.commit("first")
	f.git("update-index", "--add", "--cacheinfo", "160000,"+f.stored("blob", token)+",x",
		"--cacheinfo", "160000,"+f.stored("blob", below)+",a/b/x")
	f.git("commit", "-q", "-m", "submodules")
	f.brings([]Tip{{ID: f.id("HEAD")}}, []string{base})
	f.git("update-index", "--cacheinfo", "100644,"+f.stored("blob", token)+",x",
		"--cacheinfo", "120000,"+f.stored("blob", below)+",a/b/x")
	f.git("commit", "-q", "-m", "files")
	f.brings([]Tip{{ID: f.id("HEAD")}}, []string{base}, token, below)
	f.brings([]Tip{{ID: f.id("HEAD")}}, []string{f.id("HEAD^")}, token, below)
}
