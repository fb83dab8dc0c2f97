package rules

const patPrefix = "pt-"

// A PAT's length and alphabet are not documented. The issuer's own cookbook
// accepts ^pt-[A-Za-z0-9_-]{20,}$; the only bodies seen described publicly
// have 61 characters. The upper bound keeps base64url data out.
const (
	patMinBody  = 20
	patRealBody = 61
	patMaxBody  = 256
)

func qoderPAT() *Rule {
	return &Rule{
		ID:    "qoder-pat",
		Title: "Qoder Personal Access Token",
		Text: `A Qoder Personal Access Token (PAT) begins with "pt-". Whoever holds it acts as
its owner in the Qoder API: it starts agents, reads sessions and files and spends
credits, until it is revoked or expires.

The rule looks for the prefix with nothing that belongs to a word before it, and
a body of 20 or more letters, digits, "-" or "_" that is random: names of
programs, CSS classes, voices, locales, uuids, versions and placeholders are no
tokens. A Qoder variable, host or import near by raises the confidence.`,
		Remedy: `Revoke the token: https://qoder.com/account/integrations, in China
  https://qoder.cn/account/integrations (Settings, API Tokens). Removing it from
  the file is not enough: it stays in the history and in every clone.
Create a new token and keep it out of the repository: read it from the variable
  QODER_PERSONAL_ACCESS_TOKEN, which a secret store or an ignored file sets.
Look at the account's sessions since the commit's date for use that was not yours.`,
		Severity: Critical,
		Needles:  []string{patPrefix},
		Match: []string{
			"QODER_PERSONAL_ACCESS_TOKEN={{pat}}",
			"export QODER_PAT='{{pat}}'",
			`client := forward.NewClient(option.WithPAT("{{pat}}"))`,
			"curl -H 'Authorization: Bearer {{pat}}' https://api.qoder.com/api/v1/cloud/models",
			`{"personal_token":"{{pat}}"}`,
			"https://example.com/?token%3D{{pat}}",
			`"line one\n{{pat}}"`,
			"令牌{{pat}}。",
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
	return len(body) >= least && runLength(body[:least], isTokenByte) == least && startsToken(text, at)
}

// findPAT decides about a "pt-" at text[at:].
func findPAT(text []byte, at int) (hit, bool) {
	if !startsToken(text, at) {
		return hit{}, false
	}
	start := at + len(patPrefix)
	end := start + runLength(text[start:], isTokenByte)
	if end == len(text) && end-at >= Reach { // cut off by the window
		return hit{}, false
	}
	end = withoutCommentEnd(text, start, end)
	body := text[start:end]
	if len(body) < patMinBody || len(body) > patMaxBody {
		return hit{}, false
	}
	if isElided(text[end:]) || isPlaceholder(body) {
		return hit{}, false
	}
	if !looksRandom(body) {
		return hit{}, false
	}
	evidence := hasQoderEvidence(text, at, end)
	switch {
	case isMixed(body) && (evidence || len(body) == patRealBody):
		return hit{at, end, HighConfidence}, true
	case isMixed(body) && hasLongGroups(body), evidence:
		return hit{at, end, MediumConfidence}, true
	}
	return hit{}, false
}

// withoutCommentEnd takes the dashes of a "-->" off the end of a token.
func withoutCommentEnd(text []byte, start, end int) int {
	if end < len(text) && text[end] == '>' && end-2 >= start && text[end-1] == '-' && text[end-2] == '-' {
		return end - 2
	}
	return end
}
