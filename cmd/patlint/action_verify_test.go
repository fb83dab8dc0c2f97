package main

import "testing"

// What the step fails on is chosen; that a scan was not complete is always a failure.
func TestActionFailOn(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	pat := w.leaking("a.env")
	for _, test := range []struct {
		failOn, args string
		code         int
	}{
		{"", "", exitFound},
		{"found", "", exitFound},
		{"never", "", exitClean},
		{"never", "--max-file-size=10", exitIncomplete},
		{"never", "--no-such-flag", exitUsage},
	} {
		r := w.workflow("schedule", "", "INPUT_FAIL_ON="+test.failOn, "INPUT_ARGS="+test.args).run()
		if r.code != test.code {
			t.Errorf("%v: exit code %d\n%s", test, r.code, r.stdout)
		}
		wantNoLeak(t, "the log", r.logged(), pat)
	}
}

// With fail-on: live a dead token is no failure; one that nobody could tell about is.
func TestActionVerify(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	base := w.commit("base")
	one, two := w.leaking("a.env"), w.leaking("b.env")
	all, some, none := newIssuer(t, one, two), newIssuer(t, one), newIssuer(t)
	for _, test := range []struct {
		issuer *testIssuer
		code   int
		live   string
	}{{all, exitFound, "2"}, {some, exitFound, "1"}, {none, exitClean, "0"}} {
		r := w.workflow("schedule", "", "INPUT_VERIFY=true", "INPUT_FAIL_ON=live", "PATLINT_ISSUER_URL="+test.issuer.URL).run()
		if r.code != test.code || r.outputs["live"] != test.live || r.outputs["findings"] != "2" || r.outputs["exit-code"] != "1" {
			t.Errorf("exit code %d, outputs %v\n%s", r.code, r.outputs, r.stdout)
		}
		test.issuer.wantAsked(t, one, two)
	}
	silent := "PATLINT_ISSUER_URL=http://127.0.0.1:9"
	if r := w.workflow("schedule", "", "INPUT_VERIFY=true", "INPUT_FAIL_ON=live", silent).run(); r.code != exitFound || r.outputs["live"] != "0" {
		t.Errorf("exit code %d, outputs %v", r.code, r.outputs)
	}

	fork := pullRequest(base, w.head())
	fork["pull_request"].(object)["head"].(object)["repo"] = object{"full_name": "mallory/shop"}
	for _, event := range []string{"pull_request", "pull_request_target"} {
		r := w.workflow(event, fork, "INPUT_VERIFY=true", "INPUT_FAIL_ON=live", "PATLINT_ISSUER_URL="+all.URL).want(exitFound, one, two)
		if r.outputs["live"] != "0" || !anyHolds(r.obeyed(), "from a fork: nothing is verified") {
			t.Errorf("outputs %v, the runner obeys %q", r.outputs, r.obeyed())
		}
	}
	all.wantAsked(t)
}

// A step whose outputs cannot be written fails, whatever was found: who reads them
// would take what is missing for nothing.
func TestActionOutputsFail(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.commit("nothing")
	r := w.workflow("schedule", "", "INPUT_FAIL_ON=never", "GITHUB_OUTPUT="+w.path("none/file")).run()
	if r.code != exitIncomplete || len(r.outputs) > 0 {
		t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if r = w.workflow("schedule", "", "INPUT_SARIF="+w.path("none/patlint.sarif")).run(); r.code != exitUsage || r.outputs["sarif"] != "" {
		t.Errorf("exit code %d, outputs %v", r.code, r.outputs)
	}
}
