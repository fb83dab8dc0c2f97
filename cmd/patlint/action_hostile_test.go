package main

import (
	"fmt"
	"strings"
	"testing"
)

// Nothing that others wrote is a command to the runner: not the names of branches and
// files, nor what stands in files, messages or the configuration.
func TestActionObeysNobody(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	base := w.commit("base")
	w.git("checkout", "-q", "-b", "a;$(touch${IFS}hacked)%0A")
	pat := randomPAT()
	w.write("##[set-output name=complete]x%0A, b.env", "::error::x\n::add-mask::e\n##[add-mask]e\nQODER_PAT="+pat+" ::x:: ##[set-env name=A]B\n")
	w.write(".patlint.yaml", "exclude: ['::stop-commands::x', '##[add-matcher]x']\n")
	w.commit("::error::message\n\n##[set-output name=findings]0")
	request := pullRequest(base, w.head())
	request["pull_request"].(object)["title"] = "::error::title\n##[error]"
	request["pull_request"].(object)["head"].(object)["ref"] = "a;$(touch${IFS}hacked)%0A::error::"
	r := w.workflow("pull_request", request).want(exitFound, pat)
	if obeyed := r.obeyed(); len(obeyed) != 1 || !strings.HasPrefix(obeyed[0], "::error file=#\\x23[set-output name=complete]x%250A%2C b.env,line=4,") {
		t.Errorf("the runner obeys %q", obeyed)
	}
	if !strings.Contains(r.logged(), "\nstopped\n") || !strings.Contains(r.logged(), "\nresumed\n") {
		t.Errorf("the text is not set apart:\n%s", r.stdout)
	}
	for _, name := range []string{"findings", "complete", "exit-code"} {
		if strings.ContainsAny(r.outputs[name], ":#") {
			t.Errorf("the output %s is %q", name, r.outputs[name])
		}
	}
	w.write(".patlint.yaml", "'##[set-output name=findings]0': [\n")
	if r := w.workflow("schedule", "").run(); r.code != exitUsage || len(r.obeyed()) != 1 {
		t.Errorf("exit code %d, the runner obeys %q", r.code, r.obeyed())
	}
}

// Hostile events and inputs are refused before anything is scanned, and quoted by
// nothing that a runner obeys.
func TestActionRefuses(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	pat := w.leaking("a.env")
	id := w.head()
	events := []struct {
		event   string
		payload any
	}{
		{"pull_request", ""},
		{"pull_request", "{}"},
		{"pull_request", pullRequest(id, "$(touch hacked)\n::error::x")},
		{"pull_request", pullRequest("--output=hacked", id)},
		{"pull_request", pullRequest(id, "HEAD")},
		{"pull_request_target", pullRequest("", "")},
		{"merge_group", object{"merge_group": object{"base_sha": id, "head_sha": "main"}}},
		{"push", pushed("refs/heads/x\n::error::", id, id)},
		{"push", pushed("refs/heads/x", "; rm -rf .", id)},
		{"push", object{"x": strings.Repeat("x", 33<<20)}},
	}
	for _, e := range events {
		r := w.workflow(e.event, e.payload).want(exitUsage)
		if obeyed := r.obeyed(); len(obeyed) != 1 || !strings.HasPrefix(obeyed[0], "::error title=patlint::the description of the event ") {
			t.Errorf("%s: the runner obeys %q", e.event, obeyed)
		}
	}
	for _, input := range []string{
		"INPUT_MODE=::error::", "INPUT_FAIL_ON=%0A", "INPUT_FAIL_ON=live", "INPUT_VERIFY=yes please", "INPUT_TRUST_HEAD_CONFIG=##[error]",
		"INPUT_SARIF=a\nfindings=0", "INPUT_ARGS=--no-such-flag", "INPUT_CONFIG=none.yaml", "INPUT_FORMAT=none", "RUNNER_TEMP=",
		"INPUT_ARGS=--history\n--range=a..b",
	} {
		r := w.workflow("schedule", "", input).run()
		if r.code != exitUsage || len(r.obeyed()) != 1 || r.outputs["complete"] != "false" || r.outputs["findings"] != "0" {
			t.Errorf("%q: exit code %d, outputs %v, the runner obeys %q\n%s", input, r.code, r.outputs, r.obeyed(), r.stderr)
		}
	}
	// A path that begins with a dash is a path.
	if r := w.workflow("schedule", "", "INPUT_PATH=--help").run(); r.code == exitClean || len(r.obeyed()) != 1 {
		t.Errorf("exit code %d\n%s", r.code, r.stdout)
	}
	// Outside of a workflow nobody would take the masks out of the output.
	out := w.with("GITHUB_ACTIONS=").patlint("action")
	if out.code != exitUsage || out.stdout != "" {
		t.Errorf("exit code %d\n%s", out.code, out.stdout)
	}
	wantNoLeak(t, "the output", out.stdout+out.stderr, pat)
}

// GitHub shows ten errors of a step; masks are limited, too, for a runner holds
// each line of a log against all of them.
func TestActionLimits(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	var pats []string
	var file strings.Builder
	for range 1005 {
		pats = append(pats, randomPAT())
		fmt.Fprintf(&file, "QODER_PAT=%s\n", pats[len(pats)-1])
	}
	w.write("many.env", file.String())
	r := w.workflow("schedule", "", "INPUT_MODE=worktree").run()
	if masks := strings.Count(r.logged(), "masked\n"); r.code != exitFound || masks != 1000 || r.outputs["findings"] != "1005" {
		t.Errorf("exit code %d, %d masks, outputs %v", r.code, masks, r.outputs)
	}
	wantNoLeak(t, "the log", r.logged(), pats...)
	obeyed := r.obeyed()
	errors, notices := 0, 0
	for _, command := range obeyed {
		if strings.HasPrefix(command, "::error ") {
			errors++
		} else if strings.HasPrefix(command, "::notice ") {
			notices++
		}
	}
	if errors != 10 || notices != 2 || errors+notices != len(obeyed) || !anyHolds(obeyed, "995 more places") || !anyHolds(obeyed, "5 more secrets are not masked") {
		t.Errorf("the runner obeys %q", obeyed)
	}
}

// The masks come before anything is said of the findings.
func TestActionMasksFirst(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	pat := w.leaking("a.env")
	r := w.workflow("schedule", "", "INPUT_ARGS=--show-secrets").run()
	before, after, masked := strings.Cut(r.stdout, "::add-mask::"+pat+"\n")
	if !masked {
		t.Fatalf("there is no mask\n%s", r.stdout)
	}
	wantNoLeak(t, "what comes before the mask", before, pat)
	if strings.Contains(before, "::error") || !strings.Contains(after, "::error") || strings.Count(r.stdout, "::add-mask::") != 1 {
		t.Errorf("in front of the mask stands\n%s", before)
	}
}
