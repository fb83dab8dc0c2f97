package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Ways of keeping the index that may be beyond the reader: what is staged is
// found, or the scan says that it is not complete.
func TestUnusualIndex(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(w *workplace){
		"split":     func(w *workplace) { w.git("update-index", "--split-index") },
		"sparse":    func(w *workplace) { w.git("sparse-checkout", "set", "--cone", "--sparse-index", "keep") },
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
			out := w.patlint("scan", "--staged", "-f", "json", "--show-secrets")
			if out.code != exitFound && out.code != exitIncomplete {
				t.Errorf("exit code %d, want 1 or 3: %s", out.code, out.stderr)
			}
			if r := parseReport(t, out.stdout); r.Complete {
				r.wantSecrets(t, token)
			}
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
