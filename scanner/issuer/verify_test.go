package issuer

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// reset closes the connection without an answer.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// hang answers when the other side has given up.
func hang(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }

// slowBody sends the beginning of an answer, and the rest never.
func slowBody(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"data":`)
	w.(http.Flusher).Flush()
	<-q.Context().Done()
}

// hugeBody sends much more than anybody reads.
func hugeBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	line := strings.Repeat("x", 1<<20)
	fmt.Fprint(w, `{"data":"`)
	for range 64 {
		if _, err := fmt.Fprint(w, line); err != nil {
			return
		}
	}
}

func retryIn(code int, header, value string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(header, value)
		w.WriteHeader(code)
	}
}

func html(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(code)
		fmt.Fprint(w, "<html>sign in to the guest network</html>")
	}
}

func redirect(target *string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", *target)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

func echoes(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("X-Request-Id", strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer "))
	w.Header().Set("Content-Type", q.Header.Get("Authorization"))
	w.WriteHeader(http.StatusTeapot)
	fmt.Fprint(w, q.Header)
}

// TestVerify lets two regions answer in all ways, and looks at what is made of it
// and at how often each was asked.
func TestVerify(t *testing.T) {
	t.Parallel()
	live, denied, newDenied := says(200, okBody), says(401, deniedBody), says(401, deniedNewBody)
	for name, c := range map[string]struct {
		global, cn    http.HandlerFunc
		status        scanner.Status
		region        string
		reason        string // a part of it
		asked, cnAsks int
	}{
		"live":                         {live, denied, scanner.Live, "global", "works", 1, 0},
		"live in the other":            {denied, live, scanner.Live, "cn", "works", 1, 1},
		"dead":                         {denied, newDenied, scanner.Dead, "", "every region", 1, 1},
		"too few rights":               {says(403, forbiddenBody), denied, scanner.Live, "global", "valid", 1, 0},
		"one denies, one fails":        {denied, says(500, `{"type":"error","error":{"type":"api_error"}}`), scanner.Unknown, "", "cn: it answers 500", 1, 1},
		"one fails, one accepts":       {says(500, `{}`), live, scanner.Live, "cn", "works", 1, 1},
		"429 once":                     {inTurn(retryIn(429, "X", ""), live), denied, scanner.Live, "global", "works", 2, 0},
		"429 with Retry-After":         {inTurn(retryIn(429, "Retry-After", "1"), live), denied, scanner.Live, "global", "works", 2, 0},
		"503 with milliseconds":        {inTurn(retryIn(503, "Retry-After-Ms", "300"), live), denied, scanner.Live, "global", "works", 2, 0},
		"429 for an hour":              {retryIn(429, "Retry-After", "3600"), denied, scanner.Unknown, "", "asked again in 1h", 1, 1},
		"reset once":                   {inTurn(reset, live), denied, scanner.Live, "global", "works", 2, 0},
		"reset always":                 {reset, denied, scanner.Unknown, "", "closed the connection", -1, 1},
		"hang once":                    {inTurn(hang, live), denied, scanner.Live, "global", "works", -1, 0},
		"slow body":                    {slowBody, denied, scanner.Unknown, "", "in time", -1, 1},
		"huge body":                    {hugeBody, denied, scanner.Live, "global", "works", 1, 0},
		"page of a guest network, 200": {html(200), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"page of a guest network, 401": {html(401), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"a gateway's own 401":          {says(401, `{"message":"Unauthorized"}`), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"401 of no error":              {says(401, `{"error":null}`), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"401 that is too long":         {says(401, `{"error":"`+strings.Repeat("x", maxBody)+`"}`), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"401 without a body":           {says(401, ""), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"401 as a list":                {says(401, "["+deniedBody+"]"), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"page of a firewall, 403":      {html(403), denied, scanner.Unknown, "", "not the issuer's", 1, 1},
		"echo":                         {echoes, denied, scanner.Unknown, "", "418", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			global, cn := newRegion(t, c.global), newRegion(t, c.cn)
			token := randomToken()
			started := time.Now()
			tryTime := maxTryTime
			if c.asked < 0 { // it is waited for in vain
				tryTime = time.Second
			}
			f := verifyIn(t, token, tryTime, global.as("global"), cn.as("cn"))
			if f.Status != c.status || f.Verified.Region != c.region || !strings.Contains(f.Verified.Reason, c.reason) {
				t.Errorf("%s in %q, %q", f.Status, f.Verified.Region, f.Verified.Reason)
			}
			if took := time.Since(started); took > 2*time.Minute {
				t.Errorf("it took %s", took)
			}
			global.wantAsked(t, token, c.asked)
			cn.wantAsked(t, token, c.cnAsks)
			if said := fmt.Sprintf("%+v", *f.Verified); rules.NewSecret(token).Overlaps(said) {
				t.Errorf("the token is in %s", said)
			}
		})
	}
}

// verifyOne verifies one token.
func verifyOne(t *testing.T, token string, regions ...Region) scanner.Finding {
	t.Helper()
	return verifyIn(t, token, maxTryTime, regions...)
}

// verifyIn verifies one token, with so much time for each try.
func verifyIn(t *testing.T, token string, tryTime time.Duration, regions ...Region) scanner.Finding {
	t.Helper()
	v := NewVerifier(Options{Regions: regions, Rate: 1000})
	v.client.tryTime = tryTime
	findings := []scanner.Finding{patFinding(token)}
	v.Verify(t.Context(), findings)
	return findings[0]
}

// wantAsked wants so many requests, or several if it is negative, each the
// cheapest one that only reads, with the token in its header alone.
func (r *region) wantAsked(t *testing.T, token string, n int) {
	t.Helper()
	asked := r.asked()
	if n >= 0 && len(asked) != n || n < 0 && (len(asked) < 2 || len(asked) > maxTries) {
		t.Errorf("asked %d times, want %d", len(asked), n)
	}
	for _, q := range asked {
		if q.method != "GET" || q.uri != "/api/v1/cloud/agents?limit=1" || q.authorization != "Bearer "+token || strings.Contains(q.rest, token) {
			t.Errorf("asked %+v", q)
		}
	}
}

// TestNoRedirect follows no redirect, to wherever it leads.
func TestNoRedirect(t *testing.T) {
	t.Parallel()
	other := newRegion(t, says(200, okBody))
	secure := httptest.NewTLSServer(says(200, okBody))
	defer secure.Close()
	for _, target := range []string{other.URL + "/elsewhere", strings.Replace(other.URL, "127.0.0.1", "localhost", 1), secure.URL, "//" + strings.TrimPrefix(other.URL, "http://")} {
		global := newRegion(t, redirect(&target))
		f := verifyOne(t, randomToken(), global.as("global"))
		if f.Status != scanner.Unknown || !strings.Contains(f.Verified.Reason, "not followed") {
			t.Errorf("%s: %s", f.Status, f.Verified.Reason)
		}
	}
	if asked := other.asked(); len(asked) > 0 {
		t.Errorf("the redirect was followed: %+v", asked)
	}
}

// TestUntrusted sends nothing to a server whose certificate nobody vouches for.
func TestUntrusted(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	server.Config.ErrorLog = nil
	defer server.Close()
	region, err := Gateway(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	f := verifyOne(t, randomToken(), region)
	if f.Status != scanner.Unknown || !strings.Contains(f.Verified.Reason, "unknown authority") || asked > 0 {
		t.Errorf("%s, %s, asked %d times", f.Status, f.Verified.Reason, asked)
	}
}

// TestNotSent sends nothing that is no PAT, whoever would answer.
func TestNotSent(t *testing.T) {
	t.Parallel()
	global := newRegion(t, says(200, okBody))
	var findings []scanner.Finding
	for _, r := range rules.All() {
		if r.ID != rules.QoderPAT {
			findings = append(findings, scanner.Finding{Rule: r, Secret: rules.NewSecret(randomToken()[3:])})
		}
	}
	expired := scanner.Finding{Rule: findings[0].Rule, Secret: rules.NewSecret(randomToken()[5:]), Expired: time.Unix(1_700_000_000, 0)}
	odd := patFinding("pt-" + strings.Repeat("a b\r\nHost: x", 3))
	findings = append(findings, expired, odd)
	NewVerifier(Options{Regions: []Region{global.as("global")}}).Verify(t.Context(), findings)
	for _, f := range findings {
		want := scanner.Unknown
		if !f.Expired.IsZero() {
			want = scanner.Dead
		}
		if f.Status != want || f.Verified.Reason == "" || f.Verified.At.IsZero() {
			t.Errorf("%s: %s, %+v", f.Rule.ID, f.Status, f.Verified)
		}
	}
	if asked := global.asked(); len(asked) > 0 {
		t.Errorf("asked %+v", asked)
	}
}

// TestAskedOnce asks about a secret once, however many findings have it.
func TestAskedOnce(t *testing.T) {
	t.Parallel()
	global := newRegion(t, says(200, okBody))
	token := randomToken()
	findings := []scanner.Finding{patFinding(token), patFinding(randomToken()), patFinding(token)}
	NewVerifier(Options{Regions: []Region{global.as("global")}}).Verify(t.Context(), findings)
	for _, f := range findings {
		if f.Status != scanner.Live {
			t.Errorf("%s: %s", f.Status, f.Verified.Reason)
		}
	}
	if n := len(global.asked()); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// TestInterrupted ends at once when its context does.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	global := newRegion(t, hang)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	findings := []scanner.Finding{patFinding(randomToken()), patFinding(randomToken())}
	started := time.Now()
	NewVerifier(Options{Regions: []Region{global.as("global")}, Jobs: 1}).Verify(ctx, findings)
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("it took %s to end", took)
	}
	for _, f := range findings {
		if f.Status != scanner.Unknown || f.Verified.Reason == "" {
			t.Errorf("%s: %+v", f.Status, f.Verified)
		}
	}
}

func TestGateway(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"https://gateway.example/qoder", "http://127.0.0.1:8080", "http://[::1]:1/x", "http://localhost/"} {
		if _, err := Gateway(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{
		"", "gateway.example", "http://gateway.example", "http://127.0.0.1.example", "https://user:hunter@gateway.example", "ftp://gateway.example",
		"https://gateway.example/?next=x", "https:///x", "https://gateway.example/#x", "file:///etc/passwd", "http://10.0.0.1", "https://%zz",
	} {
		if r, err := Gateway(address); err == nil {
			t.Errorf("%s is taken for %+v", address, r)
		} else if strings.Contains(err.Error(), "hunter") {
			t.Errorf("%v", err)
		}
	}
}
