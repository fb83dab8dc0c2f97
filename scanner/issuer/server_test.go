package issuer

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The issuer's answers as its documentation has them, in the older and in the
// newer envelope.
const (
	okBody        = `{"data":[],"first_id":null,"last_id":null,"has_more":false}`
	deniedBody    = `{"type":"error","error":{"type":"authentication_error","message":"Invalid API key or token."}}`
	deniedNewBody = `{"type":"error","request_id":"req_1","error":{"type":"TOKEN_INVALID","message":"Invalid API key or token."}}`
	forbiddenBody = `{"type":"error","error":{"type":"permission_error","message":"Not allowed."}}`
)

// region plays one region of the issuer and notes what it is asked.
type region struct {
	*httptest.Server
	t *testing.T

	mutex    sync.Mutex
	requests []request
}

// request is what a region was asked.
type request struct{ method, uri, authorization, rest string }

// newRegion starts a region that answers with the given function.
func newRegion(t *testing.T, answer http.HandlerFunc) *region {
	r := &region{t: t}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.note(q)
		answer(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *region) note(q *http.Request) {
	authorization := q.Header.Get("Authorization")
	q.Header.Del("Authorization")
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.requests = append(r.requests, request{q.Method, q.RequestURI, authorization, fmt.Sprint(q.Header)})
}

// asked returns what the region was asked so far.
func (r *region) asked() []request {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return append([]request{}, r.requests...)
}

// as returns the region under a name.
func (r *region) as(name string) Region {
	gateway, err := Gateway(r.URL + "/api/v1")
	if err != nil {
		r.t.Fatal(err)
	}
	gateway.Name = name
	return gateway
}

// says is an answer with a body in JSON and a request id.
func says(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("X-Request-Id", fmt.Sprintf("req-%d", code))
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// inTurn answers with one after the other, and with the last again and again.
func inTurn(answers ...http.HandlerFunc) http.HandlerFunc {
	var mutex sync.Mutex
	return func(w http.ResponseWriter, q *http.Request) {
		mutex.Lock()
		answer := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		mutex.Unlock()
		answer(w, q)
	}
}

// randomToken returns a token that never was one.
func randomToken() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var b strings.Builder
	b.WriteString("pt-")
	for range 61 {
		b.WriteByte(alphabet[rand.IntN(len(alphabet))])
	}
	return b.String()
}

// patFinding is a finding of a PAT.
func patFinding(token string) scanner.Finding {
	for _, r := range rules.All() {
		if r.ID == rules.QoderPAT {
			return scanner.Finding{Rule: r, Secret: rules.NewSecret(token), Status: scanner.Unverified}
		}
	}
	panic("no rule for PATs")
}
