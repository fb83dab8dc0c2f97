package issuer

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patlint/patlint/scanner"
)

// slowIssuer denies every token after a while, and notes when it was asked, and how
// often at once.
type slowIssuer struct {
	latency time.Duration
	mutex   sync.Mutex
	asked   []time.Time
	tokens  map[string]int
	open    int
	most    int
}

func (s *slowIssuer) RoundTrip(q *http.Request) (*http.Response, error) {
	s.mutex.Lock()
	s.asked = append(s.asked, time.Now())
	s.tokens[q.Header.Get("Authorization")]++
	s.open++
	s.most = max(s.most, s.open)
	s.mutex.Unlock()
	time.Sleep(s.latency)
	s.mutex.Lock()
	s.open--
	s.mutex.Unlock()
	return &http.Response{
		StatusCode: http.StatusUnauthorized, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(deniedBody)), Request: q,
	}, nil
}

// TestRate asks about 500 tokens, on a clock of the test's own: it takes exactly as
// long as the narrower of rate and jobs allows, and never is either exceeded.
func TestRate(t *testing.T) {
	t.Parallel()
	const tokens, latency = 500, 50 * time.Millisecond
	for name, c := range map[string]struct {
		rate float64
		jobs int
		want time.Duration
	}{
		"as it comes": {0, 0, (tokens-1)*time.Second/defaultRate + latency},
		"by rate":     {100, 8, (tokens-1)*time.Second/100 + latency},
		"by jobs":     {1000, 2, tokens / 2 * latency},
		"one by one":  {1000, 1, tokens * latency},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &slowIssuer{latency: latency, tokens: map[string]int{}}
			var findings []scanner.Finding
			for range tokens {
				findings = append(findings, patFinding(randomToken()))
			}
			findings = append(findings, findings[:20]...) // a secret of several findings is asked about once
			var steps []int
			var mutex sync.Mutex
			v := NewVerifier(Options{
				Regions: []Region{{Name: "global", API: "https://api.example"}}, Rate: c.rate, Jobs: c.jobs, Transport: server,
				Progress: func(done, all int) {
					mutex.Lock()
					defer mutex.Unlock()
					steps = append(steps, done*1000+all)
				},
			})
			started := time.Now()
			v.Verify(t.Context(), findings)
			took := time.Since(started)
			if slack := took - c.want; slack < -time.Millisecond || slack > latency {
				t.Errorf("%s: it took %s, want %s", name, took, c.want)
			}
			server.wantRate(t, name, v.opts.rate(), v.opts.jobs())
			if len(server.tokens) != tokens || len(server.asked) != tokens {
				t.Errorf("%s: asked %d times about %d tokens", name, len(server.asked), len(server.tokens))
			}
			if slices.Sort(steps); len(steps) != tokens || steps[0] != 1000+tokens || steps[tokens-1] != tokens*1000+tokens {
				t.Errorf("%s: progress was told %d times", name, len(steps))
			}
			if slices.ContainsFunc(findings, func(f scanner.Finding) bool { return f.Status != scanner.Dead }) {
				t.Errorf("%s: not all are dead", name)
			}
		})
	}
}

// wantRate wants that no second held more requests than the rate allows, and that
// no more than jobs were open at once.
func (s *slowIssuer) wantRate(t *testing.T, name string, rate float64, jobs int) {
	t.Helper()
	for i, at := range s.asked {
		end := i
		for end < len(s.asked) && s.asked[end].Sub(at) < time.Second {
			end++
		}
		if float64(end-i) > rate+1 { // both ends of the second count
			t.Errorf("%s: %d requests in a second", name, end-i)
			return
		}
	}
	if s.most > jobs {
		t.Errorf("%s: %d requests at once", name, s.most)
	}
}

// busyIssuer wants everybody to come again later, as long as it is busy.
type busyIssuer struct {
	asked int
	after string
	busy  bool
}

func (s *busyIssuer) RoundTrip(q *http.Request) (*http.Response, error) {
	s.asked++ // one job asks
	code, header := http.StatusUnauthorized, http.Header{"Content-Type": {"application/json"}}
	if s.busy {
		code, header = http.StatusTooManyRequests, http.Header{"Retry-After": {s.after}}
	}
	return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(strings.NewReader(deniedBody)), Request: q}, nil
}

// TestBusy asks about 500 tokens while the issuer wants to be left alone: that ends
// in minutes, whatever it says, and is no reason not to ask again later.
func TestBusy(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"20", "3600", "0", ""} {
		synctest.Test(t, func(t *testing.T) {
			server := &busyIssuer{after: after, busy: true}
			var findings []scanner.Finding
			for range 500 {
				findings = append(findings, patFinding(randomToken()))
			}
			v := NewVerifier(Options{Regions: []Region{{Name: "global", API: "https://api.example"}}, Jobs: 1, Transport: server})
			started := time.Now()
			v.Verify(t.Context(), findings)
			if took := time.Since(started); took > 6*time.Minute || server.asked > maxLost*maxTries {
				t.Errorf("%q: it took %s, asked %d times", after, took, server.asked)
			}
			for _, f := range findings {
				if f.Status != scanner.Unknown || f.Verified.Reason == "" {
					t.Fatalf("%q: %s, %q", after, f.Status, f.Verified.Reason)
				}
			}
			server.busy = false
			v.Verify(t.Context(), findings[:20])
			if last := findings[19]; last.Status != scanner.Dead {
				t.Errorf("%q: later it is %s, %s", after, last.Status, last.Verified.Reason)
			}
		})
	}
}
