package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// testIssuer plays the API of an issuer, in which some tokens are live.
type testIssuer struct {
	*httptest.Server
	mutex sync.Mutex
	live  map[string]bool
	asked []string // the tokens it was asked about
	other []string // all other requests
}

func newIssuer(t *testing.T, live ...string) *testIssuer {
	s := &testIssuer{live: map[string]bool{}}
	for _, token := range live {
		s.live[token] = true
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *testIssuer) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	token, ok := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	if !ok || q.Method != http.MethodGet || q.RequestURI != "/cloud/agents?limit=1" {
		s.other = append(s.other, q.Method+" "+q.RequestURI)
	}
	s.asked = append(s.asked, token)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", fmt.Sprintf("req-%d", len(s.asked)))
	if s.live[token] {
		fmt.Fprint(w, `{"data":[],"first_id":null,"last_id":null,"has_more":false}`)
		return
	}
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprint(w, `{"type":"error","error":{"type":"authentication_error","message":"Invalid API key or token."}}`)
}

// wantAsked wants that a server was asked about the tokens, once each, and nothing
// else.
func (s *testIssuer) wantAsked(t *testing.T, tokens ...string) {
	t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	number := map[string]int{}
	for _, token := range s.asked {
		number[token]++
	}
	for _, token := range tokens {
		if number[token] != 1 {
			t.Errorf("asked %d times about %s", number[token], mask(token))
		}
	}
	if len(s.asked) != len(tokens) || len(s.other) > 0 {
		t.Errorf("asked %d times, want %d; and %q", len(s.asked), len(tokens), s.other)
	}
	s.asked = nil
}

// verified is what a JSON report says about what leaked.
type verified struct {
	Findings []struct {
		RuleID       string `json:"rule_id"`
		Secret       string
		Status       string
		Verification *struct {
			Region    string
			RequestID string `json:"request_id"`
			Reason    string
			At        string
		}
	}
}

func statuses(t *testing.T, report string) map[string]string {
	t.Helper()
	var v verified
	if err := json.Unmarshal([]byte(report), &v); err != nil {
		t.Fatalf("%v in %s", err, report)
	}
	all := map[string]string{}
	for _, f := range v.Findings {
		all[f.Secret] = f.Status
		if f.Verification == nil || f.Verification.Reason == "" || f.Verification.At == "" {
			t.Errorf("%s of %s: %+v", f.Status, f.RuleID, f.Verification)
		}
	}
	return all
}

// TestVerifyCommand takes a live and a dead token, both found in the history, and
// a bearer credential through all ways to verify.
func TestVerifyCommand(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	live, dead, bearer := randomPAT(), randomPAT(), randomBearer()
	w.write("a.env", "QODER_PAT="+live+"\n")
	w.write("b.sh", "curl -H 'Authorization: Bearer "+bearer+"' https://api.example.com\nQODER_PAT="+dead+"\n")
	w.commit("leak")
	w.remove("a.env")
	w.commit("clean")
	server := newIssuer(t, live)
	url := "--issuer-url=" + server.URL
	tokens := []string{live, dead, bearer}

	scan := w.run("", "patlint", "scan", "--verify", url, "-f", "text", "-f", "json="+w.path("report.json"))
	server.wantAsked(t, live, dead)
	if scan.code != 1 || !strings.Contains(scan.stdout, "high confidence, live]") || !strings.Contains(scan.stdout, "high confidence, dead]") {
		t.Errorf("exit code %d\n%s%s", scan.code, scan.stdout, scan.stderr)
	}
	report := w.read("report.json")
	if got := statuses(t, report); got[mask(live)] != "live" || got[mask(dead)] != "dead" || got[mask(bearer)] != "unknown" {
		t.Errorf("%v", got)
	}
	w.remove("report.json")
	w.write("../masked.json", report)
	again := w.run("", "patlint", "verify", "../masked.json", url, "-f", "json")
	server.wantAsked(t, live, dead)
	if got := statuses(t, again.stdout); again.code != 1 || got[mask(live)] != "live" || got[mask(dead)] != "dead" {
		t.Errorf("exit code %d, %v\n%s", again.code, got, again.stderr)
	}
	server.live[live] = false
	closed := w.run(report, "patlint", "verify", url, "-f", "json")
	if got := statuses(t, closed.stdout); closed.code != 3 || got[mask(live)] != "dead" || got[mask(bearer)] != "unknown" {
		t.Errorf("exit code %d, %v\n%s", closed.code, got, closed.stderr)
	}
	server.wantAsked(t, live, dead)
	list := w.run("\ufeff"+live+"\r\n\r\n  "+dead+"\r\n", "patlint", "verify", url)
	if list.code != 0 || !strings.Contains(list.stdout, "its issuer denies it") {
		t.Errorf("exit code %d\n%s%s", list.code, list.stdout, list.stderr)
	}
	for _, out := range []outcome{scan, again, closed, list} {
		for _, token := range tokens {
			if part := leak(out.stdout+out.stderr+report, token); part != "" {
				t.Errorf("a token is shown: %s", part)
			}
		}
	}
}

// TestVerifyWrong gives what cannot be verified.
func TestVerifyWrong(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	w.write("not.json", `{"schema": 1, "tool": {"name": "other"}, "findings": []}`)
	w.write("half.json", `{"schema": 1, "findings": [`)
	for _, c := range []struct {
		stdin string
		args  []string
		says  string
	}{
		{"", []string{}, "neither a report nor a token"},
		{"hello\n", []string{}, "line 1"},
		{token + "\nhello " + token + "\n", []string{}, "line 2"},
		{"", []string{"missing.json"}, "missing.json"},
		{"", []string{"not.json"}, "not.json"},
		{"", []string{"half.json"}, "half.json"},
		{token, []string{"--issuer-url=http://qoder.example"}, "not encrypted"},
		{token, []string{"--issuer-url=https://me:" + token + "@qoder.example"}, "no password"},
		{token, []string{"--verify-jobs=-1"}, "negative"},
		{token, []string{"--verify-rate=-1"}, "negative"},
		{token, []string{"--verify-rate=NaN"}, "requests a second"},
		{token, []string{"--verify-rate=Inf"}, "requests a second"},
		{token, []string{"--verify-rate=1e-300"}, "requests a second"},
	} {
		out := w.run(c.stdin, "patlint", append([]string{"verify"}, c.args...)...)
		if out.code != 2 || !strings.Contains(out.stderr, c.says) || out.stdout != "" {
			t.Errorf("verify %q: exit code %d\n%s%s", c.args, out.code, out.stdout, out.stderr)
		}
		if part := leak(out.stderr, token); part != "" {
			t.Errorf("verify %q shows %s", c.args, part)
		}
	}
}

// TestVerifyNotFoundAgain has a report about what is not there any more.
func TestVerifyNotFoundAgain(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.env", "QODER_PAT="+randomPAT()+"\n")
	report := w.run("", "patlint", "scan", "-f", "json").stdout
	w.write("a.env", "")
	server := newIssuer(t)
	out := w.run(report, "patlint", "verify", "--issuer-url="+server.URL)
	if out.code != 3 || !strings.Contains(out.stdout, "not found again") {
		t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
	server.wantAsked(t)
}

// TestHostileVerification has a repository that tries to turn the questions to
// another host, or to switch them on.
func TestHostileVerification(t *testing.T) {
	t.Parallel()
	token := randomPAT()
	evil, good := newIssuer(t, token), newIssuer(t, token)
	host := strings.TrimPrefix(evil.URL, "http://")
	files := map[string]string{
		".env":                        "PATLINT_ISSUER_URL=" + evil.URL + "\nHTTP_PROXY=" + evil.URL + "\nHTTPS_PROXY=" + evil.URL + "\n",
		".envrc":                      "export PATLINT_ISSUER_URL=" + evil.URL + "\n",
		".netrc":                      "machine " + host + " login x password y\n",
		".config/patlint/issuer.yaml": "issuer_url: " + evil.URL + "\n",
		".patlintignore":              "--verify --issuer-url " + evil.URL + "\n",
		".github/patlint.yaml":        "verify: true\n",
		"baseline.txt":                "--issuer-url " + evil.URL + "\n",
		"a.env":                       "QODER_PAT=" + token + "\nQODER_BASE_URL=" + evil.URL + "/api/v1\n# region: " + evil.URL + "\n",
	}
	w := newRepo(t)
	for name, content := range files {
		w.write(name, content)
	}
	w.git("config", "http.proxy", evil.URL)
	w.git("config", "url."+evil.URL+".insteadOf", "https://api.qoder.com/")
	w.git("config", "patlint.issuerUrl", evil.URL)
	w.commit("hostile")

	if out := w.run("", "patlint", "scan"); out.code != 1 || strings.Contains(out.stdout, "live") {
		t.Errorf("exit code %d\n%s", out.code, out.stdout)
	}
	good.wantAsked(t)
	out := w.run("", "patlint", "scan", "--verify", "--issuer-url="+good.URL)
	if out.code != 1 || !strings.Contains(out.stdout, "high confidence, live]") {
		t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
	good.wantAsked(t, token)
	for _, setting := range []string{"verify: true", "issuer_url: " + evil.URL, "issuer: {url: " + evil.URL + "}", "provider: exec"} {
		w.write(".patlint.yaml", setting+"\n")
		if out := w.run("", "patlint", "scan"); out.code != 2 || !strings.Contains(out.stderr, ".patlint.yaml:1:1") {
			t.Errorf("%s: exit code %d\n%s", setting, out.code, out.stderr)
		}
	}
	good.wantAsked(t)
	evil.wantAsked(t)
}

// TestVerifyLate asks a server that sends the token back once it has answered, which
// net/http logs.
func TestVerifyLate(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			go func() {
				defer conn.Close()
				request, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				fmt.Fprint(conn, "HTTP/1.1 401 No\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"error\":\"x\"}")
				time.Sleep(100 * time.Millisecond) // or it would be a part of the answer
				fmt.Fprint(conn, strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer "))
				_, _ = conn.Read(make([]byte, 1)) // until it is left
			}()
		}
	}()
	first, second := randomPAT(), randomPAT()
	out := newWorkplace(t).run(first+"\n"+second+"\n", "patlint", "verify", "--verify-rate=2", "--verify-jobs=1", "--issuer-url=http://"+listener.Addr().String())
	if out.code != exitClean {
		t.Errorf("exit code %d\n%s", out.code, out.stdout)
	}
	wantNoLeak(t, "the output", out.stdout+out.stderr, first, second)
}
