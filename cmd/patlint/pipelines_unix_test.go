//go:build unix

package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// TestREADMEPipelines runs what the README tells to put into the pipelines of
// others, with the variables that these set: for a change it finds what a commit
// of it added and another one removed, and not what was there before. The change
// cannot allow it.
func TestREADMEPipelines(t *testing.T) {
	t.Parallel()
	old, added := randomPAT(), randomPAT()
	origin := newRepo(t)
	origin.write("old.env", old)
	base := origin.commit("before")
	origin.git("checkout", "-q", "-b", "topic")
	origin.write("new.env", added)
	origin.write(".patlint.yaml", "allow: [{fingerprint: "+fingerprint(added)+", reason: mine}]\n")
	origin.commit("add")
	origin.remove("new.env")
	head := origin.commit("take it back")
	origin.git("clone", "-q", origin.dir, origin.path("../clone"))
	w := origin.in("../clone")

	for name, test := range map[string]struct {
		variables []string
		always    bool // it also scans what is no change
	}{
		"GitLab":    {[]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA=" + base, "CI_COMMIT_SHA=" + head}, true},
		"Bitbucket": {[]string{"BITBUCKET_PR_DESTINATION_COMMIT=" + base[:12], "BITBUCKET_COMMIT=" + head}, false},
		"Azure":     {[]string{"SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main"}, true},
	} {
		script := pipelineOf(t, name)
		change := w.with(test.variables...).run("", "sh", "-ec", script)
		if change.code != exitFound || !strings.Contains(change.stdout, mask(added)) || strings.Contains(change.stdout, mask(old)) {
			t.Errorf("%s, a change: exit %d\n%s%s", name, change.code, change.stdout, change.stderr)
		}
		if !test.always {
			continue
		}
		all := w.run("", "sh", "-ec", strings.Replace(script, "patlint scan", "patlint scan --no-config", 1))
		if all.code != exitFound || !strings.Contains(all.stdout, mask(added)) || !strings.Contains(all.stdout, mask(old)) {
			t.Errorf("%s, all: exit %d\n%s%s", name, all.code, all.stdout, all.stderr)
		}
	}
}

// pipelineOf returns the script below the README's paragraph that begins with a
// name, without what installs patlint and what writes a report.
func pipelineOf(t *testing.T, name string) string {
	t.Helper()
	_, rest, found := strings.Cut(readme(t), "\n"+name)
	fence := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindStringSubmatch(rest)
	if !found || fence == nil {
		t.Fatalf("the README shows no pipeline for %s", name)
	}
	var document any
	if err := yaml.Unmarshal([]byte(fence[1]), &document); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	script := scriptIn(document)
	if !strings.Contains(script, "patlint scan") {
		t.Fatalf("%s: it calls no patlint: %s", name, script)
	}
	script = regexp.MustCompile(`(?m)^(go install|export GOBIN).*$`).ReplaceAllString(script, "")
	return regexp.MustCompile(`-f gitlab=\S+`).ReplaceAllString(script, "")
}

// scriptIn returns all texts of a document that call patlint or install it.
func scriptIn(node any) (script string) {
	switch x := node.(type) {
	case string:
		if strings.Contains(x, "patlint ") || strings.Contains(x, "go install ") {
			return x + "\n"
		}
	case []any:
		for _, child := range x {
			script += scriptIn(child)
		}
	case map[string]any:
		for _, child := range x {
			script += scriptIn(child)
		}
	}
	return script
}
