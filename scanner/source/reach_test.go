package source

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// lostPlaces are ways to lose what was committed or stored, or to hide it, with
// how it is reached afterwards and at which path. plant leaves the token in a
// repository of one commit, and returns the commit that brings it in.
var lostPlaces = []struct {
	name  string
	plant func(f *fixture, token string) (commit string) // "" if there is none
	reach scanner.Reach
	path  string // "" if no tree names it
}{
	{"reflog only", func(f *fixture, token string) string {
		f.write("a", token)
		leak := f.commit("leak")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.remove(".git/ORIG_HEAD")
		return leak
	}, scanner.ByReflog, "a"},
	{"amended commit", func(f *fixture, token string) string {
		f.write("a", token)
		leak := f.commit("leak")
		f.write("a", "clean")
		f.git("add", "-A")
		f.git("commit", "-q", "--amend", "-m", "clean")
		return leak
	}, scanner.ByReflog, "a"},
	{"deleted branch", func(f *fixture, token string) string {
		f.git("checkout", "-q", "-b", "gone")
		f.write("dir/a", token)
		leak := f.commit("leak")
		f.git("checkout", "-q", "main")
		f.git("branch", "-q", "-D", "gone")
		return leak
	}, scanner.ByReflog, "dir/a"}, // of HEAD
	{"dropped stash", func(f *fixture, token string) string {
		f.write("start", token)
		f.git("stash", "-q")
		stash := f.id("stash@{0}")
		f.git("stash", "drop", "-q")
		return stash
	}, scanner.ByNothing, "start"},
	{"unreachable and loose", func(f *fixture, token string) string {
		f.write(".git/content", token)
		f.git("hash-object", "-w", ".git/content")
		return ""
	}, scanner.ByNothing, ""},
	{"unreachable and packed", func(f *fixture, token string) string {
		f.write("a", token)
		leak := f.commit("leak")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.forget()
		f.git("repack", "-q", "-a", "-d", "--keep-unreachable")
		f.git("prune-packed")
		return leak
	}, scanner.ByNothing, "a"},
	{"cruft pack", func(f *fixture, token string) string {
		f.write("a", token)
		leak := f.commit("leak")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.forget()
		f.git("repack", "-q", "-d", "--cruft")
		f.git("prune-packed")
		return leak
	}, scanner.ByNothing, "a"},
	{"unstaged again", func(f *fixture, token string) string {
		f.write("a", token)
		f.git("add", "a")
		f.git("rm", "-q", "--cached", "a")
		f.remove("a")
		return ""
	}, scanner.ByNothing, ""},
	{"alternate", func(f *fixture, token string) string {
		other := newFixture(f.t)
		other.write("a", token)
		f.write(".git/objects/info/alternates", filepath.Join(other.dir, ".git", "objects")+"\n")
		return other.commit("elsewhere")
	}, scanner.ByNothing, "a"},
	{"replaced object", func(f *fixture, token string) string {
		f.write("a", token)
		leak := f.commit("leak")
		f.git("replace", "--graft", leak)
		return leak
	}, scanner.ByReference, "a"},
	{"beside an empty pack", func(f *fixture, token string) string {
		f.write("a", token)
		leak := f.commit("leak")
		f.git("repack", "-q", "-a", "-d")
		f.writePack(".git/objects/pack")
		return leak
	}, scanner.ByReference, "a"},
	{"renamed folder", func(f *fixture, token string) string {
		f.write("old/a", token)
		f.commit("leak")
		f.git("mv", "old", "new")
		return f.commit("rename") // of which a tree alone is new
	}, scanner.ByReference, "new/a"},
	{"octopus merge", func(f *fixture, token string) string {
		for _, b := range []string{"one", "two", "three"} {
			f.git("checkout", "-q", "-b", b, "main")
			f.write(b, b)
			f.commit(b)
		}
		f.git("checkout", "-q", "main")
		f.git("merge", "-q", "--no-commit", "one", "two", "three")
		f.write("a", token)
		return f.commit("octopus")
	}, scanner.ByReference, "a"},
	{"arm of an octopus", func(f *fixture, token string) string {
		arms := map[string]string{}
		for i, b := range []string{"one", "two", "three"} {
			f.git("checkout", "-q", "-b", b, "main")
			f.write(b, []string{b, b, token}[i])
			arms[b] = f.commit(b)
		}
		f.git("checkout", "-q", "main")
		f.git("merge", "-q", "one", "two", "three")
		f.git("branch", "-q", "-D", "one", "two", "three")
		return arms["three"]
	}, scanner.ByReference, "three"},
	{"note on a note", func(f *fixture, token string) string {
		f.git("notes", "add", "-m", "a note", "HEAD")
		f.git("notes", "--ref=review", "add", "-m", token, "refs/notes/commits")
		return f.id("refs/notes/review")
	}, scanner.ByReference, ""}, // the path is what the note is about
	{"tag of a tag", func(f *fixture, token string) string {
		f.git("tag", "-a", "-m", token, "inner")
		f.git("tag", "-a", "-m", "middle", "middle", "inner")
		f.git("tag", "-a", "-m", "outer", "outer", "middle")
		f.git("tag", "-d", "inner", "middle")
		return f.id("HEAD")
	}, scanner.ByReference, ""},
	{"deleted tag", func(f *fixture, token string) string {
		f.git("tag", "-a", "-m", token, "gone")
		f.git("tag", "-d", "gone")
		return f.id("HEAD")
	}, scanner.ByNothing, ""},
	{"name of a submodule", func(f *fixture, token string) string {
		f.git("update-index", "--add", "--cacheinfo", "160000,"+f.id("HEAD")+","+token)
		f.git("commit", "-q", "-m", "submodule")
		return f.id("HEAD")
	}, scanner.ByReference, ""}, // the path is masked
}

// id returns what a revision names.
func (f *fixture) id(revision string) string {
	f.t.Helper()
	return strings.TrimSpace(f.git("rev-parse", revision))
}

// forget removes what git remembers of earlier commits.
func (f *fixture) forget() {
	f.git("reflog", "expire", "--expire=now", "--all")
	f.remove(".git/ORIG_HEAD")
}

func (f *fixture) remove(path string) {
	f.t.Helper()
	if err := os.Remove(filepath.Join(f.dir, path)); err != nil {
		f.t.Fatal(err)
	}
}

func TestLostPlaces(t *testing.T) {
	for i, lost := range lostPlaces {
		t.Run(lost.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.write("start", "start\n")
			f.commit("start")
			token := randomToken(rand.New(rand.NewPCG(uint64(i), 41)))
			commit := lost.plant(f, token)
			r := scan(t, historyOf(f.open()))
			if len(r.Findings) != 1 || r.Findings[0].Secret.Reveal() != token || !r.Complete() {
				t.Fatalf("found %v, skipped %v", r.Findings, r.Skipped)
			}
			for _, l := range r.Findings[0].Locations {
				by := ""
				if l.Commit != nil {
					by = l.Commit.ID
				}
				if l.Reach == lost.reach && by == commit && (lost.path == "" || l.Path == lost.path) {
					return
				}
			}
			t.Errorf("found at %+v, want %q by %q, reached by %q", r.Findings[0].Locations, lost.path, commit, lost.reach)
		})
	}
}
