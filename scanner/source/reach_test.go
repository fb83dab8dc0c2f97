package source

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// lostPlaces are ways to lose what was committed or stored, with how it is
// reached afterwards and at which path. plant leaves the token in a repository
// of one commit.
var lostPlaces = []struct {
	name  string
	plant func(f *fixture, token string)
	reach scanner.Reach
	path  string // "" if no tree names it
}{
	{"amended commit", func(f *fixture, token string) {
		f.write("a", token)
		f.commit("leak")
		f.write("a", "clean")
		f.git("add", "-A")
		f.git("commit", "-q", "--amend", "-m", "clean")
	}, scanner.ByReflog, "a"},
	{"deleted branch", func(f *fixture, token string) {
		f.git("checkout", "-q", "-b", "gone")
		f.write("dir/a", token)
		f.commit("leak")
		f.git("checkout", "-q", "main")
		f.git("branch", "-q", "-D", "gone")
	}, scanner.ByReflog, "dir/a"}, // of HEAD
	{"dropped stash", func(f *fixture, token string) {
		f.write("start", token)
		f.git("stash", "-q")
		f.git("stash", "drop", "-q")
	}, scanner.ByNothing, "start"},
	{"unreachable and loose", func(f *fixture, token string) {
		f.write(".git/content", token)
		f.git("hash-object", "-w", ".git/content")
	}, scanner.ByNothing, ""},
	{"unreachable and packed", func(f *fixture, token string) {
		f.write("a", token)
		f.commit("leak")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.forget()
		f.git("repack", "-q", "-a", "-d", "--keep-unreachable")
		f.git("prune-packed")
	}, scanner.ByNothing, "a"},
	{"cruft pack", func(f *fixture, token string) {
		f.write("a", token)
		f.commit("leak")
		f.git("reset", "-q", "--hard", "HEAD~1")
		f.forget()
		f.git("repack", "-q", "-d", "--cruft")
		f.git("prune-packed")
	}, scanner.ByNothing, "a"},
	{"unstaged again", func(f *fixture, token string) {
		f.write("a", token)
		f.git("add", "a")
		f.git("rm", "-q", "--cached", "a")
		if err := os.Remove(filepath.Join(f.dir, "a")); err != nil {
			f.t.Fatal(err)
		}
	}, scanner.ByNothing, ""},
	{"alternate", func(f *fixture, token string) {
		other := newFixture(f.t)
		other.write("a", token)
		other.commit("elsewhere")
		f.write(".git/objects/info/alternates", filepath.Join(other.dir, ".git", "objects")+"\n")
	}, scanner.ByNothing, "a"},
	{"replaced object", func(f *fixture, token string) {
		f.write("a", token)
		leak := f.commit("leak")
		f.git("replace", "--graft", leak)
	}, scanner.ByReference, "a"},
	{"renamed folder", func(f *fixture, token string) {
		f.write("old/a", token)
		f.commit("leak")
		f.git("mv", "old", "new")
		f.commit("rename")
	}, scanner.ByReference, "new/a"},
	{"octopus merge", func(f *fixture, token string) {
		for _, b := range []string{"one", "two", "three"} {
			f.git("checkout", "-q", "-b", b, "main")
			f.write(b, b)
			f.commit(b)
		}
		f.git("checkout", "-q", "main")
		f.git("merge", "-q", "--no-commit", "one", "two", "three")
		f.write("a", token)
		f.commit("octopus")
	}, scanner.ByReference, "a"},
	{"name of a submodule", func(f *fixture, token string) {
		head := strings.TrimSpace(f.git("rev-parse", "HEAD"))
		f.git("update-index", "--add", "--cacheinfo", "160000,"+head+","+token)
		f.git("commit", "-q", "-m", "submodule")
	}, scanner.ByReference, ""}, // the path is masked
}

// forget removes what git remembers of earlier commits.
func (f *fixture) forget() {
	f.git("reflog", "expire", "--expire=now", "--all")
	if err := os.Remove(filepath.Join(f.dir, ".git", "ORIG_HEAD")); err != nil {
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
			lost.plant(f, token)
			r := scan(t, historyOf(f.open()))
			if len(r.Findings) != 1 || r.Findings[0].Secret.Reveal() != token || !r.Complete() {
				t.Fatalf("found %v, skipped %v", r.Findings, r.Skipped)
			}
			for _, l := range r.Findings[0].Locations {
				if l.Reach == lost.reach && (lost.path == "" || l.Path == lost.path) {
					return
				}
			}
			t.Errorf("found at %+v, want %q by %q", r.Findings[0].Locations, lost.path, lost.reach)
		})
	}
}

// TestLongDeltaChain plants a token in the middle of a chain of 300 deltas.
func TestLongDeltaChain(t *testing.T) {
	f := newFixture(t)
	token := randomToken(rand.New(rand.NewPCG(1, 51)))
	var stream strings.Builder
	lines := strings.Repeat("a line of a file that changes little\n", 50)
	for n := range 300 {
		content := lines + strings.Repeat("x", n)
		if n == 150 {
			content = token + "\n" + content
		}
		stream.WriteString("commit refs/heads/main\ncommitter A <a@example.com> " + commitDate(n) + "\ndata 1\nx\n")
		stream.WriteString("M 100644 inline file\ndata <<END\n" + content + "\nEND\n")
	}
	cmd := f.command("fast-import", "--quiet")
	cmd.Stdin = strings.NewReader(stream.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	f.git("repack", "-q", "-a", "-d", "-f", "--depth=4000", "--window=4")
	r := scan(t, historyOf(f.open()))
	if len(r.Findings) != 1 || r.Findings[0].Locations[0].Path != "file" || r.Findings[0].Locations[0].Line != 1 {
		t.Fatalf("found %v", r.Findings)
	}
	if date := r.Findings[0].Locations[0].Commit.Date.Unix(); date != 1_700_000_150 {
		t.Errorf("introduced at %d", date)
	}
}
