//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A pre-receive hook sees the objects of the push in a folder of their own, to
// which no reference leads yet.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.commit("first")
	server := filepath.Join(t.TempDir(), "server.git")
	w.git("clone", "-q", "--bare", w.dir, server)
	hook := "#!/bin/sh\nread old new ref\npatlint scan --history -f json >report.json\necho $? >code\nexit 1\n"
	if err := os.WriteFile(filepath.Join(server, "hooks", "pre-receive"), []byte(hook), 0o755); err != nil {
		t.Fatal(err)
	}
	token := randomPAT()
	w.write("leak.env", token)
	w.commit("leak")
	w.run("", "git", "push", "-q", server, "HEAD:main")
	code, err := os.ReadFile(filepath.Join(server, "code"))
	if err != nil || strings.TrimSpace(string(code)) != "1" {
		t.Fatalf("exit code %q, %v", code, err)
	}
	report, err := os.ReadFile(filepath.Join(server, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if r := parseReport(t, string(report)); len(r.Findings) != 1 {
		t.Errorf("findings %v", r.Findings)
	}
}
