package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
)

// TestVerifyCrafted takes a report that somebody changed: secrets go to services that
// are not theirs by its words alone if what it says of hosts and rules is believed.
func TestVerifyCrafted(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"active":true}`)
	}))
	defer service.Close()
	client := "    hosts: ['*.corp.example']\n    client-auth: none\n    client-id: me\n"
	w := newRepo(t).settings("introspection:\n  - endpoint: " + service.URL + "\n" + client + "revocation:\n  rfc7009:\n    endpoint: " + service.URL + "\n" + client)
	bearer, job := randomBearer(), "jt-"+randomText(40)
	w.write("other.sh", "curl -H 'Authorization: Bearer "+bearer+"' https://api.example.net/\n")
	w.write("job.env", "QODER_JOB_TOKEN="+job+"\n")
	report := w.run("", "patlint", "scan", "-f", "json").stdout
	if statusAt(t, report, "other.sh") != "unverified" || statusAt(t, report, "job.env") != "unverified" {
		t.Fatalf("not found: %s", report)
	}
	for _, change := range [][2]string{
		{`"api.example.net"`, `"api.corp.example"`},
		{`"rule_id": "qoder-credential"`, `"rule_id": "bearer-literal"`},
		{`"path": "job.env"`, `"hosts": ["api.corp.example"], "path": "job.env"`},
		{`"status": "unverified"`, `"status": "live"`},
	} {
		changed := strings.ReplaceAll(report, change[0], change[1])
		if changed == report {
			t.Fatalf("%s is not in %s", change[0], report)
		}
		report = changed
	}
	for _, args := range [][]string{{"verify"}, {"revoke", "--provider=rfc7009", "--yes"}} {
		out := w.run(report, "patlint", append(args, "-f", "json")...)
		if out.code != exitIncomplete || statusAt(t, out.stdout, "other.sh") != "unknown" || statusAt(t, out.stdout, "job.env") != "unknown" {
			t.Errorf("%v: exit code %d\n%s%s", args, out.code, out.stdout, out.stderr)
		}
		w.wantQuiet(t, out, bearer, job)
	}
	if asked.Load() > 0 || w.steps() != "" {
		t.Errorf("the service was asked %d times, the log has %q", asked.Load(), w.steps())
	}
}

// TestVerifyElsewhere takes a report about another folder, which is named, and in
// which nothing counts that the report does not know.
func TestVerifyElsewhere(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	known, other := randomPAT(), randomPAT()
	w.write("a.env", "QODER_PAT="+known+"\n")
	report := w.run("", "patlint", "scan", "-f", "json", w.dir).stdout
	w.write("b.env", "QODER_PAT="+other+"\n")
	server := newIssuer(t, known, other)
	out := newWorkplace(t).run(report, "patlint", "verify", "--issuer-url="+server.URL, "-f", "json")
	if got := statuses(t, out.stdout); out.code != exitFound || len(got) != 1 || got[mask(known)] != "live" || !strings.Contains(out.stderr, "about "+w.dir) {
		t.Errorf("exit code %d, %v\n%s", out.code, got, out.stderr)
	}
	server.wantAsked(t, known)
}

// TestSettingsInside has a repository with settings where the user's own would be,
// and a report or tokens that do not say that they are about it.
func TestSettingsInside(t *testing.T) {
	t.Parallel()
	token := randomPAT()
	server := newIssuer(t, token)
	w := newRepo(t)
	w.write("patlint/issuer.yaml", "revocation:\n  exec:\n    command: ["+w.path("evil.sh")+"]\n")
	w.write("evil.sh", "#!/bin/sh\ntouch "+w.path("../ran")+"\n")
	w.write("a.env", "QODER_PAT="+token+"\n")
	w.write("deep/down/a.txt", "")
	report := w.run("", "patlint", "scan", "-f", "json", "--show-secrets").stdout
	elsewhere := strings.ReplaceAll(report, `"path": "."`, `"path": "/nowhere"`)
	if elsewhere == report {
		t.Fatalf("the path is not in %s", report)
	}
	for _, stdin := range []string{token, elsewhere} {
		for _, folder := range []string{".", "deep/down"} {
			for _, args := range [][]string{{"verify"}, {"revoke", "--provider=exec", "--yes"}} {
				out := w.in(folder).with("XDG_CONFIG_HOME="+w.dir).run(stdin, "patlint", append(args, "--issuer-url="+server.URL)...)
				if out.code != exitUsage || !strings.Contains(out.stderr, "lies in what is scanned") {
					t.Errorf("%v: exit code %d\n%s", args, out.code, out.stderr)
				}
			}
		}
	}
	if _, err := os.Stat(w.path("../ran")); err == nil {
		t.Error("a command of the repository ran")
	}
	server.wantAsked(t)
}
