package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestForeign verifies nothing in a pull request from a fork, or in one of which
// that cannot be told, and nothing is verified or revoked of a report either.
func TestForeign(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	w.write("a.env", "QODER_PAT="+token+"\n")
	server := newIssuer(t, token)
	for name, c := range foreignEvents() {
		path := strings.ReplaceAll(w.path("../event-"+name), " ", "-")
		if c.event != "" {
			w.write(path, c.event)
		}
		in := w.with(append(c.env, "GITHUB_EVENT_PATH="+path)...)
		out := in.run("", "patlint", "scan", "--verify", "--issuer-url="+server.URL)
		if c.asks {
			server.wantAsked(t, token)
			continue
		}
		if out.code != 1 || !strings.Contains(out.stderr, "nothing is verified") {
			t.Errorf("%s: exit code %d\n%s", name, out.code, out.stderr)
		}
		for _, args := range [][]string{{"verify"}, {"revoke", "--yes"}} {
			if out := in.run(token, "patlint", append(args, "--issuer-url="+server.URL)...); out.code != exitUsage {
				t.Errorf("%s: %v: exit code %d\n%s", name, args, out.code, out.stderr)
			}
		}
		server.wantAsked(t)
	}
}

// foreignCase is what the environment tells of an event, and whether it is one in
// which secrets are verified.
type foreignCase struct {
	env   []string
	event string // "" for a description that is missing
	asks  bool
}

func foreignEvents() map[string]foreignCase {
	event := func(head, base string) string {
		return fmt.Sprintf(`{"pull_request":{"head":{"repo":%s},"base":{"repo":{"full_name":%q}}}}`, head, base)
	}
	own, fork := event(`{"full_name":"a/b"}`, "a/b"), event(`{"full_name":"x/b"}`, "a/b")
	run := func(head string) string {
		return `{"workflow_run":{"head_repository":` + head + `},"repository":{"full_name":"a/b"}}`
	}
	github := func(name string) []string { return []string{"GITHUB_EVENT_NAME=" + name} }
	return map[string]foreignCase{
		"same repository":    {github("pull_request"), own, true},
		"push":               {github("push"), `{}`, true},
		"merge queue":        {github("merge_group"), `{"merge_group":{}}`, true},
		"fork":               {github("pull_request"), fork, false},
		"fork with rights":   {github("pull_request_target"), fork, false},
		"review of a fork":   {github("pull_request_review"), fork, false},
		"deleted fork":       {github("pull_request"), event(`null`, "a/b"), false},
		"empty names":        {github("pull_request"), event(`{"full_name":""}`, ""), false},
		"broken event":       {github("pull_request"), `{"pull`, false},
		"no event":           {github("pull_request"), "", false},
		"other event":        {github("pull_request"), `{}`, false},
		"run after a fork's": {github("workflow_run"), run(`{"full_name":"x/b"}`), false},
		"run of a deleted":   {github("workflow_run"), run(`null`), false},
		"run of its own":     {github("workflow_run"), run(`{"full_name":"a/b"}`), true},
		"comment":            {github("issue_comment"), `{"issue":{"pull_request":{"url":"x"}}}`, false},
		"comment on issue":   {github("issue_comment"), `{"issue":{"title":"x"}}`, true},
		"GitLab fork":        {[]string{"CI_MERGE_REQUEST_SOURCE_PROJECT_ID=7", "CI_MERGE_REQUEST_PROJECT_ID=1"}, `{}`, false},
		"GitLab":             {[]string{"CI_MERGE_REQUEST_SOURCE_PROJECT_ID=1", "CI_MERGE_REQUEST_PROJECT_ID=1"}, `{}`, true},
		"GitLab of GitHub":   {[]string{"CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY=x/b", "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY=a/b"}, `{}`, false},
		"Azure fork":         {[]string{"SYSTEM_PULLREQUEST_ISFORK=True"}, `{}`, false},
		"Azure":              {[]string{"SYSTEM_PULLREQUEST_ISFORK=False"}, `{}`, true},
		"CircleCI fork":      {[]string{"CIRCLE_PR_USERNAME=x"}, `{}`, false},
		"Jenkins fork":       {[]string{"CHANGE_FORK=x"}, `{}`, false},
		"Travis fork":        {[]string{"TRAVIS_PULL_REQUEST_SLUG=x/b", "TRAVIS_REPO_SLUG=a/b"}, `{}`, false},
		"Travis":             {[]string{"TRAVIS_PULL_REQUEST_SLUG=", "TRAVIS_REPO_SLUG=a/b"}, `{}`, true},
		"AppVeyor fork":      {[]string{"APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME=x/b", "APPVEYOR_REPO_NAME=a/b"}, `{}`, false},
	}
}
