package main

import (
	"fmt"
	"strings"
	"testing"
)

// Tokens are found, with their places, wherever they lie in content that is
// larger than what is read at once.
func TestLongInput(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	const piece = 8 << 20 // how much is searched at once
	var text strings.Builder
	var lines int
	fill := func(to int) {
		for text.Len()+64 <= to {
			text.WriteString(strings.Repeat("ä", 31) + ".\n")
			lines++
		}
	}
	want := map[string]string{}
	for _, end := range []int{piece - 4096, piece, piece + 4096, 2*piece - 3*4096, 2*piece - 64, 2 * piece, 3*piece - 6*4096} {
		fill(end - 32)
		token := randomPAT()
		text.WriteString("ä" + " " + token + "\n")
		lines++
		want[token] = fmt.Sprintf("stdin %d:3", lines)
	}
	fill(3*piece + 100)
	out := w.run(text.String(), "patlint", "scan", "--stdin", "-f", "json", "--show-secrets")
	r := parseReport(t, out.stdout)
	if len(r.Findings) != len(want) {
		t.Errorf("%d findings, want %d", len(r.Findings), len(want))
	}
	for token, place := range want {
		if got := r.finding(t, token).Locations; len(got) != 1 || got[0].String() != place || got[0].EndColumn != 3+len(token) {
			t.Errorf("found at %v, want %s", got, place)
		}
	}
}

// One line without end, as in a minified file.
func TestLongLine(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	line := strings.Repeat("x ", 10<<20) + token + strings.Repeat(" y", 1<<20)
	out := w.run(line, "patlint", "scan", "--stdin", "-f", "json", "--show-secrets")
	r := parseReport(t, out.stdout)
	if got, want := r.finding(t, token).Locations[0].String(), fmt.Sprintf("stdin 1:%d", 20<<20+1); got != want {
		t.Errorf("found at %s, want %s", got, want)
	}
	if out := w.run(line, "patlint", "scan", "--stdin"); len(out.stdout) > 4096 {
		t.Errorf("the report is %d bytes long", len(out.stdout))
	}
}

// A work tree whose repository is named by the environment alone.
func TestGitDirOfEnvironment(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	old, staged := randomPAT(), randomPAT()
	origin.write("a.env", old)
	origin.commit("first")
	origin.write("a.env", "nothing\n")
	origin.commit("second")
	origin.write("b.env", staged)
	origin.git("add", "b.env")
	origin.git("init", "-q", "--separate-git-dir", origin.path("../kept.git"))
	origin.remove(".git")
	w := origin.with("GIT_DIR="+origin.path("../kept.git"), "GIT_WORK_TREE="+origin.dir)
	w.scan(exitFound).wantSecrets(t, old, staged)
	w.scan(exitFound, "--staged").wantSecrets(t, staged)
	w.scan(exitClean, "--range", "HEAD~1..HEAD").wantComplete(t)
}

// A linked work tree has its own index and HEAD.
func TestStagedInLinkedWorktree(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.commit("first")
	w.git("worktree", "add", "-q", "-b", "other", w.path("../linked"))
	linked := w.in("../linked")
	token := randomPAT()
	linked.write("a.env", token)
	linked.git("add", "a.env")
	linked.scan(exitFound, "--staged").wantSecrets(t, token)
	w.scan(exitClean, "--staged")
	linked.git("commit", "-q", "-m", "leak")
	w.scan(exitFound, "--range", "main..other").wantSecrets(t, token)
	linked.scan(exitFound, "--range", "main..HEAD").wantSecrets(t, token)
	w.scan(exitFound).wantSecrets(t, token)
}

// What is taken away and brought back in a range is added by it.
func TestRangeOfRevert(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	w.write("a.env", token)
	w.commit("first")
	w.remove("a.env")
	w.commit("removed")
	w.git("revert", "--no-edit", "HEAD")
	r := w.scan(exitFound, "--range", "HEAD~2..HEAD")
	r.wantSecrets(t, token)
	if got, want := r.finding(t, token).Locations[0].Commit, w.git("rev-parse", "HEAD"); got != want {
		t.Errorf("introduced by %s, want %s", got, want)
	}
}

// A file that is only announced to the index has no content there.
func TestIntentToAdd(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	w.write("a.env", token)
	w.git("add", "--intent-to-add", "a.env")
	w.scan(exitClean, "--staged").wantComplete(t)
	w.scan(exitFound).wantSecrets(t, token)
}

// A folder that somebody names is scanned, also where git keeps its own files,
// or it is said that it is not.
func TestNamedGitFolder(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write(".git/hooks/pre-push", "curl -H 'Authorization: Bearer "+randomBearer()+"' https://example.com\n")
	for _, args := range [][]string{{".git"}, {"--worktree", ".git"}, {"--worktree", ".git/hooks"}} {
		out := w.patlint(append([]string{"scan"}, args...)...)
		if out.code == exitClean {
			t.Errorf("scan %v: a leak there looks clean:\n%s%s", args, out.stdout, out.stderr)
		}
	}
}

// A link that somebody names is what it is, but not silently nothing.
func TestNamedLink(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.write("real.env", randomPAT())
	w.symlink("real.env", "link.env")
	for _, args := range [][]string{{"link.env"}, {"--message", "link.env"}} {
		if out := w.patlint(append([]string{"scan"}, args...)...); out.code != exitFound {
			t.Errorf("scan %v: exit code %d\n%s%s", args, out.code, out.stdout, out.stderr)
		}
	}
}

// A bare repository has no files to scan, and says so.
func TestModesOfBareRepository(t *testing.T) {
	t.Parallel()
	w := newRepo(t, "--bare")
	w.scan(exitClean).wantComplete(t)
	for _, mode := range []string{"--worktree", "--staged"} {
		out := w.patlint("scan", mode)
		if out.code != exitUsage {
			t.Errorf("%s: exit code %d, want 2", mode, out.code)
		}
		wantOneLine(t, out.stderr, "a bare repository has no work tree")
	}
}

// A way to keep references that is not understood must not look like none.
func TestUnknownStorage(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.txt", "nothing\n")
	w.commit("first")
	w.write(".git/config", w.read(".git/config")+"[extensions]\n\trefStorage = reftable\n")
	for _, args := range [][]string{{}, {"--history"}, {"--staged"}, {"--range", "HEAD..HEAD"}} {
		out := w.patlint(append([]string{"scan"}, args...)...)
		if out.code != exitIncomplete {
			t.Errorf("scan %v: exit code %d, want 3", args, out.code)
		}
		wantOneLine(t, out.stderr, "reftable")
	}
}

// Commits that git itself would not make, but takes from others.
func TestOddCommits(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.txt", "nothing\n")
	w.git("add", ".")
	tree := w.git("write-tree")
	const person = " A <a@example.com> 1 +0000\n"
	heads := map[string]string{
		"a date out of range": "author A <a@b> 99999999999999999999 +0000\ncommitter" + person + "\n",
		"a date before 1970":  "author A <a@b> -5 -0000\ncommitter" + person + "\n",
		"no date":             "author nobody\ncommitter" + person + "\n",
		"another encoding":    "author J\xf6rg <j@b> 1 +0000\ncommitter" + person + "encoding ISO-8859-1\n\nm\xfcll ",
		"no final newline":    "author" + person + "committer" + person + "\n",
	}
	var want []string
	for name, head := range heads {
		token := randomPAT()
		want = append(want, token)
		out := w.run("tree "+tree+"\n"+head+"message "+token, "git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally")
		if out.code != 0 {
			t.Fatal(name, out.stderr)
		}
		id := strings.TrimSpace(out.stdout)
		w.write(".git/refs/heads/"+strings.ReplaceAll(name, " ", "-"), id+"\n")
	}
	r := w.scan(exitFound)
	r.wantComplete(t)
	r.wantSecrets(t, want...)
}

// A merge of a signed tag keeps the tag's message in its header, also when the
// tag is gone.
func TestMergedTag(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.commit("first")
	const person = " A <a@example.com> 1 +0000\n"
	token := randomPAT()
	commit := "tree " + w.git("rev-parse", "HEAD^{tree}") + "\nparent " + w.git("rev-parse", "HEAD") + "\nauthor" + person + "committer" + person +
		"mergetag object " + w.git("rev-parse", "HEAD") + "\n type commit\n tag v1\n tagger" + person + " \n release " + token + "\n\nmerge\n"
	id := w.run(commit, "git", "hash-object", "-t", "commit", "-w", "--stdin")
	w.git("update-ref", "refs/heads/main", strings.TrimSpace(id.stdout))
	w.scan(exitFound).wantSecrets(t, token)
}
