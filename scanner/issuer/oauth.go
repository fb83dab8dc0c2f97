package issuer

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The ways in which a client says who it is (RFC 6749, section 2.3).
const (
	AuthBasic = "basic" // in the header Authorization
	AuthPost  = "post"  // in the body
	AuthNone  = "none"  // by its id, or not at all
)

// OAuthClient is as whom a service with OAuth 2.0 is asked.
type OAuthClient struct {
	Auth   string // [AuthBasic] (also ""), [AuthPost] or [AuthNone]
	ID     string
	Secret rules.Secret // empty with [AuthNone]
}

// check says what is wrong with it; it quotes nothing.
func (c OAuthClient) check() error {
	switch {
	case !slices.Contains([]string{"", AuthBasic, AuthPost, AuthNone}, c.Auth):
		return errors.New("client-auth: want basic, post or none")
	case c.Auth != AuthNone && c.ID == "":
		return errors.New("the client's id is missing")
	case c.Auth != AuthNone && c.Secret == rules.Secret{}:
		return errors.New("the client's secret is missing")
	}
	return nil
}

// post makes a request about a secret. It is one of the few places where a secret
// leaves the program: it stands in the body alone.
func (c OAuthClient) post(ctx context.Context, endpoint string, secret rules.Secret, hint string) (*http.Request, error) {
	form := url.Values{"token": {secret.Reveal()}}
	if hint != "" {
		form.Set("token_type_hint", hint)
	}
	if c.Auth == AuthPost || c.Auth == AuthNone && c.ID != "" {
		form.Set("client_id", c.ID)
	}
	if c.Auth == AuthPost {
		form.Set("client_secret", c.Secret.Reveal())
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &trouble{"its address cannot be used", false}
	}
	if c.Auth == "" || c.Auth == AuthBasic { // both are encoded as in a form (RFC 6749, section 2.3.1)
		request.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret.Reveal()))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	return request, nil
}

// checkEndpoint returns the host of an endpoint of OAuth 2.0.
func checkEndpoint(address string) (host string, err error) {
	u, err := secureURL(address)
	if err != nil {
		return "", err
	}
	if u.Fragment != "" { // RFC 6749, section 3.1, and RFC 7009, section 2
		return "", errors.New("the address must have no fragment")
	}
	return u.Host, nil
}

// meant are the hosts that a secret may be meant for.
type meant struct {
	near  []string // all
	first []string // those that no other comes before: it is most likely for one of them
}

// meantFor gathers the hosts of the findings of one secret.
func meantFor(group ...*scanner.Finding) (m meant) {
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
