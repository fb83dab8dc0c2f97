package main

import "testing"

// TestForgottenHead scans a repository whose ORIG_HEAD names a commit that git has
// cleaned up, as "git gc --prune=now" does: nothing is missing.
func TestForgottenHead(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a", "nothing")
	w.commit("first")
	w.write("a", "other")
	w.commit("second")
	w.git("reset", "-q", "--hard", "HEAD~1")
	w.git("reflog", "expire", "--expire=now", "--all")
	w.git("gc", "-q", "--prune=now")
	if out := w.run("", "git", "cat-file", "-e", "ORIG_HEAD^{commit}"); out.code == 0 {
		t.Fatal("the commit is still there")
	}
	if out := w.run("", "patlint", "scan"); out.code != exitClean {
		t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
}
