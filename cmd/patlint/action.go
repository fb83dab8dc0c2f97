package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
)

const actionLong = `Action is what action.yml runs in a GitHub workflow. It reads what to scan from
the event that started the workflow, and its inputs from variables (INPUT_MODE and
so on). Secrets go to the runner's masks, so it is for runners alone.`

func actionCommand(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "action", Short: "Scan what a GitHub workflow was started for", Long: actionLong, Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runAction(cmd.Context(), c) },
	}
	cmd.AddCommand(&cobra.Command{
		Use: "fetch", Short: "Name the commits that git has to fetch first, one a line", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runActionFetch(cmd.Context(), c) },
	})
	return cmd
}

// runActionFetch names what the checkout lacks: ids of commits, or fetchAll. What
// is wrong otherwise, the scan says.
func runActionFetch(ctx context.Context, c *console) error {
	in, err := readInputs(c.env)
	if err != nil {
		return nil
	}
	t, err := in.plan(ctx, c.env)
	if err != nil {
		return nil
	}
	slices.Sort(t.fetch)
	for _, what := range slices.Compact(t.fetch) {
		fmt.Fprintln(c.out, what)
	}
	return nil
}

// action is one run of the action.
type action struct {
	c  *console
	in *inputs
	t  *task

	found    *scanner.Result // nil if nothing was scanned
	unmasked int             // secrets without a mask
	code     int             // of "patlint scan"
}

// runAction scans and reports. Whatever happens, the step has outputs.
func runAction(ctx context.Context, c *console) error {
	if c.env("GITHUB_ACTIONS") != "true" {
		return usage("patlint action runs in a GitHub workflow alone: it prints secrets for the runner to mask")
	}
	a := &action{c: c}
	err := a.prepare(ctx)
	if err == nil && !a.t.nothing {
		err = a.scan(ctx)
	}
	if err != nil {
		code, message := ending(err)
		a.code = code
		if err := report.Annotate(c.out, "error", safe(message)); err != nil {
			return &exitError{exitIncomplete, err}
		}
	}
	if err := a.writeOutputs(); err != nil {
		return &exitError{max(a.code, exitIncomplete), err}
	}
	if code := a.verdict(); code != exitClean {
		return &exitError{code: code}
	}
	return nil
}

// prepare finds out what to scan and clears what an earlier step left.
func (a *action) prepare(ctx context.Context) (err error) {
	if a.in, err = readInputs(a.c.env); err != nil {
		return err
	}
	if err := os.MkdirAll(a.in.temp, 0o700); err != nil {
		return &exitError{exitIncomplete, err}
	}
	if err := os.Remove(a.in.sarif); err != nil && !errors.Is(err, os.ErrNotExist) {
		return &exitError{exitIncomplete, fmt.Errorf("remove an older report: %w", plain(err))}
	}
	if a.t, err = a.in.plan(ctx, a.c.env); err != nil {
		return err
	}
	if a.t.shallow != "" {
		return &exitError{exitIncomplete, errors.New(a.t.shallow)}
	}
	fmt.Fprintln(a.c.out, "patlint:", a.t.title)
	for _, notice := range a.t.notices {
		if err := report.Annotate(a.c.out, "notice", notice); err != nil {
			return err
		}
	}
	return nil
}

// scan runs "patlint scan" and writes what it says. What it quotes of the
// repository goes out while the runner obeys no commands.
func (a *action) scan(ctx context.Context) error {
	verify := a.in.verify
	if why := foreign(a.c.env); verify && why != "" {
		verify = false
		if a.in.failOn == failLive { // which cannot be told
			a.in.failOn = failFound
		}
		if err := report.Annotate(a.c.out, "notice", why+": nothing is verified"); err != nil {
			return err
		}
	}
	var said bytes.Buffer
	inner := &console{env: a.c.env, in: bytes.NewReader(nil), out: &said, err: &said}
	var failed error
	f := &scanFlags{found: func(r *scanner.Result) {
		a.found = r
		a.unmasked, failed = report.WriteMasks(a.c.out, r.Findings)
	}}
	cmd := f.command(inner)
	cmd.SetArgs(a.in.scanArgs(a.t, verify))
	cmd.SetOut(&said)
	cmd.SetErr(&said)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	a.code = inner.end(cmd.ExecuteContext(ctx))
	return errors.Join(failed, a.show(said.String()))
}

// verdict returns the exit code of the step. That a scan was not complete is never
// passed over.
func (a *action) verdict() int {
	if a.code != exitFound || a.in.failOn == failFound || a.found == nil {
		return a.code
	}
	if a.in.failOn == failLive && a.count(scanner.Live)+a.count(scanner.Unknown) > 0 {
		return exitFound
	}
	if !a.isComplete() {
		return exitIncomplete
	}
	return exitClean
}

// isComplete tells whether all was scanned, and its report written.
func (a *action) isComplete() bool {
	switch {
	case a.t != nil && a.t.nothing:
		return true
	case a.found == nil || !a.found.Complete():
		return false
	}
	_, err := os.Stat(a.in.sarif)
	return err == nil
}

// count returns how many findings have a status.
func (a *action) count(s scanner.Status) (n int) {
	for i := range a.found.Findings {
		if a.found.Findings[i].Status == s {
			n++
		}
	}
	return n
}
