package main

import (
	"os"
	"strings"
	"testing"
)

// shallowClone returns a clone that has the objects that git would send over a network.
func (w *workplace) shallowClone(args ...string) *workplace {
	w.t.Helper()
	clone := w.in(w.t.TempDir())
	w.git(append([]string{"clone", "-q", "--no-local"}, append(args, "file://"+strings.ReplaceAll(w.dir, `\`, "/"), clone.path("clone"))...)...)
	clone = clone.in("clone")
	clone.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*") // as actions/checkout does
	return clone
}

// fetches does what action.yml does with what is to be fetched.
func (f *workflow) fetches() (all []string) {
	f.w.t.Helper()
	for what := range strings.Lines(f.run("fetch").stdout) {
		what = strings.TrimSuffix(what, "\n")
		all = append(all, what)
		args := []string{"fetch", "-q", "--depth=2147483647", "--no-tags", "origin", what}
		if what == fetchAll {
			args = []string{"fetch", "-q", "--depth=2147483647", "--tags", "origin"}
		}
		f.w.git(args...)
	}
	return all
}

// A checkout that is too shallow is never scanned for less: the step fails and
// names the way out, or git fetches what patlint names, and then all is found.
func TestActionShallow(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	origin.git("config", "uploadpack.allowAnySHA1InWant", "true") // as GitHub does
	origin.commit("first")
	old := origin.leaking("old.env")
	origin.removing("old.env")
	base := origin.head()
	origin.git("checkout", "-q", "-b", "topic")
	gone := origin.leaking("gone.env")
	origin.removing("gone.env")
	head := origin.head()
	origin.git("checkout", "-q", "--detach", "main")
	origin.git("merge", "-q", "--no-ff", "-m", "as GitHub does", head)
	merge := origin.head()
	origin.git("update-ref", "refs/heads/merge", merge)

	for _, depth := range []string{"--depth=1", "--depth=2"} {
		for _, test := range []struct {
			event   string
			payload object
			env     string
			found   []string
		}{
			{"pull_request", pullRequest(base, head), "GITHUB_SHA=" + merge, []string{gone}},
			{"pull_request_target", pullRequest(base, head), "GITHUB_SHA=" + base, []string{gone}},
			{"push", pushed("refs/heads/topic", base, head), "GITHUB_SHA=" + head, []string{gone}},
			{"push", pushed("refs/heads/topic", noCommit, head), "GITHUB_SHA=" + head, []string{gone}},
			{"push", pushed("refs/heads/main", noCommit, base), "GITHUB_SHA=" + base, []string{old, gone}},
			{"schedule", nil, "GITHUB_SHA=" + base, []string{old, gone}},
		} {
			branch := map[string]string{"pull_request": "merge", "push": "topic"}[test.event]
			if branch == "" || test.payload["ref"] == "refs/heads/main" {
				branch = "main"
			}
			w := origin.shallowClone(depth, "--branch", branch)
			f := w.workflow(test.event, test.payload, test.env)
			never := *f
			never.env = append([]string{"INPUT_FAIL_ON=never"}, f.env...) // not even then
			r := never.run()
			if r.code != exitIncomplete || r.outputs["complete"] != "false" || !strings.Contains(r.logged(), "give actions/checkout fetch-depth: 0") {
				t.Errorf("%s %s: exit code %d, outputs %v\n%s", test.event, depth, r.code, r.outputs, r.stdout)
			}
			if fetched := f.fetches(); len(fetched) == 0 {
				t.Errorf("%s %s: nothing is to be fetched", test.event, depth)
			}
			if r := f.want(exitFound, test.found...); !r.report.Complete {
				t.Errorf("%s %s: not complete", test.event, depth)
			}
		}
	}
}

// A checkout of the base alone, as for pull_request_target, has no commits of a fork.
func TestActionHeadIsMissing(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
	base := origin.commit("base")
	origin.git("checkout", "-q", "-b", "theirs")
	gone := origin.leaking("gone.env")
	head := origin.head()
	origin.git("checkout", "-q", "main")
	origin.git("update-ref", "refs/pull/1/head", head)
	origin.git("branch", "-q", "-D", "theirs")

	w := origin.shallowClone()
	f := w.workflow("pull_request_target", pullRequest(base, head), "GITHUB_SHA="+base)
	if r := f.want(exitIncomplete); r.report != nil || !strings.Contains(r.logged(), "lacks commits of the event") {
		t.Errorf("%s", r.stdout)
	}
	f.fetches()
	f.want(exitFound, gone)
}

// What is missing because of a filter, or is no repository at all, is not passed over.
func TestActionPartialOrNone(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	origin.git("config", "uploadpack.allowFilter", "true")
	base := origin.commit("base")
	origin.leaking("gone.env")
	origin.removing("gone.env")
	w := origin.shallowClone("--filter=blob:none")
	for name, payload := range map[string]any{"schedule": "", "pull_request": pullRequest(base, w.head())} {
		if r := w.workflow(name, payload).run(); r.code != exitIncomplete || r.outputs["complete"] != "false" {
			t.Errorf("%s: exit code %d, outputs %v\n%s", name, r.code, r.outputs, r.stdout)
		}
	}

	none := newWorkplace(t)
	pat := randomPAT()
	none.write("a.env", "QODER_PAT="+pat+"\n")
	if r := none.workflow("schedule", "").want(exitIncomplete); !strings.Contains(r.logged(), "actions/checkout") {
		t.Errorf("%s", r.stdout)
	}
	none.workflow("schedule", "", "INPUT_MODE=worktree").want(exitFound, pat)
	if err := os.Mkdir(none.path("empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	none.workflow("push", "{}", "INPUT_PATH=empty").want(exitUsage)
}
