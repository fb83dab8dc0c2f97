package main

import (
	"context"
	"slices"

	"github.com/patlint/patlint/scanner/source"
)

// runPrePush is the hook pre-push. Git calls it with the remote's name and
// address and a line for each reference on standard input (githooks(5)).
// pre-commit calls it without any, and sets variables.
func runPrePush(ctx context.Context, c *console, args []string) error {
	s := &refScan{where: "the commits that it sends", inline: true}
	var push *outgoing
	var err error
	switch {
	case len(args) == 2:
		push, err = readPush(c, args[0], args[1])
	case len(args) == 0 && c.env("PRE_COMMIT") != "":
		push = frameworkPush(c)
	default:
		return usage("the hook pre-push takes two arguments, the remote's name and its address")
	}
	if err != nil || push.isNothing() {
		return err
	}
	t, err := s.open(c)
	if err != nil {
		return err
	}
	defer t.close()
	tips, known, err := push.ends(t.repo)
	if err != nil {
		return err
	}
	r, err := s.run(ctx, t, tips, known)
	if err != nil {
		return err
	}
	s.warn(c, r)
	code := s.flags.exitCode(r, nil)
	if code == exitClean {
		return nil
	}
	if !r.Interrupted {
		b := blockedPush{stopped: "push blocked", where: s.where, result: r, weakened: s.flags.weakened, steps: push.steps(r)}
		b.write(func(line string) error { _, err := c.out.Write([]byte(line + "\n")); return err })
	}
	return &exitError{code: code}
}

// outgoing is what is known of a push before it happens.
type outgoing struct {
	remote, url string
	updates     []refUpdate // as git tells

	// What pre-commit tells of the one reference that it chose. It never says
	// what else is pushed, so that with a remote all branches and tags count.
	framework           bool
	from, to            string // revisions, "" if it does not say
	localRef, remoteRef string
}

// readPush reads what git says of a push: for each reference
// "LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID".
func readPush(c *console, remote, url string) (*outgoing, error) {
	updates, err := readUpdates(c, "pre-push", 4, func(words []string) refUpdate {
		return refUpdate{ref: words[2], was: words[3], is: words[1]}
	})
	if err != nil {
		drained(c.in)
	}
	return &outgoing{remote: remote, url: url, updates: updates}, err
}

// frameworkPush takes what pre-commit 3.0.4 and later say of a push
// (pre_commit/commands/hook_impl.py, 2026-11-24).
func frameworkPush(c *console) *outgoing {
	return &outgoing{
		framework: true,
		remote:    c.env("PRE_COMMIT_REMOTE_NAME"), url: c.env("PRE_COMMIT_REMOTE_URL"),
		from: c.env("PRE_COMMIT_FROM_REF"), to: c.env("PRE_COMMIT_TO_REF"),
		localRef: c.env("PRE_COMMIT_LOCAL_BRANCH"), remoteRef: c.env("PRE_COMMIT_REMOTE_BRANCH"),
	}
}

// isNothing tells whether nothing is sent: a deletion is never stopped.
func (o *outgoing) isNothing() bool {
	return !o.framework && !slices.ContainsFunc(o.updates, func(u refUpdate) bool { return u.is != "" })
}

// ends returns what is sent, and what the remote has already.
func (o *outgoing) ends(r *source.Repo) (tips []source.Tip, known []string, err error) {
	if o.framework {
		return o.frameworkEnds(r)
	}
	known = ids(r.Tracking(o.remote, o.url))
	for _, u := range o.updates {
		if u.was != "" {
			known = append(known, u.was)
		}
		if u.is != "" {
			tips = append(tips, source.Tip{ID: u.is, Ref: u.ref, IsNew: u.was == ""})
		}
	}
	return tips, known, nil
}

func (o *outgoing) frameworkEnds(r *source.Repo) (tips []source.Tip, known []string, err error) {
	end := o.to
	if end == "" {
		end = o.localRef // a push of everything; "" without one, which is HEAD
	}
	tip, err := r.Commit(end)
	if err != nil {
		return nil, nil, &exitError{exitUsage, err}
	}
	tips = []source.Tip{{ID: tip, Ref: o.remoteRef}}
	if o.from != "" {
		from, err := r.Commit(o.from)
		if err != nil {
			return nil, nil, &exitError{exitUsage, err}
		}
		known = []string{from}
	}
	switch {
	case o.remote != "":
		known = append(known, ids(r.Tracking(o.remote, o.url))...)
		others, _ := r.Refs("refs/heads/", "refs/tags/")
		for _, ref := range others {
			tips = append(tips, source.Tip{ID: ref.ID, Ref: ref.Name, IsNew: ref.Name == o.localRef})
		}
	case o.from == "": // pre-commit run --hook-stage pre-push, by hand
		remotes, _ := r.Refs("refs/remotes/")
		known = ids(remotes)
	}
	return tips, known, nil
}
