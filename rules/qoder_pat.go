package rules

import "bytes"

const patPrefix = "pt-"

// A PAT's length and alphabet are not documented. The issuer's own cookbook
// accepts ^pt-[A-Za-z0-9_-]{20,}$; the only bodies seen described publicly
// have 61 characters. The upper bound keeps base64url data out.
const (
	patMinBody   = 20
	patShortBody = 12 // what the cookbook redacts; wants evidence
	patRealBody  = 61
	patMaxBody   = 256
)

func qoderPAT() *Rule {
	return &Rule{
		ID:    QoderPAT,
		Title: "Qoder Personal Access Token",
		Text: `A Qoder Personal Access Token (PAT) begins with "pt-". Whoever holds it acts as
its owner in the Qoder API: it starts agents, reads sessions and files and spends
credits, until it is revoked or expires.

The rule looks for the prefix with nothing that belongs to a word before it, and
a body of 20 or more letters, digits, "-" or "_" that is random: names of
programs, CSS classes, voices, locales, uuids, versions and placeholders are no
tokens. A Qoder variable, host or import near by raises the confidence, and is
needed for a body of 12 to 19.`,
		Remedy: `Revoke the token: https://qoder.com/account/integrations, in China
  https://qoder.cn/account/integrations (Settings, API Tokens). Removing it from
  the file is not enough: it stays in the history and in every clone.
Create a new token and keep it out of the repository: read it from the variable
  QODER_PERSONAL_ACCESS_TOKEN, which a secret store or an ignored file sets.
Look at the account's sessions since the commit's date for use that was not yours.`,
		Severity: Critical,
		Needles:  []string{patPrefix},
		encoded:  []string{patPrefix},
		Match: []string{
			"QODER_PERSONAL_ACCESS_TOKEN={{pat}}",
			"export QODER_PAT='{{pat}}'",
			`client := forward.NewClient(option.WithPAT("{{pat}}"))`,
			"curl -H 'Authorization: Bearer {{pat}}' https://api.qoder.com/api/v1/cloud/models",
			`{"personal_token":"{{pat}}"}`,
			"https://example.com/?token%3D{{pat}}",
			`"line one\n{{pat}}"`,
			"令牌{{pat}}。",
			"https://user:{{pat}}@example.com/repo.git",
			"**{{pat}}**",
			`printf "\033[32m{{pat}}\033[0m"`,
			"+{{pat}}",
			"QODER_PAT={{shortpat}}",
			"x-api-key: {{pat}}",
		},
		NoMatch: []string{
			"pt-online-schema-change",
			"pt-summary-internal-jemalloc_enabled_for_pid_1089375",
			"pt-query-digest-doc-bug-PT27",
			"qoder pt-query-digest-doc-bug-PT27",
			"pt-BR-ThalitaMultilingualNeural",
			"pt-page-rotateSlideRightOut",
			"QODER_PAT=pt-your-personal-access-token-here",
			"QODER_PAT=pt-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			"QODER_PAT=pt-abcdefghijklmnopqrstuvwxyz0123456789",
			"gpt-{{random}}",
			"attempt-{{uuid}}",
			"pt-{{uuid}}",
			"{{shortpat}}",
			"qoder pt-web-7d9f8b6c5d-x2x4z",
			"QODER_PAT=pt-{{random}}...",
			"QODER_PAT=pt-{{random}}****",
			"checkpt-{{random}}",
			"x-pt-{{random}}",
		},
		glance: glancePAT,
		find:   findPAT,
	}
}

// glancePAT tells whether a "pt-" at text[at:] may begin a token.
func glancePAT(text []byte, at int) bool {
	const least = glanceAhead - len(patPrefix)
	body := text[at+len(patPrefix):]
	return len(body) >= least && startsToken(text, at) && runLength(body[:least], isTokenByte) == least
}

// findPAT decides about a "pt-" at text[at:].
func findPAT(text []byte, at int) (hit, bool) {
	if !startsToken(text, at) || endsJWTPart(text[:at]) {
		return hit{}, false
	}
	start := at + len(patPrefix)
	end := start + runLength(text[start:], isTokenByte)
	if end == len(text) && end-at >= Reach { // cut off by the window
		return hit{}, false
	}
	end = withoutCommentEnd(text, start, end)
	body := text[start:end]
	if len(body) < patShortBody || len(body) > patMaxBody || isMasked(text, at, end) {
		return hit{}, false
	}
	if !looksRandom(body) || isPlaceholder(body) {
		return hit{}, false
	}
	found := evidenceFor(text, at, end)
	if (isNamedID(body) || isPadded(text[end:])) && !isNamedFor(text, at, found) || continuesLine(text, at, end) {
		return hit{}, false
	}
	confidence := patConfidence(body, found)
	if confidence == LowConfidence && isFileName(text[end:]) {
		return hit{}, false
	}
	return hit{start: at, end: end, confidence: confidence}, confidence > 0
}

// patConfidence weighs the shape of a body against what speaks for Qoder; 0
// means that it is no token. Other services use the prefix too, and ids of
// builds and pods stand behind it: what is short wants Qoder, what is in one
// case wants at least a name that says what it is.
func patConfidence(body []byte, found evidence) Confidence {
	mixed := isMixed(body)
	switch {
	case len(body) < patMinBody:
		switch {
		case found < qoderNear:
			return 0
		case found == qoderOnLine && mixed:
			return MediumConfidence
		}
		return LowConfidence
	case found == qoderOnLine, mixed && (found >= patNamed || len(body) == patRealBody):
		return HighConfidence
	case found >= patNamed, mixed && (hasLongGroups(body) || found == credentialNamed):
		return MediumConfidence
	case mixed, found == credentialNamed, len(body) == patRealBody, isStrewn(body):
		return LowConfidence
	}
	return 0
}

// hashMax is the length in bytes of the longest hash that is written in base64.
const hashMax = 88

// isPadded tells whether a value goes on to the padding of base64, as hashes in
// the keys of caches do.
func isPadded(after []byte) bool {
	after = after[:min(len(after), hashMax)]
	after = after[runLength(after, func(c byte) bool { return isAlnum(c) || c == '+' || c == '/' }):]
	signs := runLength(after, func(c byte) bool { return c == '=' })
	return signs > 0 && signs <= 2 && (len(after) == signs || !isAlnum(after[signs]))
}

// isNamedFor tells whether what stands before text[at:] on its line names a PAT or
// the issuer.
func isNamedFor(text []byte, at int, found evidence) bool {
	before, _ := lineAround(text, at, at)
	return found == patNamed || found == qoderOnLine && namesIssuer(before)
}

// wrapMin is the length in bytes from which a line of base64url is one of text
// that was broken into lines.
const wrapMin = 60

// continuesLine tells whether text[at:end] is a line of base64url that goes on
// from the line before: that is as long, and does not begin like a token.
func continuesLine(text []byte, at, end int) bool {
	before := bytes.TrimRight(text[max(0, at-patMaxBody):at], " \t")
	if !bytes.HasSuffix(before, []byte("\n")) || end < len(text) && text[end] != '\n' && text[end] != '\r' {
		return false
	}
	before = bytes.TrimRight(before, "\r\n")
	line := tail(before, isTokenByte)
	whole := len(line) == len(before) || isSpace(before[len(before)-len(line)-1])
	return whole && len(line) >= max(wrapMin, end-at) && !bytes.HasPrefix(line, []byte(patPrefix))
}

// strewnMargin is the [unlikeness] that names of letters alone do not reach.
const strewnMargin = 60

// isStrewn tells whether a body without digits, as one of some thirty is, has its
// cases in such disorder that it is no name.
func isStrewn(body []byte) bool {
	lower, upper, _ := classes(body)
	return lower && upper && hasLongGroups(body) && unlikeness(body) > strewnMargin
}

// isMasked tells whether the token text[at:end] was shortened. Stars on both
// sides are Markdown's, and one of full length has lost nothing.
func isMasked(text []byte, at, end int) bool {
	starred := at > 0 && text[at-1] == '*' && end < len(text) && text[end] == '*'
	return isElided(text[end:]) && !starred && end-at != len(patPrefix)+patRealBody
}

// isFileName tells whether a name goes on with an extension, as that of a file
// that is called by its hash does, or a host's name with the next label.
func isFileName(after []byte) bool {
	return len(after) > 2 && after[0] == '.' && isLower(after[1]) && isAlnum(after[2])
}

// jwtPartMin is the length in bytes from which text before a dot is taken for a
// part of a JSON Web Token, whose next part may begin with any letters, and text
// before a plus for base64 in a variant of its own.
const jwtPartMin = 16

// endsJWTPart tells whether text ends with a part of a JSON Web Token and a dot,
// or with base64 and a plus.
func endsJWTPart(text []byte) bool {
	if len(text) <= jwtPartMin || text[len(text)-1] != '.' && text[len(text)-1] != '+' {
		return false
	}
	part := text[len(text)-1-jwtPartMin : len(text)-1]
	return runLength(part, isTokenByte) == len(part)
}

// withoutCommentEnd takes the dashes of a "-->" off the end of a token.
func withoutCommentEnd(text []byte, start, end int) int {
	if end < len(text) && text[end] == '>' && end-2 >= start && text[end-1] == '-' && text[end-2] == '-' {
		return end - 2
	}
	return end
}
