package source

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner"
)

func cancelled(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx, cancel
}

// listed returns the files that a source yields, and what it skipped.
func listed(t *testing.T, s scanner.Source) (paths []string, skips []scanner.Skip) {
	t.Helper()
	for b, err := range s.Blobs(t.Context()) {
		if err != nil {
			skips = append(skips, asSkip(err))
		} else if b.Kind == scanner.Worktree {
			paths = append(paths, b.Path)
		}
	}
	slices.Sort(paths)
	return paths, skips
}

// TestTreeListsWhatGitLists compares with git ls-files, tracked files that are
// ignored, deleted ones and embedded repositories included.
func TestTreeListsWhatGitLists(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"a", "build/tracked", "build/sub/x", "src/.gitignore", "src/a.o", "src/a.c", "gone", "dir/b", "é/ü", " spaced "} {
		f.write(path, "content\n")
	}
	f.commit("all")
	f.write(".gitignore", "build/\n*.o\n!src/keep.o\n")
	f.write("src/.gitignore", "*.log\n")
	f.write(".git/info/exclude", "excluded\n")
	for _, path := range []string{"build/untracked", "src/b.o", "src/keep.o", "src/x.log", "excluded", "new/deep/file", "x.log"} {
		f.write(path, "content\n")
	}
	if err := os.Remove(filepath.Join(f.dir, "gone")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/nowhere", filepath.Join(f.dir, "link")); err != nil {
		t.Fatal(err)
	}
	f.git("init", "-q", "embedded")
	f.write("embedded/file", "content\n")

	var want []string
	for path := range strings.SplitSeq(strings.TrimRight(f.git("ls-files", "--cached", "--others", "--exclude-standard", "-z"), "\x00"), "\x00") {
		if path != "gone" && path != "embedded/" { // deleted; a repository of its own
			want = append(want, path)
		}
	}
	slices.Sort(want)
	got, skips := listed(t, Tree(f.dir, f.open(), TreeOptions{}))
	if !slices.Equal(got, want) {
		t.Errorf("listed %q, git lists %q", got, want)
	}
	if len(skips) != 1 || skips[0].Path != "embedded" || !skips[0].Deliberate {
		t.Errorf("skipped %v", skips)
	}

	all, _ := listed(t, Tree(f.dir, f.open(), TreeOptions{All: true}))
	for _, path := range []string{"build/untracked", "excluded", "embedded/file", "src/x.log"} {
		if !slices.Contains(all, path) {
			t.Errorf("all files are without %s", path)
		}
	}
	if slices.ContainsFunc(all, func(p string) bool { return strings.Contains(p, ".git/") }) {
		t.Errorf("all files have git's own: %q", all)
	}
}

// TestIgnoredFolderThatIsNamed wants the files of a folder that the user asked
// for, ignored or not.
func TestIgnoredFolderThatIsNamed(t *testing.T) {
	f := newFixture(t)
	f.write(".gitignore", "build/\n")
	f.write("build/out/x", "content\n")
	f.write("y", "content\n")
	if got, _ := listed(t, Tree(f.dir, f.open(), TreeOptions{Below: "build/out"})); !slices.Equal(got, []string{"build/out/x"}) {
		t.Errorf("listed %q", got)
	}
}

// TestTreeFollowsNoLink plants a secret outside, and links to it in the ways
// there are.
func TestTreeFollowsNoLink(t *testing.T) {
	f := newFixture(t)
	outside := t.TempDir()
	token := randomToken(rand.New(rand.NewPCG(2, 2)))
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte(token), 0o644); err != nil {
		t.Fatal(err)
	}
	f.write("dir/secret", "harmless\n")
	f.commit("dir")
	if err := os.RemoveAll(filepath.Join(f.dir, "dir")); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"dir": outside, "file": filepath.Join(outside, "secret"), "up": "../../", "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(f.dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	r := scan(t, Tree(f.dir, f.open(), TreeOptions{}))
	if len(r.Findings) != 0 || len(r.Skipped) != 0 {
		t.Errorf("found %v, skipped %v", r.Findings, r.Skipped)
	}
	if got, _ := listed(t, Tree(f.dir, f.open(), TreeOptions{})); !slices.Equal(got, []string{"dir", "file", "loop", "up"}) {
		t.Errorf("listed %q", got)
	}
}
