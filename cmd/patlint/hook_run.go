package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/cmd/patlint/hook"
	"github.com/patlint/patlint/scanner"
)

// gitHook is a hook of git's that patlint knows.
type gitHook struct {
	hook.Hook
	install installing
	run     func(ctx context.Context, c *console, args []string) error
}

// installing says when "patlint hook install" installs a hook.
type installing int

const (
	never     installing = iota // it is none of git's
	asked                       // where it is named
	byDefault                   // also where none is named
)

// gitHooks returns what "patlint hook" knows: what is scanned, and which of git's
// hooks can be installed.
func gitHooks() []gitHook {
	return []gitHook{
		{Hook: hook.Hook{Name: "pre-commit", Skip: "git commit --no-verify"}, install: byDefault, run: runPreCommit},
		{Hook: hook.Hook{Name: "commit-msg", Skip: "git commit --no-verify"}, install: byDefault, run: runCommitMsg},
		{Hook: hook.Hook{Name: "pre-push", Skip: "git push --no-verify", Input: true}, install: byDefault, run: runPrePush},
		// pre-receive is a command of its own, with flags
		{Hook: hook.Hook{Name: "pre-receive", Input: true}, install: asked},
		{Hook: hook.Hook{Name: "files"}, run: runFiles}, // none of git's: what pre-commit passes
	}
}

const hookRunLong = `Run is what the scripts of "patlint hook install" call, and what husky, lefthook
and pre-commit can be told to call. The arguments and standard input are those
that git gives to the hook. It is silent unless it finds something.

  pre-commit            what the commit adds, as git has it in the index
  commit-msg FILE       the message of the commit
  pre-push REMOTE URL   what the commits add that the remote does not have
  pre-receive           what a push to this repository adds, on a server
  files [--] FILE...    just these files`

func hookRunCommand(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run NAME [ARG...]",
		Short: "Do what a hook of git's is to do",
		Long:  hookRunLong,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("hook run needs the name of a hook: %s", strings.Join(hookNames(), ", "))
			}
			for _, h := range gitHooks() {
				if h.Name == args[0] && h.run != nil {
					return h.run(cmd.Context(), c, args[1:])
				}
			}
			return usage("unknown hook %q: want one of %s", args[0], strings.Join(hookNames(), ", "))
		},
	}
	cmd.Flags().SetInterspersed(false) // what follows the name is git's
	cmd.AddCommand(preReceiveCommand(c))
	for _, h := range gitHooks() {
		cmd.ValidArgs = append(cmd.ValidArgs, h.Name)
	}
	return cmd
}

func hookNames() []string {
	var names []string
	for _, h := range gitHooks() {
		names = append(names, h.Name)
	}
	return names
}

func runPreCommit(ctx context.Context, c *console, args []string) error {
	if len(args) > 0 {
		return usage("the hook pre-commit takes no arguments")
	}
	f := &scanFlags{staged: true}
	return f.runHook(ctx, c, nil, &blocked{
		event: "commit", where: "what it adds", skip: "git commit --no-verify", all: "patlint scan --staged", unstage: true,
	})
}

func runCommitMsg(ctx context.Context, c *console, args []string) error {
	if len(args) != 1 {
		return usage("the hook commit-msg takes one argument, the file of the message")
	}
	f := &scanFlags{message: args[0]}
	return f.runHook(ctx, c, nil, &blocked{event: "commit", where: "its message", skip: "git commit --no-verify", message: true})
}

// runFiles scans the files that pre-commit passes. Git tells a hook of a commit
// where the index is: without that, somebody has called pre-commit by hand.
func runFiles(ctx context.Context, c *console, args []string) error {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return usage("hook run files needs files: nothing was searched")
	}
	b := &blocked{where: "files"}
	if c.env("GIT_INDEX_FILE") != "" {
		b = &blocked{event: "commit", where: "its files", skip: "git commit --no-verify", unstage: true}
	}
	f := &scanFlags{files: true}
	return f.runHook(ctx, c, args, b)
}

// runHook scans and says what to do about what was found. Where all is well it
// says nothing: it runs with every commit.
func (f *scanFlags) runHook(ctx context.Context, c *console, args []string, b *blocked) error {
	f.color, f.progress = "auto", "never"
	t, err := f.target(c, args)
	if err != nil {
		return err
	}
	defer t.close()
	opts, err := f.options(t)
	if err != nil {
		return err
	}
	sources, err := t.sources(c, opts)
	if err != nil {
		return err
	}
	return f.endHook(c, t, scanner.Scan(ctx, sources, opts), b)
}

// endHook writes why something is blocked, if it is, and returns how the program
// ends.
func (f *scanFlags) endHook(c *console, t *target, r *scanner.Result, b *blocked) error {
	code := f.exitCode(r, nil)
	f.warnAll(c, r.Warnings)
	for _, reason := range r.Failed {
		c.warn("%s", reason)
	}
	if !r.Complete() && !r.Interrupted {
		c.warn("%s", incomplete(r))
	}
	if code == exitClean {
		return nil
	}
	if !r.Interrupted {
		if err := b.write(f, c, t, r); err != nil {
			c.warn("write why: %v", err)
		}
	}
	return &exitError{code: code}
}
