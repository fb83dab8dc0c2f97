package main

import (
	"archive/zip"
	"strings"
	"testing"
)

// request returns a repository with a branch "main" whose configuration names a
// baseline and allows one secret, and a branch that adds another.
func request(t *testing.T, allowed, leaked string, initArgs ...string) *workplace {
	t.Helper()
	w := newRepo(t, initArgs...)
	w.write(".patlint.yaml", "baseline: known/baseline.txt\n")
	w.write("known/baseline.txt", "# nothing is known\n")
	w.write("allowed.env", allowed+" # "+allowing+" qoder-pat -- revoked\n")
	w.commit("base")
	w.git("checkout", "-q", "-b", "request")
	w.git("mv", "allowed.env", "renamed.env")
	w.write("copy.env", "# a copy\n"+allowed+" # "+allowing+" qoder-pat -- revoked\n")
	w.write("leak.env", leaked+" # "+allowing+" qoder-pat -- believe me\n")
	w.commit("leak")
	return w
}

// TestTrustedCommitThatCannotBeRead is no commit without a configuration.
func TestTrustedCommitThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		object, name string // what is lost, and how the message calls what needs it
		code         int
	}{
		{"main:.patlint.yaml", "main:.patlint.yaml", exitIncomplete},
		{"main:known/baseline.txt", "main:known/baseline.txt", exitIncomplete},
		{"main:known", "main:known/baseline.txt", exitIncomplete},
		{"main^{tree}", "main:.patlint.yaml", exitIncomplete},
		{"main", "--trust-commit", exitUsage},
	} {
		t.Run(test.object, func(t *testing.T) {
			t.Parallel()
			for _, damage := range []func(w *workplace, name string){
				func(w *workplace, name string) { w.remove(name) },
				func(w *workplace, name string) { w.overwrite(name, "garbage") },
			} {
				w := request(t, randomPAT(), randomPAT())
				w.write(".patlint.yaml", "exclude: ['**']\n")
				w.remove("known/baseline.txt")
				w.commit("no configuration")
				damage(w, w.loose(test.object))
				for _, mode := range []string{"--worktree", "--history", "--staged", "--range=HEAD~1..HEAD"} {
					out := w.patlint("scan", mode, "--trust-commit", "main", "--allow-incomplete")
					if out.code != test.code || out.stdout != "" {
						t.Errorf("%s: exit code %d, want %d\n%s", mode, out.code, test.code, out.stdout)
					}
					wantOneLine(t, out.stderr, test.name)
				}
			}
		})
	}
}

// TestTrustedCommentThatCannotBeRead allows nothing, and is named.
func TestTrustedCommentThatCannotBeRead(t *testing.T) {
	t.Parallel()
	allowed, leaked := randomPAT(), randomPAT()
	w := request(t, allowed, leaked)
	w.write("renamed.env", "now with a line above\n"+w.read("renamed.env"))
	w.commit("so that it has another id")
	w.scan(exitFound, "--worktree", "--trust-commit", "main").wantSecrets(t, leaked)
	w.remove(w.loose("main:allowed.env"))
	w.scan(exitFound, "--worktree", "--trust-commit", "main").wantSecrets(t, allowed, leaked)
	out := w.patlint("scan", "--worktree", "--trust-commit", "main")
	if !strings.Contains(out.stderr, "in the trusted commit: allowed.env: missing from the repository: inline comments in it do not count") {
		t.Errorf("the lost file is not named: %s", out.stderr)
	}
}

// TestHugeConfigurations are not read, wherever they stand.
func TestHugeConfigurations(t *testing.T) {
	t.Parallel()
	leaked := randomPAT()
	w := request(t, randomPAT(), leaked)
	w.write(".patlint.yaml", strings.Repeat("# 50 MB of this\n", 50<<20/16))
	w.git("add", "--all")
	want := "cannot be read, and does not count: .patlint.yaml: larger than 1048576 bytes"
	check := func(args ...string) {
		t.Helper()
		out := w.patlint(append([]string{"scan", "--trust-commit", "main"}, args...)...)
		if out.code != exitFound || !strings.Contains(out.stderr, want) {
			t.Errorf("%v: exit code %d, want 1 and %q: %s", args, out.code, want, out.stderr)
		}
	}
	w.git("reset", "-q", "--soft", "main")
	check("--staged")
	w.commit("huge")
	check("--worktree")
	check("--range", "main..HEAD")
	check("--history")
	out := w.patlint("scan", "--trust-commit", "HEAD")
	if out.code != exitUsage {
		t.Errorf("exit code %d, want 2", out.code)
	}
	wantOneLine(t, out.stderr, "HEAD:.patlint.yaml: larger than 1048576 bytes")
}

func TestTrustWithSHA256(t *testing.T) {
	t.Parallel()
	allowed, leaked := randomPAT(), randomPAT()
	w := request(t, allowed, leaked, "--object-format=sha256")
	w.scan(exitFound, "--range", "main..HEAD", "--trust-commit", "main").wantSecrets(t, leaked)
	w.scan(exitFound, "--history", "--trust-commit", w.git("rev-parse", "main")).wantSecrets(t, leaked)
	w.scan(exitClean, "--range", "main..HEAD")
}

// A linked work tree and a packed repository have the same commits.
func TestTrustInLinkedWorkTree(t *testing.T) {
	t.Parallel()
	allowed, leaked := randomPAT(), randomPAT()
	w := request(t, allowed, leaked)
	w.git("gc", "-q")
	w.git("worktree", "add", "-q", "--detach", "../linked-"+leaked[10:20], "request")
	linked := w.in("../linked-" + leaked[10:20])
	defer linked.remove(".")
	for _, mode := range []string{"--worktree", "--history", "--range=main..HEAD"} {
		linked.scan(exitFound, mode, "--trust-commit", "main").wantSecrets(t, leaked)
	}
}

// TestTrustInArchives has the comments inside of an archive.
func TestTrustInArchives(t *testing.T) {
	t.Parallel()
	allowed, leaked := randomPAT(), randomPAT()
	line := func(token string) string { return token + " # " + allowing + " qoder-pat -- an example\n" }
	w := newRepo(t)
	w.write("a.zip", zipped(t, zip.Deflate, "conf", line(allowed)))
	w.commit("base")
	w.git("checkout", "-q", "-b", "request")
	w.write("a.zip", zipped(t, zip.Deflate, "conf", line(allowed), "more", line(leaked)))
	w.write("unpacked", line(allowed))
	w.commit("request")
	w.scan(exitFound, "--worktree", "--trust-commit", "main").wantSecrets(t, leaked)
	w.scan(exitFound, "--range=main..HEAD", "--trust-commit", "main").wantSecrets(t, leaked)
	w.scan(exitClean, "--worktree")
}

// TestTrustInSubmodules lets the comments count that the submodule has at the commit
// that the trusted one names.
func TestTrustInSubmodules(t *testing.T) {
	t.Parallel()
	allowed, leaked, deep := randomPAT(), randomPAT(), randomPAT()
	line := func(token string) string { return token + " # " + allowing + " qoder-pat -- an example\n" }
	inner, sub, w := newRepo(t), newRepo(t), newRepo(t)
	inner.write("deep.env", line(deep))
	inner.commit("first")
	sub.write("a.env", line(allowed))
	sub.git("submodule", "--quiet", "add", inner.dir, "in")
	sub.commit("first")
	w.git("submodule", "--quiet", "add", sub.dir, "lib/sub")
	w.git("submodule", "--quiet", "update", "--init", "--recursive")
	w.commit("base")
	w.git("checkout", "-q", "-b", "request")
	args := []string{"--worktree", "--submodules", "--trust-commit", "main"}
	w.scan(exitClean, args...)
	w.scan(exitClean, append(args, "--history")...)
	sub.write("b.env", line(leaked))
	sub.commit("second")
	w.in("lib/sub").git("pull", "-q", "--ff-only")
	w.commit("a newer one")
	w.scan(exitFound, args...).wantSecrets(t, leaked)
	w.scan(exitClean, "--worktree", "--submodules", "--trust-commit", "HEAD")

	// In the submodule itself it is a repository like any other.
	w.in("lib/sub").scan(exitFound, "--worktree", "--trust-commit", "HEAD~1").wantSecrets(t, leaked)
	w.git("rm", "-q", "--cached", "lib/sub")
	w.git("commit", "-q", "-m", "without")
	w.git("add", "lib/sub")
	w.git("commit", "-q", "-m", "with")
	w.scan(exitFound, "--worktree", "--submodules", "--trust-commit", "HEAD~1").wantSecrets(t, allowed, leaked, deep)
}
