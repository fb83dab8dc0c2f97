package issuer

import (
	"bytes"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
)

// TestRetryAfter reads all that an answer may say of a pause.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	at := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		header map[string]string
		want   time.Duration
	}{
		"none":                          {map[string]string{}, 0},
		"seconds":                       {map[string]string{"Retry-After": " 7 "}, 7 * time.Second},
		"milliseconds":                  {map[string]string{"Retry-After-Ms": "250", "Retry-After": "7"}, 250 * time.Millisecond},
		"negative":                      {map[string]string{"Retry-After": "-7"}, 0},
		"no number":                     {map[string]string{"Retry-After": "soon"}, 0},
		"more than a day":               {map[string]string{"Retry-After": "604800"}, 24 * time.Hour},
		"more than any number":          {map[string]string{"Retry-After": strings.Repeat("9", 40)}, 24 * time.Hour},
		"milliseconds without end":      {map[string]string{"Retry-After-Ms": "18446744073709551615"}, 24 * time.Hour},
		"date":                          {map[string]string{"Retry-After": at(9 * time.Second)}, 9 * time.Second},
		"date in the past":              {map[string]string{"Retry-After": at(-time.Hour)}, 0},
		"far date":                      {map[string]string{"Retry-After": at(1000 * time.Hour)}, 24 * time.Hour},
		"clock there is an hour ahead":  {map[string]string{"Retry-After": at(time.Hour + 9*time.Second), "Date": at(time.Hour)}, 9 * time.Second},
		"clock there is an hour behind": {map[string]string{"Retry-After": at(9*time.Second - time.Hour), "Date": at(-time.Hour)}, 9 * time.Second},
		"its own date is broken":        {map[string]string{"Retry-After": at(9 * time.Second), "Date": "today"}, 9 * time.Second},
	} {
		h := http.Header{}
		for name, value := range c.header {
			h.Set(name, value)
		}
		if got := retryAfter(h, now); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestDebugChild is the process that TestDebug starts; the token is on its standard
// input.
func TestDebugChild(t *testing.T) {
	if os.Getenv("PATLINT_TEST_DEBUG") == "" {
		return // it is not that process
	}
	token := make([]byte, 64)
	if _, err := os.Stdin.Read(token); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(says(200, okBody))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	transport := newTransport()
	trusted, ok := server.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("the server has another transport")
	}
	transport.TLSClientConfig.RootCAs = trusted.TLSClientConfig.RootCAs
	gateway, err := Gateway(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	log.SetOutput(os.Stdout)
	v := NewVerifier(Options{Regions: []Region{gateway}, Transport: transport}).Ask(t.Context(), rules.NewSecret(string(token)))
	t.Log(v.Status, v.Reason)
}

// TestDebug asks a server that speaks HTTP/2 while the environment wants all headers
// in the log.
func TestDebug(t *testing.T) {
	t.Parallel()
	token := randomToken()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDebugChild$", "-test.v")
	cmd.Env = append(os.Environ(), "PATLINT_TEST_DEBUG=1", "GODEBUG=http2debug=2")
	var output bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(token), &output, &output
	if err := cmd.Run(); err != nil || !strings.Contains(output.String(), "live it works") {
		t.Errorf("%v", err)
	}
	if rules.NewSecret(token).Overlaps(output.String()) {
		t.Error("the token is in the log")
	}
}
