package issuer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// What an answer may cost at most.
const (
	maxBody    = 64 << 10 // bytes that are read of one
	maxHeader  = 64 << 10 // bytes of its header
	maxTryTime = 10 * time.Second
)

// The first and the longest pause between two tries; what an issuer asks for may
// be longer.
const (
	firstPause = 250 * time.Millisecond
	maxPause   = 5 * time.Second
)

// maxTries is how often one question is asked at most.
const maxTries = 6

// client sends requests, not too many at a time, and tries again what may work
// later. It may be used by several goroutines.
type client struct {
	http    *http.Client
	limiter *rate.Limiter
	budget  time.Duration // for one question with all its tries
	tryTime time.Duration // for one of them
	agent   string

	pause *pauses
}

// maxLost is how many questions in a row a host may leave without an answer, each with
// all its tries, before it is asked no more: hundreds of secrets would take hours.
const maxLost = 10

// pauses are for how long hosts want to be left alone, and how many questions they
// left without an answer of late.
type pauses struct {
	mutex sync.Mutex
	until map[string]time.Time
	lost  map[string]int
}

// count notes whether a host answered a question.
func (p *pauses) count(host string, answered bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.lost[host]++
	if answered {
		p.lost[host] = 0
	}
}

func (p *pauses) isLost(host string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.lost[host] >= maxLost
}

// begin lets every host be asked again.
func (p *pauses) begin() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	clear(p.lost)
}

func (p *pauses) extend(host string, until time.Time) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if until.After(p.until[host]) {
		p.until[host] = until
	}
}

func (p *pauses) left(host string) time.Duration {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return time.Until(p.until[host])
}

func newClient(o Options) *client {
	return &client{
		http:    newHTTP(o.transport()),
		limiter: rate.NewLimiter(rate.Limit(o.rate()), 1),
		budget:  o.budget(),
		tryTime: maxTryTime,
		agent:   "patlint/" + o.version(),
		pause:   &pauses{until: map[string]time.Time{}, lost: map[string]int{}},
	}
}

// newTransport returns a transport that goes through the environment's proxies. It
// speaks HTTP/1.1 alone: that of HTTP/2 writes headers to the log, the credential
// too, where GODEBUG has http2debug=2, and few small requests gain nothing by it.
func newTransport() *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		Protocols:              &protocols,
		TLSHandshakeTimeout:    maxTryTime,
		ResponseHeaderTimeout:  maxTryTime,
		IdleConnTimeout:        30 * time.Second,
		MaxIdleConnsPerHost:    maxJobs,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true, // a small answer needs none, and a bomb could not be told from it
	}
}

// newHTTP returns a client that follows no redirect: one would carry the
// credential on, and its target is not the issuer.
func newHTTP(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what came back to a request.
type answer struct {
	code        int
	contentType string
	body        []byte
	requestID   string
	after       time.Duration // for how long to wait before the next try; 0 if it does not say
}

// builder makes a request; it is called for each try.
type builder func(ctx context.Context) (*http.Request, error)

// ask sends what build makes until there is an answer that stands, or the budget
// is used up; waiting for a turn takes nothing from it. The error is fit to be
// shown; with it comes the last answer, if there was any.
func (c *client) ask(ctx context.Context, build builder) (*answer, error) {
	steps := backoff.NewExponentialBackOff()
	steps.InitialInterval, steps.MaxInterval = firstPause, maxPause
	var spent time.Duration
	for try := 1; ; try++ {
		a, t, err := c.try(ctx, build)
		pause, again := c.pauseAfter(a, err, steps)
		if !again {
			if err == nil {
				c.pause.count(t.host, true)
			}
			return a, err
		}
		if err == nil {
			err = busy(a)
		}
		spent += t.took + pause
		if try == maxTries || spent > c.budget || ctx.Err() != nil {
			c.pause.count(t.host, false)
			return a, err
		}
		c.pause.extend(t.host, time.Now().Add(pause))
	}
}

// pauseAfter returns for how long to wait before what came of a try is tried
// again, if it is worth it.
func (c *client) pauseAfter(a *answer, err error, steps *backoff.ExponentialBackOff) (time.Duration, bool) {
	switch {
	case err != nil:
		return steps.NextBackOff(), isPassing(err)
	case a.code == http.StatusTooManyRequests, a.code == http.StatusServiceUnavailable,
		a.code == http.StatusBadGateway, a.code == http.StatusGatewayTimeout:
		return max(steps.NextBackOff(), a.after), true
	}
	return 0, false
}

// turn is one try: of which host, and how long it took once its turn had come.
type turn struct {
	host string
	took time.Duration
}

// try waits for its turn and sends one request.
func (c *client) try(ctx context.Context, build builder) (a *answer, t turn, err error) {
	tried, cancel := context.WithCancel(ctx)
	defer cancel()
	request, err := build(tried)
	if err != nil {
		return nil, t, err
	}
	t.host = request.URL.Host
	if c.pause.isLost(t.host) {
		return nil, t, &trouble{fmt.Sprintf("it was not asked, for it answered none of %d questions before", maxLost), false}
	}
	if err := c.wait(ctx, t.host); err != nil {
		return nil, t, failure(err)
	}
	started := time.Now()
	defer func() { t.took = time.Since(started) }()
	defer time.AfterFunc(c.tryTime, cancel).Stop() // what waits for its turn does not count
	request.Header.Set("User-Agent", c.agent)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, t, lateOr(ctx, tried, err)
	}
	defer response.Body.Close()
	a = &answer{
		code: response.StatusCode, contentType: response.Header.Get("Content-Type"),
		requestID: response.Header.Get("X-Request-Id"), after: retryAfter(response.Header, time.Now()),
	}
	if a.body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1)); err != nil {
		return a, t, lateOr(ctx, tried, err)
	}
	return a, t, nil
}

// wait waits until the host wants to hear again and the rate allows a request.
func (c *client) wait(ctx context.Context, host string) error {
	for {
		left := c.pause.left(host)
		if left <= 0 {
			return c.limiter.Wait(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(left):
		}
	}
}

// retryAfter returns for how long an answer asks to wait: Retry-After (RFC 9110,
// section 10.2.3) in seconds or as a date, or Retry-After-Ms in milliseconds. A date
// is compared with the one of the answer: the clock here may be wrong.
func retryAfter(h http.Header, now time.Time) time.Duration {
	const longest = 24 * time.Hour // longer than any budget, and no overflow
	if ms, ok := number(h.Get("Retry-After-Ms")); ok {
		return time.Duration(min(ms, uint64(longest/time.Millisecond))) * time.Millisecond
	}
	value := h.Get("Retry-After")
	if seconds, ok := number(value); ok {
		return time.Duration(min(seconds, uint64(longest/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(strings.TrimSpace(value)); err == nil {
		if sent, err := http.ParseTime(h.Get("Date")); err == nil {
			now = sent
		}
		return min(longest, max(0, at.Sub(now)))
	}
	return 0
}

// number reads digits; more of them than fit are the largest number.
func number(text string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}
