package main

import (
	"strings"
	"testing"
)

// The summary is a table that holds no secret, and fits.
func TestActionSummary(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	pat := w.leaking("a`b&c.env")
	r := w.workflow("schedule", "").want(exitFound, pat)
	if !strings.Contains(r.summary, "| severity |") || !strings.Contains(r.summary, "qoder-pat") {
		t.Errorf("the summary is\n%s", r.summary)
	}
	var file strings.Builder
	for range 7000 {
		file.WriteString("QODER_PAT=" + randomPAT() + "\n")
	}
	w.write(strings.Repeat("long/", 30)+"many.env", file.String())
	many := w.workflow("schedule", "", "INPUT_MODE=worktree").run()
	if n := len(many.summary); n < 100<<10 || n > 1024<<10 {
		t.Errorf("the summary has %d bytes", n)
	}
	if !strings.HasSuffix(r.summary, "\nScanned: `schedule: files and history`\n") {
		t.Errorf("the summary is\n%s", r.summary)
	}
	if none := newRepo(t).workflow("push", "{}").want(exitUsage); !strings.Contains(none.summary, "**Nothing was scanned**") {
		t.Errorf("the summary of no scan is %s", none.summary)
	}
}
