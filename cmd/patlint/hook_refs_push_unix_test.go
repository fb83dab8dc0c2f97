//go:build unix

package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// newPusher returns a clone whose pushes go through the hook pre-push, to a server
// without a hook.
func newPusher(t *testing.T) *server {
	t.Helper()
	s := newServer(t)
	s.hook(filepath.Join(s.bare, "hooks", "pre-receive"), "exit 0")
	s.hook(s.path(".git/hooks/pre-push"), `exec patlint hook run pre-push "$@"`)
	return s
}

func TestPrePush(t *testing.T) {
	t.Parallel()
	s := newPusher(t)
	main := s.git("rev-parse", "HEAD")
	s.commit("clean")
	s.accepted("main")

	leak, token := s.leak("a.env")
	s.git("rm", "-q", "a.env")
	s.commit("take it away")
	s.refused([]string{token}, []string{"main"}, "push blocked: 1 secret", "a.env:1:7, commit "+leak[:shortCommit]+" by Ann Author, on refs/heads/main",
		fingerprint(token), "git rebase -i --rebase-merges "+leak[:shortCommit]+"^", "git push --no-verify")

	// Several references, of which one leaks, wherever it stands.
	s.git("branch", "aaa", main)
	s.git("branch", "zzz", main)
	s.git("checkout", "-q", "aaa")
	s.commit("on aaa")
	s.git("checkout", "-q", "zzz")
	s.commit("on zzz")
	s.refused([]string{token}, []string{"aaa", "main", "zzz"}, "on refs/heads/main")
	s.refused([]string{token}, []string{"--all"}, "on refs/heads/main")
	s.accepted("aaa", "zzz")
	s.accepted(":aaa", ":zzz")
	s.refused([]string{token}, []string{"main", ":refs/heads/zz"}, "on refs/heads/main")

	// A new branch, also from something that has no name.
	s.refused([]string{token}, []string{"main:refs/heads/new"}, "on refs/heads/new")
	s.refused([]string{token}, []string{leak + ":refs/heads/new"}, "on refs/heads/new")
	s.accepted(main + ":refs/heads/new")

	// Once it is there, it matters no more.
	s.git("push", "-q", "--no-verify", "origin", "main")
	s.git("checkout", "-q", "main")
	s.commit("later")
	s.accepted("main")
	s.accepted("main:refs/heads/again")
	s.git("tag", "-a", "v1", "-m", "clean", leak)
	s.accepted("v1")
	said := randomPAT()
	s.git("tag", "-a", "v2", "-m", said)
	s.refused([]string{said}, []string{"v2"}, "message of tag v2")
	s.refused([]string{said}, []string{"--follow-tags", "main"}, "message of tag v2")
}

// A forced push sends what the remote has not, whether what it has is known here
// or not.
func TestPrePushForced(t *testing.T) {
	t.Parallel()
	s := newPusher(t)
	old := s.git("rev-parse", "HEAD")
	other := s.in("../other")
	s.git("clone", "-q", s.url, other.dir)
	other.write("a.env", "TOKEN="+randomPAT())
	other.commit("somebody else's")
	other.git("push", "-q", "origin", "main")

	_, token := s.leak("b.env")
	s.refused([]string{token}, []string{"--force", "main"}, "push blocked: 1 secret", "b.env:1:7")
	s.git("reset", "-q", "--hard", old)
	s.commit("clean")
	s.accepted("--force", "main")

	// What is known here and no ancestor, and what is behind.
	s.git("commit", "-q", "--amend", "--allow-empty", "-m", "other words")
	s.accepted("--force", "main")
	s.accepted("--force", old+":main")
	s.git("commit", "-q", "--amend", "--allow-empty", "-m", token)
	s.refused([]string{token}, []string{"--force", "main"}, "message of commit")
}

// Where the remote has no name, its address tells which one it is.
func TestPrePushToAddress(t *testing.T) {
	t.Parallel()
	s := newPusher(t)
	s.leak("a.env")
	s.git("push", "-q", "--no-verify", "origin", "main")
	s.commit("clean")
	pushTo := func(url, ref string) outcome { return s.run("", "git", "push", url, "HEAD:"+ref) }
	if out := pushTo(s.url, "refs/heads/new"); out.code != 0 {
		t.Errorf("the address of origin: exit code %d: %s%s", out.code, out.stdout, out.stderr)
	}
	// Nothing is known of this one: it gets all of it.
	empty := filepath.Join(t.TempDir(), "empty.git")
	s.git("init", "-q", "--bare", empty)
	if out := pushTo(empty, "refs/heads/main"); out.code == 0 || !strings.Contains(out.stdout, "a.env:1:7") {
		t.Errorf("an empty repository: exit code %d: %s%s", out.code, out.stdout, out.stderr)
	}
	// But for what it says that it has.
	s.git("push", "-q", "--no-verify", empty, "main")
	s.commit("later")
	if out := pushTo(empty, "refs/heads/main"); out.code != 0 {
		t.Errorf("after that: exit code %d: %s%s", out.code, out.stdout, out.stderr)
	}
	// What a remote with a longer name has, or this repository itself, is not known there.
	s.git("remote", "add", "emp", empty)
	s.git("update-ref", "refs/remotes/emp/ty/main", "HEAD")
	s.git("config", "remote.emp/ty.url", s.url)
	s.git("config", "remote.emp/ty.fetch", "+refs/heads/*:refs/remotes/emp/ty/*")
	s.git("config", "--add", "remote.emp.fetch", "+refs/*:refs/*")
	_, token := s.leak("b.env")
	s.git("update-ref", "refs/remotes/emp/ty/main", "HEAD")
	s.refusedBy("emp", token, "b.env:1:7")
	s.git("update-ref", "refs/remotes/emp/main", "HEAD")
	if out := s.run("", "git", "push", "emp", "HEAD:refs/heads/third"); out.code != 0 {
		t.Errorf("exit code %d: %s%s", out.code, out.stdout, out.stderr)
	}
}

func (s *server) refusedBy(remote, token, words string) {
	s.t.Helper()
	out := s.run("", "git", "push", remote, "HEAD:refs/heads/another")
	if out.code == 0 || !strings.Contains(out.stdout, words) {
		s.t.Errorf("%s: exit code %d: %s%s", remote, out.code, out.stdout, out.stderr)
	}
	wantNoLeak(s.t, remote, out.stdout+out.stderr, token)
}

// TestPrePushUnderPreCommit sets what pre-commit sets, for the push of two
// branches of which it names the first.
func TestPrePushUnderPreCommit(t *testing.T) {
	t.Parallel()
	s := newPusher(t)
	base := s.git("rev-parse", "HEAD")
	clean := s.commit("clean")
	run := func(env ...string) outcome {
		return s.with(append(env, "PRE_COMMIT=1")...).run("", "patlint", "hook", "run", "pre-push")
	}
	remote := []string{"PRE_COMMIT_REMOTE_NAME=origin", "PRE_COMMIT_REMOTE_URL=" + s.url, "PRE_COMMIT_LOCAL_BRANCH=refs/heads/main", "PRE_COMMIT_REMOTE_BRANCH=refs/heads/main"}
	ends := []string{"PRE_COMMIT_FROM_REF=" + base, "PRE_COMMIT_TO_REF=" + clean}
	want := func(name string, code int, out outcome, words ...string) {
		t.Helper()
		if out.code != code {
			t.Errorf("%s: exit code %d: %s%s", name, out.code, out.stdout, out.stderr)
		}
		for _, word := range words {
			if !strings.Contains(out.stdout, word) {
				t.Errorf("%s: %q is missing in\n%s", name, word, out.stdout)
			}
		}
	}
	want("clean", exitClean, run(append(remote, ends...)...))
	want("by hand", exitClean, run(ends...))
	want("nothing told", exitClean, run())

	s.git("checkout", "-q", "-b", "second")
	leak, token := s.leak("a.env")
	second := run(append(remote, ends...)...)
	want("the second branch", exitFound, second, "a.env:1:7", "on refs/heads/second", "pre-commit names only the first", "SKIP=patlint-push")
	wantNoLeak(t, "the message", second.stdout+second.stderr, token)
	want("by hand", exitClean, run(ends...))
	want("by hand, with the leak", exitFound, run("PRE_COMMIT_FROM_REF=main", "PRE_COMMIT_TO_REF=second"), "a.env:1:7")
	want("all of it", exitFound, run(remote...), "on refs/heads/second")
	want("nothing told", exitFound, run(), "a.env:1:7")
	s.git("push", "-q", "--no-verify", "origin", "second")
	want("the remote has it", exitClean, run(append(remote, ends...)...))
	want("no such revision", exitUsage, run("PRE_COMMIT_FROM_REF=nowhere", "PRE_COMMIT_TO_REF=main"))
	// With arguments, git itself calls, whoever else is around.
	line := fmt.Sprintf("refs/heads/x %s refs/heads/x %040d\n", leak, 0)
	out := s.with("PRE_COMMIT=1").run(line, "patlint", "hook", "run", "pre-push", "elsewhere", "https://example.com/x.git")
	want("with arguments", exitFound, out, "on refs/heads/x")
}
