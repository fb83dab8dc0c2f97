package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const revokeLong = `A token leaked? This is the way until it is dead, in the order of what is urgent:

  1. Find what leaked:             patlint scan -f text -f json=leaks.json
  2. Revoke it, now:               patlint revoke --open leaks.json
     It asks the issuer which tokens still work, shows what it is about to do, asks
     you, opens the page on which a Qoder PAT is revoked (the issuer has no other
     way), and asks the issuer every few seconds until the token is dead.
     It is revoked when this says "revoked, and proven dead", and not before.
  3. Only then make a new token, and keep it out of the repository.
  4. Look at the account's use since the day of the leak for what was not yours.
  5. Take the token out of the files. To remove it from the history is of no use
     before it is dead: whoever saw it has it.

Was it interrupted? Every step is in the audit log, never the token, so call the
same command with --resume: it settles what was left in doubt. To revoke twice does
no harm. --dry-run shows everything and changes nothing.

REPORT is what "patlint scan -f json" wrote, or tokens, one a line; standard input
if it is missing. A report masks its secrets: run revoke where it was made. Only
what the issuer has just confirmed to work is revoked.

Providers (--provider): console, for PATs, is the way above. http sends a PAT to
a service of your organisation, exec gives it to a command of yours on its standard
input, and rfc7009 sends bearer credentials of the hosts that you name to a service
with OAuth 2.0 Token Revocation. Their settings are in the file issuer.yaml in
$XDG_CONFIG_HOME/patlint (~/.config/patlint) or said with --provider-option, never
in a repository.

It exits with 0 only if all that works was revoked and is proven dead, with 1 if
something still works, 3 if that is not known, 2 for wrong usage, among it that
there is no terminal to ask at and no --yes; then nothing was asked or sent.`

// The time for which to ask whether a token is dead, unless --wait says another:
// a person needs longer than a service.
const (
	personWait  = 15 * time.Minute
	serviceWait = 30 * time.Second
)

// revokeFlags are the flags about revoking.
type revokeFlags struct {
	provider, auditLog        string
	yes, dryRun, open, resume bool
	options                   []string // settings of the provider
	wait                      time.Duration
}

func (r *revokeFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&r.provider, "provider", "console", "revoke by `NAME`: console, rfc7009, http or exec")
	flags.StringArrayVar(&r.options, "provider-option", nil, "a setting of the provider, as `KEY=VALUE`, before that of issuer.yaml; repeatable")
	flags.BoolVar(&r.yes, "yes", false, "revoke without being asked")
	flags.BoolVar(&r.dryRun, "dry-run", false, "show what would be done, and change nothing")
	flags.BoolVar(&r.open, "open", false, "open the issuer's console in a browser")
	flags.DurationVar(&r.wait, "wait", -1, "ask for `DURATION` whether it is dead (default 15m with console, else 30s)")
	flags.StringVar(&r.auditLog, "audit-log", "", "write every step to `FILE` (default $XDG_STATE_HOME/patlint/audit.jsonl)")
	flags.Lookup("wait").DefValue = "0s" // is told in the words above
}

func revokeCommand(c *console) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "revoke [REPORT]",
		Short: "Revoke what leaked and still works, until it is proven dead",
		Long:  revokeLong,
		Example: `  patlint revoke --open leaks.json
  patlint revoke --dry-run leaks.json
  patlint revoke --resume leaks.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.revokeReport(cmd.Context(), c, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.revoker.register(flags)
	flags.BoolVar(&f.revoker.resume, "resume", false, "settle what earlier calls left in doubt, as the audit log tells")
	f.verifier.register(flags)
	f.registerOutput(flags)
	completeFormat(cmd)
	cmd.MarkFlagsMutuallyExclusive("quiet", "verbose")
	cmd.MarkFlagsMutuallyExclusive("yes", "dry-run")
	return cmd
}

// revokeReport revokes what a report or a list of tokens holds.
func (f *scanFlags) revokeReport(ctx context.Context, c *console, args []string) error {
	outputs, s, err := f.prepare(c, "revoked")
	if err != nil {
		return err
	}
	v, err := f.revoker.prepare(c, s)
	if err != nil {
		return err
	}
	defer v.close()
	if f.revoker.resume && len(v.doubts) == 0 {
		return nil
	}
	r, info, err := f.leaks(ctx, c, args)
	if err != nil {
		return err
	}
	verify(ctx, c, r.Findings, s.asking, f.isProgressShown(c))
	failed := v.settle(r)
	if failed == nil && ctx.Err() == nil {
		failed = v.revoke(ctx, r.Findings)
	}
	if failed != nil {
		c.warn("%v", failed)
	}
	r.Interrupted = r.Interrupted || ctx.Err() != nil
	return f.conclude(c, r, outputs, info, failed)
}
