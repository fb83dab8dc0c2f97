package issuer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The ways in which a client says who it is (RFC 6749, section 2.3).
const (
	AuthBasic = "basic" // in the header Authorization
	AuthPost  = "post"  // in the body
	AuthNone  = "none"  // by its id, or not at all
)

// Introspection is a service that says whether its tokens are active (OAuth 2.0
// Token Introspection, RFC 7662), and for which hosts they are. Who runs patlint
// names it; nothing that is scanned does.
type Introspection struct {
	// Hosts are patterns: "api.example.com", "*.example.com" for all below it. A
	// bearer literal near which none of them is named is not sent.
	Hosts []string

	URL          string // https, or http to this machine
	Auth         string // [AuthBasic] (also ""), [AuthPost] or [AuthNone]
	ClientID     string
	ClientSecret rules.Secret // empty with [AuthNone]
}

// Check says what is wrong with the settings; it quotes none of them.
func (i Introspection) Check() error {
	u, err := secureURL(i.URL)
	switch {
	case err != nil:
		return err
	case u.Fragment != "":
		return errors.New("the address must have no fragment")
	case !slices.Contains([]string{"", AuthBasic, AuthPost, AuthNone}, i.Auth):
		return errors.New("the client's authentication is none of basic, post and none")
	case i.Auth != AuthNone && i.ClientID == "":
		return errors.New("the client's id is missing")
	case i.Auth != AuthNone && i.ClientSecret == rules.Secret{}:
		return errors.New("the client's secret is missing")
	}
	return checkHosts(i.Hosts)
}

// isFor tells whether one of the hosts is of the service.
func (i Introspection) isFor(hosts ...string) bool {
	return slices.ContainsFunc(hosts, func(host string) bool {
		return slices.ContainsFunc(i.Hosts, func(pattern string) bool { return matchesHost(pattern, host) })
	})
}

// meant are the hosts that a secret may be meant for.
type meant struct {
	near  []string // all
	first []string // those that no other comes before: it is most likely for one of them
}

// meantFor gathers the hosts of the findings of one secret.
func meantFor(group []*scanner.Finding) (m meant) {
	m.first = group[0].Secret.TokenHosts()
	for _, f := range group {
		for _, l := range f.Locations {
			m.near = append(m.near, l.Hosts...)
			m.first = append(m.first, l.Hosts[:min(len(l.Hosts), 1)]...)
		}
	}
	m.near = append(m.near, m.first...)
	return m
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
	secret, hosts := bearers[0].Secret, meantFor(bearers)
	all := &scanner.Verification{Status: scanner.Dead, Reason: "its service says that it is not active"}
	isOwn := false
	for _, service := range v.opts.Introspections {
		if !service.isFor(hosts.near...) {
			continue
		}
		a := v.askService(ctx, service, secret)
		all.Answers = append(all.Answers, a)
		all.At, all.Region, all.RequestID = a.At, a.Region, a.RequestID
		if a.Status == scanner.Live {
			all.Status, all.Reason = a.Status, a.Reason
			return all
		}
		isOwn = isOwn || service.isFor(hosts.first...)
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

// askService asks a service about a secret.
func (v *Verifier) askService(ctx context.Context, service Introspection, secret rules.Secret) scanner.Answer {
	result := scanner.Answer{Status: scanner.Unknown}
	var a *answer
	err := service.Check()
	if err == nil {
		a, err = v.client.ask(ctx, func(ctx context.Context) (*http.Request, error) { return service.request(ctx, secret) })
	}
	result.At = time.Now().UTC().Truncate(time.Second)
	if u, bad := url.Parse(service.URL); bad == nil {
		result.Region = u.Host
	}
	if a != nil {
		result.Code = a.code
		result.RequestID = publicID(publicID(a.requestID, secret), service.ClientSecret)
	}
	if err != nil {
		result.Reason = err.Error()
		return result
	}
	result.Status, result.Reason = weighIntrospection(a)
	return result
}

// request makes the question (RFC 7662, section 2.1). It is one of the few places
// where a secret leaves the program: it stands in the body alone.
func (i Introspection) request(ctx context.Context, secret rules.Secret) (*http.Request, error) {
	form := url.Values{"token": {secret.Reveal()}, "token_type_hint": {"access_token"}}
	if i.Auth == AuthPost || i.Auth == AuthNone && i.ClientID != "" {
		form.Set("client_id", i.ClientID)
	}
	if i.Auth == AuthPost {
		form.Set("client_secret", i.ClientSecret.Reveal())
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &trouble{"its address cannot be used", false}
	}
	if i.Auth == "" || i.Auth == AuthBasic { // both are encoded as in a form (RFC 6749, section 2.3.1)
		request.SetBasicAuth(url.QueryEscape(i.ClientID), url.QueryEscape(i.ClientSecret.Reveal()))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	return request, nil
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
