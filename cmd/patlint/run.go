package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/report"
)

// The exit codes.
const (
	exitClean       = 0
	exitFound       = 1
	exitUsage       = 2 // also a broken configuration; nothing was scanned
	exitIncomplete  = 3 // nothing found, but not everything searched
	exitInterrupted = 130
)

// exitError ends the program with a code, after its message if it has one.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage returns an error that ends the program with exitUsage.
func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// console is where the program speaks: out is for reports, err for people.
type console struct {
	env      func(string) string
	in       io.Reader
	out, err io.Writer
}

// warn writes a line for people. Nothing in it comes out as it is: secrets are
// masked, and control characters made visible.
func (c *console) warn(format string, args ...any) {
	fmt.Fprintf(c.err, "patlint: %s\n", safe(fmt.Sprintf(format, args...)))
}

// safe returns a message in one line, without secrets and control characters.
func safe(message string) string {
	return report.Visible(rules.Redact(message))
}

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &console{env, stdin, stdout, stderr}
	root := rootCommand(c)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return c.end(root.ExecuteContext(ctx))
}

// end says what a command failed with, and returns its exit code.
func (c *console) end(err error) int {
	if err == nil {
		return exitClean
	}
	code, message := ending(err)
	if message != "" {
		c.warn("%s", message)
	}
	return code
}

// ending returns the exit code that an error stands for, and its message if it has
// one. It is not safe to be shown yet.
func ending(err error) (code int, message string) {
	exit := &exitError{exitUsage, err} // what cobra itself complains about is usage
	errors.As(err, &exit)
	if exit.err != nil {
		message = strings.TrimSpace(exit.err.Error())
		if exit.code == exitUsage { // it quotes arguments and the configuration
			message = rules.Hide(message)
		}
	}
	return exit.code, message
}

func rootCommand(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "patlint",
		Short: "Find leaked Qoder Personal Access Tokens and bearer credentials",
		Long: `patlint finds leaked Qoder Personal Access Tokens (pt-…) and hard-coded bearer
credentials in the files and the whole history of git repositories. It says what
leaked, where and since when, and never shows the secret.`,
		Example:       "  patlint scan            files and history of the repository around the current folder",
		Args:          cobra.ArbitraryArgs,
		RunE:          func(cmd *cobra.Command, args []string) error { return help(cmd, args) },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		RunE:  func(cmd *cobra.Command, args []string) error { return help(cmd.Root(), args) },
	})
	root.AddCommand(scanCommand(c), verifyCommand(c), revokeCommand(c), hookCommand(c), actionCommand(c), rulesCommand(c), versionCommand(c), completionCommand(c))
	return root
}

// help explains the command that the arguments name. Cobra's own help takes an
// unknown one for a success.
func help(root *cobra.Command, args []string) error {
	cmd, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return usage("unknown command %q: patlint --help lists the commands", strings.Join(args, " "))
	}
	return cmd.Help()
}

func completionCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print the completion script for bash, zsh, fish or powershell",
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch root := cmd.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(c.out, true)
			case "zsh":
				return root.GenZshCompletion(c.out)
			case "fish":
				return root.GenFishCompletion(c.out, true)
			default:
				return root.GenPowerShellCompletionWithDesc(c.out)
			}
		},
	}
}
