//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPreReceiveManyCommits pushes 5,000 commits, of which two hold a leak that
// the next one takes away.
func TestPreReceiveManyCommits(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	first, second := randomPAT(), randomPAT()
	s.importCommits(5000, map[int]string{1234: first, 4000: second})
	before := s.refs()
	s.refused([]string{first, second}, []string{"many"}, "push refused: 2 secrets", "leak1234.env:1:7, commit "+s.git("rev-parse", "many~3765")[:shortCommit],
		"leak4000.env:1:7", mask(first), mask(second), "on refs/heads/many")
	if s.refs() != before {
		t.Error("a refused push changed references")
	}
	s.accepted("many~3766:refs/heads/many") // all before the first leak
	s.refused([]string{first, second}, []string{"many"}, "push refused: 2 secrets")

	// A tag of the whole history, and no more, where the branch is there already.
	s.git("--git-dir", s.bare, "fetch", "-q", s.dir, "many:many")
	s.git("tag", "-a", "all", "-m", "all of it", "many")
	s.accepted("all")
}

// TestPreReceiveTimeout: what takes too long is not called clean.
func TestPreReceiveTimeout(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.importCommits(5000, nil)
	before := s.refs()
	hook := filepath.Join(s.bare, "hooks", "pre-receive")
	s.hook(hook, "patlint hook run pre-receive --timeout 1ms; code=$?; echo $code >code; exit $code")
	s.refused(nil, []string{"many"}, "remote: patlint: the push could not be searched for leaked credentials within 1ms, so it is refused")
	code, err := os.ReadFile(filepath.Join(s.bare, "code"))
	if err != nil || strings.TrimSpace(string(code)) != "3" {
		t.Errorf("exit code %q, %v", code, err)
	}
	if s.refs() != before {
		t.Error("a refused push changed references")
	}
	s.hook(hook, "exec patlint hook run pre-receive --timeout 1ms --on-timeout accept")
	if out := s.push("many"); out.code != 0 || !strings.Contains(out.stderr, "remote: patlint: the push could not be searched for leaked credentials within 1ms; it is accepted") {
		t.Errorf("exit code %d: %s", out.code, out.stderr)
	}
}

// TestPreReceiveSHA256 has ids of 64 digits, in both hooks.
func TestPreReceiveSHA256(t *testing.T) {
	t.Parallel()
	w := newRepo(t, "--object-format=sha256")
	w.commit("first")
	s := &server{workplace: w, bare: filepath.Join(t.TempDir(), "server.git")}
	w.git("init", "-q", "--bare", "--object-format=sha256", s.bare)
	w.git("remote", "add", "origin", s.bare)
	s.hook(filepath.Join(s.bare, "hooks", "pre-receive"), "exec patlint hook run pre-receive")
	s.hook(s.path(".git/hooks/pre-push"), `exec patlint hook run pre-push "$@"`)
	s.accepted("main")
	leak, token := s.leak("a.env")
	s.refused([]string{token}, []string{"main"}, "push blocked: 1 secret", "a.env:1:7, commit "+leak[:shortCommit])
	s.refused([]string{token}, []string{"--no-verify", "main"}, "remote: patlint: push refused: 1 secret", "a.env:1:7, commit "+leak[:shortCommit])
	s.git("reset", "-q", "--hard", "HEAD~1")
	s.commit("clean")
	s.accepted("main:new")
	s.accepted(":new")
}

// TestPushFromShallowClone: what was cut off is not pushed, and not missed.
func TestPushFromShallowClone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.leak("old.env")
	s.git("rm", "-q", "old.env")
	s.commit("take it away")
	s.git("--git-dir", s.bare, "fetch", "-q", s.dir, "main:main")
	clone := *s
	clone.workplace = s.in("../shallow")
	s.git("clone", "-q", "--depth", "1", s.url, clone.dir)
	clone.hook(clone.path(".git/hooks/pre-push"), `exec patlint hook run pre-push "$@"`)
	clone.write("clean", "clean")
	clone.commit("clean")
	clone.accepted("main")
	clone.accepted("main:new")
	leak, token := clone.leak("new.env")
	clone.refused([]string{token}, []string{"main"}, "push blocked: 1 secret", "new.env:1:7, commit "+leak[:shortCommit])
	clone.refused([]string{token}, []string{"--no-verify", "main"}, "push refused: 1 secret", "new.env:1:7, commit "+leak[:shortCommit])
}
