package rules

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

func TestTokenHosts(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string][]string{
		`{"iss":"https://Login.corp.example/realms/x","aud":"https://api.corp.example"}`:             {"login.corp.example", "api.corp.example"},
		`{"iss":"login.corp.example","aud":["api.corp.example","account",7,"https://b.example:8/"]}`: {"login.corp.example", "api.corp.example", "b.example:8"},
		`{"iss":"me","aud":"ann@corp.example"}`:                                                      nil,
		`{"iss":{"a":"https://a.example"},"aud":[["https://b.example"]]}`:                            nil,
		`{"iss":"urn:corp.example","aud":"file:///etc/x"}`:                                           nil,
		`{"iss":"https://%zz/","aud":null}`:                                                          nil,
		`{"iss":"https:///x"}`:                                                                       nil,
		`[]`:                                                                                         nil,
	} {
		encode := base64.RawURLEncoding.EncodeToString
		token := encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(payload)) + "." + strings.Repeat("x", 43)
		if hosts := NewSecret(token).TokenHosts(); !slices.Equal(hosts, want) {
			t.Errorf("%s: %q, want %q", payload, hosts, want)
		}
	}
	if hosts := NewSecret("no token").TokenHosts(); hosts != nil {
		t.Errorf("%q", hosts)
	}
}
