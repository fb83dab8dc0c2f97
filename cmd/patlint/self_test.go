package main

import (
	"strings"
	"testing"
)

// patlint finds nothing in its own repository, whose examples and tests are
// made without a realistic token.
func TestOwnRepository(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.dir = "."
	inside := w.run("", "git", "-c", "safe.directory=*", "rev-parse", "--show-toplevel")
	if inside.code != 0 {
		t.Skip("the sources are in no git checkout:", inside.stderr)
	}
	w.dir = strings.TrimSpace(inside.stdout)
	out := w.patlint("scan", "--worktree")
	if out.code != exitClean {
		t.Errorf("files: exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
	if shallow := w.git("-c", "safe.directory=*", "rev-parse", "--is-shallow-repository"); shallow == "true" {
		t.Skip("the history of a shallow clone is not complete")
	}
	out = w.patlint("scan", "--history")
	if out.code != exitClean {
		t.Errorf("history: exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
}
