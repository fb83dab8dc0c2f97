package rules

import "bytes"

func bearerLiteral() *Rule {
	return &Rule{
		ID:    BearerLiteral,
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
		// the spellings that occur. The calls are named for the scheme's older
		// name, or for the header.
		Needles: append([]string{"Bearer", "bearer", "BEARER", ".oauth2(", "withToken(", "SetAuthToken(", "JwtAuthenticator(", ":oauth-token ", "access_token_call_credentials(",
			"auth(null,", "auth(undefined,", oauthOption}, sectionOpenings...),
		encoded: []string{"Bearer", "bearer", "BEARER"},
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
			`expect(sent).toBe("Bearer {{bearer}}")`,
			`curl --oauth2-bearer {{bearer}} https://example.com`,
			`headers.setBearerAuth("{{jwt}}");`,
			`request.get(url).auth('{{bearer}}', { type: 'bearer' })`,
			`"type": "bearer", "bearer": [{"key": "token", "value": "{{bearer}}"}]`,
			`{"value": "Bearer {{bearer}}", "name": "Authorization"}`,
			"authorization:\n  type: Bearer\n  credentials: {{bearer}}",
			"authorization:\n  credentials: {{bearer}}",
			`BEARER_TOKEN={{bearer}}`,
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
			`{"access_token": "{{bearer}}", "token_type": "bearer"}`,
			`"Authorization": "Bearer " + lookup("{{bearer}}")`,
			"Authorization: Bearer {{bearer}}...",
			"bearer_token_file: /run/secrets/{{bearer}}",
		},
		glance: glanceBearer,
		find:   findBearer,
	}
}

// findBearer decides about the needle at text[at:].
func findBearer(text []byte, at int) (hit, bool) {
	switch {
	case hasPrefixFold(text[at:], headerName):
		return findSection(text, at)
	case hasPrefixFold(text[at:], oauthOption):
		return findToken(text, at)
	case !hasPrefixFold(text[at:], "bearer"):
		return findAuthCall(text, at)
	}
	i := at + len("bearer")
	isScheme := schemeStarts(text, at) && (i == len(text) || !isTokenByte(text[i]))
	if isScheme {
		if h, ok := findHeader(text, at); ok {
			return h, true
		}
	}
	return findNamed(text, at, isScheme)
}

// schemeStarts tells whether a word begins at text[at:].
func schemeStarts(text []byte, at int) bool {
	return at == 0 || !isTokenByte(text[at-1]) || startsToken(text, at)
}

// findHeader decides about the scheme at text[at:] as a part of a header's value.
func findHeader(text []byte, at int) (hit, bool) {
	lit, ok := afterScheme(text, at+len("bearer"))
	if !ok {
		return hit{}, false
	}
	value := text[lit.start:lit.end]
	force := bearerStrength(value)
	if force == dummyValue {
		return hit{}, false
	}
	h := hit{start: lit.start, end: lit.end, confidence: MediumConfidence}
	switch placeOf(text, at, lit.end) {
	case onLine:
		if force == strongValue && (isJWT(value) || isMixed(value)) {
			h.confidence = HighConfidence
		}
	case near:
	case named:
		ok = force == strongValue || len(value) >= 20
	case alone:
		h.confidence = LowConfidence
		ok = isJWT(value) || force == strongValue && (isMixed(value) && len(value) >= 20 || len(value) >= 32)
	default:
		ok = false
	}
	return h, ok
}

// findNamed decides about the name around the "bearer" at text[at:], or the
// scheme that it is, as one to which a credential belongs.
func findNamed(text []byte, at int, isScheme bool) (hit, bool) {
	end, ok := bearerName(text, at)
	if !ok {
		return hit{}, false
	}
	lit, ok := longerNamed(text, end)
	if ok {
		return hit{start: lit.start, end: lit.end, confidence: MediumConfidence}, true
	}
	lit, ok = boundLiteral(text, end)
	if ok = ok && isBoundCredential(text, at, end, lit, isScheme); !ok && hasBeside(text, at, end, isScheme) {
		if lit, ok = hostLiteral(text, end); !ok {
			lit, ok = besideAfter(text, end)
		}
		if !ok && isScheme {
			lit, ok = besideBefore(text, at)
		}
	}
	if !ok {
		return hit{}, false
	}
	h := hit{start: lit.start, end: lit.end, confidence: MediumConfidence}
	if value := text[lit.start:lit.end]; lit.quoted && (isJWT(value) || isMixed(value)) {
		h.confidence = HighConfidence
	}
	return h, true
}

// isBoundCredential tells whether the literal that is bound to the name ending
// at text[end:] is a credential. White space alone binds a literal without
// quotes only to an option or where an environment is set.
func isBoundCredential(text []byte, at, end int, lit bound, isScheme bool) bool {
	spaced := runLength(text[end:lit.start], isSpace) == lit.start-end
	if spaced && !lit.quoted && (isScheme || !takesArgument(text, at)) || !isScheme && isListedHash(text, lit.start, lit.end) {
		return false
	}
	return isWritten(text, lit)
}

// isWritten tells whether a literal is a credential; without quotes it has to be
// random, and no member of something.
func isWritten(text []byte, lit bound) bool {
	value := text[lit.start:lit.end]
	if lit.quoted && isKey(text, lit.literal) {
		return false
	}
	force := bearerStrength(value)
	return lit.quoted && force != dummyValue || force == strongValue && !isMember(value)
}

// isKey tells whether a literal in quotes is the key of something that follows
// it, as objects in JSON have it.
func isKey(text []byte, lit literal) bool {
	n := runLength(text[lit.end:min(len(text), lit.end+3)], isQuote)
	isChoice := lit.start > 1 && text[lit.start-2] == '?' // what follows is the other choice
	return n > 0 && hasByteAt(text, lit.end+n, ':') && !hasByteAt(text, lit.end+n+1, ':') && !isChoice
}

// isMember tells whether value is a path of names, as in "auth.token2".
func isMember(value []byte) bool {
	if len(value) >= 40 || bytes.IndexByte(value, '.') < 0 {
		return false
	}
	for part := range bytes.SplitSeq(value, []byte(".")) {
		if len(part) == 0 || len(part) >= 20 || isDigit(part[0]) || runLength(part, isWordByte) != len(part) {
			return false
		}
	}
	return true
}

// takesArgument tells whether the name around text[at:] is an option, or stands
// behind a word that sets a variable.
func takesArgument(text []byte, at int) bool {
	line := text[max(0, at-2*nameReach):at]
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	name := line[bytes.LastIndexAny(line, " \t\"'`")+1:]
	if len(name) > 0 && name[0] == '-' {
		return true
	}
	before := bytes.TrimRight(line[:len(line)-len(name)], " \t")
	return endsInOneOf(before, [][]byte{[]byte("env"), []byte("set"), []byte("setx"), []byte("setenv"), []byte("export"), []byte("define"), []byte("arg")})
}

// findAuthCall decides about a call at text[at:] that sends its argument as a
// bearer credential.
func findAuthCall(text []byte, at int) (hit, bool) {
	if lowered(text[at]) == 'w' && at > 0 && text[at-1] == '.' {
		return hit{}, false // of builders, which set tokens of all kinds so
	}
	i := at + runLength(text[at:], func(c byte) bool { return c == ':' || c == '.' || isTokenByte(c) }) + len("(")
	i += skipNothings(text[i:min(len(text), i+bindReach)])
	quotes := runLength(text[i:], isQuote)
	lit, ok := literalAt(text, i+quotes)
	if quotes == 0 || !ok || !closes(text, lit.end) {
		return hit{}, false
	}
	if value := text[lit.start:lit.end]; isUUID(value) || bearerStrength(value) == dummyValue {
		return hit{}, false // no scheme is written here, which would tell a uuid from a name
	}
	return hit{start: lit.start, end: lit.end, confidence: MediumConfidence}, true
}

// skipNothings returns the length of the white space that text begins with, and of
// arguments that leave out a user and a password: .auth(null, null, true, "…").
func skipNothings(text []byte) (n int) {
	for n < len(text) {
		n += runLength(text[n:], func(c byte) bool { return isSpace(c) || c == ',' })
		word := runLength(text[n:], isWordByte)
		if !isOneOf(text[n:n+word], [][]byte{[]byte("null"), []byte("undefined"), []byte("true")}) {
			break
		}
		n += word
	}
	return n
}

// glanceBearer tells whether the needle at text[at:] may be one of a credential.
// It passes over prose, which goes on with a word, and variables.
func glanceBearer(text []byte, at int) bool {
	const scheme = len("bearer")
	ahead := text[at:min(len(text), at+glanceAhead)]
	if !hasPrefixFold(ahead, "bearer") || len(ahead) < scheme+2 || ahead[scheme] != ' ' || ahead[scheme+1] == ' ' {
		return true
	}
	if at > 0 && isTokenByte(text[at-1]) {
		return true // a name or an option
	}
	if namesValue(ahead[scheme:]) {
		return true
	}
	if isAlnum(ahead[scheme+1]) && len(ahead) < glanceAhead { // too short for a literal
		return isNearChoice(text, at)
	}
	n := runLength(ahead[scheme+1:], func(c byte) bool { return isBearerByte(c) || c == '%' || c == '|' || c == ':' })
	return scheme+1+n == glanceAhead || !isAlnum(ahead[scheme+1]) && !isVariable(ahead[scheme+1:]) || isNearChoice(text, at)
}

// isVariable tells whether text begins with a shell's variable, not with a
// template's braces or an expression, which may hold a literal.
func isVariable(text []byte) bool {
	return text[0] == '$' && !hasByteAt(text, 1, '{') && !hasByteAt(text, 1, '(')
}

// isNearChoice tells whether an option that may choose a scheme stands before
// text[at:].
func isNearChoice(text []byte, at int) bool {
	return bytes.IndexByte(text[max(0, at-glanceBack):at], '-') >= 0
}
