package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestVerifyMany asks a slow issuer about 500 tokens and wants to see how far it is.
// scanner/issuer tests the rate itself, on a clock of its own.
func TestVerifyMany(t *testing.T) {
	t.Parallel()
	const number, rate = 500, 400
	server := newIssuer(t)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		time.Sleep(50 * time.Millisecond)
		server.ServeHTTP(w, q)
	}))
	t.Cleanup(slow.Close)
	var tokens []string
	for range number {
		tokens = append(tokens, randomPAT())
	}
	w := newRepo(t)
	w.write("a.env", "A="+strings.Join(tokens, "\nA=")+"\n")
	w.commit("leak")
	started := time.Now()
	out := w.run("", "patlint", "scan", "--verify", "--issuer-url="+slow.URL, "--verify-rate=400", "--verify-jobs=40", "--progress=always", "-f", "json")
	took, least := time.Since(started), (number-1)*time.Second/rate
	if took < least {
		t.Errorf("%d requests in %s, less than the rate allows", number, took)
	}
	t.Logf("%d tokens took %s, the rate allows %s", number, took.Round(time.Millisecond), least)
	if got := len(statuses(t, out.stdout)); out.code != 1 || strings.Count(out.stdout, `"status": "dead"`) < number {
		t.Errorf("exit code %d, %d masks\n%.300s", out.code, got, out.stderr)
	}
	for _, words := range []string{"asked about 1 of 500 secrets", "asked about 250 of 500 secrets", "asked about 500 of 500 secrets"} {
		if !strings.Contains(out.stderr, words) {
			t.Errorf("%q is not shown", words)
		}
	}
	server.wantAsked(t, tokens...)
	wantNoLeak(t, "the output", out.stdout+out.stderr, tokens...)
}
