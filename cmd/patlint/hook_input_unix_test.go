//go:build unix

package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Hooks that git tells something on standard input: that which was there before
// gets all of it, with its arguments, and so does patlint.
func TestHookChainsInput(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.commit("first")
	w.git("branch", "second")
	log, code := filepath.Join(w.home, "log"), filepath.Join(w.home, "code")
	w.script(".git/hooks/pre-push", "#!/bin/sh\n{ printf '<%s>' \"$@\"; cat; } >'"+log+"'\nexit $(cat '"+code+"')\n")
	w.write(code, "0")
	push := func(to string) []string {
		server := filepath.Join(t.TempDir(), "it's a server.git")
		w.git("init", "-q", "--bare", server)
		w.git("remote", "add", to, server)
		return []string{"push", to, "main", "second"}
	}
	logged := func(to string) string {
		return strings.NewReplacer("<"+to+">", "<NAME>", "<"+w.git("remote", "get-url", to)+">", "<URL>").Replace(w.read(log))
	}
	w.git(push("plain")...)
	want := logged("plain")
	if strings.Count(want, "\n") != 2 {
		t.Fatalf("git says %q", want)
	}
	w.wantCode(exitClean, "hook", "install", "--pre-push")
	w.git(push("chained")...)
	if got := logged("chained"); got != want {
		t.Errorf("the hook from before gets %q, without patlint %q", got, want)
	}
	w.write("a.env", randomPAT())
	w.commit("leak")
	blocked := push("blocked")
	if said := w.wantBlocked(blocked...); !strings.Contains(said, "push blocked: 1 secret") {
		t.Errorf("said %s", said)
	}
	if strings.Count(w.read(log), "\n") != 2 {
		t.Errorf("the hook from before gets %q", w.read(log))
	}
	w.write(code, "42")
	if said := w.wantBlocked(blocked...); strings.Contains(said, "push blocked") {
		t.Errorf("patlint runs though the hook from before has stopped the push: %s", said)
	}
	w.script(".git/hooks/pre-push.before-patlint", "#!/bin/sh\nexit 0\n") // it reads nothing
	if said := w.wantBlocked(blocked...); !strings.Contains(said, "push blocked: 1 secret") {
		t.Errorf("said %s", said)
	}
	w.wantCode(exitClean, "hook", "uninstall", "--pre-push")
	w.git(blocked...)
}

// On a server, pre-receive is installed by its name.
func TestHookInstallOnServer(t *testing.T) {
	t.Parallel()
	w := newRepo(t, "work")
	w = w.in("work")
	w.commit("first")
	server := w.in("../server.git")
	w.git("init", "-q", "--bare", server.dir)
	log := filepath.Join(w.home, "log")
	server.script("hooks/pre-receive", "#!/bin/sh\ncat >>'"+log+"'\n")
	out := server.wantCode(exitClean, "hook", "install", "--pre-receive")
	if strings.Contains(out.stdout, "pre-commit") {
		t.Errorf("said %s", out.stdout)
	}
	server.wantCode(exitClean, "hook", "status", "--pre-receive")
	w.git("push", "-q", server.dir, "main")
	w.write("a.env", randomPAT())
	w.commit("leak")
	said := w.run("", "git", "push", server.dir, "main")
	if said.code == 0 || !strings.Contains(said.stderr, "1 secret") {
		t.Errorf("exit code %d: %s", said.code, said.stderr)
	}
	if lines := strings.Count(w.read(log), "refs/heads/main\n"); lines != 2 {
		t.Errorf("the hook from before was called %d times", lines)
	}
	server.wantCode(exitClean, "hook", "uninstall", "--pre-receive")
	w.git("push", "-q", server.dir, "main")
}
