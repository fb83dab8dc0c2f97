package main

import (
	"fmt"
	"strings"
	"testing"
)

// A pull request is all of its commits, by every parent, and nothing of the base.
func TestActionPullRequest(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.leaking("old.env") // the base's own
	base := w.head()
	for _, event := range []string{"pull_request", "pull_request_target", "pull_request_review"} {
		w.workflow(event, pullRequest(base, base)).want(exitClean)
	}
	w.git("checkout", "-q", "-b", "side")
	side := w.leaking("side.env")
	w.removing("side.env")
	w.git("checkout", "-q", "-b", "topic", base)
	gone := w.leaking("gone.env")
	w.removing("gone.env")
	w.git("merge", "-q", "--no-ff", "--no-commit", "side")
	merged := w.leaking("merged.env") // in the merge commit alone
	w.removing("merged.env")
	head := w.head()
	w.git("checkout", "-q", "main")
	for _, event := range []string{"pull_request", "pull_request_target", "pull_request_review"} {
		r := w.workflow(event, pullRequest(base, head)).want(exitFound, side, gone, merged)
		if r.outputs["findings"] != "3" || r.outputs["exit-code"] != "1" || r.outputs["live"] != "0" || r.outputs["sarif"] == "" {
			t.Errorf("outputs %v", r.outputs)
		}
	}
	w.workflow("merge_group", object{"merge_group": object{"base_sha": base, "head_sha": head}}).want(exitFound, side, gone, merged)
}

// A leak is annotated in its file where that is the same at the head of the request,
// so that GitHub shows it in the diff, and at the run where the lines are others.
func TestActionAnnotatesFiles(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	base := w.commit("base")
	same := w.leaking("same.env")
	changed := w.leaking("changed.env")
	w.write("changed.env", "\n"+w.read("changed.env"))
	r := w.workflow("pull_request", pullRequest(base, w.commit("a line before"))).want(exitFound, same, changed)
	obeyed := r.obeyed()
	if !anyHolds(obeyed, "::error file=same.env,line=1,endLine=1,col=11,") || !anyHolds(obeyed, "(64) in changed.env:1:11, introduced by commit ") {
		t.Errorf("the runner obeys %q", obeyed)
	}
}

// The base that GitHub names is the one of the last push to the request. What the
// base got since, and the request merged, is not the request's.
func TestActionMovedBase(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	old := w.commit("base")
	w.git("checkout", "-q", "-b", "topic")
	own := w.leaking("own.env")
	w.git("checkout", "-q", "main")
	w.leaking("of-the-base.env")
	newer := w.head()
	w.git("checkout", "-q", "topic")
	w.git("merge", "-q", "main")
	head := w.head()
	w.git("checkout", "-q", "--detach", "main")
	w.git("merge", "-q", "--no-ff", "-m", "as GitHub does", head)
	merge := w.head()

	request := pullRequest(old, head)
	w.workflow("pull_request", request, "GITHUB_SHA="+merge).want(exitFound, own)
	w.workflow("pull_request_target", request, "GITHUB_SHA="+newer).want(exitFound, own)
	// A base that has the head already would leave nothing of the request.
	for _, event := range []string{"pull_request", "pull_request_target"} {
		r := w.workflow(event, request, "GITHUB_SHA="+head).want(exitFound, own, patOf(w, "of-the-base.env"))
		if !r.report.Complete {
			t.Error("the scan is not complete")
		}
	}
	w.workflow("pull_request_target", request, "GITHUB_SHA="+merge).want(exitFound, own)
}

// patOf returns the PAT in a file of the branch main.
func patOf(w *workplace, name string) string {
	_, pat, _ := strings.Cut(w.git("show", "main:"+name), "=")
	return strings.TrimSpace(pat)
}

func TestActionPush(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	origin.leaking("old.env")
	w := origin.in("../clone")
	origin.git("clone", "-q", origin.dir, w.dir)
	base := w.head()
	w.workflow("push", pushed("refs/heads/main", base, base)).want(exitClean)
	w.git("checkout", "-q", "-b", "topic")
	first := w.leaking("first.env")
	before := w.head()
	second := w.leaking("second.env")
	head := w.head()
	w.git("push", "-q", "origin", "topic", "topic:twin") // two branches that came together hide nothing from each other

	w.workflow("push", pushed("refs/heads/topic", before, head)).want(exitFound, second)
	w.workflow("push", pushed("refs/heads/topic", noCommit, head)).want(exitFound, first, second)
	deleted := pushed("refs/heads/topic", head, noCommit)
	deleted["deleted"] = true
	if r := w.workflow("push", deleted).want(exitClean); r.outputs["complete"] != "true" || r.report != nil {
		t.Errorf("outputs of a deleted branch: %v", r.outputs)
	}
	// Rewritten: the old commit is known, or not.
	w.git("checkout", "-q", "-b", "rewritten", base)
	other := w.leaking("other.env")
	rewritten := w.head()
	w.workflow("push", pushed("refs/heads/topic", head, rewritten)).want(exitFound, other)
	unknown := strings.Repeat("ab", 20)
	f := w.workflow("push", pushed("refs/heads/topic", unknown, rewritten))
	f.want(exitFound, other)
	if out := f.run("fetch"); out.stdout != unknown+"\n" {
		t.Errorf("to fetch: %q", out.stdout)
	}
}

// A push to the default branch whose old commit is gone has nothing to be compared
// with, and a tag is a release: all is scanned, messages of tags included.
func TestActionEverything(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	old := w.leaking("old.env")
	w.removing("old.env")
	inTag := randomPAT()
	w.git("tag", "-a", "v1", "-m", "key "+inTag)
	head := w.head()
	untracked := randomPAT()
	w.write("untracked.env", "QODER_PAT="+untracked+"\n")
	for name, payload := range map[string]any{
		"push": pushed("refs/tags/v1", noCommit, head), "schedule": object{"schedule": "0 4 * * 1"}, "workflow_dispatch": "",
		"repository_dispatch": "not JSON", "workflow_run": object{"pull_request": 1}, "release": object{}, "": "",
	} {
		w.workflow(name, payload).want(exitFound, old, inTag, untracked)
	}
	w.workflow("push", pushed("refs/heads/main", noCommit, head)).want(exitFound, old, inTag, untracked)
	w.workflow("push", pushed("refs/heads/main", strings.Repeat("ab", 20), head)).want(exitFound, old, inTag, untracked)

	w.workflow("schedule", "", "INPUT_MODE=worktree").want(exitFound, untracked)
	w.workflow("schedule", "", "INPUT_MODE=history").want(exitFound, old, inTag)
	w.workflow("push", pushed("refs/heads/main", head, head), "INPUT_MODE=full").want(exitFound, old, inTag, untracked)
	w.workflow("push", pushed("refs/heads/main", head, head), "INPUT_MODE=range").want(exitClean)
	w.workflow("schedule", "", "INPUT_MODE=range").want(exitUsage)
}

// Thousands of commits are a range like another.
func TestActionLargeRequest(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	base := w.commit("base")
	pat := randomPAT()
	var stream strings.Builder
	const commits, leaking = 3000, 1234
	for n := range commits {
		content := fmt.Sprintf("%d\n", n)
		if n == leaking {
			content = "QODER_PAT=" + pat + "\n"
		}
		fmt.Fprintf(&stream, "commit refs/heads/topic\ncommitter A <a@example.com> %d +0000\ndata 1\nx\n", 1_700_000_000+n)
		if n == 0 {
			fmt.Fprintf(&stream, "from %s\n", base)
		}
		fmt.Fprintf(&stream, "M 100644 inline f\ndata %d\n%s\n", len(content), content)
	}
	if out := w.run(stream.String(), "git", "fast-import", "--quiet"); out.code != 0 {
		t.Fatal(out.stderr)
	}
	r := w.workflow("pull_request", pullRequest(base, w.git("rev-parse", "topic"))).want(exitFound, pat)
	if !r.report.Complete {
		t.Error("the scan is not complete")
	}
}
