package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
)

// scanFlags are the flags of "patlint scan".
type scanFlags struct {
	worktree, history, staged, stdin, files bool
	commits, message, stdinPath             string

	formats                        []string
	config, baseline, newBaseline  string
	noConfig, noIgnore, noSuppress bool
	submodules, allowIncomplete    bool
	noArchives                     bool
	include, exclude, rule, noRule []string
	minConfidence, maxFileSize     string
	jobs                           int
	showSecrets, quiet, verbose    bool
	color, progress                string

	verify   bool
	verifier verifyFlags
	revoke   bool
	revoker  revokeFlags

	trustCommit string
	trusting    bool // --trust-commit is given, whatever it names

	weakened []string // what the configuration changes about built-in rules

	found func(*scanner.Result) // called before anything is reported; nil does nothing
}

const scanLong = `Scan looks for leaked credentials in the files under PATH (default .) and, where
PATH is in a git repository, in its whole history.

It exits with 0 if everything was searched and nothing found, 1 if something was
found, 2 for wrong usage or configuration, 3 if nothing was found but not all
could be searched, and 130 if it was interrupted.`

func scanCommand(c *console) *cobra.Command { return new(scanFlags).command(c) }

// command returns "patlint scan" with these flags.
func (f *scanFlags) command(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scan [PATH | --files PATH...]",
		Short: "Find leaks in files and in the history",
		Long:  scanLong,
		Example: `  patlint scan                        files and history of this repository
  patlint scan --staged               what the next commit would add
  patlint scan --range main..HEAD     what a branch adds, commit by commit
  patlint scan -f text -f sarif=patlint.sarif`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.trusting = cmd.Flags().Changed("trust-commit")
			return f.run(cmd.Context(), c, args)
		},
	}
	f.register(cmd)
	completeFormat(cmd)
	for _, flag := range []string{"rule", "no-rule"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return (&rulesFlags{config: f.config, noConfig: f.noConfig}).complete(c)
		}) // fails only for a flag that is not there
	}
	return cmd
}

func (f *scanFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.worktree, "worktree", false, "scan only the files")
	flags.BoolVar(&f.history, "history", false, "scan only the history: every object that the repository holds")
	flags.BoolVar(&f.staged, "staged", false, "scan only what the next commit would add")
	flags.StringVar(&f.commits, "range", "", "scan only what the commits of `A..B` add, each commit by itself")
	flags.StringVar(&f.message, "message", "", "scan the commit message in `FILE`, as a commit-msg hook gets it")
	flags.BoolVar(&f.stdin, "stdin", false, "scan standard input")
	flags.StringVar(&f.stdinPath, "stdin-path", "", "what to call standard input in the report")
	flags.BoolVar(&f.files, "files", false, "scan just the files that are named as arguments")
	flags.StringVar(&f.config, "config", "", "read the configuration from `FILE` instead of .patlint.yaml")
	flags.BoolVar(&f.noConfig, "no-config", false, "read no configuration")
	flags.StringVar(&f.baseline, "baseline", "", "do not report what is in the baseline `FILE`")
	flags.StringVar(&f.newBaseline, "write-baseline", "", "write what is found to the baseline `FILE`")
	flags.StringArrayVar(&f.exclude, "exclude", nil, "leave out paths that match `GLOB`; repeatable")
	flags.StringArrayVar(&f.include, "include", nil, "take only paths that match `GLOB`; repeatable")
	flags.StringArrayVar(&f.rule, "rule", nil, "apply only the rule `ID`; repeatable")
	flags.StringArrayVar(&f.noRule, "no-rule", nil, "do not apply the rule `ID`; repeatable")
	flags.BoolVar(&f.noIgnore, "no-ignore", false, "scan also the files that git ignores")
	flags.BoolVar(&f.noArchives, "no-archives", false, "do not look inside of archives and compressed files")
	flags.BoolVar(&f.noSuppress, "no-suppress", false, "let inline comments, allow entries and baselines count for nothing")
	flags.StringVar(&f.trustCommit, "trust-commit", "", "let only the configuration and suppressions of the commit `REV` count, such as the base of a pull request")
	flags.BoolVar(&f.submodules, "submodules", false, "scan the submodules that are checked out too")
	flags.StringVar(&f.minConfidence, "min-confidence", "", "report from this `LEVEL` on: low, medium or high (default low)")
	flags.IntVar(&f.jobs, "jobs", 0, "search with `N` goroutines (default one a processor)")
	flags.StringVar(&f.maxFileSize, "max-file-size", "", "skip files larger than `SIZE`, such as 50MB; the scan is incomplete then")
	flags.BoolVar(&f.verify, "verify", false, "ask the issuer whether what is found still works; off in pull requests from forks")
	f.verifier.register(flags)
	flags.BoolVar(&f.revoke, "revoke", false, "with --verify: revoke what still works, as patlint revoke does, and exit as it does")
	f.revoker.register(flags)
	flags.BoolVar(&f.allowIncomplete, "allow-incomplete", false, "exit with 0 instead of 3 if nothing was found in what could be searched")
	f.registerOutput(flags)
	cmd.MarkFlagsMutuallyExclusive("history", "staged", "range", "message", "stdin", "files")
	cmd.MarkFlagsMutuallyExclusive("worktree", "staged", "range", "message", "stdin", "files")
	cmd.MarkFlagsMutuallyExclusive("config", "no-config")
	cmd.MarkFlagsMutuallyExclusive("quiet", "verbose")
	cmd.MarkFlagsMutuallyExclusive("yes", "dry-run")
}

// registerOutput registers the flags about what is written, and how.
func (f *scanFlags) registerOutput(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "write a report as `FORMAT[=FILE]` ("+strings.Join(report.Formats(), ", ")+"); repeatable")
	flags.BoolVar(&f.showSecrets, "show-secrets", false, "show secrets in text, json and jsonl reports")
	flags.StringVar(&f.color, "color", "auto", "colour the text: auto, always or never")
	flags.StringVar(&f.progress, "progress", "auto", "show progress on standard error: auto, always or never")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "say no more than what was found")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "list every place, what is suppressed, and how long it took")
}

// run scans and reports. All that can be wrong with the command line and the
// configuration is found before anything is searched.
func (f *scanFlags) run(ctx context.Context, c *console, args []string) error {
	outputs, err := f.outputs(c)
	if err != nil {
		return err
	}
	t, err := f.target(c, args)
	if err != nil {
		return err
	}
	defer t.close()
	opts, err := f.options(t)
	if err != nil {
		return err
	}
	for _, note := range t.notes {
		c.warn("%s", note)
	}
	services, err := f.services(c, t)
	if err != nil {
		return err
	}
	revoking, err := f.revocation(c, services)
	if err != nil {
		return err
	}
	defer revoking.close()
	sources, err := t.sources(c, opts)
	if err != nil {
		return err
	}
	t.trustComments(opts.Trusted)
	started := time.Now()
	stopProgress := f.showProgress(c, opts.Counters)
	result := scanner.Scan(ctx, sources, opts)
	stopProgress()
	if f.verify {
		f.verifyAll(ctx, c, result, services.asking, revoking)
	}
	if f.found != nil {
		f.found(result)
	}
	return f.finish(c, result, outputs, opts, f.info(t, time.Since(started)))
}
