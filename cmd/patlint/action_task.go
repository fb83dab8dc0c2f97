package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/patlint/patlint/cmd/patlint/event"
	"github.com/patlint/patlint/scanner/source"
)

// task is what the action scans.
type task struct {
	title string   // in words of our own
	flags []string // of "patlint scan"
	trust string   // the commit whose configuration and comments count; "" is the checkout

	nothing bool     // there is nothing to scan
	fetch   []string // what git has to fetch first: ids of commits, or fetchAll
	shallow string   // why nothing can be scanned without that; "" if it can
	hint    string   // what to do if the scan is not complete
	notices []string // for people, before the scan
}

// fetchAll stands for all branches and tags, with their whole history.
const fetchAll = "all"

const deepen = "give actions/checkout fetch-depth: 0"

// planner finds out what to scan, in the repository that is checked out.
type planner struct {
	in   *inputs
	repo *source.Repo
	e    event.Event
}

// plan returns the task that the inputs and the event make.
func (in *inputs) plan(ctx context.Context, env func(string) string) (*task, error) {
	e, err := event.Read(env, readSmall)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	repo, err := source.Open(in.path, env, 0)
	switch {
	case errors.Is(err, source.ErrNoRepository) && in.mode == modeWorktree && !e.Request:
		p := &planner{in, new(source.Repo), e}
		t := &task{title: "files", flags: []string{"--worktree"}}
		return t, p.trustArgs(t)
	case err != nil:
		return nil, &exitError{exitIncomplete, fmt.Errorf("%s: %w: actions/checkout has to come first, and needs git", in.path, plain(err))}
	}
	defer repo.Close()
	p := &planner{in, repo, e}
	t := p.task(ctx)
	if t == nil {
		return nil, usage("the input mode is %q, but the event %q names no commits", in.mode, e.Name)
	}
	if t.title != "" && e.Name != "" {
		t.title = e.Name + ": " + t.title
	}
	if t.nothing || t.shallow != "" {
		return t, nil
	}
	return t, p.trustArgs(t)
}

func (p *planner) task(ctx context.Context) *task {
	switch p.in.mode {
	case modeWorktree:
		return p.trusting(ctx, &task{title: "files", flags: []string{"--worktree"}})
	case modeHistory:
		return p.trusting(ctx, p.history(&task{title: "history", flags: []string{"--history"}}))
	case modeFull:
		return p.trusting(ctx, p.history(&task{title: "files and history"}))
	}
	switch p.e.Scope {
	case event.Nothing:
		return &task{title: "a branch was deleted, there is nothing to scan", nothing: true}
	case event.Range:
		return p.commits(ctx)
	case event.New:
		return p.newBranch(ctx)
	}
	if p.in.mode == modeRange {
		return nil
	}
	return p.history(&task{title: "files and history"})
}

// history completes a task that is about the whole history.
func (p *planner) history(t *task) *task {
	if p.repo.IsShallow() {
		t.fetch = []string{fetchAll}
		if head := p.repo.Head(); head != "" {
			t.fetch = append(t.fetch, head)
		}
		t.hint = "the checkout has not the whole history: " + deepen
	}
	return t
}

// trusting completes a task that is not about the commits of a request, in one.
func (p *planner) trusting(ctx context.Context, t *task) *task {
	if !p.e.Request || p.in.trustHead {
		return t
	}
	t.trust = p.base(ctx)
	if _, here := p.repo.Parents(t.trust); !here {
		t.fetch = append(t.fetch, t.trust)
		t.shallow = "the base of the request, whose configuration counts, is not in the checkout: " + deepen + ", or trust-head-config: true if this is another repository"
	}
	return t
}

// commits is the task to scan what the commits of a request or a push add.
func (p *planner) commits(ctx context.Context) *task {
	base, head := p.base(ctx), p.e.Head
	_, baseHere := p.repo.Parents(base)
	_, headHere := p.repo.Parents(head)
	t := &task{title: fmt.Sprintf("what %.12s adds to %.12s", head, base), flags: []string{"--range=" + base + ".." + head}}
	if base == head {
		t.title = fmt.Sprintf("no commits of its own in %.12s", head)
	}
	if p.e.Request && !p.in.trustHead {
		t.trust = base
	}
	switch {
	case !baseHere && headHere && !p.e.Request: // rewritten; where it cannot be fetched, it is compared as a new one is
		t = p.newBranch(ctx)
		t.fetch = append([]string{base}, t.fetch...)
	case !baseHere || !headHere:
		t.fetch = []string{base, head}
		t.shallow = "the checkout lacks commits of the event, and they could not be fetched: " + deepen
	case !p.repo.IsWhole(ctx, base, head):
		t.fetch = []string{base, head}
		t.shallow = "the checkout ends before the commits that are to be scanned do: " + deepen
	}
	return t
}

// base returns the commit whose ancestors are not the request's. GitHub names the
// base as it was when the request was last pushed to: if it went on since, and the
// request merged it, its commits would count as the request's. So it is the base
// that GitHub merged the head into, unless that has the head already.
func (p *planner) base(ctx context.Context) string {
	tip := p.e.Merge
	if tip == "" {
		return p.e.Base
	}
	parents, here := p.repo.Parents(tip)
	switch {
	case !here:
		return p.e.Base
	case len(parents) == 2 && parents[1] == p.e.Head:
		tip = parents[0]
	case p.e.Name != "pull_request_target": // for which GitHub names the base itself
		return p.e.Base
	}
	if p.repo.Reaches(ctx, tip, p.e.Head) { // it was merged meanwhile, or there is nothing in it
		return p.e.Base
	}
	return tip
}

// newBranch is the task to scan a branch that the remote repository did not have,
// or whose old commits are gone: what it adds to the default branch, or else all.
func (p *planner) newBranch(ctx context.Context) *task {
	head := p.e.Head
	if _, here := p.repo.Parents(head); !here {
		return &task{fetch: []string{fetchAll, head}, shallow: "the checkout lacks the commits that were pushed, and they could not be fetched: " + deepen}
	}
	base := ""
	if p.e.Trunk != "" {
		base, _ = p.repo.Resolve(p.e.Trunk) // without one it is compared with nothing
	}
	if base == "" {
		if p.repo.IsShallow() {
			return &task{fetch: []string{fetchAll, head}, shallow: "the checkout has not the whole history: " + deepen}
		}
		return p.history(&task{title: "a new branch, nothing to compare it with: files and history"})
	}
	t := &task{title: fmt.Sprintf("what %.12s adds to the default branch", head), flags: []string{"--range=" + base + ".." + head}}
	if !p.repo.IsWhole(ctx, base, head) {
		t.fetch = []string{fetchAll, head}
		t.shallow = "the checkout ends before the commits that are to be scanned do: " + deepen
	}
	return t
}
