package source

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// commented is what an inline comment begins with; it is joined so that this file
// has none.
const commented = rules.InlineComment + " qoder-pat -- "

// TestSnapshotReadsFiles compares with git show, at commits that are not checked out.
func TestSnapshotReadsFiles(t *testing.T) {
	f := newFixture(t)
	f.write("a", "one\n")
	f.write("dir/sub/b", "two\n")
	if err := os.Symlink("a", filepath.Join(f.dir, "link")); err != nil {
		t.Skip("this file system has no symbolic links:", err)
	}
	f.commit("first")
	f.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("ab", 20)+",module")
	f.git("commit", "-q", "-m", "a submodule")
	f.git("tag", "-a", "-m", "tag", "v1")
	f.git("rm", "-q", "-r", "--cached", ".")
	f.write("a", "later\n")
	f.commit("second")
	s, err := f.open().Snapshot("v1")
	if err != nil || s.Commit() != strings.TrimSpace(f.git("rev-parse", "v1^{commit}")) {
		t.Fatalf("%v, %v", s, err)
	}
	for _, path := range []string{"a", "dir/sub/b"} {
		content, err := s.ReadFile(path, 4)
		if want := f.git("show", "v1:"+path); err != nil || string(content) != want {
			t.Errorf("%s: %q, %v, want %q", path, content, err, want)
		}
		if _, err := s.ReadFile(path, 3); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s, at most 3 bytes: %v", path, err)
		}
	}
	for _, path := range []string{"link", "dir", "dir/sub", "module"} {
		if _, err := s.ReadFile(path, 100); !errors.Is(err, errNotRegular) {
			t.Errorf("%s: %v, want %v", path, err, errNotRegular)
		}
	}
	for _, path := range []string{"", "b", "a/b", "link/b", "module/b", "/a", "./a", "../a", "dir//sub", "dir/sub/"} {
		if content, err := s.ReadFile(path, 100); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %q, %v, want %v", path, content, err, fs.ErrNotExist)
		}
	}
}

func TestSnapshotKnowsItsAncestors(t *testing.T) {
	f := newFixture(t)
	first := f.commit("first")
	f.git("checkout", "-q", "-b", "side")
	side := f.commit("side")
	f.git("checkout", "-q", "main")
	second := f.commit("second")
	f.git("merge", "-q", "-m", "merge", "side")
	merge := strings.TrimSpace(f.git("rev-parse", "HEAD"))
	later := f.commit("later")
	s, err := f.open().Snapshot("main~1")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{first, side, second, merge} {
		if !s.Contains(t.Context(), id) {
			t.Errorf("%s is an ancestor", id)
		}
	}
	for _, id := range []string{later, "", "main", strings.Repeat("ab", 20)} {
		if s.Contains(t.Context(), id) {
			t.Errorf("%q is none", id)
		}
	}
}

// TestCommentedHasAllComments compares what is yielded with all that has a comment.
func TestCommentedHasAllComments(t *testing.T) {
	random := rand.New(rand.NewPCG(91, 92))
	f := newFixture(t)
	f.write("with", randomToken(random)+" # "+commented+"x")
	f.write("dir/with", "# "+commented+"y\n"+randomToken(random))
	f.write("dir/copy", "# "+commented+"y\n")
	f.write("dir/same", "# "+commented+"y\n")
	f.write("without", randomToken(random))
	f.write("name "+commented+"z", "")
	f.write("archive", "\x1f\x8b\x08 what is in it is for others to see")
	f.commit("all")
	s, err := f.open().Snapshot("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for b, err := range s.Commented().Blobs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, string(b.Kind)+" "+b.Path)
	}
	slices.Sort(found)
	want := []string{"file-name name " + commented + "z", "history archive", "history dir/copy", "history dir/with", "history with"}
	if !slices.Equal(found, want) {
		t.Errorf("yields %q, want %q", found, want)
	}
}

func TestSnapshotOfNothing(t *testing.T) {
	f := newFixture(t)
	f.commit("first")
	r := f.open()
	for _, name := range []string{"", "^{commit}", "~1", "^", "nowhere", "main..main", "..", "--all", "-", "main:a", ":/first", "HEAD^{tree}", strings.Repeat("ab", 20)} {
		if s, err := r.Snapshot(name); !errors.Is(err, ErrBadRevision) {
			t.Errorf("%q: %v, %v, want %v", name, s, err, ErrBadRevision)
		}
	}
}

// TestTreeWithTrustedIgnores has a request ignore what the snapshot does not, and the
// reverse.
func TestTreeWithTrustedIgnores(t *testing.T) {
	random := rand.New(rand.NewPCG(93, 94))
	hidden, build, nested := randomToken(random), randomToken(random), randomToken(random)
	f := newFixture(t)
	f.write(".gitignore", "build\n")
	f.write("dir/.gitignore", "*.log\n")
	f.commit("base")
	f.write(".gitignore", "hidden\n")
	f.write("dir/.gitignore", "")
	f.commit("request")
	f.write("hidden", hidden)
	f.write("build/out", build)
	f.write("dir/x.log", nested)
	f.write("new/.gitignore", "*\n")
	f.write("new/hidden", hidden)
	r := f.open()
	s, err := r.Snapshot("HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		opts  TreeOptions
		paths []string
	}{
		{TreeOptions{}, []string{"build/out", "dir/x.log"}},
		{TreeOptions{Trusted: s}, []string{"hidden", "new/hidden"}},
		{TreeOptions{Trusted: s.Submodule("none", r)}, []string{"build/out", "dir/x.log", "hidden", "new/hidden"}},
		{TreeOptions{Trusted: s, Below: "dir"}, nil},
		{TreeOptions{Trusted: s, All: true}, []string{"build/out", "dir/x.log", "hidden", "new/hidden"}},
	} {
		var paths []string
		for _, finding := range scan(t, Tree(r.Root, r, test.opts)).Findings {
			for _, l := range finding.Locations {
				paths = append(paths, l.Path)
			}
		}
		slices.Sort(paths)
		if !slices.Equal(paths, test.paths) {
			t.Errorf("found in %q, want %q", paths, test.paths)
		}
	}
}

// TestTreeWithConvertedFiles has a request write a leak to the disk in a form that
// nobody looks for.
func TestTreeWithConvertedFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(95, 96))
	token := randomToken(random)
	f := newFixture(t)
	f.commit("base")
	f.write("dir/leak.env", token)
	f.commit("request")
	f.write("dir/.gitattributes", "*.env working-tree-encoding=UTF-32LE\n")
	f.git("add", "dir/.gitattributes") // the other file may be looked at again
	f.git("commit", "-q", "-m", "hide it")
	f.remove("dir/leak.env")
	f.git("checkout", "-q", "dir/leak.env")
	if content, err := os.ReadFile(filepath.Join(f.dir, "dir/leak.env")); err != nil || len(content) != 4*len(token) {
		t.Fatalf("git wrote %d bytes, %v", len(content), err)
	}
	r := f.open()
	s, err := r.Snapshot("HEAD~2")
	if err != nil {
		t.Fatal(err)
	}
	result := scan(t, Tree(r.Root, r, TreeOptions{Trusted: s}))
	if len(result.Findings) != 1 || result.Findings[0].Secret.Reveal() != token || result.Findings[0].Locations[0].Path != "dir/leak.env" {
		t.Errorf("found %v", result.Findings)
	}
	f.remove(".git/objects/" + f.id("HEAD:dir/leak.env")[:2] + "/" + f.id("HEAD:dir/leak.env")[2:])
	if result := scan(t, Tree(r.Root, f.open(), TreeOptions{Trusted: s})); result.Complete() {
		t.Error("what git stores is lost, and the scan is complete")
	}
	f.write("dir/.gitattributes", "*.env filter=none\n") // which leaves it as it is
	f.write("dir/leak.env", token)
	f.git("add", "--all")
	r = f.open()
	if result := scan(t, Tree(r.Root, r, TreeOptions{Trusted: s})); len(result.Findings) != 1 || len(result.Findings[0].Locations) != 1 {
		t.Errorf("found %v", result.Findings)
	}
}

// TestSnapshotOfSubmodule reads what a submodule has at the commit that is trusted.
func TestSnapshotOfSubmodule(t *testing.T) {
	inner, outer := newFixture(t), newFixture(t)
	inner.write("a", "first")
	first := inner.commit("first")
	inner.write("a", "second")
	inner.commit("second")
	outer.git("update-index", "--add", "--cacheinfo", "160000,"+first+",lib/sub")
	outer.git("commit", "-q", "-m", "module")
	s, err := outer.open().Snapshot("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	module := inner.open()
	content, err := s.Submodule("lib/sub", module).ReadFile("a", 100)
	if err != nil || string(content) != "first" {
		t.Errorf("%q, %v", content, err)
	}
	for _, path := range []string{"lib", "lib/other", ""} {
		none := s.Submodule(path, module)
		if _, err := none.ReadFile("a", 100); !errors.Is(err, fs.ErrNotExist) || none.Contains(t.Context(), first) {
			t.Errorf("%q: %v", path, err)
		}
		if r := scanner.Scan(t.Context(), []scanner.Source{none.Commented()}, scanner.Options{Rules: rules.NewSet(rules.All()...)}); !r.Complete() {
			t.Errorf("%q: %v", path, r.Skipped)
		}
	}
}
