package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source"
)

// receiveFlags are the flags of "patlint hook run pre-receive", which whoever runs
// the server writes into the hook.
type receiveFlags struct {
	refScan
	timeout   time.Duration
	onTimeout string
}

const receiveLong = `Pre-receive refuses a push to this repository that brings a leaked credential, and
tells who pushes where it is and what to do. Git calls it on the server, with a line
for each reference on standard input, before any of them is changed.

Every commit that no reference of the repository reaches yet is searched by itself,
with its message; new tags and the names of new references are, too. A deletion is
never refused. Nothing that the push brings is trusted: the configuration is the
file that --config names or none, and inline comments count only with --allow-inline.

It exits with 0 if the push may go on, 1 if it holds a credential, 3 if not all of it
could be searched in time or at all, and 2 for wrong usage; git refuses the push
unless it is 0.`

func preReceiveCommand(c *console) *cobra.Command {
	f := &receiveFlags{refScan: refScan{where: "the push"}}
	cmd := &cobra.Command{
		Use:   "pre-receive",
		Short: "Refuse a push to this repository that brings a leak",
		Long:  receiveLong,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), c) },
	}
	f.register(cmd)
	return cmd
}

func (f *receiveFlags) register(cmd *cobra.Command) {
	flags, s := cmd.Flags(), &f.flags
	flags.SortFlags = false
	flags.DurationVar(&f.timeout, "timeout", 5*time.Minute, "search for `DURATION` at most; 0 for as long as it takes")
	flags.StringVar(&f.onTimeout, "on-timeout", "refuse", "`ACTION` for a push that takes longer: refuse or accept it")
	flags.StringVar(&s.config, "config", "", "read the configuration from `FILE` of this server")
	flags.StringVar(&s.baseline, "baseline", "", "do not report what is in the baseline `FILE` of this server")
	flags.StringArrayVar(&s.exclude, "exclude", nil, "leave out paths that match `GLOB`; repeatable")
	flags.StringArrayVar(&s.rule, "rule", nil, "apply only the rule `ID`; repeatable")
	flags.StringArrayVar(&s.noRule, "no-rule", nil, "do not apply the rule `ID`; repeatable")
	flags.StringVar(&s.minConfidence, "min-confidence", "", "refuse from this `LEVEL` on: low, medium or high (default low)")
	flags.StringVar(&s.maxFileSize, "max-file-size", "", "search no files larger than `SIZE`; a push with one is refused then")
	flags.BoolVar(&f.inline, "allow-inline", false, "let the inline comments in what is pushed count")
	flags.BoolVar(&s.allowIncomplete, "allow-incomplete", false, "accept what could be searched only in part, if nothing was found in it")
	flags.BoolVar(&s.noArchives, "no-archives", false, "do not look inside of archives and compressed files")
	flags.IntVar(&s.jobs, "jobs", 0, "search with `N` goroutines (default one a processor)")
}

var errTimeout = errors.New("the time is over")

func (f *receiveFlags) run(ctx context.Context, c *console) error {
	switch {
	case f.onTimeout != "refuse" && f.onTimeout != "accept":
		return usage("--on-timeout %q: want refuse or accept", f.onTimeout)
	case f.timeout < 0:
		return usage("--timeout %v: must not be negative", f.timeout)
	}
	if f.timeout > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, f.timeout, errTimeout)
		defer cancel()
		ctx = limited
	}
	updates, err := readUpdates(c, "pre-receive", 3, func(words []string) refUpdate {
		return refUpdate{ref: words[2], was: words[0], is: words[1]}
	})
	if err != nil {
		drained(c.in)
		return err
	}
	f.flags.noConfig = f.flags.config == "" // that of a work tree came with a push
	return f.judge(ctx, c, updates)
}

// judge scans what a push brings and decides about it.
func (f *receiveFlags) judge(ctx context.Context, c *console, updates []refUpdate) error {
	var tips []source.Tip
	for _, u := range updates {
		if u.is != "" {
			tips = append(tips, source.Tip{ID: u.is, Ref: u.ref})
		}
	}
	if len(tips) == 0 {
		return nil
	}
	t, err := f.open(c)
	if err != nil {
		return err
	}
	defer t.close()
	// What a reference was is not taken from the push, but from what is there: who
	// pushes could name a commit of the push itself.
	refs, _ := t.repo.Refs("refs/") // without one of them more is searched
	there := map[string]bool{}
	for _, ref := range refs {
		there[ref.Name] = true
	}
	for i := range tips {
		tips[i].IsNew = !there[tips[i].Ref]
	}
	r, err := f.refScan.run(ctx, t, tips, ids(refs))
	if err != nil {
		return err
	}
	return f.end(ctx, c, r)
}

// end tells who pushes what became of the push.
func (f *receiveFlags) end(ctx context.Context, c *console, r *scanner.Result) error {
	late := r.Interrupted && errors.Is(context.Cause(ctx), errTimeout)
	code := f.flags.exitCode(r, nil)
	if late && len(r.Findings) > 0 {
		code = exitFound
	} else if late {
		return f.endLate(c)
	}
	f.warn(c, r)
	if code == exitClean {
		return nil
	}
	b := blockedPush{stopped: "push refused", where: f.where, result: r, steps: f.steps(r)}
	b.write(func(line string) error { c.warn("%s", line); return nil })
	return &exitError{code: code}
}

func (f *receiveFlags) endLate(c *console) error {
	words := fmt.Sprintf("the push could not be searched for leaked credentials within %v", f.timeout)
	if f.onTimeout == "accept" {
		c.warn("%s; it is accepted all the same, as this server is set up", words)
		return nil
	}
	return &exitError{exitIncomplete, errors.New(words + ", so it is refused: push fewer commits at a time, or ask those who run this server")}
}
