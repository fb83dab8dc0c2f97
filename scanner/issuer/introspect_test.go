package issuer

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

const activeBody, inactiveBody = `{"active":true,"scope":"read"}`, `{"active":false}`

// ownService plays the user's own service and notes the forms that it gets.
type ownService struct {
	*region
	mutex sync.Mutex
	forms []url.Values
}

func newOwnService(t *testing.T, answer http.HandlerFunc) *ownService {
	s := &ownService{}
	s.region = newRegion(t, func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		form, err := url.ParseQuery(string(body))
		if err != nil || q.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%v, %s", err, q.Header.Get("Content-Type"))
		}
		s.mutex.Lock()
		s.forms = append(s.forms, form)
		s.mutex.Unlock()
		q.Form = form
		answer(w, q)
	})
	return s
}

// as returns the service for hosts. Its client has an id and a secret that mean
// something else where they are not encoded.
func (s *ownService) as(auth string, hosts ...string) Introspection {
	return Introspection{
		URL: s.URL + "/introspect", Hosts: hosts,
		Client: OAuthClient{Auth: auth, ID: "patlint: & co", Secret: rules.NewSecret("p%4 s/s+:ü&token=x")},
	}
}

// bearerNear is a finding of a bearer literal with hosts near its places.
func bearerNear(token string, places ...[]string) scanner.Finding {
	f := scanner.Finding{Secret: rules.NewSecret(token), Status: scanner.Unverified}
	for _, r := range rules.All() {
		if r.ID == rules.BearerLiteral {
			f.Rule = r
		}
	}
	for _, hosts := range places {
		f.Locations = append(f.Locations, scanner.Location{Hosts: hosts})
	}
	return f
}

// introspectOne verifies one finding with short times.
func introspectOne(t *testing.T, f scanner.Finding, services ...Introspection) scanner.Finding {
	v := NewVerifier(Options{Regions: []Region{}, Introspections: services, Rate: 1000, Budget: 4 * time.Second})
	v.client.tryTime = 300 * time.Millisecond
	findings := []scanner.Finding{f}
	v.Verify(t.Context(), findings)
	return findings[0]
}

// spills answers with the token, and the client's secret, wherever it can.
func spills(w http.ResponseWriter, q *http.Request) {
	token := q.Form.Get("token")
	w.Header().Set("X-Request-Id", token)
	w.Header().Set("Location", "/"+token)
	w.Header().Set("Content-Type", "application/json; x="+url.QueryEscape(token))
	w.Header().Set("Retry-After", token)
	w.WriteHeader(http.StatusTeapot)
	fmt.Fprintf(w, `{"active":%q,"error":%q}`, token, token)
}

// plain answers in another form than JSON.
func plain(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, activeBody) }

// TestIntrospect asks a service that answers in many ways.
func TestIntrospect(t *testing.T) {
	t.Parallel()
	elsewhere := "http://example.com/"
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		status scanner.Status
		reason string // a part of it
		asked  int    // -1 means several times
	}{
		"active":                  {says(200, activeBody), scanner.Live, "active", 1},
		"not active":              {says(200, inactiveBody), scanner.Dead, "not active", 1},
		"a string":                {says(200, `{"active":"true"}`), scanner.Unknown, "does not say", 1},
		"a string that denies":    {says(200, `{"active":"false"}`), scanner.Unknown, "does not say", 1},
		"a number":                {says(200, `{"active":1}`), scanner.Unknown, "does not say", 1},
		"null":                    {says(200, `{"active":null}`), scanner.Unknown, "does not say", 1},
		"another key":             {says(200, `{"Active":true}`), scanner.Unknown, "does not say", 1},
		"a list":                  {says(200, `[{"active":true}]`), scanner.Unknown, "form", 1},
		"nothing":                 {says(200, ``), scanner.Unknown, "form", 1},
		"not the client":          {says(401, `{"error":"invalid_client"}`), scanner.Unknown, "let the client ask", 1},
		"client with no rights":   {says(403, inactiveBody), scanner.Unknown, "let the client ask", 1},
		"an error":                {says(400, inactiveBody), scanner.Unknown, "400", 1},
		"not found":               {html(404), scanner.Unknown, "404", 1},
		"a page":                  {html(200), scanner.Unknown, "form", 1},
		"wrong content type":      {plain, scanner.Unknown, "form", 1},
		"huge body":               {hugeBody, scanner.Unknown, "form", 1},
		"slow body":               {slowBody, scanner.Unknown, "in time", -1},
		"redirect":                {redirect(&elsewhere), scanner.Unknown, "not followed", 1},
		"echo":                    {spills, scanner.Unknown, "418", 1},
		"429 once":                {inTurn(retryIn(429, "Retry-After", "1"), says(200, inactiveBody)), scanner.Dead, "not active", 2},
		"reset once":              {inTurn(reset, says(200, activeBody)), scanner.Live, "active", 2},
		"503 for an hour":         {retryIn(503, "Retry-After", "3600"), scanner.Unknown, "asked again in 1h", 1},
		"created, and not active": {says(201, inactiveBody), scanner.Unknown, "201", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newOwnService(t, c.answer)
			token := randomToken()[3:] + "+/=&%"
			f := introspectOne(t, bearerNear(token, []string{"api.corp.example"}), s.as(AuthBasic, "*.corp.example"))
			if f.Status != c.status || !strings.Contains(f.Verified.Reason, c.reason) || len(f.Verified.Answers) != 1 || f.Verified.At.IsZero() {
				t.Errorf("%s, %+v", f.Status, f.Verified)
			}
			if "http://"+f.Verified.Answers[0].Region != s.URL {
				t.Errorf("asked %q", f.Verified.Answers[0].Region)
			}
			s.wantForms(t, AuthBasic, token, c.asked)
			if said := fmt.Sprintf("%+v", *f.Verified); rules.NewSecret(token).Overlaps(said) {
				t.Errorf("the token is in %s", said)
			}
		})
	}
}

// wantForms wants so many questions, with the token in the body alone.
func (s *ownService) wantForms(t *testing.T, auth, token string, n int) {
	t.Helper()
	client := s.as(auth)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("patlint%3A+%26+co:p%254+s%2Fs%2B%3A%C3%BC%26token%3Dx"))
	for i, q := range s.asked() {
		if q.method != "POST" || q.uri != "/introspect" || strings.Contains(q.rest, token) || !strings.Contains(q.rest, "application/json") {
			t.Errorf("asked %+v", q)
		}
		want := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
		if auth != AuthBasic {
			want.Set("client_id", client.Client.ID)
		}
		if auth == AuthPost {
			want.Set("client_secret", client.Client.Secret.Reveal())
		}
		if s.forms[i].Encode() != want.Encode() || (q.authorization == basic) != (auth == AuthBasic) || auth != AuthBasic && q.authorization != "" {
			t.Errorf("%s: asked %q with %q", auth, s.forms[i], q.authorization)
		}
	}
	if asked := len(s.asked()); n >= 0 && asked != n || n < 0 && (asked < 2 || asked > maxTries) {
		t.Errorf("asked %d times, want %d", asked, n)
	}
}

// TestClientAuth says who asks in each of the ways.
func TestClientAuth(t *testing.T) {
	t.Parallel()
	for _, auth := range []string{AuthBasic, AuthPost, AuthNone} {
		s := newOwnService(t, says(200, activeBody))
		token := randomToken()[3:]
		if f := introspectOne(t, bearerNear(token, []string{"a.example"}), s.as(auth, "a.example")); f.Status != scanner.Live {
			t.Errorf("%s: %s", auth, f.Verified.Reason)
		}
		s.wantForms(t, auth, token, 1)
	}
}

// TestWhoIsAsked sends a literal to the services that it may be meant for alone.
func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	encode := base64.RawURLEncoding.EncodeToString
	jwt := encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(`{"iss":"https://login.corp.example/"}`)) + "." + randomToken()[3:46]
	expired := bearerNear(randomToken()[3:], []string{"api.corp.example"})
	expired.Expired = time.Unix(1_700_000_000, 0)
	credential := bearerNear(randomToken()[3:], []string{"api.corp.example"})
	credential.Rule = rules.All()[1]
	for name, c := range map[string]struct {
		finding scanner.Finding
		active  string
		status  scanner.Status
		asked   int
	}{
		"no host":                 {bearerNear(randomToken()[3:], nil), activeBody, scanner.Unknown, 0},
		"another host":            {bearerNear(randomToken()[3:], []string{"api.evilcorp.example", "corp.example.org"}), activeBody, scanner.Unknown, 0},
		"the second host":         {bearerNear(randomToken()[3:], []string{"a.example", "api.corp.example"}), activeBody, scanner.Live, 1},
		"not of the nearest":      {bearerNear(randomToken()[3:], []string{"a.example", "api.corp.example"}), inactiveBody, scanner.Unknown, 1},
		"the nearest":             {bearerNear(randomToken()[3:], []string{"api.corp.example", "a.example"}), inactiveBody, scanner.Dead, 1},
		"the nearest of a place":  {bearerNear(randomToken()[3:], []string{"a.example"}, []string{"api.corp.example"}), inactiveBody, scanner.Dead, 1},
		"by its issuer":           {bearerNear(jwt, []string{"a.example"}), inactiveBody, scanner.Dead, 1},
		"expired":                 {expired, activeBody, scanner.Dead, 0},
		"of another rule":         {credential, activeBody, scanner.Unknown, 0},
		"a PAT without its rule":  {bearerNear(randomToken(), []string{"api.corp.example"}), activeBody, scanner.Unknown, 0},
		"a PAT near another host": {patFinding(randomToken()), activeBody, scanner.Unknown, 0},
	} {
		s := newOwnService(t, says(200, c.active))
		f := introspectOne(t, c.finding, s.as(AuthBasic, "*.corp.example"))
		if f.Status != c.status || len(s.asked()) != c.asked {
			t.Errorf("%s: %s, %s, asked %d times", name, f.Status, f.Verified.Reason, len(s.asked()))
		}
	}
}

// TestSeveralServices asks one after the other until one knows the secret.
func TestSeveralServices(t *testing.T) {
	t.Parallel()
	yes, no, broken := newOwnService(t, says(200, activeBody)), newOwnService(t, says(200, inactiveBody)), newOwnService(t, says(500, `{}`))
	find := func(services ...*ownService) scanner.Status {
		var all []Introspection
		for _, s := range services {
			all = append(all, s.as(AuthBasic, "a.example"))
		}
		return introspectOne(t, bearerNear(randomToken()[3:], []string{"a.example"}), all...).Status
	}
	for want, got := range map[scanner.Status]scanner.Status{
		scanner.Live: find(no, broken, yes, no), scanner.Dead: find(no, no), scanner.Unknown: find(no, broken),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestIntrospectionCheck(t *testing.T) {
	t.Parallel()
	good := Introspection{
		URL: "https://login.corp.example/introspect?x=1", Hosts: []string{"*.corp.example", "localhost:8080"},
		Client: OAuthClient{ID: "a", Secret: rules.NewSecret("hunter")},
	}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*Introspection){
		"plain http":   func(i *Introspection) { i.URL = "http://login.corp.example/" },
		"a password":   func(i *Introspection) { i.URL = "https://a:hunter@login.corp.example/" },
		"a fragment":   func(i *Introspection) { i.URL += "#hunter" },
		"no host":      func(i *Introspection) { i.Hosts = nil },
		"all hosts":    func(i *Introspection) { i.Hosts = []string{"*"} },
		"all names":    func(i *Introspection) { i.Hosts = []string{"*.?*.*"} },
		"no label":     func(i *Introspection) { i.Hosts = []string{""} },
		"an address":   func(i *Introspection) { i.Hosts = []string{"https://a.example/"} },
		"a bad bound":  func(i *Introspection) { i.Hosts = []string{"a[.example"} },
		"no id":        func(i *Introspection) { i.Client.ID = "" },
		"no secret":    func(i *Introspection) { i.Client.Secret = rules.Secret{} },
		"another auth": func(i *Introspection) { i.Client.Auth = "hunter" },
	} {
		bad := good
		spoil(&bad)
		if err := bad.Check(); err == nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMatchesHost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, host string
		want          bool
	}{
		{"api.corp.example", "api.corp.example", true},
		{"API.corp.example", "api.corp.example:8443", true},
		{"api.corp.example:8443", "api.corp.example:8443", true},
		{"api.corp.example:8443", "api.corp.example", false},
		{"*.corp.example", "api.corp.example", true},
		{"*.corp.example", "a.b.c.corp.example", true},
		{"*.corp.example", "corp.example", false},
		{"*.corp.example", "evilcorp.example", false},
		{"*.corp.example", "api.corp.example.org", false},
		{"api-*.corp.example", "api-eu.corp.example", true},
		{"api-*.corp.example", "api-eu.x.corp.example", false},
		{"api.*.corp.example", "api.eu.corp.example", true},
		{"api.*.corp.example", "api.eu.x.corp.example", false},
		{"*", "localhost", true},
		{"*", "a.example", false},
		{"127.0.0.1", "127.0.0.1:4711", true},
	} {
		if got := matchesHost(c.pattern, c.host); got != c.want {
			t.Errorf("%s for %s: %t", c.pattern, c.host, got)
		}
	}
}
