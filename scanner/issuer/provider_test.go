package issuer

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// sentTo is a request as a service that revokes gets it.
type sentTo struct {
	method, uri, body string
	header            http.Header
}

// service plays a service that revokes, and notes what it gets.
type service struct {
	*httptest.Server
	mutex sync.Mutex
	got   []sentTo
}

func newService(t *testing.T, answer http.HandlerFunc) *service {
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		s.mutex.Lock()
		s.got = append(s.got, sentTo{q.Method, q.RequestURI, string(body), q.Header.Clone()})
		s.mutex.Unlock()
		answer(w, q)
	}))
	t.Cleanup(s.Close)
	return s
}

// TestRFC7009 lets a service answer in all ways.
func TestRFC7009(t *testing.T) {
	t.Parallel()
	oauthError := func(name string) http.HandlerFunc {
		return says(400, fmt.Sprintf(`{"error":%q,"error_description":"secret words"}`, name))
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		auth   string
		ok     bool
		words  string
		asked  int
	}{
		"revoked":           {says(200, ``), AuthBasic, true, "revoked, or not known", 1},
		"client in body":    {says(200, ``), AuthPost, true, "revoked", 1},
		"public client":     {says(200, ``), AuthNone, true, "revoked", 1},
		"busy once":         {inTurn(retryIn(503, "Retry-After", "1"), says(200, ``)), AuthBasic, true, "revoked", 2},
		"busy for an hour":  {retryIn(503, "Retry-After", "3600"), AuthBasic, false, "503", 1},
		"unsupported":       {oauthError("unsupported_token_type"), AuthBasic, false, "does not revoke tokens of this kind", 1},
		"wrong client":      {oauthError("invalid_client"), AuthBasic, false, "client-auth", 1},
		"an unknown error":  {oauthError("own words"), AuthBasic, false, "it answers 400 Bad Request", 1},
		"redirected":        {retryIn(307, "Location", "/elsewhere"), AuthBasic, false, "307", 1},
		"a page, not found": {html(404), AuthBasic, false, "404", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, c.answer)
			p, err := NewRFC7009(RFC7009Options{
				Endpoint: s.URL + "/revoke?tenant=1", Hosts: []string{"api.example.com"}, Hint: "access_token",
				Client: OAuthClient{Auth: c.auth, ID: "me:&", Secret: rules.NewSecret("s/e c")},
			}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			token := randomToken()[3:] + "+/="
			reply, err := p.Revoke(t.Context(), rules.NewSecret(token), &scanner.Verification{})
			words := reply.Words
			if err != nil {
				words = err.Error()
			}
			if (err == nil) != c.ok || !strings.Contains(words, c.words) || strings.Contains(words, "own words") || strings.Contains(words, "secret words") {
				t.Errorf("%q, %v", words, err)
			}
			if rules.NewSecret(token).Overlaps(words) || len(s.got) != c.asked {
				t.Errorf("%q after %d requests", words, len(s.got))
			}
			s.wantRFC7009(t, token, c.auth)
		})
	}
}

// wantRFC7009 wants that each request is one of RFC 7009, section 2.1.
func (s *service) wantRFC7009(t *testing.T, token, auth string) {
	t.Helper()
	for _, q := range s.got {
		form, err := url.ParseQuery(q.body)
		id, secret, basic := (&http.Request{Header: q.header}).BasicAuth()
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
		if !basic {
			id, secret = form.Get("client_id"), form.Get("client_secret")
		}
		want := map[string]string{AuthBasic: "s/e c", AuthPost: "s/e c", AuthNone: ""}[auth]
		if err != nil || q.method != "POST" || q.uri != "/revoke?tenant=1" || form.Get("token") != token || form.Get("token_type_hint") != "access_token" ||
			id != "me:&" || secret != want || basic != (auth == AuthBasic) || q.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%s %s, client %q with %q, %d values, %v", q.method, q.uri, id, secret, len(form), err)
		}
	}
}

// TestRFC7009Hosts sends only what is most likely for the hosts that the user names.
func TestRFC7009Hosts(t *testing.T) {
	t.Parallel()
	p, err := NewRFC7009(RFC7009Options{
		Endpoint: "https://auth.example.com/revoke", Hosts: []string{"api.example.com", "*.svc.example.com"},
		Client: OAuthClient{Auth: AuthNone, ID: "x"},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		places [][]string
		taken  bool
	}{
		{[][]string{{"api.example.com"}}, true},
		{[][]string{{"API.example.com:8443", "other.net"}}, true},
		{[][]string{{"a.svc.example.com"}}, true},
		{[][]string{{}, {"api.example.com"}}, true},
		{[][]string{{"other.net"}, {"api.example.com"}}, true},
		{[][]string{{}}, false},
		{[][]string{{"other.net", "api.example.com"}}, false},
		{[][]string{{"api.example.com.evil.net"}}, false},
		{[][]string{{"a.b.svc.example.com.net"}}, false},
	} {
		f := bearerNear(randomToken()[3:], c.places...)
		if why := p.Refuses(&f); (why == "") != c.taken {
			t.Errorf("%s: %q", c.places, why)
		}
	}
	pat := patFinding(randomToken())
	pat.Locations = []scanner.Location{{Hosts: []string{"api.example.com"}}}
	if p.Refuses(&pat) == "" {
		t.Error("a PAT is taken")
	}
	bearer := bearerNear(randomToken()[3:])
	for _, other := range []Provider{&Console{}, &Endpoint{}, &Command{}} {
		if other.Refuses(&bearer) == "" || other.Refuses(&pat) != "" {
			t.Errorf("%s takes the wrong ones", other.Name())
		}
	}
}

// TestEndpointEncodes puts a value with everything in it into each place.
func TestEndpointEncodes(t *testing.T) {
	t.Parallel()
	const evil = "a/../b?c&d=e#f%2f\"\\<é +;:@host"
	env := func(string) string { return evil }
	for name, c := range map[string]struct {
		path, kind, body string
		read             func(q sentTo) string
	}{
		"path": {"/t/{{token}}/x", "", "", func(q sentTo) string {
			v, _ := url.PathUnescape(strings.TrimSuffix(strings.TrimPrefix(q.uri, "/t/"), "/x"))
			return v
		}},
		"query": {"/t?a={{env:X}}&t={{token}}", "", "", func(q sentTo) string { u, _ := url.Parse(q.uri); return u.Query().Get("t") }},
		"json": {"/t", "application/json; charset=utf-8", `{"a":{"t":"{{token}}"}}`, func(q sentTo) string {
			var b struct{ A struct{ T string } }
			_ = json.Unmarshal([]byte(q.body), &b)
			return b.A.T
		}},
		"form":  {"/t", "application/x-www-form-urlencoded", "x={{env:X}}&t={{token}}", func(q sentTo) string { v, _ := url.ParseQuery(q.body); return v.Get("t") }},
		"plain": {"/t", "text/plain", "{{token}}", func(q sentTo) string { return q.body }},
	} {
		s := newService(t, says(204, ``))
		headers := map[string]string{"x-admin": "Bearer {{env:X}}"}
		if c.kind != "" {
			headers["content-type"] = c.kind
		}
		p, err := NewEndpoint(EndpointOptions{Method: "PUT", URL: s.URL + c.path, Headers: headers, Body: c.body}, env, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := p.Revoke(t.Context(), rules.NewSecret(evil), nil); err != nil || len(s.got) != 1 {
			t.Errorf("%s: %v after %d requests", name, err, len(s.got))
			continue
		}
		if got := c.read(s.got[0]); got != evil || s.got[0].method != "PUT" || s.got[0].header.Get("X-Admin") != "Bearer "+evil {
			t.Errorf("%s: got %q in %+v", name, got, s.got[0])
		}
	}
}

// TestEndpointErrors fails in all ways and shows nothing of the token, which is in
// the address.
func TestEndpointErrors(t *testing.T) {
	t.Parallel()
	gone := newService(t, says(200, ``))
	gone.Close()
	secure := httptest.NewTLSServer(says(200, ``))
	secure.Config.ErrorLog = nil
	t.Cleanup(secure.Close)
	for name, c := range map[string]struct{ url, says string }{
		"refused":   {gone.URL, "refuses"},
		"untrusted": {secure.URL, "unknown authority"},
		"reset":     {newService(t, reset).URL, "closed"},
		"denied":    {newService(t, echoes).URL, "418"},
		"redirect":  {newService(t, retryIn(302, "Location", "http://localhost:1/")).URL, "302"},
		"no name":   {"https://nowhere.invalid", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			secret := rules.NewSecret(randomToken())
			p, err := NewEndpoint(EndpointOptions{URL: c.url + "/{{token}}?t={{token}}", Headers: map[string]string{"X-Token": "{{token}}"}}, noVariables, Options{Budget: time.Second})
			if err != nil {
				t.Fatal(err)
			}
			reply, err := p.Revoke(t.Context(), secret, nil)
			if err == nil || !strings.Contains(err.Error(), c.says) || secret.Overlaps(fmt.Sprintf("%+v %#v %v", reply, err, p)) {
				t.Errorf("%v", err)
			}
		})
	}
	p, err := NewEndpoint(EndpointOptions{URL: "http://127.0.0.1:1/", Headers: map[string]string{"X-Token": "{{token}}"}}, noVariables, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Revoke(t.Context(), rules.NewSecret("a\r\nHost: evil"), nil); err == nil || !strings.Contains(err.Error(), "header") {
		t.Errorf("a header is smuggled: %v", err)
	}
}

func noVariables(string) string { return "" }

// TestEndpointSuccess counts what the user counts.
func TestEndpointSuccess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		success []int
		code    int
		ok      bool
	}{{nil, 200, true}, {nil, 204, true}, {nil, 404, false}, {[]int{404}, 404, true}, {[]int{204}, 200, false}} {
		s := newService(t, says(c.code, ``))
		p, err := NewEndpoint(EndpointOptions{URL: s.URL + "/{{token}}", Success: c.success}, noVariables, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if reply, err := p.Revoke(t.Context(), rules.NewSecret(randomToken()), nil); (err == nil) != c.ok || reply.Code != c.code {
			t.Errorf("%d of %v: %+v, %v", c.code, c.success, reply, err)
		}
	}
}
