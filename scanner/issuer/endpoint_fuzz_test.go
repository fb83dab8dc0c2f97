package issuer

import (
	"net/http"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// FuzzEndpoint fills values into templates: none moves the request to another host,
// adds a segment to its path or a parameter to its query, or another header.
func FuzzEndpoint(f *testing.F) {
	f.Add("https://a.example/t/{{token}}?x={{env:X}}", "X-Token", "Bearer {{token}}", "a/../b?c&d=e#f%2f")
	f.Add("https://a.example/{{token}}", "A", "{{env:X}}", "..")
	f.Add("https://a.example?t={{token}}", "A", "b", "x\r\ny: z")
	f.Add("http://127.0.0.1:1{{token}}", "A", "b", "@evil.example/")
	f.Add("https://a.example/{{token}} ", "A", "b", "/") // a slash would part the path
	f.Fuzz(func(t *testing.T, address, name, value, secret string) {
		env := func(string) string { return "e" + secret }
		p, err := NewEndpoint(EndpointOptions{URL: address, Headers: map[string]string{name: value}}, env, Options{})
		if err != nil {
			return
		}
		plain, err := p.request(t.Context(), rules.NewSecret("x"))
		if err != nil {
			return
		}
		filled, err := p.request(t.Context(), rules.NewSecret("x"+secret))
		if err != nil {
			return // a header that cannot be sent
		}
		for _, of := range []func(*http.Request) int{
			func(q *http.Request) int { return strings.Count(q.URL.EscapedPath(), "/") },
			func(q *http.Request) int { return strings.Count(q.URL.RawQuery, "&") },
			func(q *http.Request) int { return len(q.Header) },
		} {
			if of(plain) != of(filled) {
				t.Errorf("%s is another request than %s", filled.URL, plain.URL)
			}
		}
		if filled.URL.Host != p.target || filled.URL.Fragment != "" || filled.Host != p.target {
			t.Errorf("%s goes to %s, want %s", address, filled.URL.Host, p.target)
		}
	})
}
