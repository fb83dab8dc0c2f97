package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
)

// output is one report to be written.
type output struct {
	format string
	path   string // "" is standard output
	color  bool
}

// completeFormat has the shell complete the names of the formats.
func completeFormat(cmd *cobra.Command) {
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(report.Formats(), cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that is not there
}

// outputs returns the reports that the flags ask for, and refuses those that
// could not be written.
func (f *scanFlags) outputs(c *console) ([]output, error) {
	color, err := f.isColored(c)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(switches, f.progress) {
		return nil, usage("--progress %q: want auto, always or never", f.progress)
	}
	formats := f.formats
	if len(formats) == 0 {
		formats = []string{"text"}
	}
	var outputs []output
	onStdout := 0
	for _, spec := range formats {
		format, path, toFile := strings.Cut(spec, "=")
		if !slices.Contains(report.Formats(), format) {
			return nil, usage("unknown format %q: want one of %s", format, strings.Join(report.Formats(), ", "))
		}
		if toFile {
			if info, err := os.Stat(filepath.Dir(path)); path == "" || err != nil || !info.IsDir() {
				return nil, usage("--format %s: there is no folder to write it in", spec)
			}
		} else if onStdout++; onStdout > 1 {
			return nil, usage("two reports cannot share standard output: write one to a file with -f %s=FILE", format)
		}
		outputs = append(outputs, output{format, path, color && !toFile})
	}
	return outputs, nil
}

var switches = []string{"auto", "always", "never"}

// isColored decides about colour: NO_COLOR counts unless the flag says
// otherwise (https://no-color.org).
func (f *scanFlags) isColored(c *console) (bool, error) {
	switch f.color {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		return isTerminal(c.out) && c.env("NO_COLOR") == "" && c.env("TERM") != "dumb", nil
	}
	return false, usage("--color %q: want auto, always or never", f.color)
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}

// info returns what a report says beside the result.
func (f *scanFlags) info(t *target, took time.Duration) report.Info {
	version, _ := build()
	info := report.Info{
		Version: version, Path: rules.Redact(t.path), Modes: t.modes, Range: rules.Redact(f.commits),
		Changes: f.weakened, ShowSecrets: f.showSecrets, Verbose: f.verbose, Quiet: f.quiet,
	}
	if t.repo != nil {
		info.Head = t.repo.Head()
	}
	if t.trusted != nil {
		info.Trusted = t.trusted.Commit()
	}
	if f.verbose {
		info.Seconds = took.Seconds()
	}
	info.Start, info.End = f.times(took)
	return info
}

// times returns when a scan that took so long began and ended. Unless the user
// wants to know, it is the midnight before: reports of a day are the same.
func (f *scanFlags) times(took time.Duration) (start, end time.Time) {
	now := time.Now().UTC()
	if f.verbose {
		return now.Add(-took), now
	}
	day := now.Truncate(24 * time.Hour)
	return day, day
}

// finish writes the reports and the baseline, and returns how the program ends.
func (f *scanFlags) finish(c *console, r *scanner.Result, outputs []output, opts scanner.Options, info report.Info) error {
	var failed error
	for _, o := range outputs {
		info.Color = o.color
		failed = errors.Join(failed, f.write(c, o, r, opts.Rules.Rules(), info))
	}
	if f.newBaseline != "" {
		if err := writeBaseline(f.newBaseline, r); err != nil {
			failed = errors.Join(failed, fmt.Errorf("write baseline %s: %w", f.newBaseline, plain(err)))
		}
	}
	f.warnAll(c, r.Warnings)
	if failed != nil {
		c.warn("%v", failed)
	}
	for _, reason := range r.Failed {
		c.warn("%s", reason)
	}
	if !r.Complete() && !r.Interrupted {
		c.warn("%s", incomplete(r))
	}
	code := f.exitCode(r, failed)
	if f.revoke && code == exitFound { // what is found and proven dead is closed
		code = verdict(r, failed)
	}
	if code != exitClean {
		return &exitError{code: code}
	}
	return nil
}

// shownWarnings is how many warnings are written unless the output is verbose:
// whoever wrote the repository decides how many there are.
const shownWarnings = 20

func (f *scanFlags) warnAll(c *console, warnings []string) {
	for i, w := range warnings {
		if i == shownWarnings && !f.verbose {
			c.warn("and %d more warnings (all with --verbose)", len(warnings)-i)
			return
		}
		c.warn("%s", w)
	}
}

// incomplete says in one line what was not searched.
func incomplete(r *scanner.Result) string {
	var firsts []string
	n := 0
	for _, s := range r.Skipped {
		if s.Deliberate {
			continue
		}
		if n++; n <= 3 {
			firsts = append(firsts, s.Error())
		}
	}
	if n == 0 {
		return "the scan is not complete"
	}
	if n > len(firsts) {
		firsts = append(firsts, fmt.Sprintf("and %d more", n-len(firsts)))
	}
	return "the scan is not complete: " + strings.Join(firsts, "; ")
}

func (f *scanFlags) exitCode(r *scanner.Result, failed error) int {
	switch {
	case r.Interrupted:
		return exitInterrupted
	case len(r.Findings) > 0:
		return exitFound
	case failed != nil || len(r.Failed) > 0:
		return exitIncomplete
	case !r.Complete() && !f.allowIncomplete:
		return exitIncomplete
	}
	return exitClean
}

func (f *scanFlags) write(c *console, o output, r *scanner.Result, active []*rules.Rule, info report.Info) error {
	if o.path == "" {
		return report.Write(c.out, o.format, r, active, info)
	}
	var content strings.Builder
	if err := report.Write(&content, o.format, r, active, info); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if f.showSecrets {
		mode = 0o600
	}
	if err := writeFile(o.path, []byte(content.String()), mode); err != nil {
		return fmt.Errorf("write %s: %w", o.path, plain(err))
	}
	return nil
}

// progressInterval is how often the progress line is written anew.
const progressInterval = 200 * time.Millisecond

func (f *scanFlags) isProgressShown(c *console) bool {
	return f.progress == "always" || f.progress == "auto" && isTerminal(c.err) && !f.quiet
}

// showProgress shows what was searched so far, until the returned function is
// called.
func (f *scanFlags) showProgress(c *console, counters *scanner.Counters) (stop func()) {
	if !f.isProgressShown(c) {
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(progressInterval)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				fmt.Fprint(c.err, "\r\x1b[K")
				return
			case <-tick.C:
				fmt.Fprintf(c.err, "\r\x1b[Kpatlint: %d files, %d objects, %d MB", counters.Files.Load(), counters.Objects.Load(), counters.Bytes.Load()>>20)
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}
