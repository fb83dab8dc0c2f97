package issuer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/scanner"
)

// The first and the longest pause between two questions whether a secret is dead.
const (
	firstWait = time.Second
	maxWait   = 5 * time.Second
)

// RevokeOptions say how to revoke.
type RevokeOptions struct {
	Provider Provider
	Log      *Audit
	Wait     time.Duration // for how long to ask whether what was revoked is dead; 0 means once
	Say      Said          // tells people how far it is; may be nil
}

// Revoker has secrets revoked and proves that they are dead.
type Revoker struct {
	verifier *Verifier
	opts     RevokeOptions
	pause    time.Duration
	fault    func(step string) // called after each step; for tests, nil otherwise
}

// NewRevoker returns a revoker that asks v.
func NewRevoker(v *Verifier, o RevokeOptions) *Revoker {
	return &Revoker{verifier: v, opts: o, pause: firstWait, fault: func(string) {}}
}

// Leak is one secret that works, with all findings of it.
type Leak struct{ findings []*scanner.Finding }

// Finding returns the first finding of it.
func (l *Leak) Finding() *scanner.Finding { return l.findings[0] }

// Plan returns the secrets that were just found to work and that the provider is
// for. What it is not for stays live, with the reason in words.
func Plan(p Provider, findings []scanner.Finding) (leaks []*Leak, refused []string) {
	known := map[[sha256.Size]byte]*Leak{}
	for i := range findings {
		f := &findings[i]
		if f.Status != scanner.Live || f.Verified == nil {
			continue
		}
		if why := p.Refuses(f); why != "" {
			refused = append(refused, fmt.Sprintf("%s %s: %s", f.Fingerprint, f.Secret.Mask(), why))
			continue
		}
		id := f.Secret.ID()
		if l := known[id]; l != nil {
			l.findings = append(l.findings, f)
			continue
		}
		known[id] = &Leak{[]*scanner.Finding{f}}
		leaks = append(leaks, known[id])
	}
	return leaks, refused
}

// Revoke has the secrets revoked, all at first, so that none stays open while
// another is waited for, and then asks until they are dead. It sets the status of
// their findings: only one that its issuer denies is revoked. Nothing is sent that
// is not in the log before. The error is that of the log.
func (r *Revoker) Revoke(ctx context.Context, leaks []*Leak) error {
	forget(leaks)
	for _, l := range leaks {
		if err := r.note(l, Record{Step: Planned, Words: r.opts.Provider.Plan(l.Finding())}); err != nil {
			return err
		}
		r.fault("planned")
	}
	var sent []*Leak
	var failed error
	for _, l := range leaks {
		if ctx.Err() != nil {
			break
		}
		isSent, err := r.send(ctx, l)
		if isSent {
			sent = append(sent, l)
		}
		if err != nil { // what was sent before is still to be proven
			failed = err
			break
		}
	}
	if err := r.prove(ctx, sent); err != nil {
		return err
	}
	return failed
}

// forget takes the variables that hold one of the secrets out of the environment, so
// that no program that is started gets them: neither the one that revokes another
// secret nor a browser.
func forget(leaks []*Leak) {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if slices.ContainsFunc(leaks, func(l *Leak) bool { return l.Finding().Secret.Overlaps(value) }) {
			_ = os.Unsetenv(name) // fails for no name that is there
		}
	}
}

// send asks the provider to revoke one secret, and tells whether it did so.
func (r *Revoker) send(ctx context.Context, l *Leak) (isSent bool, err error) {
	f := l.Finding()
	if err := r.note(l, Record{Step: Sent}); err != nil {
		return false, err
	}
	r.fault("sent")
	l.set(scanner.Unknown, "it was sent to be revoked, and is not proven dead")
	reply, err := r.opts.Provider.Revoke(ctx, f.Secret, f.Verified)
	r.fault("acted")
	words := reply.Words
	if err != nil {
		words = failure(err).Error()
		r.say("%s: %s: %s", f.Secret.Mask(), r.opts.Provider.Target(f.Verified), words)
	}
	err = r.note(l, Record{Step: Answered, Code: reply.Code, Words: words})
	r.fault("answered")
	return true, err
}

// prove asks about what was sent until all is dead or the time is over.
func (r *Revoker) prove(ctx context.Context, open []*Leak) error {
	until := time.Now().Add(r.opts.Wait)
	for pause := r.pause; len(open) > 0; pause = min(2*pause, maxWait) {
		checks := make([]scanner.Finding, len(open))
		for i, l := range open {
			checks[i] = *l.Finding()
		}
		r.verifier.Verify(ctx, checks)
		r.fault("asked")
		isLast := ctx.Err() != nil || time.Now().Add(pause).After(until)
		still, err := r.settle(ctx, open, checks, isLast)
		if err != nil {
			return err
		}
		if open = still; isLast || len(open) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// settle writes down what became of those that are dead, and at last of all. What
// was not asked about to the end stays in doubt.
func (r *Revoker) settle(ctx context.Context, open []*Leak, checks []scanner.Finding, isLast bool) (still []*Leak, err error) {
	for i, l := range open {
		v := checks[i].Verified
		if v.Status != scanner.Dead && (!isLast || ctx.Err() != nil) {
			still = append(still, l)
			continue
		}
		if err := r.noteVerified(l, v); err != nil {
			return nil, err
		}
		r.fault("verified")
		l.take(v, r.opts.Provider.Name())
		r.say("%s: %s", l.Finding().Secret.Mask(), outcome(l.Finding()))
	}
	return still, nil
}

// Settle writes down that a secret is dead that an earlier run left in doubt.
func (r *Revoker) Settle(f *scanner.Finding) error {
	l := &Leak{[]*scanner.Finding{f}}
	if f.Status != scanner.Dead {
		return nil
	}
	if err := r.noteVerified(l, f.Verified); err != nil {
		return err
	}
	l.take(f.Verified, "an earlier run")
	return nil
}

// outcome says what became of a secret.
func outcome(f *scanner.Finding) string {
	switch f.Status {
	case scanner.Revoked:
		return "revoked, and proven dead: " + f.Verified.Reason
	case scanner.Live:
		return "STILL LIVE: " + f.Verified.Reason
	}
	return "not known whether it is dead: " + f.Verified.Reason
}

// noteVerified logs what the issuer said at last, for each finding.
func (r *Revoker) noteVerified(l *Leak, v *scanner.Verification) error {
	return r.note(l, Record{Step: Verified, Status: v.Status, Region: v.Region, RequestID: v.RequestID, Words: v.Reason})
}

// note logs a step for each finding of a secret: they have fingerprints of their own.
func (r *Revoker) note(l *Leak, record Record) error {
	for _, f := range l.findings {
		record.Fingerprint, record.Rule = f.Fingerprint, f.Rule.ID
		record.Provider, record.Target = r.opts.Provider.Name(), r.opts.Provider.Target(f.Verified)
		if err := r.opts.Log.append(record, f.Secret); err != nil {
			return fmt.Errorf("write the audit log: %w", err)
		}
	}
	return nil
}

func (r *Revoker) say(format string, args ...any) {
	if r.opts.Say != nil {
		r.opts.Say(format, args...)
	}
}

// set gives all findings of a secret a status, keeping where it was found to work.
func (l *Leak) set(status scanner.Status, reason string) {
	for _, f := range l.findings {
		v := *f.Verified
		v.Status, v.Reason = status, reason
		f.Status, f.Verified = status, &v
	}
}

// take gives all findings of a secret what the issuer said at last. Dead is revoked.
func (l *Leak) take(v *scanner.Verification, by string) {
	last := *v
	if last.Status == scanner.Dead {
		last.Status = scanner.Revoked
		last.Reason = "revoked by " + by + ", and " + v.Reason
	}
	for _, f := range l.findings {
		f.Status, f.Verified = last.Status, &last
	}
}

// IsInDoubt tells whether the finding is the one that an earlier run left in doubt.
func (d *Doubt) IsInDoubt(f *scanner.Finding) bool {
	return f.Fingerprint == d.Last.Fingerprint && f.Rule.ID == d.Last.Rule
}
