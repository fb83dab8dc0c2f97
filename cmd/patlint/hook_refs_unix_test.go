//go:build unix

package main

import (
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// server is a bare repository with the hook pre-receive, and a clone of it.
type server struct {
	*workplace        // the clone, whose remote is origin
	bare       string // the path of the repository
	url        string // that the clone pushes to
}

// newServer returns a server that has one commit. args are those of the hook.
func newServer(t *testing.T, args ...string) *server {
	t.Helper()
	w := newRepo(t)
	s := &server{workplace: w, bare: filepath.Join(t.TempDir(), "server.git")}
	s.url = "file://" + s.bare
	w.write("README", "nothing\n")
	w.commit("first")
	w.git("clone", "-q", "--bare", w.dir, s.bare)
	w.git("remote", "add", "origin", s.url)
	w.git("fetch", "-q", "origin")
	s.hook(filepath.Join(s.bare, "hooks", "pre-receive"), "exec patlint hook run pre-receive "+strings.Join(args, " "))
	return s
}

// hook writes a hook that runs a command.
func (s *server) hook(path, command string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+command+"\n"), 0o755); err != nil {
		s.t.Fatal(err)
	}
}

// overHTTP lets the clone push over http to git's own server program.
func (s *server) overHTTP() {
	s.t.Helper()
	backend := filepath.Join(s.git("--exec-path"), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		s.t.Fatal("git has no http-backend here: ", err)
	}
	handler := &cgi.Handler{Path: backend, Env: append(gitEnv(s.home),
		"PATH="+os.Getenv("PATH"), "GIT_PROJECT_ROOT="+filepath.Dir(s.bare), "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=ann")}
	web := httptest.NewServer(handler)
	s.t.Cleanup(web.Close)
	s.url = web.URL + "/" + filepath.Base(s.bare)
	s.git("remote", "set-url", "origin", s.url)
}

// push pushes and returns what git and the hooks say.
func (s *server) push(args ...string) outcome {
	s.t.Helper()
	return s.run("", "git", append([]string{"push", "origin"}, args...)...)
}

// accepted fails unless the push succeeds, and without a word from the hooks.
func (s *server) accepted(args ...string) {
	s.t.Helper()
	if out := s.push(args...); out.code != 0 || strings.Contains(out.stdout+out.stderr, "patlint") {
		s.t.Fatalf("push %v: exit code %d\n%s%s", args, out.code, out.stdout, out.stderr)
	}
}

// refused fails unless the push fails and the message has all of the words, and
// no secret.
func (s *server) refused(tokens []string, args []string, words ...string) string {
	s.t.Helper()
	out := s.push(args...)
	said := out.stdout + out.stderr
	if out.code == 0 {
		s.t.Fatalf("push %v: accepted\n%s", args, said)
	}
	for _, word := range words {
		if !strings.Contains(said, word) {
			s.t.Errorf("push %v: %q is missing in\n%s", args, word, said)
		}
	}
	for line := range strings.Lines(said) {
		if !strings.Contains(line, "hook declined") { // git names the references itself
			wantNoLeak(s.t, "the message", line, tokens...)
		}
	}
	return said
}

// refs returns the references of the server.
func (s *server) refs() string { return s.git("--git-dir", s.bare, "for-each-ref") }

// leak commits a file with a new token, and returns both.
func (s *server) leak(name string) (commit, token string) {
	s.t.Helper()
	token = randomPAT()
	s.write(name, "TOKEN="+token+"\n")
	return s.commit("change " + name), token
}

// TestPreReceive pushes to a server in all the ways there are.
func TestPreReceive(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"file", "http"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			if transport == "http" {
				s.overHTTP()
			}
			s.pushAll()
		})
	}
}

func (s *server) pushAll() {
	main := s.git("rev-parse", "HEAD")
	s.commit("clean")
	s.accepted("main")

	// A leak that a later commit of the same push takes away.
	leak, token := s.leak("a b.env")
	s.git("rm", "-q", "a b.env")
	s.commit("take it away")
	before := s.refs()
	s.refused([]string{token}, []string{"main"}, "remote: patlint: push refused: 1 secret", "a b.env:1:7, commit "+leak[:shortCommit]+" by Ann Author, on refs/heads/main",
		mask(token), fingerprint(token), "1. revoke it", "git rebase -i --rebase-merges "+leak[:shortCommit]+"^", "(pre-receive hook declined)")
	s.refused([]string{token}, []string{"main:new"}, "on refs/heads/new")
	s.refused([]string{token}, []string{"--force", "main:main"}, "patlint: push refused")
	if s.refs() != before {
		s.t.Error("a refused push changed references")
	}

	// Other branches of the same push fail with it, and go through without it.
	s.git("branch", "clean", main)
	s.git("checkout", "-q", "clean")
	s.commit("on another branch")
	s.refused([]string{token}, []string{"clean", "main"}, "on refs/heads/main")
	s.accepted("clean")

	// What is on the server already does not matter, however it is pushed again.
	s.git("--git-dir", s.bare, "fetch", "-q", s.dir, "main:main")
	s.accepted("main:again")
	s.git("checkout", "-q", "main")
	s.commit("later")
	s.accepted("main")
	s.accepted("--force", main+":main")

	s.accepted("--delete", "again", "clean")
	if strings.Contains(s.refs(), "again") {
		s.t.Error("the deletion did not happen")
	}
}

// A push brings more than files.
func TestPreReceiveEverythingElse(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	tokens := []string{randomPAT(), randomPAT(), randomPAT(), randomPAT(), randomPAT(), randomPAT()}
	refused := func(args, word string) {
		s.t.Helper()
		s.refused(tokens, strings.Fields(args), "push refused: 1 secret", word)
	}
	s.git("tag", "-a", "v1", "-m", "release "+tokens[0])
	refused("v1", "message of tag v1, line 1")
	s.git("tag", "-a", "v2", "-m", "a tag of a tag", "v1")
	refused("v2", "message of tag v2")

	s.commit("subject\n\nbody " + tokens[1])
	refused("main", "message of commit")
	s.git("tag", "light")
	refused("light", "message of commit")
	s.git("reset", "-q", "--hard", "HEAD~1")

	s.write("blob", "X="+tokens[2])
	blob := s.git("hash-object", "-w", "blob")
	s.git("tag", "blob", blob)
	refused("refs/tags/blob", "object "+blob[:7]+", line 1, on refs/tags/blob")
	s.git("add", "blob")
	s.git("tag", "tree", s.git("write-tree"))
	refused("refs/tags/tree", "blob:1:3, on refs/tags/tree")
	s.git("rm", "-q", "-f", "blob")

	refused("HEAD:refs/heads/"+tokens[3], "name of ref refs/heads/")

	s.write("names/"+tokens[4], "nothing")
	s.commit("a file's name")
	refused("main", "name of file")
	s.git("reset", "-q", "--hard", "HEAD~1")

	s.git("notes", "add", "-m", tokens[5])
	refused("refs/notes/commits", ":1:1")

	// What only a merge brings.
	s.git("checkout", "-q", "-b", "side", "HEAD")
	s.write("side", "side")
	s.commit("side")
	s.git("checkout", "-q", "main")
	s.write("main", "main")
	s.commit("main")
	s.accepted("main", "side")
	s.git("merge", "-q", "--no-ff", "--no-commit", "side")
	merge, token := s.leak("evil.env")
	s.refused([]string{token}, []string{"main"}, "evil.env:1:7, commit "+merge[:shortCommit])
}

// Nothing that the push brings decides about it.
func TestPreReceiveTrustsNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	token := randomPAT()
	s.write(".patlint.yaml", "allow: [{fingerprint: "+fingerprint(token)+", reason: mine}]\nexclude: ['**']\n")
	s.write("leak.env", allowing+" qoder-pat -- mine\nTOKEN="+token+"\n")
	s.commit("allowed by itself")
	s.refused([]string{token}, []string{"main"}, "push refused: 1 secret")

	// Who pushes says what a reference was: here, the leak itself.
	zero := strings.Repeat("0", 40)
	head := s.git("rev-parse", "HEAD")
	s.git("--git-dir", s.bare, "fetch", "-q", s.dir, "main")
	bare := s.in(s.bare)
	lines := head + " " + head + " refs/heads/a\n" + zero + " " + head + " refs/heads/b\n"
	if out := bare.run(lines, "patlint", "hook", "run", "pre-receive"); out.code != exitFound {
		t.Errorf("exit code %d: %s", out.code, out.stderr)
	}
	// What it wants not to be read is not taken for clean.
	if out := bare.run(lines, "patlint", "hook", "run", "pre-receive", "--max-file-size", "50"); out.code != exitIncomplete ||
		!strings.Contains(out.stderr, "leak.env: larger than the maximum file size") {
		t.Errorf("exit code %d: %s", out.code, out.stderr)
	}
	// What the server allows counts.
	config := s.path("../allowed.yaml")
	s.write(config, "allow: [{fingerprint: "+fingerprint(token)+", reason: an example}]\n")
	for _, args := range [][]string{{"--config", config}, {"--allow-inline"}, {"--exclude", "*.env"}, {"--no-rule", "qoder-pat"}} {
		if out := bare.run(lines, "patlint", append([]string{"hook", "run", "pre-receive"}, args...)...); out.code != exitClean {
			t.Errorf("%v: exit code %d: %s", args, out.code, out.stderr)
		}
	}
}

// A work tree that is pushed to has a configuration that came with a push.
func TestPreReceiveIntoWorkTree(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	other := newRepo(t)
	other.git("config", "receive.denyCurrentBranch", "updateInstead")
	other.git("pull", "-q", s.url, "main")
	s.hook(filepath.Join(other.dir, ".git", "hooks", "pre-receive"), "exec patlint hook run pre-receive")
	s.git("remote", "set-url", "origin", other.dir)
	s.write(".patlint.yaml", "exclude: ['*.env']\n")
	s.commit("leave out")
	s.accepted("main")
	_, token := s.leak("leak.env")
	s.refused([]string{token}, []string{"main"}, "leak.env:1:7")
}

// Two pushes at the same time see each their own objects.
func TestPreReceiveTwoAtATime(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	gate := filepath.Join(t.TempDir(), "gate")
	s.hook(filepath.Join(s.bare, "hooks", "pre-receive"), // both are in their hooks before either goes on
		"touch "+gate+".$$; while [ $(ls "+gate+".* | wc -l) -lt 2 ]; do sleep 0.02; done\nexec patlint hook run pre-receive")
	clone := s.in("../other")
	s.git("clone", "-q", s.url, clone.dir)
	clone.write("clean", "clean")
	clone.commit("clean")
	_, token := s.leak("leak.env")
	done := make(chan outcome)
	go func() { done <- clone.run("", "git", "push", "origin", "HEAD:clean") }()
	s.refused([]string{token}, []string{"HEAD:leaking"}, "leak.env:1:7", "on refs/heads/leaking")
	if out := <-done; out.code != 0 || strings.Contains(out.stderr, "patlint") {
		t.Errorf("exit code %d: %s", out.code, out.stderr)
	}
	if refs := s.refs(); !strings.Contains(refs, "refs/heads/clean") || strings.Contains(refs, "leaking") {
		t.Errorf("the server has\n%s", refs)
	}
}
