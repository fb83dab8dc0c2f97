package main

import (
	"encoding/binary"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Ways of keeping the index: what is staged is found, and nothing else.
func TestUnusualIndex(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(w *workplace){
		"split":     func(w *workplace) { w.git("update-index", "--split-index") },
		"sparse":    func(w *workplace) { w.git("sparse-checkout", "set", "--cone", "--sparse-index", "keep") },
		"version 4": func(w *workplace) { w.git("update-index", "--index-version", "4") },
		"skip hash": func(w *workplace) { w.git("-c", "index.skipHash=true", "add", ".") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			w.write("keep/a.txt", "nothing\n")
			w.write("leave/b.txt", "nothing\n")
			w.commit("first")
			change(w)
			token := randomPAT()
			w.write("keep/staged.env", token)
			w.git("add", "keep/staged.env")
			w.write("keep/staged.env", "nothing any more")
			for _, mode := range []string{"--staged", "--history"} {
				r := w.scan(exitFound, mode)
				r.wantSecrets(t, token)
				r.wantComplete(t)
				if l := r.finding(t, token).Locations[0]; l.String() != "index keep/staged.env:1:1" {
					t.Errorf("%s: found at %s", mode, l)
				}
			}
			w.scan(exitClean, "--worktree").wantComplete(t)
		})
	}
}

// What a hook sees: git sets GIT_DIR and GIT_INDEX_FILE for it.
func TestInsideAHook(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.env", "nothing\n")
	w.commit("first")
	program, err := exec.LookPath("patlint")
	if err != nil {
		t.Fatal(err)
	}
	w.write(".git/hooks/pre-commit", "#!/bin/sh\nexec '"+program+"' scan --staged -f json --show-secrets >'"+filepath.Join(w.home, "report")+"'\n")
	if err := os.Chmod(w.path(".git/hooks/pre-commit"), 0o755); err != nil {
		t.Fatal(err)
	}
	token := randomPAT()
	w.write("a.env", token)
	for _, args := range [][]string{{"-a"}, {"--only", "a.env"}, {"--include", "a.env"}} {
		out := w.run("", "git", append([]string{"commit", "-q", "-m", "leak"}, args...)...)
		if out.code == 0 {
			t.Fatalf("git commit %v passed the hook: %s", args, out.stderr)
		}
		r := parseReport(t, w.read(filepath.Join(w.home, "report")))
		r.wantSecrets(t, token)
		if l := r.finding(t, token).Locations[0]; l.String() != "index a.env:1:1" {
			t.Errorf("git commit %v: found at %s", args, l)
		}
	}
	w.write("a.env", "nothing new\n")
	w.git("commit", "-q", "-a", "-m", "no leak")
}

// What an index says of folders saves looking into them. Where that does not fit
// its entries, these are looked at.
func TestIndexThatContradictsItself(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]func(w *workplace) string{
		"nothing":                func(*workplace) string { return "" },
		"nonsense":               func(*workplace) string { return "\x00x 0\n" },
		"all is as in HEAD":      func(w *workplace) string { return "\x002 0\n" + w.rawID("HEAD^{tree}") },
		"more is as in HEAD":     func(w *workplace) string { return "\x009 0\n" + w.rawID("HEAD^{tree}") },
		"a folder has too many":  func(w *workplace) string { return "\x00-1 1\na\x002 0\n" + w.rawID("HEAD:a") },
		"a folder has far more":  func(w *workplace) string { return "\x00-1 1\na\x009 0\n" + w.rawID("HEAD:a") },
		"a folder is as in HEAD": func(w *workplace) string { return "\x00-1 1\nb\x002 0\n" + w.rawID("HEAD:b") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			w.write("a/clean.txt", "nothing\n")
			w.write("b/clean.txt", "nothing\n")
			w.commit("first")
			token := randomPAT()
			w.write("b/staged.env", token)
			w.git("add", "b")
			index := w.read(".git/index")
			index = index[:strings.Index(index, "TREE")] + "TREE" +
				string(binary.BigEndian.AppendUint32(nil, uint32(len(says(w))))) + says(w) + strings.Repeat("\x00", 20) // no checksum
			w.overwrite(".git/index", index)
			want, code := []string{token}, exitFound
			if name == "a folder is as in HEAD" { // git believes it, and would not commit the token
				want, code = nil, exitClean
				if next, head := w.git("write-tree"), w.git("rev-parse", "HEAD^{tree}"); next != head {
					t.Errorf("git would commit %s, not %s", next, head)
				}
			}
			w.overwrite(".git/index", index)
			r := w.scan(code, "--staged")
			r.wantSecrets(t, want...)
			r.wantComplete(t)
		})
	}
}

// rawID returns the id of an object as the index has it.
func (w *workplace) rawID(rev string) string {
	w.t.Helper()
	id, err := hex.DecodeString(w.git("rev-parse", rev))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(id)
}

// What is only intended to be added is not in the next commit; what is not merged
// may come to be.
func TestUnfinishedIndex(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.env", "nothing\n")
	w.commit("first")
	w.git("checkout", "-q", "-b", "other")
	theirs, ours := randomPAT(), randomPAT()
	w.write("a.env", theirs)
	w.commit("theirs")
	w.git("checkout", "-q", "main")
	w.write("a.env", ours)
	w.commit("ours")
	w.write(randomPAT(), "nothing\n")
	w.git("add", "-N", ".")
	w.scan(exitClean, "--staged").wantComplete(t)
	w.git("reset", "-q", "--hard")

	if out := w.run("", "git", "merge", "-q", "other"); out.code == 0 {
		t.Fatal("no conflict")
	}
	w.scan(exitClean, "--staged").wantComplete(t) // both sides are committed
	third := randomPAT()
	w.write("a.env", third)
	w.git("add", "a.env")
	w.scan(exitFound, "--staged").wantSecrets(t, third)
}

// A shared index that is missing, or not the one that the index was split from, is
// named, and the scan is not complete.
func TestSplitIndexWithoutItsHalf(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(w *workplace, shared string){
		"missing": func(w *workplace, shared string) { w.remove(shared) },
		"cut":     func(w *workplace, shared string) { w.overwrite(shared, w.read(shared)[:70]) },
		"another": func(w *workplace, shared string) {
			content := []byte(w.read(shared))
			content[40] ^= 1 // in the id of the first entry
			w.overwrite(shared, string(content))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			w.write("a.txt", "nothing\n")
			w.git("config", "core.splitIndex", "true")
			w.commit("first")
			damage(w, w.onlyFile(".git/sharedindex.*"))
			for _, mode := range []string{"--staged", "--worktree"} {
				w.scan(exitIncomplete, mode).wantIncomplete(t, "index")
			}
		})
	}
}
