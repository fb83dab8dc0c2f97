package issuer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// RFC7009Options describe a service that has OAuth 2.0 Token Revocation.
type RFC7009Options struct {
	Endpoint string      // https, or http to this machine
	Hosts    []string    // patterns of the hosts whose bearer literals are the service's, as in [Introspection]
	Client   OAuthClient // that may revoke
	Hint     string      // token_type_hint: access_token, refresh_token; "" to leave it out
}

// RFC7009 revokes bearer literals with OAuth 2.0 Token Revocation (RFC 7009).
type RFC7009 struct {
	opts   RFC7009Options
	target string
	client *client
}

// NewRFC7009 returns the provider if the options make sense.
func NewRFC7009(o RFC7009Options, network Options) (*RFC7009, error) {
	host, err := checkEndpoint(o.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("endpoint: %w", err)
	}
	if err := o.Client.check(); err != nil {
		return nil, err
	}
	if o.Client.ID == "" { // a public client still says who it is (RFC 7009, section 2.1)
		return nil, errors.New("the client's id is missing")
	}
	if err := checkHosts(o.Hosts); err != nil {
		return nil, fmt.Errorf("hosts: %w", err)
	}
	return &RFC7009{o, host, newClient(network)}, nil
}

// Name returns "rfc7009".
func (p *RFC7009) Name() string { return "rfc7009" }

// Target returns the endpoint's host.
func (p *RFC7009) Target(*scanner.Verification) string { return p.target }

// Plan names the endpoint's host.
func (p *RFC7009) Plan(*scanner.Finding) string {
	return "ask " + p.target + " to revoke it (OAuth 2.0 Token Revocation)"
}

// Refuses says that a credential is not known to be the service's. A PAT never is:
// its issuer has no such endpoint.
func (p *RFC7009) Refuses(f *scanner.Finding) string {
	if f.Rule.ID != rules.BearerLiteral {
		return "this way is for bearer credentials only"
	}
	switch hosts := meantFor(f).first; {
	case len(hosts) == 0:
		return "not known whose it is: no host is named near it"
	case !matchesAny(p.opts.Hosts, hosts):
		return "the host that is named nearest to it is not in hosts"
	}
	return ""
}

// Revoke asks the endpoint. Status 200 says that the token is not valid now,
// whether it was before or not (RFC 7009, section 2.2).
func (p *RFC7009) Revoke(ctx context.Context, secret rules.Secret, _ *scanner.Verification) (Reply, error) {
	a, err := p.client.ask(ctx, func(ctx context.Context) (*http.Request, error) {
		return p.opts.Client.post(ctx, p.opts.Endpoint, secret, p.opts.Hint)
	})
	reply := Reply{}
	if a != nil {
		reply.Code = a.code
	}
	switch {
	case err != nil:
		return reply, err
	case a.code == http.StatusOK:
		reply.Words = "revoked, or not known there"
		return reply, nil
	}
	return reply, &trouble{"it answers " + status(a.code) + explain(a.body), false}
}

// explain says what a documented error means; any other is not shown (RFC 7009,
// section 2.2.1, and RFC 6749, section 5.2).
func explain(body []byte) string {
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	switch said.Error {
	case "unsupported_token_type":
		return ", unsupported_token_type: the service does not revoke tokens of this kind; try another token-type-hint, or revoke the grant that it came from"
	case "invalid_client":
		return ", invalid_client: it does not accept client-id with its secret, or not in this way; see client-auth"
	case "unauthorized_client":
		return ", unauthorized_client: this client may not revoke the token; it may have been issued to another one"
	case "invalid_request":
		return ", invalid_request: it does not understand the request"
	}
	return ""
}
