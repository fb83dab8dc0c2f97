package issuer

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The limits of a command.
const (
	defaultCommandTime = 30 * time.Second
	maxCommandTime     = 10 * time.Minute
	lingerTime         = 2 * time.Second // for what it started, after it has ended
	maxCommandOutput   = 4 << 10         // bytes that are kept of what it writes
	maxShownOutput     = 200             // characters that are shown of it
)

// CommandOptions describe a command that revokes.
type CommandOptions struct {
	Command []string      // the program, by its full path, and its arguments
	Timeout time.Duration // 0 means 30 s
}

// Command revokes PATs with a program of the user's, which gets the token on its
// standard input: arguments and environment can be read by others.
type Command struct {
	opts CommandOptions
	say  Said
}

// NewCommand returns the provider if the options make sense. The program must be
// named by its full path: which one is started must not depend on where.
func NewCommand(o CommandOptions, say Said) (*Command, error) {
	switch {
	case len(o.Command) == 0:
		return nil, errors.New("command: is missing")
	case !filepath.IsAbs(o.Command[0]):
		return nil, errors.New("command: the program must be named by its full path")
	case o.Timeout < 0 || o.Timeout > maxCommandTime:
		return nil, fmt.Errorf("timeout: want at most %s", maxCommandTime)
	case o.Timeout == 0:
		o.Timeout = defaultCommandTime
	}
	return &Command{o, say}, nil
}

// Name returns "exec".
func (p *Command) Name() string { return "exec" }

// Refuses says that only PATs are given to the program.
func (p *Command) Refuses(f *scanner.Finding) string { return refusesAllButPAT(f) }

// Target returns the program's name.
func (p *Command) Target(*scanner.Verification) string {
	return rules.Redact(filepath.Base(p.opts.Command[0]))
}

// Plan names the program.
func (p *Command) Plan(*scanner.Finding) string {
	return "run " + rules.Redact(p.opts.Command[0]) + " with the token on its standard input"
}

// Revoke runs the program, away from the folder that is scanned and without a
// terminal. When its time is over, what it started ends with it.
func (p *Command) Revoke(ctx context.Context, secret rules.Secret, _ *scanner.Verification) (Reply, error) {
	limited, cancel := context.WithTimeout(ctx, p.opts.Timeout)
	defer cancel()
	said := &head{}
	cmd := exec.CommandContext(limited, p.opts.Command[0], p.opts.Command[1:]...)
	cmd.Dir = filepath.VolumeName(p.opts.Command[0]) + string(filepath.Separator)
	cmd.Stdin = strings.NewReader(secret.Reveal() + "\n")
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = lingerTime
	inGroup(cmd)
	cmd.Cancel = func() error { return killGroup(cmd.Process) } // what it started, too: it has the token
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		_ = killGroup(cmd.Process) // it may have ended by now
	}
	if words := said.fit(secret); words != "" && p.say != nil {
		p.say("%s says: %s", p.Target(nil), words)
	}
	switch exit := (*exec.ExitError)(nil); {
	case err == nil:
		return Reply{Words: "it ended with success"}, nil
	case errors.Is(err, exec.ErrWaitDelay):
		return Reply{}, &trouble{"it ended, and left something running, which was stopped", false}
	case ctx.Err() != nil:
		return Reply{}, &trouble{"interrupted", false}
	case limited.Err() != nil:
		return Reply{}, &trouble{"it took longer than " + p.opts.Timeout.String() + " and was stopped", false}
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return Reply{Code: exit.ExitCode()}, &trouble{fmt.Sprintf("it ended with exit code %d", exit.ExitCode()), false}
	case errors.As(err, &exit):
		return Reply{}, &trouble{"it was stopped by a signal", false}
	}
	return Reply{}, &trouble{"it could not be run", false}
}

// head keeps the beginning of what is written to it.
type head struct{ kept []byte }

func (h *head) Write(p []byte) (int, error) {
	h.kept = append(h.kept, p[:min(len(p), maxCommandOutput-len(h.kept))]...)
	return len(p), nil
}

// fit returns what was written in one line that is fit to be shown.
func (h *head) fit(secret rules.Secret) string {
	words := strings.Join(strings.Fields(strings.ToValidUTF8(string(h.kept), "?")), " ")
	if secret.Overlaps(strings.ReplaceAll(words, " ", "")) {
		return "(not shown: a part of the token is in it)"
	}
	words = rules.Hide(rules.Redact(words))
	if runes := []rune(words); len(runes) > maxShownOutput {
		words = string(runes[:maxShownOutput]) + "…"
	}
	return words
}
