package main

import (
	"net/url"
	"strings"
	"testing"
)

// TestRevokeAtServer takes tokens of a real authorization server the whole way:
// planted in a repository, found, verified live (RFC 7662), revoked (RFC 7009), and
// proven dead.
func TestRevokeAtServer(t *testing.T) {
	t.Parallel()
	server := newAuthServer(t)
	files, history, elsewhere := server.token(t), server.token(t), server.token(t)
	w := newRepo(t).settings("introspection:\n  - endpoint: " + server.url + "/oauth/introspect\n" + server.settings("    ") +
		"revocation:\n  rfc7009:\n    endpoint: " + server.url + "/revoke\n" + server.settings("    ")).with("CLIENT_SECRET=" + server.secret)
	w.write("deploy.sh", "curl -H \"Authorization: Bearer "+files+"\" https://api.corp.example/v1/deploy\n")
	w.write("old.py", "requests.get('https://api.eu.corp.example/', headers={'Authorization': 'Bearer "+history+"'})\n")
	w.write("other.sh", "curl -H 'Authorization: Bearer "+elsewhere+"' https://api.example.net/\n")
	w.commit("leak")
	w.remove("old.py")
	w.commit("clean")
	w.write("../report.json", w.run("", "patlint", "scan", "-f", "json").stdout)

	before := w.run("", "patlint", "verify", "../report.json", "-f", "json")
	wantPlaces(t, before, 1, map[string]string{"deploy.sh": "live", "old.py": "live", "other.sh": "unknown"})
	dry := w.run("", "patlint", "revoke", "../report.json", "--provider=rfc7009", "--dry-run", "-f", "json")
	wantPlaces(t, dry, 1, map[string]string{"deploy.sh": "live", "old.py": "live"})
	out := w.run("", "patlint", "revoke", "../report.json", "--provider=rfc7009", "--yes", "-f", "json")
	wantPlaces(t, out, 3, map[string]string{"deploy.sh": "revoked", "old.py": "revoked", "other.sh": "unknown"})
	if steps := w.steps(); strings.Count(steps, "verified dead") != 2 || strings.Count(steps, "sent") != 2 {
		t.Errorf("the log has %s", steps)
	}
	after := w.run("", "patlint", "scan", "--verify", "-f", "json")
	wantPlaces(t, after, 1, map[string]string{"deploy.sh": "dead", "old.py": "dead", "other.sh": "unknown"})
	for _, o := range []outcome{before, dry, out, after} {
		w.wantHidden(t, o, server.secret, files, history, elsewhere)
	}
	for token, want := range map[string]string{files: "false", history: "false", elsewhere: "true"} {
		if said := string(server.post(t, "/oauth/introspect", url.Values{"token": {token}})); !strings.Contains(said, `"active":`+want) {
			t.Errorf("the server says %s, want %s", said, want)
		}
	}
}

// TestRevokeByFlags revokes with settings that are flags alone.
func TestRevokeByFlags(t *testing.T) {
	t.Parallel()
	server := newAuthServer(t)
	token := server.token(t)
	w := newRepo(t).with(append(server.env(), "CLIENT_SECRET="+server.secret)...)
	w.write("deploy.sh", "curl -H \"Authorization: Bearer "+token+"\" https://api.corp.example/v1/deploy\n")
	asking := []string{"scan", "--verify", "--introspect", server.url + "/oauth/introspect", "--introspect-host", "*.corp.example", "-f", "json"}
	revoking := append(asking, "--revoke", "--yes", "--provider=rfc7009", "--provider-option=endpoint="+server.url+"/revoke",
		"--provider-option=hosts=['*.corp.example']", "--provider-option=client-id="+server.id, "--provider-option=client-secret-env=CLIENT_SECRET")
	wrong := w.run("", "patlint", append(revoking, "--provider-option=hosts=['*.corp.example', api.*.example")...)
	if wrong.code != 2 || !strings.Contains(wrong.stderr, "--provider-option hosts") || w.steps() != "" {
		t.Errorf("a broken list: exit code %d\n%s", wrong.code, wrong.stderr)
	}
	wantPlaces(t, w.run("", "patlint", revoking...), 0, map[string]string{"deploy.sh": "revoked"})
	wantPlaces(t, w.run("", "patlint", asking...), 1, map[string]string{"deploy.sh": "dead"})
}

// settings is what the user's file says about the server's client.
func (s *authServer) settings(indent string) string {
	return indent + "hosts: ['*.corp.example']\n" + indent + "client-id: '" + s.id + "'\n" + indent + "client-secret-env: CLIENT_SECRET\n"
}

// wantPlaces wants an exit code and the status of what was found in files.
func wantPlaces(t *testing.T, out outcome, code int, want map[string]string) {
	t.Helper()
	if out.code != code {
		t.Errorf("exit code %d, want %d\n%s", out.code, code, out.stderr)
	}
	for path, status := range want {
		if got := statusAt(t, out.stdout, path); got != status {
			t.Errorf("%s: %q, want %q\n%s%s", path, got, status, out.stdout, out.stderr)
		}
	}
}

// wantHidden wants that no secret is in what a command wrote, or in the audit log.
func (w *workplace) wantHidden(t *testing.T, out outcome, secrets ...string) {
	t.Helper()
	log := w.read(w.auditPath())
	for name, text := range map[string]string{"the output": out.stdout + out.stderr, "the log": log} {
		if leak(text, secrets...) != "" {
			t.Errorf("a secret is in %s", name)
		}
	}
}
