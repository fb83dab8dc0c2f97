package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
)

const verifyLong = `Verify asks the issuer whether leaked tokens still work. It reads a report of
"patlint scan -f json", or tokens, one a line, from REPORT or standard input.

A report masks its secrets. They are found again where it was made: run verify in
the same folder. (A report that was made with --show-secrets is used as it is.)

A Qoder Personal Access Token is sent to its issuer's regions alone, with a request
that reads and changes nothing. Other bearer credentials are sent nowhere but to the
service that --introspect names, and only if a host near them matches one of
--introspect-host. It exits with 0 if every secret is proven
dead, 1 if one is live, 3 if none is live but some are unknown, 2 for wrong usage.`

func verifyCommand(c *console) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "verify [REPORT]",
		Short: "Ask the issuer whether what leaked still works",
		Long:  verifyLong,
		Example: `  patlint scan -f json=leaks.json; patlint verify leaks.json
  patlint verify < tokens.txt`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.verifyReport(cmd.Context(), c, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.registerOutput(flags)
	f.verifier.register(flags)
	completeFormat(cmd)
	cmd.MarkFlagsMutuallyExclusive("quiet", "verbose")
	return cmd
}

// verifyReport asks about what a report or a list of tokens holds.
func (f *scanFlags) verifyReport(ctx context.Context, c *console, args []string) error {
	outputs, s, err := f.prepare(c, "verified")
	if err != nil {
		return err
	}
	r, info, err := f.leaks(ctx, c, args)
	if err != nil {
		return err
	}
	verify(ctx, c, r.Findings, s.asking, f.isProgressShown(c))
	r.Interrupted = r.Interrupted || ctx.Err() != nil
	return f.conclude(c, r, outputs, info, nil)
}

// prepare returns what the flags and the user's settings say about reports and
// services, unless what is to be done must not be.
func (f *scanFlags) prepare(c *console, done string) ([]output, *settings, error) {
	outputs, err := f.outputs(c)
	if err != nil {
		return nil, nil, err
	}
	s, err := f.verifier.settings(c, repositoryAround("."))
	if err != nil {
		return nil, nil, err
	}
	if why := foreign(c.env); why != "" {
		return nil, nil, usage("%s: nothing is %s", why, done)
	}
	return outputs, s, nil
}

// conclude writes the reports about what was verified, and returns how the program
// ends; failed is what went wrong before.
func (f *scanFlags) conclude(c *console, r *scanner.Result, outputs []output, info report.Info, failed error) error {
	for _, o := range outputs {
		info.Color = o.color
		if err := f.write(c, o, r, rules.All(), info); err != nil {
			c.warn("%v", err)
			failed = err
		}
	}
	if code := verdict(r, failed); code != exitClean {
		return &exitError{code: code}
	}
	return nil
}

// verdict returns the exit code for what is known about the findings.
func verdict(r *scanner.Result, failed error) int {
	is := func(s scanner.Status) bool {
		return slices.ContainsFunc(r.Findings, func(f scanner.Finding) bool { return f.Status == s })
	}
	switch {
	case r.Interrupted:
		return exitInterrupted
	case is(scanner.Live):
		return exitFound
	case is(scanner.Unknown), !r.Complete(), failed != nil:
		return exitIncomplete
	}
	return exitClean
}

// leaks returns the findings of a report, or those that tokens make, and what a
// report about them says.
func (f *scanFlags) leaks(ctx context.Context, c *console, args []string) (*scanner.Result, report.Info, error) {
	content, name, err := readReport(ctx, c, args)
	if err != nil {
		return nil, report.Info{}, err
	}
	version, _ := build()
	info := report.Info{Version: version, Modes: []string{"tokens"}, ShowSecrets: f.showSecrets, Verbose: f.verbose, Quiet: f.quiet}
	info.Start, info.End = f.times(0)
	if !bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")) {
		r, err := tokenFindings(content)
		if err != nil {
			return nil, info, usage("%s: %w", name, err)
		}
		return r, info, nil
	}
	known, err := report.Read(content, rules.All())
	if err != nil {
		return nil, info, usage("%s: %w", name, err)
	}
	info.Path, info.Modes, info.Range = rules.Redact(known.Path), known.Modes, rules.Redact(known.Range)
	if err := f.verifier.checkPlace(c, known.Path); err != nil {
		return nil, info, err
	}
	r := &scanner.Result{Findings: known.Findings}
	if known.Missing() > 0 {
		if r, err = f.findAgain(ctx, c, known); err != nil {
			return nil, info, err
		}
	}
	return r, info, nil
}

// tokenFindings makes findings of tokens, one a line.
func tokenFindings(content []byte) (*scanner.Result, error) {
	r := &scanner.Result{}
	n := 0
	for line := range strings.Lines(string(content)) {
		n++
		token := strings.TrimSpace(line)
		if token == "" {
			continue
		}
		secret := rules.NewSecret(token)
		if !secret.IsPAT() {
			return nil, fmt.Errorf("line %d: want a report in JSON, or Personal Access Tokens, one a line", n)
		}
		rule := rules.All()[0] // of PATs, the most specific
		r.Findings = append(r.Findings, scanner.Finding{
			Rule: rule, Severity: rule.Severity, Confidence: rules.HighConfidence, Secret: secret,
			Fingerprint: secret.Fingerprint(rule.ID), Status: scanner.Unverified,
			Locations: []scanner.Location{{Kind: scanner.Stdin, Line: n, Column: 1, EndLine: n, EndColumn: 1 + len(token)}},
		})
	}
	if len(r.Findings) == 0 {
		return nil, fmt.Errorf("there is neither a report nor a token in it")
	}
	return r, nil
}

// findAgain scans what a report is about once more, for the secrets that it masks.
// Only what the report names is kept.
func (f *scanFlags) findAgain(ctx context.Context, c *console, known *report.Known) (*scanner.Result, error) {
	again := scanFlags{noConfig: true, noSuppress: true, noIgnore: true, jobs: f.jobs, quiet: true}
	if err := checkFolder(c, known.Path); err != nil {
		return nil, err
	}
	switch {
	case slices.Equal(known.Modes, []string{"worktree"}):
		again.worktree = true
	case slices.Equal(known.Modes, []string{"history"}):
		again.history = true
	case slices.Equal(known.Modes, []string{"worktree", "history"}):
	case slices.Equal(known.Modes, []string{"range"}):
		again.commits = known.Range
	case slices.Equal(known.Modes, []string{"staged"}):
		again.staged = true
	default:
		return nil, usage("the report masks its secrets, and what it was made of cannot be read again: make it with --show-secrets")
	}
	t, err := again.target(c, []string{known.Path})
	if err != nil {
		return nil, err
	}
	defer t.close()
	opts, err := again.options(t)
	if err != nil {
		return nil, err
	}
	sources, err := t.sources(c, opts)
	if err != nil {
		return nil, err
	}
	stop := f.showProgress(c, opts.Counters)
	found := scanner.Scan(ctx, sources, opts)
	stop()
	return match(known, found), nil
}

// checkFolder looks at the folder that a report says it is about. One that is not
// below the current folder is named to people, for they may not know whose report it
// is, and one of another machine is refused: to look into it would log in there.
func checkFolder(c *console, path string) error {
	if filepath.IsLocal(path) {
		return nil
	}
	if volume := filepath.VolumeName(path); strings.HasPrefix(volume, `\\`) {
		here, err := os.Getwd()
		if err != nil || !strings.EqualFold(filepath.VolumeName(here), volume) {
			return usage("the report is about a folder of another machine: run this there")
		}
	}
	c.warn("the report is about %s: the secrets are looked for there", path)
	return nil
}

// match returns the findings of a report as they were found again. The report says
// which, and how much they weigh: all that decides on whom a secret is sent to, such
// as the rule and the hosts near it, is what is there, for anybody can have written a
// report. What was not found is skipped, so that nothing looks dead that was not asked
// about.
func match(known *report.Known, found *scanner.Result) *scanner.Result {
	secrets := map[string]*scanner.Finding{}
	for i := range found.Findings {
		secrets[found.Findings[i].Fingerprint] = &found.Findings[i]
	}
	r := &scanner.Result{Interrupted: found.Interrupted}
	for _, k := range known.Findings {
		if again := secrets[k.Fingerprint]; again != nil {
			severity, confidence := k.Severity, k.Confidence
			k = *again
			k.Severity, k.Confidence = severity, confidence
		}
		if k.Secret == (rules.Secret{}) {
			r.Skipped = append(r.Skipped, scanner.Skip{
				Path: k.Locations[0].Path, Reason: "the report masks the secret, and it was not found again: " + k.Fingerprint,
			})
			continue
		}
		r.Findings = append(r.Findings, k)
	}
	return r
}
