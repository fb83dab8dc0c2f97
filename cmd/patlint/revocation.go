package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/issuer"
)

// revocationOf is all that is needed to revoke, made before anything is asked.
type revocationOf struct {
	flags    *revokeFlags
	console  *console
	asking   issuer.Options
	provider issuer.Provider
	logPath  string
	asker    *asker // nil if nobody is asked
	doubts   []issuer.Doubt
}

// prepare finds all that can be wrong with flags and settings. What is scanned has
// no say in it.
func (r *revokeFlags) prepare(c *console, s *settings) (*revocationOf, error) {
	v := &revocationOf{flags: r, console: c, asking: s.asking, logPath: r.auditLog}
	err := s.file.set(r.provider, r.options)
	if err != nil {
		return nil, err
	}
	if v.provider, err = s.file.provider(r.provider, c.env, s.asking, r.open && !r.dryRun, c.warn); err != nil {
		return nil, err
	}
	if v.logPath == "" {
		if v.logPath, err = userPath(c.env, "XDG_STATE_HOME", ".local/state", "patlint", "audit.jsonl"); err != nil {
			return nil, usage("where is the audit log to be? %w: say --audit-log", err)
		}
	}
	if v.doubts, err = v.readDoubts(); err != nil {
		return nil, err
	}
	if r.wait < 0 {
		r.wait = serviceWait
		if r.provider == "console" {
			r.wait = personWait
		}
	}
	if r.yes || r.dryRun {
		return v, nil
	}
	v.asker, err = c.openAsker()
	return v, err
}

// close lets go of the terminal.
func (v *revocationOf) close() {
	if v != nil && v.asker != nil {
		v.asker.close()
	}
}

// revocation returns what is needed to revoke what a scan finds, or nil if that is
// not wanted.
func (f *scanFlags) revocation(c *console, s *settings) (*revocationOf, error) {
	switch r := &f.revoker; {
	case f.revoke && !f.verify:
		return nil, usage("--revoke goes with --verify")
	case !f.revoke && (r.yes || r.dryRun || r.open || r.wait >= 0 || r.provider != "console" || r.options != nil || r.auditLog != ""):
		return nil, usage("--yes, --dry-run, --open, --wait, --provider, --provider-option and --audit-log go with --revoke")
	case !f.revoke:
		return nil, nil
	}
	return f.revoker.prepare(c, s)
}

// revoke revokes what was just found to work. The error is fit to be shown.
func (v *revocationOf) revoke(ctx context.Context, findings []scanner.Finding) error {
	c := v.console
	leaks, refused := issuer.Plan(v.provider, findings)
	for _, why := range refused {
		c.warn("not revoked: %s", why)
	}
	if len(leaks) == 0 {
		c.warn("there is nothing to revoke")
		return nil
	}
	v.show(leaks)
	if v.flags.dryRun {
		c.warn("this was a dry run: nothing was revoked")
		return nil
	}
	if v.asker != nil && !v.asker.confirm(ctx, fmt.Sprintf("revoke %s?", count(len(leaks), "secret"))) {
		c.warn("nothing was revoked")
		return nil
	}
	log, err := issuer.OpenAudit(v.logPath)
	if err != nil {
		return fmt.Errorf("%s: the audit log cannot be used, and nothing was revoked: %w", v.logPath, err)
	}
	defer log.Close()
	return v.revoker(log).Revoke(ctx, leaks)
}

func (v *revocationOf) revoker(log *issuer.Audit) *issuer.Revoker {
	return issuer.NewRevoker(issuer.NewVerifier(v.asking), issuer.RevokeOptions{
		Provider: v.provider, Log: log, Wait: v.flags.wait, Say: v.console.warn,
	})
}

// show says what is about to be done, also to whoever is asked.
func (v *revocationOf) show(leaks []*issuer.Leak) {
	to := []*console{v.console}
	if v.asker != nil && !v.asker.isShown(v.console.err) {
		to = append(to, &console{err: v.asker.out})
	}
	for _, c := range to {
		c.warn("%s confirmed live; --provider %s will, for each:", count(len(leaks), "secret"), v.provider.Name())
		for _, l := range leaks {
			f := l.Finding()
			c.warn("  %s, region %s, %s: %s", f.Secret.Mask(), f.Verified.Region, whereabouts(f), v.provider.Plan(f))
		}
		c.warn("each step is written to %s", v.logPath)
	}
}

// whereabouts names the first place of a finding.
func whereabouts(f *scanner.Finding) string {
	if len(f.Locations) == 0 {
		return f.Fingerprint
	}
	first := f.Locations[0]
	if first.Path == "" {
		return f.Fingerprint
	}
	return fmt.Sprintf("%s:%d", first.Path, first.Line)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// readDoubts returns what the audit log leaves in doubt, and says so.
func (v *revocationOf) readDoubts() ([]issuer.Doubt, error) {
	c := v.console
	doubts, err := issuer.ReadDoubts(v.logPath)
	switch {
	case err != nil:
		return nil, usage("%s: %w", v.logPath, err)
	case v.flags.resume && len(doubts) == 0:
		c.warn("the audit log leaves nothing in doubt")
	case v.flags.resume:
		for _, d := range doubts {
			c.warn("in doubt since %s: %s %s, by %s at %s", d.Last.Time.Format(time.RFC3339), d.Last.Rule, d.Last.Fingerprint, d.Last.Provider, d.Last.Target)
		}
	case len(doubts) > 0:
		c.warn("the audit log leaves %s in doubt: patlint revoke --resume settles that", count(len(doubts), "secret"))
	}
	return doubts, nil
}

// settle writes down what is dead of what earlier calls left in doubt, and with
// --resume leaves everything else alone. What is in doubt and not at hand makes the
// result incomplete.
func (v *revocationOf) settle(r *scanner.Result) error {
	c, doubts := v.console, v.doubts
	if !v.flags.resume {
		return nil
	}
	isDoubtful := func(f *scanner.Finding) bool {
		return slices.ContainsFunc(doubts, func(d issuer.Doubt) bool { return d.IsInDoubt(f) })
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(f scanner.Finding) bool { return !isDoubtful(&f) })
	for _, d := range doubts {
		if !slices.ContainsFunc(r.Findings, func(f scanner.Finding) bool { return d.IsInDoubt(&f) }) {
			r.Skipped = append(r.Skipped, scanner.Skip{
				Path: d.Last.Fingerprint, Reason: "in doubt since " + d.Last.Time.Format(time.RFC3339) + ", and not in what was given",
			})
			c.warn("it stays in doubt, for it is not in what was given: %s %s", d.Last.Rule, d.Last.Fingerprint)
		}
	}
	if v.flags.dryRun {
		return nil
	}
	log, err := issuer.OpenAudit(v.logPath)
	if err != nil {
		return fmt.Errorf("%s: the audit log cannot be used: %w", v.logPath, err)
	}
	defer log.Close()
	revoker := v.revoker(log)
	for i := range r.Findings {
		if err := revoker.Settle(&r.Findings[i]); err != nil {
			return err
		}
	}
	return nil
}
