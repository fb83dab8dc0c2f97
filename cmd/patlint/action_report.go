package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
)

// show writes the annotations and then, while the runner obeys no commands, all
// that the scan said: a runner obeys "##[" in the middle of a line, too.
func (a *action) show(said string) error {
	annotations, err := os.ReadFile(a.in.report("github"))
	text, textErr := os.ReadFile(a.in.report("text"))
	for _, err := range []error{err, textErr} {
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // without a scan there is none
			return fmt.Errorf("read the report: %w", plain(err))
		}
	}
	if err := a.remark(); err != nil {
		return err
	}
	token := rand.Text()
	for _, part := range []string{string(annotations), "::stop-commands::" + token + "\n", said, string(text), "\n::" + token + "::\n"} {
		if _, err := io.WriteString(a.c.out, part); err != nil {
			return err
		}
	}
	return nil
}

// remark annotates the run with what is not about a finding. GitHub shows ten
// errors of a step, which are for findings if there are any.
func (a *action) remark() error {
	if a.unmasked > 0 {
		message := fmt.Sprintf("%d more secrets are not masked in the logs of this job: there are too many", a.unmasked)
		if err := report.Annotate(a.c.out, "notice", message); err != nil {
			return err
		}
	}
	if a.found == nil {
		return report.Annotate(a.c.out, "error", "nothing was scanned; the log of this step says why")
	}
	if a.t.hint == "" || a.found.Complete() {
		return nil
	}
	level := "error"
	if len(a.found.Findings) > 0 {
		level = "notice"
	}
	return report.Annotate(a.c.out, level, a.t.hint)
}

// writeOutputs writes the outputs of the step, and its summary. None of them holds
// text of others but the path of the report, which the workflow chose.
func (a *action) writeOutputs() error {
	found, live, sarif := 0, 0, ""
	if a.found != nil {
		found, live = len(a.found.Findings), a.count(scanner.Live)
	}
	if a.in != nil {
		if _, err := os.Stat(a.in.sarif); err == nil {
			sarif = a.in.sarif
		}
	}
	outputs := fmt.Sprintf("exit-code=%d\nfindings=%d\nlive=%d\ncomplete=%t\nsarif=%s\n", a.code, found, live, a.isComplete(), sarif)
	return errors.Join(a.appendTo("GITHUB_OUTPUT", outputs), a.appendTo("GITHUB_STEP_SUMMARY", a.summary()))
}

// maxSummary is what GitHub takes as the summary of a step, in bytes. The report is
// made to fit by itself.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
const maxSummary = 1 << 20

// summary is Markdown that GitHub shows at the run: the report, and what was scanned,
// in words of our own.
func (a *action) summary() string {
	switch {
	case a.t != nil && a.t.nothing:
		return ""
	case a.found == nil:
		return "## patlint\n\n**Nothing was scanned**: the error of the step says why.\n"
	}
	text, err := os.ReadFile(a.in.report("markdown"))
	if err != nil {
		return ""
	}
	scope := fmt.Sprintf("\nScanned: `%s`\n", a.t.title)
	if len(text)+len(scope) > maxSummary {
		scope = ""
	}
	return string(text) + scope
}

// appendTo appends text to the file that a variable names, if it names one.
func (a *action) appendTo(variable, text string) (err error) {
	path := a.c.env(variable)
	if path == "" || text == "" {
		return nil
	}
	file, err := os.OpenFile(filepath.Clean(path), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%s: %w", variable, plain(err))
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = file.WriteString(text)
	return err
}
