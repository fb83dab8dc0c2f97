package main

import (
	"encoding/json"
	"strings"
)

// maxEvent is the size of the largest description of an event that is read, in bytes.
const maxEvent = 16 << 20

// forkVariables are set to something else than "false" only for a request to merge
// from a fork (the services' lists of variables, 2026-11).
var forkVariables = [...]string{
	"SYSTEM_PULLREQUEST_ISFORK", // Azure Pipelines
	"CIRCLE_PR_USERNAME",        // CircleCI
	"CHANGE_FORK",               // Jenkins
}

// sourceVariables are pairs that differ for such a request: where it is from, which
// is empty if there is none, and what it is for.
var sourceVariables = [...][2]string{
	{"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_ID"},                        // GitLab
	{"CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY", "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY"}, // GitLab, for GitHub
	{"TRAVIS_PULL_REQUEST_SLUG", "TRAVIS_REPO_SLUG"},                                             // Travis CI
	{"APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME", "APPVEYOR_REPO_NAME"},                               // AppVeyor
}

// foreign says why what is scanned may be somebody else's doing: a request to merge
// from a fork, as the environment of a service that builds tells it. It is "" if it
// is not. Bitbucket Pipelines builds none from forks.
func foreign(env func(string) string) string {
	const fork = "this is a pull request from a fork"
	for _, name := range forkVariables {
		if value := env(name); value != "" && !strings.EqualFold(value, "false") {
			return fork
		}
	}
	for _, names := range sourceVariables {
		if from := env(names[0]); from != "" && from != env(names[1]) {
			return fork
		}
	}
	switch name := env("GITHUB_EVENT_NAME"); {
	case strings.HasPrefix(name, "pull_request"), name == "workflow_run", name == "issue_comment":
		content, err := readSmall(env("GITHUB_EVENT_PATH"), maxEvent)
		if err != nil {
			return "this may be about a pull request, and its description cannot be read"
		}
		return foreignEvent(name, content)
	}
	return ""
}

// forkRepository is a repository in the description of an event; null is one that was
// deleted.
type forkRepository struct {
	FullName string `json:"full_name"`
}

// foreignEvent says why an event of GitHub is a stranger's doing, or "" if it is not
// (docs.github.com, "Webhook events and payloads", 2026-11).
func foreignEvent(name string, content []byte) string {
	var event struct {
		Repository  *forkRepository
		PullRequest *struct {
			Head, Base struct{ Repo *forkRepository }
		} `json:"pull_request"`
		WorkflowRun *struct {
			Head *forkRepository `json:"head_repository"`
		} `json:"workflow_run"`
		Issue *struct {
			PullRequest json.RawMessage `json:"pull_request"`
		}
	}
	var head, base *forkRepository
	switch err := json.Unmarshal(content, &event); {
	case err != nil:
		return "this may be about a pull request, and its description cannot be read"
	case name == "issue_comment" && event.Issue != nil && event.Issue.PullRequest == nil:
		return ""
	case name == "issue_comment":
		return "this is a comment on a pull request, which may be from a fork"
	case name == "workflow_run" && event.WorkflowRun != nil:
		head, base = event.WorkflowRun.Head, event.Repository
	case event.PullRequest != nil:
		head, base = event.PullRequest.Head.Repo, event.PullRequest.Base.Repo
	}
	if head == nil || base == nil || head.FullName == "" || head.FullName != base.FullName {
		return "this is a pull request from a fork"
	}
	return ""
}
