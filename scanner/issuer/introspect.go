package issuer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// Introspection is a service that says whether its tokens are active (OAuth 2.0
// Token Introspection, RFC 7662), and for which hosts they are. Who runs patlint
// names it; nothing that is scanned does.
type Introspection struct {
	// Hosts are patterns: "api.example.com", "*.example.com" for all below it. A
	// bearer literal near which none of them is named is not sent.
	Hosts []string

	URL    string // https, or http to this machine
	Client OAuthClient
}

// Check says what is wrong with the settings; it quotes none of them.
func (i Introspection) Check() error {
	if _, err := checkEndpoint(i.URL); err != nil {
		return err
	}
	if err := i.Client.check(); err != nil {
		return err
	}
	return checkHosts(i.Hosts)
}

// isBearer tells whether a finding is one that its service can be asked about: a
// PAT has an issuer of its own, whatever stands near it.
func isBearer(f *scanner.Finding) bool {
	return f.Rule.ID == rules.BearerLiteral && f.Expired.IsZero() && !f.Secret.IsPAT()
}

// introspect asks the services that the findings of one secret may be meant for,
// one after the other until one knows it. It returns nil if there is none. That a
// service does not know a secret tells something only if it is not more likely for
// another one.
func (v *Verifier) introspect(ctx context.Context, group []*scanner.Finding) *scanner.Verification {
	bearers := slices.DeleteFunc(slices.Clone(group), func(f *scanner.Finding) bool { return !isBearer(f) })
	if len(bearers) == 0 || len(v.opts.Introspections) == 0 {
		return nil
	}
	secret, hosts := bearers[0].Secret, meantFor(bearers...)
	all := &scanner.Verification{Status: scanner.Dead, Reason: "its service says that it is not active"}
	isOwn := false
	for _, service := range v.opts.Introspections {
		if !matchesAny(service.Hosts, hosts.near) {
			continue
		}
		a := v.askService(ctx, service, secret)
		all.Answers = append(all.Answers, a)
		all.At, all.Region, all.RequestID = a.At, a.Region, a.RequestID
		if a.Status == scanner.Live {
			all.Status, all.Reason = a.Status, a.Reason
			return all
		}
		isOwn = isOwn || matchesAny(service.Hosts, hosts.first)
	}
	if len(all.Answers) == 0 {
		return nil
	}
	doubt(all, isOwn)
	return all
}

// doubt turns a verification by services none of which knows the secret into one
// that tells nothing, unless all of them said so, and it is one of theirs.
func doubt(all *scanner.Verification, isOwn bool) {
	var doubts []string
	for _, a := range all.Answers {
		if a.Status != scanner.Dead {
			doubts = append(doubts, a.Region+": "+a.Reason)
		}
	}
	if len(doubts) == 0 && !isOwn {
		doubts = []string{all.Region + " does not know it, but another host is named nearer to it"}
	}
	if len(doubts) > 0 {
		all.Status, all.RequestID, all.Reason = scanner.Unknown, "", strings.Join(doubts, "; ")
	}
	if len(doubts) > 0 || len(all.Answers) > 1 {
		all.Region = ""
	}
}

// askService asks a service about a secret (RFC 7662, section 2.1).
func (v *Verifier) askService(ctx context.Context, service Introspection, secret rules.Secret) scanner.Answer {
	result := scanner.Answer{Status: scanner.Unknown}
	var a *answer
	err := service.Check()
	if err == nil {
		a, err = v.client.ask(ctx, func(ctx context.Context) (*http.Request, error) {
			return service.Client.post(ctx, service.URL, secret, "access_token")
		})
	}
	result.At = time.Now().UTC().Truncate(time.Second)
	if u, bad := url.Parse(service.URL); bad == nil {
		result.Region = u.Host
	}
	if a != nil {
		result.Code = a.code
		result.RequestID = publicID(publicID(a.requestID, secret), service.Client.Secret)
	}
	if err != nil {
		result.Reason = err.Error()
		return result
	}
	result.Status, result.Reason = weighIntrospection(a)
	return result
}

// weighIntrospection says what an answer tells about a secret: only a plain true or
// false counts (RFC 7662, section 2.2).
func weighIntrospection(a *answer) (scanner.Status, string) {
	switch {
	case a.code >= 300 && a.code < 400:
		return scanner.Unknown, fmt.Sprintf("it answers %s, which was not followed", status(a.code))
	case a.code == http.StatusUnauthorized, a.code == http.StatusForbidden:
		return scanner.Unknown, fmt.Sprintf("it answers %s: it does not let the client ask", status(a.code))
	case a.code != http.StatusOK:
		return scanner.Unknown, "it answers " + status(a.code)
	case len(a.body) > maxBody, !isJSON(a):
		return scanner.Unknown, "it answers in a form that is not one of token introspection"
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(a.body, &said); err != nil {
		return scanner.Unknown, "it answers in a form that is not one of token introspection"
	}
	switch string(said["active"]) {
	case "true":
		return scanner.Live, "its service says that it is active"
	case "false":
		return scanner.Dead, "its service says that it is not active"
	}
	return scanner.Unknown, "it does not say whether it is active"
}
