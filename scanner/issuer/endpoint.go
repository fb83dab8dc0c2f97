package issuer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// EndpointOptions are the template of a request that revokes. In all but the method
// may stand {{token}} and {{env:NAME}}, encoded for their place.
type EndpointOptions struct {
	Method  string            // "" means POST
	URL     string            // nothing is filled in before its path
	Headers map[string]string // Content-Type says how values are encoded in the body
	Body    string
	Success []int // statuses that mean success; nil means all from 200 to 299
}

// Endpoint revokes PATs with a request to an organisation's own service.
type Endpoint struct {
	method  string
	target  string
	path    template // the address up to the query
	query   template // with its question mark; empty if there is none
	headers []header
	body    template
	encode  func(string) string // values in the body
	success []int
	client  *client
}

type header struct {
	name  string
	value template
}

// NewEndpoint returns the provider if the options make sense.
func NewEndpoint(o EndpointOptions, env func(string) string, network Options) (*Endpoint, error) {
	p := &Endpoint{method: o.Method, success: o.Success, client: newClient(network)}
	if p.method == "" {
		p.method = http.MethodPost
	}
	if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, p.method) {
		return nil, errors.New("method: want POST, PUT, PATCH, DELETE or GET")
	}
	if err := p.setURL(o.URL, env); err != nil {
		return nil, fmt.Errorf("url: %w", err)
	}
	kind, err := p.setHeaders(o.Headers, env)
	if err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	if err := p.setBody(o.Body, kind, env); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	all := []template{p.path, p.query, p.body}
	for _, h := range p.headers {
		all = append(all, h.value)
	}
	if !slices.ContainsFunc(all, template.hasToken) {
		return nil, errors.New("url, headers, body: {{token}} stands in none of them")
	}
	return p, nil
}

// setURL reads the address. What a template fills in is encoded, so that it cannot
// leave its place; the host is fixed.
func (p *Endpoint) setURL(address string, env func(string) string) error {
	path, query, _ := strings.Cut(address, "?")
	scheme, rest, _ := strings.Cut(path, "://")
	host, _, _ := strings.Cut(rest, "/")
	if strings.Contains(scheme+host, "{{") {
		return errors.New("nothing is filled in before the path")
	}
	if strings.Contains(address, "#") {
		return errors.New("it must have no fragment")
	}
	u, err := secureURL(scheme + "://" + host)
	if err != nil {
		return err
	}
	p.target = u.Host
	if p.path, err = parseTemplate(path, env); err != nil {
		return err
	}
	// Where a path is not written as it is sent, net/url encodes it anew, and a
	// slash of the token would part it.
	sample := p.path.fill(rules.NewSecret("a/b"), inPath)
	asSent, err := url.Parse(sample)
	isOdd := func(r rune) bool { return r <= ' ' || r > '~' }
	if err != nil || !strings.HasSuffix(sample, asSent.EscapedPath()) || strings.ContainsFunc(query, isOdd) {
		return errors.New("it must be written as it is sent: a space as %20")
	}
	if query == "" {
		return nil
	}
	p.query, err = parseTemplate("?"+query, env)
	return err
}

// setHeaders reads the headers and returns the media type of the body.
func (p *Endpoint) setHeaders(headers map[string]string, env func(string) string) (kind string, err error) {
	for name, text := range headers {
		canonical := http.CanonicalHeaderKey(name)
		if !httpguts.ValidHeaderFieldName(name) || slices.Contains([]string{"Host", "Content-Length", "Transfer-Encoding", "Connection"}, canonical) {
			return "", errors.New("one of them cannot be set")
		}
		value, err := parseTemplate(text, env)
		if err != nil {
			return "", fmt.Errorf("%s: %w", canonical, err)
		}
		if canonical == "Content-Type" {
			if kind, _, err = mime.ParseMediaType(text); err != nil || !value.isFixed() {
				return "", errors.New("Content-Type: want a media type")
			}
		}
		p.headers = append(p.headers, header{canonical, value})
	}
	slices.SortFunc(p.headers, func(a, b header) int { return strings.Compare(a.name, b.name) })
	return kind, nil
}

// setBody reads the body. In JSON a value may stand in a string only.
func (p *Endpoint) setBody(text, kind string, env func(string) string) (err error) {
	if p.body, err = parseTemplate(text, env); err != nil {
		return err
	}
	switch {
	case kind == "application/json", strings.HasSuffix(kind, "+json"):
		p.encode = inJSON
		if text != "" && !json.Valid([]byte(placePattern.ReplaceAllLiteralString(text, "x"))) {
			return errors.New("it is not valid JSON, or a value stands outside of a string in it")
		}
	case kind == "application/x-www-form-urlencoded":
		p.encode = url.QueryEscape
	case kind == "text/plain", p.body.isFixed():
		p.encode = asIs
	default:
		return errors.New("to encode values, Content-Type must be application/json, application/x-www-form-urlencoded or text/plain")
	}
	return nil
}

// Name returns "http".
func (p *Endpoint) Name() string { return "http" }

// Refuses says that only PATs are sent.
func (p *Endpoint) Refuses(f *scanner.Finding) string { return refusesAllButPAT(f) }

// Target returns the host.
func (p *Endpoint) Target(*scanner.Verification) string { return p.target }

// Plan names the method and the host: the rest may hold credentials.
func (p *Endpoint) Plan(*scanner.Finding) string {
	return fmt.Sprintf("send it to %s (%s) to be revoked", p.target, p.method)
}

// Revoke sends the request.
func (p *Endpoint) Revoke(ctx context.Context, secret rules.Secret, _ *scanner.Verification) (Reply, error) {
	a, err := p.client.ask(ctx, func(ctx context.Context) (*http.Request, error) { return p.request(ctx, secret) })
	reply := Reply{}
	if a != nil {
		reply.Code = a.code
	}
	// What counts as success comes first: somebody may count 503 as one.
	switch {
	case a != nil && slices.Contains(p.success, a.code), err == nil && p.success == nil && a.code/100 == 2:
		reply.Words = "it answers " + status(a.code) + ", which counts as success"
		return reply, nil
	case err != nil:
		return reply, err
	}
	return reply, &trouble{"it answers " + status(a.code) + ", which does not count as success", false}
}

func (p *Endpoint) request(ctx context.Context, secret rules.Secret) (*http.Request, error) {
	address := p.path.fill(secret, inPath) + p.query.fill(secret, url.QueryEscape)
	request, err := http.NewRequestWithContext(ctx, p.method, address, strings.NewReader(p.body.fill(secret, p.encode)))
	if err != nil || request.URL.Host != p.target {
		return nil, &trouble{"its address cannot be used", false}
	}
	for _, h := range p.headers {
		value := h.value.fill(secret, asIs)
		if !httpguts.ValidHeaderFieldValue(value) {
			return nil, &trouble{"the value of a header cannot be sent: " + h.name, false}
		}
		request.Header.Set(h.name, value)
	}
	return request, nil
}
