package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// kill makes a token dead, as its revocation does.
func (s *testIssuer) kill(token string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.live[token] = false
}

// number returns how often a server was asked so far.
func (s *testIssuer) number() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.asked)
}

// testService plays an organisation's service that revokes, and notes what it gets.
type testService struct {
	*httptest.Server
	mutex sync.Mutex
	got   []string
}

func newService(t *testing.T, issuer *testIssuer, answer func(w http.ResponseWriter, token string)) *testService {
	s := &testService{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		var body struct{ Token string }
		_ = json.NewDecoder(q.Body).Decode(&body)
		s.mutex.Lock()
		s.got = append(s.got, q.Method+" "+q.RequestURI+" "+q.Header.Get("X-Key")+" "+body.Token)
		s.mutex.Unlock()
		if answer != nil {
			answer(w, body.Token)
			return
		}
		issuer.kill(body.Token)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *testService) received() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string{}, s.got...)
}

// settings writes the user's file about services; the key is in the environment.
func (w *workplace) settings(content string) *workplace {
	w.t.Helper()
	path := filepath.Join(w.home, ".config", "patlint", "issuer.yaml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return w.with("SERVICE_KEY=k1")
}

func httpSettings(url string) string {
	return "revocation:\n  http:\n    url: " + url + "/revoke?by={{env:SERVICE_KEY}}\n    headers:\n      Content-Type: application/json\n" +
		"      X-Key: \"{{env:SERVICE_KEY}}\"\n    body: '{\"token\": \"{{token}}\"}'\n"
}

// auditPath is where the audit log is if nobody says otherwise.
func (w *workplace) auditPath() string {
	return filepath.Join(w.home, ".local", "state", "patlint", "audit.jsonl")
}

// steps returns the steps in the audit log, with the status of those that verify.
func (w *workplace) steps() string {
	content, err := os.ReadFile(w.auditPath())
	if err != nil {
		return ""
	}
	var steps []string
	for line := range strings.Lines(string(content)) {
		var r struct{ Step, Status, Fingerprint, Time, Run, Provider string }
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Fingerprint == "" || r.Time == "" || r.Run == "" || r.Provider == "" {
			w.t.Errorf("%v in the record %s", err, line)
		}
		steps = append(steps, strings.TrimSpace(r.Step+" "+r.Status))
	}
	return strings.Join(steps, ", ")
}

// wantQuiet wants that no part of a token is in what a command wrote, or in any
// file below the home folder.
func (w *workplace) wantQuiet(t *testing.T, out outcome, tokens ...string) {
	t.Helper()
	wantNoLeak(t, "the output", out.stdout+out.stderr, tokens...)
	_ = filepath.WalkDir(w.home, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			content, _ := os.ReadFile(path)
			wantNoLeak(t, path, string(content), tokens...)
		}
		return nil
	})
}

// TestRevokeHTTP takes a live token from a report through the whole way: shown,
// revoked, proven dead; and a second time, which changes nothing.
func TestRevokeHTTP(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	live, dead := randomPAT(), randomPAT()
	w.write("a.env", "QODER_PAT="+live+"\nB="+dead+"\n")
	w.commit("leak")
	server := newIssuer(t, live)
	service := newService(t, server, nil)
	w = w.settings(httpSettings(service.URL))
	w.write("../report.json", w.run("", "patlint", "scan", "-f", "json").stdout)
	args := []string{"revoke", "../report.json", "--issuer-url=" + server.URL, "--provider=http", "-f", "json"}

	dry := w.run("", "patlint", append(args, "--dry-run")...)
	if dry.code != 1 || !strings.Contains(dry.stderr, "dry run") || !strings.Contains(dry.stderr, "a.env:1") || len(service.received()) > 0 || w.steps() != "" {
		t.Errorf("dry run: exit code %d, %q, %q\n%s", dry.code, service.received(), w.steps(), dry.stderr)
	}
	out := w.run("", "patlint", append(args, "--yes")...)
	if got := statuses(t, out.stdout); out.code != 0 || got[mask(live)] != "revoked" || got[mask(dead)] != "dead" {
		t.Errorf("exit code %d, %v\n%s", out.code, got, out.stderr)
	}
	if got := service.received(); len(got) != 1 || got[0] != "POST /revoke?by=k1 k1 "+live {
		t.Errorf("the service got %d requests: %.30q", len(got), got)
	}
	if got, want := w.steps(), "planned, sent, answered, verified dead"; got != want {
		t.Errorf("the log has %s, want %s", got, want)
	}
	if info, err := os.Stat(w.auditPath()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the log: %v, %v", info.Mode(), err)
	}
	again := w.run("", "patlint", append(args, "--yes")...)
	if again.code != 0 || !strings.Contains(again.stderr, "nothing to revoke") || len(service.received()) != 1 {
		t.Errorf("again: exit code %d\n%s", again.code, again.stderr)
	}
	for _, o := range []outcome{dry, out, again} {
		w.wantQuiet(t, o, live, dead)
	}
}

// TestRevokeNoProof has a service that says that it revoked and did not, and one
// that fails: the token stays live.
func TestRevokeNoProof(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter, string){
		"says so":  func(w http.ResponseWriter, token string) { fmt.Fprint(w, `{"revoked": true}`) },
		"refuses":  func(w http.ResponseWriter, token string) { http.Error(w, token, http.StatusForbidden) },
		"breaks":   func(w http.ResponseWriter, token string) { panic(http.ErrAbortHandler) },
		"redirect": func(w http.ResponseWriter, token string) { w.Header().Set("Location", "/"+token); w.WriteHeader(307) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkplace(t)
			token := randomPAT()
			server := newIssuer(t, token)
			service := newService(t, server, answer)
			w = w.settings(httpSettings(service.URL))
			out := w.run(token, "patlint", "revoke", "--issuer-url="+server.URL, "--provider=http", "--yes", "--wait=0s", "-f", "json")
			if got := statuses(t, out.stdout); out.code != 1 || got[mask(token)] != "live" || !strings.Contains(out.stderr, "STILL LIVE") {
				t.Errorf("exit code %d, %v\n%s", out.code, got, out.stderr)
			}
			if got, want := w.steps(), "planned, sent, answered, verified live"; got != want {
				t.Errorf("the log has %s, want %s", got, want)
			}
			w.wantQuiet(t, out, token)
		})
	}
}

// TestRevokeConsole revokes in a page that a person sees, while patlint asks.
func TestRevokeConsole(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	server := newIssuer(t, token)
	w.write("bin/xdg-open", "#!/bin/sh\necho opened\necho \"$@\" >> "+w.path("opened")+"\n")
	if err := os.Chmod(w.path("bin/xdg-open"), 0o755); err != nil {
		t.Fatal(err)
	}
	w = w.with("PATH=" + w.path("bin") + ":" + os.Getenv("PATH"))
	go func() { // the person
		for server.number() < 2 && t.Context().Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
		server.kill(token)
	}()
	out := w.run(token, "patlint", "revoke", "--issuer-url="+server.URL, "--yes", "--wait=30s", "--open", "-f", "json")
	if got := statuses(t, out.stdout); out.code != 0 || got[mask(token)] != "revoked" {
		t.Errorf("exit code %d, %v\n%s", out.code, got, out.stderr)
	}
	for _, words := range []string{"https://qoder.com/account/integrations", "begins with " + token[:5], "revoked, and proven dead"} {
		if !strings.Contains(out.stderr, words) {
			t.Errorf("%q is missing in\n%s", words, out.stderr)
		}
	}
	if got, want := w.steps(), "planned, sent, answered, verified dead"; got != want {
		t.Errorf("the log has %s, want %s", got, want)
	}
	w.wantQuiet(t, out, token)
}

// TestScanRevoke revokes what a scan finds.
func TestScanRevoke(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	w.write("a.env", "QODER_PAT="+token+"\n")
	server := newIssuer(t, token)
	service := newService(t, server, nil)
	w = w.settings(httpSettings(service.URL))
	args := []string{"scan", "--verify", "--revoke", "--issuer-url=" + server.URL, "--provider=http"}
	fork := w.with("CI_MERGE_REQUEST_SOURCE_PROJECT_ID=7", "CI_MERGE_REQUEST_PROJECT_ID=1").run("", "patlint", append(args, "--yes")...)
	if fork.code != 1 || !strings.Contains(fork.stderr, "nothing is verified") || server.number()+len(service.received()) > 0 {
		t.Errorf("fork: exit code %d\n%s", fork.code, fork.stderr)
	}
	if dry := w.run("", "patlint", append(args, "--dry-run")...); dry.code != 1 || len(service.received()) > 0 {
		t.Errorf("dry run: exit code %d\n%s", dry.code, dry.stderr)
	}
	out := w.run("", "patlint", append(args, "--yes")...)
	if out.code != 0 || !strings.Contains(out.stdout, "revoked") || len(service.received()) != 1 {
		t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
	w.wantQuiet(t, out, token)
}

// TestRevokeWrong gives what cannot be revoked, and wants that nobody is asked.
func TestRevokeWrong(t *testing.T) {
	t.Parallel()
	token := randomPAT()
	server := newIssuer(t, token)
	for name, c := range map[string]struct {
		settings string
		args     []string
		says     string
	}{
		"unknown provider": {"", []string{"--provider=magic"}, "unknown provider"},
		"no settings":      {"", []string{"--provider=http"}, "needs its settings"},
		"unknown key":      {"revocation:\n  http:\n    uri: x\n", []string{"--provider=http"}, "issuer.yaml:3:5"},
		"no token":         {"revocation:\n  http:\n    url: https://a.example\n", []string{"--provider=http"}, "issuer.yaml:3:5: http: url, headers, body"},
		"token in host":    {"revocation:\n  http:\n    url: https://{{token}}.example/\n", []string{"--provider=http"}, "before the path"},
		"not encrypted":    {"revocation:\n  http:\n    url: http://a.example/{{token}}\n", []string{"--provider=http"}, "not encrypted"},
		"not in a string":  {"revocation:\n  http:\n    url: https://a.example\n    headers: {Content-Type: application/json}\n    body: '{\"t\": {{token}}}'\n", []string{"--provider=http"}, "outside of a string"},
		"no such variable": {"revocation:\n  http:\n    url: https://a.example/{{token}}?k={{env:NOPE}}\n", []string{"--provider=http"}, "NOPE is not set"},
		"relative program": {"revocation:\n  exec:\n    command: [revoke]\n", []string{"--provider=exec"}, "full path"},
		"no hosts":         {"revocation:\n  rfc7009:\n    endpoint: https://a.example\n    client-id: x\n    client-auth: none\n", []string{"--provider=rfc7009"}, "hosts"},
		"all hosts":        {"revocation:\n  rfc7009:\n    endpoint: https://a.example\n    client-id: x\n    client-auth: none\n    hosts: ['*']\n", []string{"--provider=rfc7009"}, "hosts"},
		"two documents":    {"revocation: {}\n---\nrevocation: {}\n", nil, "issuer.yaml:2:1"},
		"yes and dry":      {"", []string{"--dry-run"}, "dry-run"},
		"not there":        {"", []string{"--issuer-config=nowhere.yaml"}, "nowhere.yaml"},
	} {
		w := newWorkplace(t)
		if c.settings != "" {
			w.settings(c.settings)
		}
		out := w.run(token, "patlint", append([]string{"revoke", "--yes", "--issuer-url=" + server.URL}, c.args...)...)
		if out.code != 2 || !strings.Contains(out.stderr, c.says) {
			t.Errorf("%s: exit code %d\n%s", name, out.code, out.stderr)
		}
		w.wantQuiet(t, out, token)
	}
	server.wantAsked(t)
}
