package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
)

// gitHook is a hook of git's that patlint knows.
type gitHook struct {
	name string
	run  func(ctx context.Context, c *console, args []string) error
}

func gitHooks() []gitHook {
	return []gitHook{
		{"pre-push", runPrePush},
	}
}

const hookRunLong = `Run is what the hooks of a repository call. The arguments and standard input are
those that git gives to the hook. It is silent unless it finds something.

  pre-push REMOTE URL   what the commits add that the remote does not have
  pre-receive           what a push to this repository adds, on a server`

func hookCommand(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hook",
		Short: "Run the hooks of a git repository",
		Args:  cobra.ArbitraryArgs,
		RunE:  func(cmd *cobra.Command, args []string) error { return help(cmd, args) },
	}
	cmd.AddCommand(hookRunCommand(c))
	return cmd
}

func hookRunCommand(c *console) *cobra.Command {
	var names []string
	for _, h := range gitHooks() {
		names = append(names, h.name)
	}
	names = append(names, "pre-receive")
	cmd := &cobra.Command{
		Use:       "run NAME [ARG...]",
		Short:     "Do what a hook of git's is to do",
		Long:      hookRunLong,
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("hook run needs the name of a hook: %s", strings.Join(names, ", "))
			}
			for _, h := range gitHooks() {
				if h.name == args[0] {
					return h.run(cmd.Context(), c, args[1:])
				}
			}
			return usage("unknown hook %q: want one of %s", args[0], strings.Join(names, ", "))
		},
	}
	cmd.Flags().SetInterspersed(false) // what follows the name is git's
	cmd.AddCommand(preReceiveCommand(c))
	return cmd
}
