package issuer

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// TestNotProven revokes, and the issuer does not say that it is dead.
func TestNotProven(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		then   http.HandlerFunc
		status scanner.Status
	}{
		"still live": {says(200, okBody), scanner.Live},
		"no answer":  {says(500, `{}`), scanner.Unknown},
		"a page":     {html(401), scanner.Unknown},
		"denied":     {says(401, deniedBody), scanner.Revoked},
	} {
		global := newRegion(t, inTurn(says(200, okBody), c.then))
		cn := newRegion(t, says(401, deniedBody))
		said := []string{}
		log, err := OpenAudit(t.TempDir() + "/audit.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		v := NewVerifier(Options{Regions: []Region{global.as("global"), cn.as("cn")}, Rate: 1000})
		findings := []scanner.Finding{patFinding(randomToken())}
		findings = append(findings, findings[0])
		v.Verify(t.Context(), findings)
		console := &Console{Say: func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }}
		leaks, _ := Plan(console, findings)
		if len(leaks) != 1 {
			t.Fatalf("%s: %d leaks", name, len(leaks))
		}
		r := NewRevoker(v, RevokeOptions{Provider: console, Log: log})
		if err := r.Revoke(t.Context(), leaks); err != nil {
			t.Error(err)
		}
		for _, f := range findings {
			if f.Status != c.status || f.Verified.Status != c.status || f.Verified.Reason == "" {
				t.Errorf("%s: %s, %+v", name, f.Status, f.Verified)
			}
		}
		if words := strings.Join(said, "\n"); !strings.Contains(words, Regions()[0].Console) {
			t.Errorf("%s: %s", name, words)
		}
		log.Close()
	}
}
