package rules

import (
	"net/url"
	"strings"
)

// jwtHostsMax is how many claims of one kind are looked at.
const jwtHostsMax = 8

// TokenHosts returns the hosts that the secret says it is from and for, if it is a
// JSON Web Token: those of its issuer and its audience (RFC 7519, section 4.1), in
// lower case. They are part of the secret and not for output.
func (s Secret) TokenHosts() []string {
	_, payload, ok := splitJWT([]byte(s.Reveal()))
	var claims struct {
		Issuer   any `json:"iss"`
		Audience any `json:"aud"`
	}
	if !ok || !decodePart(payload, &claims) {
		return nil
	}
	audience, isList := claims.Audience.([]any)
	if !isList {
		audience = []any{claims.Audience}
	}
	var hosts []string
	for _, claim := range append([]any{claims.Issuer}, audience[:min(len(audience), jwtHostsMax)]...) {
		if text, isText := claim.(string); isText {
			if host := claimHost(text); host != "" {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}

// claimHost returns the host that a claim is: an address, or a name with a dot.
func claimHost(claim string) string {
	if !strings.Contains(claim, "://") {
		if strings.ContainsAny(claim, "@:/ ") || !strings.Contains(claim, ".") {
			return "" // of a person, an application
		}
		claim = "https://" + claim
	}
	u, err := url.Parse(claim)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return strings.ToLower(u.Host)
}
