package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// allowAll is a configuration that finds nothing.
const allowAll = "exclude: ['**']\n"

// allowEntry is a configuration that allows a PAT.
func allowEntry(pat string) string {
	return "allow:\n  - fingerprint: " + rules.NewSecret(pat).Fingerprint("qoder-pat") + "\n    reason: revoked\n"
}

// What a request says about its own leaks counts for nothing, and is named.
func TestActionTrust(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	known := randomPAT() // which the base allows
	w.write(".patlint.yaml", allowEntry(known))
	base := w.commit("base")
	w.git("checkout", "-q", "-b", "topic")
	w.write("known.env", "QODER_PAT="+known+"\n")
	one, two := randomPAT(), randomPAT()
	w.write("a.env", "QODER_PAT="+one+" # "+allowing+" qoder-pat -- harmless\n")
	w.write(".patlint.yaml", allowEntry(known)+strings.TrimPrefix(allowEntry(two), "allow:\n"))
	w.write("b.env", "QODER_PAT="+two+"\n")
	head := w.commit("leaks")

	request := pullRequest(base, head)
	for _, event := range []string{"pull_request", "pull_request_target"} {
		r := w.workflow(event, request).want(exitFound, one, two)
		if strings.Count(r.logged(), "the request itself allows it by") != 2 {
			t.Errorf("%s does not say what the request allows\n%s", event, r.stdout)
		}
		w.workflow(event, request, "INPUT_MODE=full").want(exitFound, one, two)
		w.workflow(event, request, "INPUT_TRUST_HEAD_CONFIG=true").want(exitClean)
	}
	group := object{"merge_group": object{"base_sha": base, "head_sha": head}}
	w.workflow("merge_group", group).want(exitFound, one, two)
	// A push comes from who may write: the configuration is the one that was pushed.
	w.workflow("push", pushed("refs/heads/topic", base, head)).want(exitClean)
}

// The configuration and the baseline that a workflow names in the repository are
// those of the base, whatever the request makes of the files.
func TestActionTrustedInputs(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	known, old := randomPAT(), randomPAT()
	w.write("ci/patlint.yaml", allowEntry(known))
	w.write("ci/known.txt", rules.NewSecret(old).Fingerprint("qoder-pat")+" qoder-pat old\n")
	base := w.commit("base")
	w.git("checkout", "-q", "-b", "topic")
	w.write("known.env", "QODER_PAT="+known+"\n")
	w.write("old.env", "QODER_PAT="+old+"\n")
	leak := w.leaking("leak.env")
	w.write("ci/patlint.yaml", allowAll)
	w.write("ci/known.txt", rules.NewSecret(leak).Fingerprint("qoder-pat")+" qoder-pat leak\n")
	w.write("new.yaml", allowAll)
	request := pullRequest(base, w.commit("change what counts"))
	inputs := []string{"INPUT_CONFIG=ci/patlint.yaml", "INPUT_BASELINE=ci/known.txt"}
	w.workflow("pull_request", request, inputs...).want(exitFound, leak)
	absolute := []string{"INPUT_CONFIG=" + w.path("ci/patlint.yaml"), "INPUT_BASELINE=" + w.path("sub/../ci/known.txt")}
	w.workflow("pull_request", request, absolute...).want(exitFound, leak)
	w.workflow("pull_request", request, append(inputs, "INPUT_TRUST_HEAD_CONFIG=true")...).want(exitClean)

	r := w.workflow("pull_request", request, "INPUT_CONFIG=new.yaml", "INPUT_BASELINE=none.txt").want(exitFound, leak, known, old)
	if !anyHolds(r.obeyed(), "the base of the request has no new.yaml") || !anyHolds(r.obeyed(), "the base of the request has no none.txt") {
		t.Errorf("the runner obeys %q", r.obeyed())
	}
	outside := newWorkplace(t)
	outside.write("own.yaml", allowAll)
	w.workflow("pull_request", request, "INPUT_CONFIG="+filepath.ToSlash(outside.path("own.yaml"))).want(exitClean)

	// A link that the request makes leads nowhere.
	w.remove("ci")
	w.write("evil/patlint.yaml", allowAll)
	w.symlink("evil", "ci")
	request = pullRequest(base, w.commit("a link"))
	w.workflow("pull_request", request, inputs...).want(exitFound, leak)
}
