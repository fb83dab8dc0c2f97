package main

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// damages are ways to break a repository: one word of the explanation, and what
// of the history is found nevertheless: all objects that are there, also where
// nothing leads to them any more. The files always are.
var damages = []struct {
	name   string
	damage func(w *workplace)
	reason string
	kept   bool // the token in kept.env of the first commit is found
	lost   bool // the token in dir/lost.env of the first commit is found
}{
	{"missing blob", func(w *workplace) {
		w.remove(w.loose("HEAD~1:dir/lost.env"))
	}, "missing", true, false},
	{"garbage blob", func(w *workplace) {
		w.overwrite(w.loose("HEAD~1:dir/lost.env"), "garbage")
	}, "damaged", true, false},
	{"empty blob file", func(w *workplace) { // as after a power failure
		w.overwrite(w.loose("HEAD~1:dir/lost.env"), "")
	}, "damaged", true, false},
	{"cut blob", func(w *workplace) {
		name := w.loose("HEAD~1:dir/lost.env")
		content := w.read(name)
		w.overwrite(name, content[:len(content)/2])
	}, "damaged", true, false},
	{"another blob's content", func(w *workplace) {
		w.overwrite(w.loose("HEAD~1:dir/lost.env"), deflated("blob 8\x00nothing!"))
	}, "does not match", true, false},
	{"missing tree", func(w *workplace) {
		w.remove(w.loose("HEAD~1:dir"))
	}, "missing", true, true},
	{"garbage tree", func(w *workplace) {
		w.overwrite(w.loose("HEAD~1:dir"), deflated("tree 7\x00garbage"))
	}, "damaged", true, true},
	{"another tree's content", func(w *workplace) {
		w.overwrite(w.loose("HEAD~1:dir"), deflated("tree 0\x00"))
	}, "does not match", true, true},
	{"missing commit", func(w *workplace) {
		w.remove(w.loose("HEAD~1"))
	}, "missing", true, true},
	{"garbage commit", func(w *workplace) {
		w.overwrite(w.loose("HEAD~1"), deflated("commit 7\x00garbage"))
	}, "", true, true},
	{"blob under the id of a commit", func(w *workplace) {
		w.overwrite(w.loose("HEAD~1"), deflated("blob 7\x00garbage"))
	}, "", true, true},
	{"cut pack", func(w *workplace) {
		w.git("gc", "-q")
		name := w.onlyFile(".git/objects/pack/*.pack")
		content := w.read(name)
		w.overwrite(name, content[:len(content)/2])
	}, "damaged", false, false},
	{"empty pack", func(w *workplace) {
		w.git("gc", "-q")
		w.overwrite(w.onlyFile(".git/objects/pack/*.pack"), "")
	}, "missing", false, false},
	{"garbage in a pack", func(w *workplace) {
		w.git("gc", "-q")
		name := w.onlyFile(".git/objects/pack/*.pack")
		content := []byte(w.read(name))
		for i := 12; i < len(content)-20; i++ {
			content[i] ^= 0x5a
		}
		w.overwrite(name, string(content))
	}, "damaged", false, false},
	{"garbage pack index", func(w *workplace) {
		w.git("gc", "-q")
		w.overwrite(w.onlyFile(".git/objects/pack/*.idx"), "garbage")
	}, "", false, false},
	{"missing pack index", func(w *workplace) {
		w.git("gc", "-q")
		w.remove(w.onlyFile(".git/objects/pack/*.idx"))
	}, "missing", false, false},
	{"missing pack", func(w *workplace) {
		w.git("gc", "-q")
		w.remove(w.onlyFile(".git/objects/pack/*.pack"))
	}, "", false, false},
	{"garbage index", func(w *workplace) {
		w.overwrite(".git/index", "garbage")
	}, ".git/index", true, true},
	{"empty index", func(w *workplace) {
		w.overwrite(".git/index", "")
	}, ".git/index", true, true},
	{"cut index", func(w *workplace) {
		content := w.read(".git/index")
		w.overwrite(".git/index", content[:len(content)-30])
	}, ".git/index", true, true},
	{"garbage HEAD", func(w *workplace) {
		w.overwrite(".git/HEAD", "garbage\n")
	}, "HEAD", true, true},
	{"empty HEAD", func(w *workplace) {
		w.overwrite(".git/HEAD", "")
	}, "HEAD", true, true},
	{"HEAD of no object", func(w *workplace) {
		w.overwrite(".git/HEAD", strings.Repeat("ab", 20)+"\n")
	}, "missing", true, true},
	{"garbage branch", func(w *workplace) {
		w.overwrite(".git/refs/heads/other", "garbage\n")
	}, "refs/heads/other", true, true},
	{"empty branch", func(w *workplace) { // as after a power failure
		w.overwrite(".git/refs/heads/other", "")
	}, "refs/heads/other", true, true},
	{"branch of no object", func(w *workplace) {
		w.overwrite(".git/refs/heads/other", strings.Repeat("ab", 20)+"\n")
	}, "missing", true, true},
	{"garbage packed-refs", func(w *workplace) {
		w.overwrite(".git/packed-refs", "garbage\n\x00\xff\n")
	}, "refs", true, true},
	{"garbage configuration", func(w *workplace) {
		w.overwrite(".git/config", "[core\ngarbage")
	}, "configuration", false, false},
}

// loose returns the name of the file that a loose object is in.
func (w *workplace) loose(rev string) string {
	w.t.Helper()
	id := w.git("rev-parse", rev)
	return ".git/objects/" + id[:2] + "/" + id[2:]
}

func (w *workplace) onlyFile(pattern string) string {
	w.t.Helper()
	found, err := filepath.Glob(w.path(pattern))
	if err != nil || len(found) != 1 {
		w.t.Fatalf("%s: %v, %v", pattern, found, err)
	}
	return found[0]
}

// overwrite replaces a file that git made read-only.
func (w *workplace) overwrite(name, content string) {
	w.t.Helper()
	if err := os.Remove(w.path(name)); err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	w.write(name, content)
}

func deflated(content string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(content))
	z.Close()
	return b.String()
}

// damageable returns a repository whose first commit held two values that the
// second took away, with a file that is untracked.
func damageable(t *testing.T, kept, lost, untracked string) *workplace {
	t.Helper()
	w := newRepo(t)
	w.write("kept.env", kept)
	w.write("dir/lost.env", lost)
	w.commit("first")
	w.write("kept.env", "nothing\n")
	w.write("dir/lost.env", "nothing\n")
	w.commit("second")
	w.write("untracked.env", untracked)
	return w
}

func TestDamage(t *testing.T) {
	t.Parallel()
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			kept, lost, untracked := randomPAT(), randomPAT(), randomPAT()
			w := damageable(t, kept, lost, untracked)
			d.damage(w)
			out := w.patlint("scan", "-f", "json", "--show-secrets")
			want := []string{untracked}
			if d.kept {
				want = append(want, kept)
			}
			if d.lost {
				want = append(want, lost)
			}
			if out.code != exitFound {
				t.Fatalf("exit code %d, want 1: %s", out.code, out.stderr)
			}
			r := parseReport(t, out.stdout)
			r.wantSecrets(t, want...)
			r.wantIncomplete(t, d.reason)
			wantOneLine(t, out.stderr, d.reason)

			clean := damageable(t, "kept", "lost", "untracked")
			d.damage(clean)
			out = clean.patlint("scan")
			if out.code != exitIncomplete || strings.Contains(out.stdout, "no leaks found") || !strings.Contains(out.stdout, "not complete") {
				t.Errorf("nothing to find: exit code %d, want 3\n%s%s", out.code, out.stdout, out.stderr)
			}
			wantOneLine(t, out.stderr, d.reason)
			if out = clean.patlint("scan", "--allow-incomplete"); out.code != exitClean {
				t.Errorf("--allow-incomplete: exit code %d", out.code)
			}
		})
	}
}

// wantOneLine fails unless stderr is one line for people that holds the words.
func wantOneLine(t *testing.T, stderr, words string) {
	t.Helper()
	if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "patlint: ") || !strings.Contains(stderr, words) {
		t.Errorf("stderr is %q, want one line about %q", stderr, words)
	}
}

// A .git file that leads nowhere hides a repository: the files are scanned, and
// no flag makes up for the history.
func TestBrokenGitFile(t *testing.T) {
	t.Parallel()
	for content, words := range map[string]string{
		"gitdir: /nowhere/at/all\n": "which is no git directory",
		"garbage\n":                 "no gitdir in it",
		"":                          "no gitdir in it",
	} {
		w := newWorkplace(t)
		w.write(".git", content)
		w.write("a.txt", "nothing\n")
		for _, args := range [][]string{{}, {"--allow-incomplete"}, {"--history"}, {"--staged"}, {"--range", "a..b"}} {
			out := w.patlint(append([]string{"scan"}, args...)...)
			if out.code != exitIncomplete || !strings.Contains(out.stderr, words) || strings.Contains(out.stdout, "no leaks found") {
				t.Errorf("scan %v: exit code %d, want 3 and %q\n%s%s", args, out.code, words, out.stdout, out.stderr)
			}
		}
		token := randomPAT()
		w.write("a.txt", token)
		r := w.scan(exitFound)
		r.wantSecrets(t, token)
		r.wantIncomplete(t, words)
	}
}

// What the modes that need the repository say about a damaged one.
func TestDamageInModes(t *testing.T) {
	t.Parallel()
	lose := func(w *workplace) { w.remove(w.loose("HEAD~1:dir/lost.env")) }
	loseTree := func(w *workplace) { w.remove(w.loose("HEAD~1:dir")) }
	loseStaged := func(w *workplace) {
		w.write("staged.env", "something of its own\n")
		w.git("add", "staged.env")
		w.remove(w.loose(":staged.env"))
	}
	loseIndex := func(w *workplace) { w.overwrite(".git/index", "garbage") }
	loseHead := func(w *workplace) { w.overwrite(".git/HEAD", "garbage\n") }
	for _, c := range []struct {
		name   string
		damage func(*workplace)
		args   []string
		code   int
	}{
		{"history without a blob", lose, []string{"--history"}, exitIncomplete},
		{"range without a blob", lose, []string{"--range", "HEAD~1..HEAD"}, exitIncomplete},
		{"range without a tree", loseTree, []string{"--range", "HEAD~1..HEAD"}, exitIncomplete},
		{"files without a blob", lose, []string{"--worktree"}, exitClean},
		{"staged without the blob", loseStaged, []string{"--staged"}, exitIncomplete},
		{"staged without an index", loseIndex, []string{"--staged"}, exitIncomplete},
		{"files without an index", loseIndex, []string{"--worktree"}, exitIncomplete},
		{"range to a broken HEAD", loseHead, []string{"--range", "main~1.."}, exitUsage},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := damageable(t, "kept", "lost", "untracked")
			c.damage(w)
			out := w.patlint(append([]string{"scan"}, c.args...)...)
			if out.code != c.code {
				t.Errorf("exit code %d, want %d\n%s%s", out.code, c.code, out.stdout, out.stderr)
			}
		})
	}
}

// Damage must not make a scan slow or large.
func TestDamageOfManyObjects(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	for i := range 40 {
		w.write(fmt.Sprintf("%d.txt", i), fmt.Sprintf("file %d\n", i))
	}
	w.commit("many")
	for i := range 40 {
		w.remove(w.loose(fmt.Sprintf("HEAD:%d.txt", i)))
	}
	out := w.patlint("scan")
	if out.code != exitIncomplete {
		t.Errorf("exit code %d, want 3", out.code)
	}
	wantOneLine(t, out.stderr, "and 37 more")
}
