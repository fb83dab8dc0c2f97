package issuer

import (
	"context"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// Provider is one way to have a credential revoked. What it says is fit to be
// shown and to be logged: it holds neither the credential nor anything that the
// other side has sent.
type Provider interface {
	// Name is what the user chooses it by.
	Name() string
	// Refuses says why it is not for a finding, or "" if it is.
	Refuses(f *scanner.Finding) string
	// Target is the host, or the program, that is asked to revoke; no path.
	Target(v *scanner.Verification) string
	// Plan says what it is about to do.
	Plan(f *scanner.Finding) string
	// Revoke has the secret revoked. That it worked is proven by nothing that it
	// returns: only the issuer can say that a secret is dead.
	Revoke(ctx context.Context, secret rules.Secret, v *scanner.Verification) (Reply, error)
}

// Reply is what came back when a provider was asked to revoke.
type Reply struct {
	Code  int    // of HTTP, or with which a program ended; 0 if there is none
	Words string // what it means
}

// Said is how a provider tells people something while it is at work.
type Said func(format string, args ...any)

// refusesAllButPAT is for the ways that are for Personal Access Tokens alone.
func refusesAllButPAT(f *scanner.Finding) string {
	if f.Rule.ID != rules.QoderPAT {
		return "this way is for Personal Access Tokens only"
	}
	return ""
}
