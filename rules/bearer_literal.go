package rules

import "bytes"

// bearerMinLength is the length in bytes below which a bearer value is taken
// for a dummy.
const bearerMinLength = 16

func bearerLiteral() *Rule {
	return &Rule{
		ID:    "bearer-literal",
		Title: "Hard-coded bearer credential",
		Text: `An "Authorization: Bearer" header with its value written into the source. A
bearer credential needs no other proof: whoever reads the file can use it (RFC
6750, section 1.2).

The rule wants the scheme, a literal value that is random, and an Authorization
header or a call that builds one around them. Variables, lookups, templates and
placeholders are no leaks.`,
		Remedy: `Revoke or rotate the credential at the service that issued it. Removing it from
  the file is not enough: it stays in the history and in every clone.
Read the value from the environment or a secret store when the program runs.
Look at the service's access log since the commit's date.`,
		Severity: High,
		// The scheme is case-insensitive (RFC 9110, section 11.1); these are
		// the spellings that occur.
		Needles: []string{"Bearer", "bearer", "BEARER"},
		Match: []string{
			"Authorization: Bearer {{bearer}}",
			"authorization: bearer {{bearer}}",
			`curl -H "Authorization: Bearer {{jwt}}" https://example.com`,
			`headers = {"Authorization": "Bearer {{bearer}}"}`,
			`'Authorization' => 'Bearer {{bearer}}',`,
			`req.Header.Set("Authorization", "Bearer {{bearer}}")`,
			`client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "{{bearer}}");`,
			`proxy_set_header Authorization "Bearer {{bearer}}";`,
			"Authorization:\n  Bearer {{bearer}}",
		},
		NoMatch: []string{
			"Authorization: Bearer ${TOKEN}",
			"Authorization: Bearer $QODER_PAT",
			"Authorization: Bearer <your-personal-access-token>",
			"Authorization: Bearer {{token}}",
			`headers = {"Authorization": f"Bearer {token}"}`,
			`req.Header.Set("Authorization", "Bearer "+token)`,
			"Authorization: Bearer your-personal-access-token",
			"Authorization: Bearer xxxxxxxxxxxxxxxxxxxxxxxx",
			"the bearer of this letter {{bearer}}",
			`WWW-Authenticate: Bearer realm="{{bearer}}"`,
		},
		find: findBearer,
	}
}

// findBearer decides about a "Bearer" at text[at:].
func findBearer(text []byte, at int) (hit, bool) {
	const scheme = len("Bearer")
	if at > 0 && isWordByte(text[at-1]) || at+scheme >= len(text) {
		return hit{}, false
	}
	start, ok := bearerValue(text, at+scheme)
	if !ok {
		return hit{}, false
	}
	end := start + runLength(text[start:], isBearerByte)
	if end == len(text) && end-at >= Reach {
		return hit{}, false
	}
	end = start + len(bytes.TrimRight(text[start:end], ".-~"))
	value := text[start:end]
	if len(value) < bearerMinLength || isElided(text[end:]) || isInterpolated(text[end:]) {
		return hit{}, false
	}
	if isPlaceholder(value) || !looksRandom(value) {
		return hit{}, false
	}
	switch near := headerDistance(text[:at]); {
	case near == onLine && (isJWT(value) || isMixed(value)):
		return hit{start, end, HighConfidence}, true
	case near != absent:
		return hit{start, end, MediumConfidence}, true
	}
	return hit{}, false
}

// bearerValue returns where the value begins that follows the scheme ending at
// text[i:]: after white space, or after the quote, comma and quote of a call
// with two arguments.
func bearerValue(text []byte, i int) (int, bool) {
	if space := runLength(text[i:], isSpace); space > 0 {
		i += space
		return i, i < len(text) && isBearerByte(text[i])
	}
	for _, want := range []func(byte) bool{isQuote, isSpaceOrComma, isQuote} {
		n := runLength(text[i:], want)
		if n == 0 {
			return 0, false
		}
		i += n
	}
	return i, i < len(text) && isBearerByte(text[i])
}

type distance uint8

const (
	absent distance = iota
	near
	onLine
)

// headerNear is how many bytes before the scheme an Authorization may stand.
const headerNear = 160

// headerDistance tells whether the name of the header stands before the scheme.
func headerDistance(before []byte) distance {
	before = before[max(0, len(before)-headerNear):]
	i := lastIndexFold(before, "authorization")
	switch {
	case i < 0:
		return absent
	case bytes.IndexByte(before[i:], '\n') < 0:
		return onLine
	}
	return near
}
