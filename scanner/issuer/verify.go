package issuer

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The defaults of [Options].
const (
	defaultJobs   = 8
	maxJobs       = 64
	defaultRate   = 20 // a second; the issuer's gateway wants less than 50 (docs.qoder.com, "Rate limits", 2026-11)
	defaultBudget = 30 * time.Second
)

// Options say whom to ask, and how fast. The zero value asks the issuer's own
// regions.
type Options struct {
	Regions []Region      // in the order in which they are asked; nil means [Regions]
	Jobs    int           // how many secrets are asked about at once; 0 means 8
	Rate    float64       // how many requests are sent a second; 0 means 20
	Budget  time.Duration // for one secret in one region, with all tries; 0 means 30 s
	Version string        // of patlint, for the requests' User-Agent

	// Introspections are the services that may be asked about bearer literals, in
	// this order. Each one is to be checked before; see [Introspection.Check].
	Introspections []Introspection

	// Transport sends the requests. Nil means TLS with the system's authorities,
	// through the proxies that the environment names.
	Transport http.RoundTripper

	// Progress is called whenever a secret has been asked about, from any goroutine.
	Progress func(done, all int)
}

func (o *Options) transport() http.RoundTripper {
	if o.Transport != nil {
		return o.Transport
	}
	return newTransport()
}

func (o *Options) regions() []Region {
	if o.Regions != nil {
		return o.Regions
	}
	return Regions()
}

func (o *Options) jobs() int {
	if o.Jobs <= 0 {
		return defaultJobs
	}
	return min(o.Jobs, maxJobs)
}

func (o *Options) rate() float64 {
	if o.Rate <= 0 {
		return defaultRate
	}
	return o.Rate
}

func (o *Options) budget() time.Duration {
	if o.Budget <= 0 {
		return defaultBudget
	}
	return o.Budget
}

func (o *Options) version() string {
	if o.Version == "" {
		return "unknown"
	}
	return o.Version
}

// Verifier asks whether secrets still work.
type Verifier struct {
	client *client
	opts   Options
}

// NewVerifier returns a verifier.
func NewVerifier(o Options) *Verifier { return &Verifier{newClient(o), o} }

// Verify sets the status of the findings and how it is known. Each secret is
// asked about once, however many findings have it. When the context ends, what
// was not asked about is unknown.
func (v *Verifier) Verify(ctx context.Context, findings []scanner.Finding) {
	v.client.pause.begin()
	groups := map[[sha256.Size]byte][]*scanner.Finding{}
	var order [][sha256.Size]byte
	for i := range findings {
		id := findings[i].Secret.ID()
		if groups[id] == nil {
			order = append(order, id)
		}
		groups[id] = append(groups[id], &findings[i])
	}
	var next, done atomic.Int64
	var workers sync.WaitGroup
	for range min(v.opts.jobs(), len(order)) {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(order) {
					return
				}
				v.verifyGroup(ctx, groups[order[i]])
				if n := int(done.Add(1)); v.opts.Progress != nil {
					v.opts.Progress(n, len(order))
				}
			}
		})
	}
	workers.Wait()
}

// verifyGroup sets the status of findings of one secret.
func (v *Verifier) verifyGroup(ctx context.Context, group []*scanner.Finding) {
	var asked *scanner.Verification
	introspected := v.introspect(ctx, group)
	for _, f := range group {
		if introspected != nil && isBearer(f) {
			f.Verified = introspected
			continue
		}
		if f.Rule.ID != rules.QoderPAT {
			f.Verified = judge(f)
			continue
		}
		if asked == nil {
			asked = v.Ask(ctx, f.Secret)
		}
		f.Verified = asked
	}
	for _, f := range group {
		f.Status = f.Verified.Status
	}
}

// judge says what is known of a secret that is sent nowhere.
func judge(f *scanner.Finding) *scanner.Verification {
	now := time.Now().UTC()
	switch {
	case !f.Expired.IsZero():
		return &scanner.Verification{Status: scanner.Dead, At: now, Reason: "by its own words it expired on " + f.Expired.Format(time.DateOnly)}
	case f.Rule.ID == rules.QoderCredential:
		return &scanner.Verification{Status: scanner.Unknown, At: now, Reason: "the issuer has no documented way to ask about it"}
	}
	return &scanner.Verification{Status: scanner.Unknown, At: now, Reason: "not known whose it is: it was sent nowhere"}
}

// Ask asks the regions about a Personal Access Token, one after the other until
// one knows it. Only if every one of them denies it, it is dead.
func (v *Verifier) Ask(ctx context.Context, secret rules.Secret) *scanner.Verification {
	all := &scanner.Verification{Status: scanner.Unknown}
	if !secret.IsPAT() {
		all.At = time.Now().UTC()
		all.Reason = "it is not of a PAT's form: it was sent nowhere"
		return all
	}
	var doubts []string
	denied := 0
	for _, region := range v.opts.regions() {
		a := v.askRegion(ctx, region, secret)
		all.Answers = append(all.Answers, a)
		all.At = a.At
		switch a.Status {
		case scanner.Live:
			all.Status, all.Region, all.RequestID, all.Reason = scanner.Live, a.Region, a.RequestID, a.Reason
			return all
		case scanner.Dead:
			denied++
			all.RequestID = a.RequestID
		default:
			doubts = append(doubts, a.Region+": "+a.Reason)
		}
	}
	if len(doubts) > 0 || denied == 0 {
		all.RequestID = ""
		all.Reason = strings.Join(doubts, "; ")
		return all
	}
	all.Status = scanner.Dead
	all.Reason = "every region denies it"
	if denied == 1 {
		all.Region = all.Answers[0].Region
		all.Reason = "its issuer denies it"
	}
	return all
}

// askRegion asks one region, with the cheapest documented request that only reads
// (docs.qoder.com, "List agents", 2026-11).
func (v *Verifier) askRegion(ctx context.Context, region Region, secret rules.Secret) scanner.Answer {
	a, err := v.client.ask(ctx, func(ctx context.Context) (*http.Request, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, region.API+"/cloud/agents?limit=1", nil)
		if err != nil {
			return nil, &trouble{"its address cannot be used", false}
		}
		request.Header.Set("Accept", "application/json")
		authorize(request, secret)
		return request, nil
	})
	result := scanner.Answer{Region: region.Name, Status: scanner.Unknown, At: time.Now().UTC().Truncate(time.Second)}
	if a != nil {
		result.Code = a.code
		result.RequestID = publicID(a.requestID, secret)
	}
	if err != nil {
		result.Reason = err.Error()
		return result
	}
	result.Status, result.Reason = weigh(a)
	return result
}

// weigh says what an answer tells about the token. What does not look like the
// issuer's own answer proves nothing: between here and there may stand a proxy
// with a page of its own.
func weigh(a *answer) (scanner.Status, string) {
	if a.code >= 300 && a.code < 400 {
		return scanner.Unknown, fmt.Sprintf("it answers %s, which was not followed", status(a.code))
	}
	if !isJSON(a) {
		return scanner.Unknown, fmt.Sprintf("it answers %s in a form that is not the issuer's", status(a.code))
	}
	switch a.code {
	case http.StatusOK:
		return scanner.Live, "it works"
	case http.StatusForbidden:
		return scanner.Live, "it is valid, with too few rights for this question"
	case http.StatusUnauthorized:
		if !hasError(a.body) {
			return scanner.Unknown, fmt.Sprintf("it answers %s in a form that is not the issuer's", status(a.code))
		}
		return scanner.Dead, "it is denied"
	}
	return scanner.Unknown, "it answers " + status(a.code)
}

// hasError tells whether an object in JSON says what the error is, as all of the issuer's
// do. A gateway that denies everybody has words of its own, which prove nothing.
func hasError(body []byte) bool {
	var said struct {
		Error json.RawMessage `json:"error"`
	}
	return json.Unmarshal(body, &said) == nil && len(said.Error) > 0 && string(said.Error) != "null"
}

// isJSON tells whether an answer is an object in JSON.
func isJSON(a *answer) bool {
	kind, _, err := mime.ParseMediaType(a.contentType)
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return false
	}
	if len(a.body) > maxBody { // more than was read of it; it begins like one
		return strings.HasPrefix(strings.TrimLeft(string(a.body[:64]), " \t\r\n"), "{")
	}
	var object map[string]json.RawMessage
	return json.Unmarshal(a.body, &object) == nil && object != nil
}

// maxRequestID is the length of the longest request id that is kept.
const maxRequestID = 128

// publicID returns a request id if it is one that can be shown: whoever answers
// could send anything as one, the token too.
func publicID(id string, secret rules.Secret) string {
	isPlain := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-_.:", r)
	}
	if len(id) > maxRequestID || strings.TrimFunc(id, isPlain) != "" || strings.ContainsFunc(id, func(r rune) bool { return !isPlain(r) }) {
		return ""
	}
	if secret.Overlaps(id) {
		return ""
	}
	return id
}

// authorize gives a request the token. It is one of the few places where a token
// leaves the program.
func authorize(request *http.Request, secret rules.Secret) {
	request.Header.Set("Authorization", "Bearer "+secret.Reveal())
}
