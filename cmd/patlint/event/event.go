// Package event reads what GitHub tells a workflow about the event that started
// it, and says which commits the event is about. It belongs to floor 3 of patlint.
//
// The description of an event is what GitHub wrote, but the names in it are
// anybody's: ids are hexadecimal digits and names of references are such as git
// takes, or the event is refused. It opens no repository.
package event

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/patlint/patlint/scanner/source"
)

// Scope is how much of a repository an event is about.
type Scope int

// The scopes of events.
const (
	Everything Scope = iota // all of it: files and history
	Nothing                 // no commit at all: a branch was deleted
	Range                   // the commits that Head reaches and Base does not
	New                     // a new branch: what Head reaches and Trunk does not
)

// Event is what a workflow was started for.
type Event struct {
	Name  string // as GitHub calls it: "pull_request", "push", …
	Scope Scope

	Base, Head string // ids of commits, hexadecimal; Base is "" without a Range

	// Merge is the commit that GitHub checks out for a pull request: the merge of
	// its head into the base as that is now, or that base itself. It is "" where
	// there is none. Base may be older: GitHub takes it when commits are pushed.
	Merge string

	// Trunk is the reference that the branch of a push is compared with where
	// there is nothing better, such as refs/remotes/origin/main. It is "" for a
	// push to that branch itself.
	Trunk string

	// Request is set for what asks to be merged: what it says about its own leaks
	// counts for nothing.
	Request bool
}

// maxPayload bounds the description of an event, in bytes. GitHub's are 25 MB at most.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
const maxPayload = 32 << 20

// Read returns the event that the environment of a workflow describes. Events
// without commits of their own, as schedule and workflow_dispatch, are about
// everything. readFile gets the largest size to read, in bytes.
func Read(env func(string) string, readFile func(path string, limit int64) ([]byte, error)) (Event, error) {
	name := env("GITHUB_EVENT_NAME")
	read, known := readers()[name]
	if !known {
		return Event{Name: clean(name)}, nil
	}
	content, err := readFile(env("GITHUB_EVENT_PATH"), maxPayload)
	if err != nil {
		return Event{}, fmt.Errorf("the description of the event %s cannot be read: %w", name, err)
	}
	p, err := parse(content)
	if err != nil {
		return Event{}, fmt.Errorf("the description of the event %s is not what GitHub writes", name)
	}
	e, err := read(p, env)
	if err != nil {
		return Event{}, fmt.Errorf("the description of the event %s: %w", name, err)
	}
	e.Name = name
	return e, nil
}

// reader makes an event of its description.
type reader func(p *payload, env func(string) string) (Event, error)

func readers() map[string]reader {
	return map[string]reader{
		"pull_request":                pullRequest,
		"pull_request_target":         pullRequest,
		"pull_request_review":         pullRequest,
		"pull_request_review_comment": pullRequest,
		"merge_group":                 mergeGroup,
		"push":                        push,
	}
}

var (
	errNoCommits = errors.New("it names no commits")
	idPattern    = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)
)

// isID tells whether s is the full id of a commit, not the id that stands for none.
func isID(s string) bool { return idPattern.MatchString(s) && !isNone(s) }

// isNone tells whether s is the id that stands for no commit.
func isNone(s string) bool { return idPattern.MatchString(s) && strings.Trim(s, "0") == "" }

func pullRequest(p *payload, env func(string) string) (Event, error) {
	e := Event{Scope: Range, Base: p.PullRequest.Base.SHA, Head: p.PullRequest.Head.SHA, Request: true}
	if !isID(e.Base) || !isID(e.Head) {
		return e, errNoCommits
	}
	if merge := env("GITHUB_SHA"); isID(merge) {
		e.Merge = merge
	}
	return e, nil
}

func mergeGroup(p *payload, _ func(string) string) (Event, error) {
	e := Event{Scope: Range, Base: p.MergeGroup.BaseSHA, Head: p.MergeGroup.HeadSHA, Request: true}
	if !isID(e.Base) || !isID(e.Head) {
		return e, errNoCommits
	}
	return e, nil
}

// push is about the commits that a branch got. One that was not there before, and
// one that was rewritten so that its old commits are gone, is compared with the
// default branch. It is not compared with all others: two branches that are pushed
// together would hide each other's commits. A tag is about everything: a release is
// worth it, and the message of a tag is no part of any range.
func push(p *payload, _ func(string) string) (Event, error) {
	switch {
	case p.Deleted && isNone(p.After):
		return Event{Scope: Nothing}, nil
	case !isID(p.After) || !isID(p.Before) && !isNone(p.Before):
		return Event{}, errNoCommits
	case !source.IsReference(p.Ref):
		return Event{}, errors.New("it names no reference")
	case !strings.HasPrefix(p.Ref, branches):
		return Event{Scope: Everything}, nil
	}
	e := Event{Scope: New, Head: p.After}
	trunk := branches + p.Repository.DefaultBranch
	if source.IsReference(trunk) && trunk != p.Ref {
		e.Trunk = "refs/remotes/origin/" + p.Repository.DefaultBranch
	}
	if isID(p.Before) {
		e.Scope, e.Base = Range, p.Before
	}
	return e, nil
}

const branches = "refs/heads/"

// clean returns the name of an event, which is letters and underscores.
func clean(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, name)
}
