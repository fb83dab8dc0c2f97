package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// authServer is a real authorization server, the one of .ci/authserver, with a
// client of its own.
type authServer struct {
	url, id, secret string
}

// builtAuthServer builds the server once for all tests: it takes a while on a busy
// machine, and several at once take much longer.
var builtAuthServer = sync.OnceValues(func() (program string, err error) {
	program = filepath.Join(os.Getenv(sharedVariable), "authserver.exe") // Windows starts no program without
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..", ".ci", "authserver")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
})

// newAuthServer starts the server, which ends with the test.
func newAuthServer(t *testing.T) *authServer {
	t.Helper()
	program, err := builtAuthServer()
	if err != nil && os.Getenv("CI") == "" {
		t.Skipf("the authorization server cannot be built, for want of its modules: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	// Both mean something else in a header where they are not encoded as in a form.
	s := &authServer{id: "patlint: " + randomText(6), secret: randomText(20) + " %+:&/" + randomText(20)}
	server := exec.Command(program)
	server.Env = append(os.Environ(), "AUTHSERVER_CLIENT_ID="+s.id, "AUTHSERVER_CLIENT_SECRET="+s.secret)
	server.Stderr = os.Stderr
	alive, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		alive.Close()
		if err := server.Wait(); err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	s.url = strings.TrimSpace(line)
	return s
}

// post sends a form as the server's client and returns the answer.
func (s *authServer) post(t *testing.T, path string, form url.Values) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(s.id), url.QueryEscape(s.secret))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", path, response.Status, err, body)
	}
	return body
}

// token returns a new access token.
func (s *authServer) token(t *testing.T) string {
	t.Helper()
	var answer struct {
		Token string `json:"access_token"`
	}
	body := s.post(t, "/oauth/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"openid"}})
	if err := json.Unmarshal(body, &answer); err != nil || answer.Token == "" {
		t.Fatalf("%v\n%s", err, body)
	}
	return answer.Token
}

// env is what the user's environment says about the client.
func (s *authServer) env() []string {
	return []string{introspectVariables[0] + "=" + s.id, introspectVariables[1] + "=" + s.secret}
}

var introspectVariables = [...]string{"PATLINT_INTROSPECT_CLIENT_ID", "PATLINT_INTROSPECT_CLIENT_SECRET"}

// statusAt returns the status of what a JSON report finds in a file.
func statusAt(t *testing.T, report, path string) string {
	t.Helper()
	var found struct {
		Findings []struct {
			Status    string
			Locations []struct{ Path string }
		}
	}
	if err := json.Unmarshal([]byte(report), &found); err != nil {
		t.Fatalf("%v in %s", err, report)
	}
	for _, f := range found.Findings {
		if f.Locations[0].Path == path {
			return f.Status
		}
	}
	return ""
}

// wantStatuses wants what was found in the files to have the statuses.
func wantStatuses(t *testing.T, out outcome, live, old, other string) {
	t.Helper()
	for path, want := range map[string]string{"deploy.sh": live, "old.sh": old, "other.sh": other} {
		if got := statusAt(t, out.stdout, path); got != want {
			t.Errorf("%s: %q, want %q, exit code %d\n%s%s", path, got, want, out.code, out.stdout, out.stderr)
		}
	}
}

// TestIntrospection takes tokens of a real authorization server from the leak to the
// proof that they are dead.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	server := newAuthServer(t)
	live, revoked, other := server.token(t), server.token(t), randomBearer()
	w := newRepo(t).with(server.env()...)
	w.write("deploy.sh", "curl -H \"Authorization: Bearer "+live+"\" https://api.corp.example/v1/deploy\n")
	w.write("old.sh", "curl -X POST \\\n  -H 'Authorization: Bearer "+revoked+"' \\\n  https://api.eu.corp.example/v1/deploy\n")
	w.write("other.sh", "curl -H 'Authorization: Bearer "+other+"' https://api.example.net/\n")
	w.commit("leak")
	w.remove("old.sh")
	w.commit("clean")
	flags := []string{"--introspect", server.url + "/oauth/introspect", "--introspect-host", "*.corp.example", "-f", "json"}
	scan := func() outcome { return w.run("", "patlint", append([]string{"scan", "--verify"}, flags...)...) }

	out := scan()
	if leak := leak(out.stdout+out.stderr, live, revoked, server.secret); leak != "" {
		t.Error("a secret is shown")
	}
	wantStatuses(t, out, "live", "live", "unknown")
	if !strings.Contains(out.stdout, `"region": "`+strings.TrimPrefix(server.url, "http://")+`"`) {
		t.Errorf("who was asked is not in\n%s", out.stdout)
	}

	server.post(t, "/revoke", url.Values{"token": {revoked}, "token_type_hint": {"access_token"}})
	w.write("../report.json", out.stdout)
	again := w.run("", "patlint", append([]string{"verify", "../report.json"}, flags...)...)
	wantStatuses(t, again, "live", "dead", "unknown")
	wantStatuses(t, scan(), "live", "dead", "unknown")
	server.post(t, "/revoke", url.Values{"token": {live}})
	wantStatuses(t, scan(), "dead", "dead", "unknown")
	w.remove("other.sh")
	proof := w.run("", "patlint", append([]string{"scan", "--worktree", "--verify"}, flags...)...)
	wantStatuses(t, proof, "dead", "", "")

	wrong := w.with(introspectVariables[1] + "=" + randomText(20))
	out = wrong.run("", "patlint", append([]string{"scan", "--verify"}, flags...)...)
	wantStatuses(t, out, "unknown", "unknown", "unknown")
	if !strings.Contains(out.stdout, "let the client ask") {
		t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
}

// introspected returns a repository with a bearer credential and settings of its own,
// and a service that counts how often it is asked.
func introspected(t *testing.T) (w *workplace, url string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"active":true}`)
	}))
	t.Cleanup(server.Close)
	w = newRepo(t)
	w.write("a.sh", "curl -H 'Authorization: Bearer "+randomBearer()+"' https://api.corp.example/\n")
	w.write(".env", strings.Join([]string{introspectVariables[0] + "=a", introspectVariables[1] + "=b", "PATLINT_INTROSPECT=" + server.URL}, "\n"))
	w.write(".config/patlint/issuer.yaml", "introspection:\n  - endpoint: "+server.URL+"\n    hosts: ['*.corp.example']\n    client-auth: none\n")
	w.commit("leak")
	return w, server.URL, asked
}

// TestIntrospectionFlags refuses flags and variables that do not say who asks whom
// about what.
func TestIntrospectionFlags(t *testing.T) {
	t.Parallel()
	w, url, asked := introspected(t)
	client := w.with(introspectVariables[0]+"=me", introspectVariables[1]+"=hunter")
	for _, c := range []struct {
		in    *workplace
		flags []string
	}{
		{client, []string{"--introspect", url}},
		{client, []string{"--introspect-host", "*.corp.example"}},
		{client, []string{"--introspect", "http://192.0.2.1/", "--introspect-host", "*.corp.example"}},
		{client, []string{"--introspect", url, "--introspect-host", "*"}},
		{client, []string{"--introspect", url, "--introspect-host", "*.corp.example", "--introspect-auth", "digest"}},
		{w, []string{"--introspect", url, "--introspect-host", "*.corp.example"}},
		{w.with(introspectVariables[0] + "=me"), []string{"--introspect", url, "--introspect-host", "*.corp.example"}},
	} {
		out := c.in.run("", "patlint", append([]string{"scan", "--verify"}, c.flags...)...)
		if out.code != 2 || out.stdout != "" || strings.Contains(out.stderr, "hunter") {
			t.Errorf("%q: exit code %d\n%s%s", c.flags, out.code, out.stdout, out.stderr)
		}
	}
	if asked.Load() > 0 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// TestIntrospectionOff asks nobody without --verify, or because the repository says
// so.
func TestIntrospectionOff(t *testing.T) {
	t.Parallel()
	w, url, asked := introspected(t)
	all := []string{"--introspect", url, "--introspect-host", "*.corp.example", "--introspect-auth", "none", "-f", "json"}
	w.run("", "patlint", append([]string{"scan"}, all...)...)
	if out := w.run("", "patlint", "scan", "--verify", "-f", "json"); statusAt(t, out.stdout, "a.sh") != "unknown" || asked.Load() > 0 {
		t.Errorf("asked %d times\n%s%s", asked.Load(), out.stdout, out.stderr)
	}
	if out := w.run("", "patlint", append([]string{"scan", "--verify"}, all...)...); statusAt(t, out.stdout, "a.sh") != "live" || asked.Load() != 1 {
		t.Errorf("asked %d times\n%s%s", asked.Load(), out.stdout, out.stderr)
	}
}
