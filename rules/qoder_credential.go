package rules

import (
	"bytes"
	"slices"
)

// The lengths in bytes of what may be a credential other than a PAT: behind a
// prefix, and alone in a variable, where it may be a JSON Web Token.
const (
	credentialMinBody  = 16
	credentialMaxBody  = 256
	credentialMaxValue = 3000
)

func qoderCredential() *Rule {
	return &Rule{
		ID:    QoderCredential,
		Title: "Qoder credential",
		Text: `A credential of Qoder that is no Personal Access Token: a job token ("jt-"), a
device token ("dt-") or the refresh token of one ("jrt-", "drt-"), a service
account token ("sat-" or a JSON Web Token), a service account key, or a value
without a prefix in a variable that is named for one. Refresh tokens and keys are
good for long; some gateways take a PAT without its prefix, too.

The prefixes are those of many other things, so that the rule wants Qoder to be
named near them. In a variable it wants a literal value that is random: lookups,
templates, ids, uuids and placeholders are no credentials.`,
		Remedy: `Revoke the credential. Job and device tokens end with the session that they were
  made for; a service account token is revoked with its service account's key
  (POST /api/v1/forward/service_account_tokens/ID/revoke), a key in the console.
Removing it from the file is not enough: it stays in the history and in every clone.
Read the new one from a variable that a secret store or an ignored file sets.`,
		Severity: High,
		Needles:  []string{"qoder", "QODER", "Qoder", "jt-", "jrt-", "dt-", "drt-", "sat-"},
		encoded:  []string{"QODER"},
		Match: []string{
			"QODER_JOB_TOKEN={{job}}",
			`qoder.login(refresh: "{{device}}")`,
			"QODER_PAT={{random}}",
			"export QODERCN_PERSONAL_ACCESS_TOKEN='{{random}}'",
			"QODER_API_KEY: {{random}}",
			`{"qoder_personal_access_token": "{{random}}"}`,
			`$env:QODER_PAT = "{{random}}"`,
			"docker run -e QODER_SA_KEY={{random}} image",
			"java -Dqoder.pat={{random}} -jar app.jar",
			"ENV QODER_PAT {{random}}",
			"- name: QODER_PAT\n  value: {{random}}",
			`<add key="QODER_ACCESS_TOKEN" value="{{random}}"/>`,
			`os.environ["QODER_AUTH_TOKEN"] = "{{random}}"`,
			`os.Setenv("QODER_SERVICE_ACCOUNT_KEY", "{{random}}")`,
			`const qoderApiKey: string = "{{random}}";`,
			"X-Qoder-Personal-Access-Token: {{random}}",
			"QODER_SA_KEY={{jwt}}",
		},
		NoMatch: []string{
			"jt-{{random}}",
			"<dt class=dt-{{random}}>",
			"QODER_PAT=${{ secrets.QODER_PERSONAL_ACCESS_TOKEN }}",
			"QODER_PAT=$TOKEN",
			"QODER_PAT={{uuid}}",
			"QODER_PAT=your-personal-access-token",
			"QODER_PAT=/run/secrets/{{random}}",
			"QODER_AGENT_ID=agent_{{random}}",
			"QODER_API_KEY=sess_{{random}}",
			"qoder at commit {{random}}",
			"https://qoder.com/{{random}}",
			"QODER_PAT=sat-example-token",
			`qoderToken = os.Getenv("QODER_PERSONAL_ACCESS_TOKEN")`,
		},
		glance: glanceCredential,
		find:   findCredential,
		next:   nextInList,
	}
}

// glanceCredential tells whether a needle at text[at:] may be one of a credential.
func glanceCredential(text []byte, at int) bool {
	if lowered(text[at]) == 'q' {
		next := at + len("qoder")
		return next < len(text) && (isTokenByte(text[next]) || text[next] == '.' || isSectionEnd(text[next]))
	}
	least := at + glanceAhead
	return least <= len(text) && runLength(text[at:least], isTokenByte) == glanceAhead && startsToken(text, at)
}

// findCredential decides about a needle at text[at:].
func findCredential(text []byte, at int) (hit, bool) {
	if lowered(text[at]) == 'q' {
		return findInVariable(text, at)
	}
	if !startsToken(text, at) {
		return hit{}, false
	}
	start := at + bytes.IndexByte(text[at:], '-') + 1
	end := start + runLength(text[start:], isTokenByte)
	body := text[start:end]
	if len(body) < credentialMinBody || len(body) > credentialMaxBody || isMasked(text, at, end) {
		return hit{}, false
	}
	if !looksRandom(body) || isPlaceholder(body) {
		return hit{}, false
	}
	switch found := evidenceFor(text, at, end); {
	case found < qoderNear, found == qoderNear && !isMixed(body):
		return hit{}, false
	case found == qoderOnLine && isMixed(body):
		return hit{at, end, HighConfidence}, true
	}
	return hit{at, end, MediumConfidence}, true
}

// credentialEnds are what names of variables end with that hold a credential, in
// lower case and without what joins words.
var credentialEnds = []string{
	"pat", "patlist", "pats", "token", "tokens", "apikey", "sakey", "accountkey", "secret", "credential",
}

// credentialPrefixes are those of credentials that are found by them.
var credentialPrefixes = []string{"pt-", "jt-", "jrt-", "dt-", "drt-", "sat-"}

// publicIDs are the prefixes of ids that open nothing.
var publicIDs = []string{
	"agent_", "sess_", "env_", "evt_", "file_", "memstore_", "mem_", "skill_", "dep_", "sthr_", "vault_", "vcred_",
	"tmpl_", "idn_", "sa_", "sak_",
}

// findInVariable decides about the value of the variable whose name goes on from
// a "qoder" at text[at:].
func findInVariable(text []byte, at int) (hit, bool) {
	end := at + runLength(text[at:], func(c byte) bool { return isTokenByte(c) || c == '.' })
	if end == at+len("qoder") {
		return findInSection(text, at, end)
	}
	if !namesCredential(text[at:end]) {
		return hit{}, false
	}
	start, ok := valueOf(text, at, end)
	if !ok {
		return hit{}, false
	}
	h, ok := literalValue(text, at, start)
	if end = start + runLength(text[start:], isBearerByte); !ok && hasPrefixOf(text[start:end]) {
		return nextInList(text, at, hit{end: end})
	}
	return h, ok
}

// literalValue decides about the value that begins at text[start:], of the variable
// at text[at:].
func literalValue(text []byte, at, start int) (hit, bool) {
	end := start + runLength(text[start:], isBearerByte)
	if end == len(text) && end-at >= Reach {
		return hit{}, false
	}
	end = start + len(bytes.TrimRight(text[start:end], ".-~"))
	value := text[start:end]
	if len(value) < credentialMinBody || len(value) > credentialMaxValue || isElided(text[end:]) || isComputed(value, text[end:]) {
		return hit{}, false
	}
	if isPlaceholder(value) || !looksRandom(value) || isCiphertext(value) || isEncodedText(value) {
		return hit{}, false
	}
	if isMixed(value) || isJWT(value) {
		return hit{start, end, HighConfidence}, true
	}
	return hit{start, end, MediumConfidence}, true
}

// namesCredential tells whether a name ends like that of a credential. A number
// behind it counts the variables.
func namesCredential(name []byte) bool {
	name = bytes.TrimRight(name, "0123456789_-.")
	return endsInName(name, credentialEnds)
}

// endsInName tells whether a name ends in one of lower-case words, whatever its
// case and what joins its own words.
func endsInName(name []byte, ends []string) bool {
	var plain []byte
	for _, c := range name {
		if isAlnum(c) {
			plain = append(plain, lowered(c))
		}
	}
	return slices.ContainsFunc(ends, func(end string) bool { return bytes.HasSuffix(plain, []byte(end)) })
}

// gapMax is how many bytes may stand between a name and its value.
const gapMax = 48

// valueOf returns where the value begins of the name text[at:end]: behind signs
// of assignment, or spaces where a command sets variables, with a "value" or a
// type between them at most.
func valueOf(text []byte, at, end int) (int, bool) {
	i, signs, braced, words := end, false, false, 0
	for i < len(text) && i-end <= gapMax {
		switch c := text[i]; {
		case bytes.IndexByte([]byte("=:,|?>"), c) >= 0:
			signs = true
			i++
		case isSpace(c) || isQuote(c) || bytes.IndexByte([]byte("()[]{@&<-;"), c) >= 0:
			braced = c == '{' || braced && c == ' '
			i++
		default:
			n := runLength(text[i:], isWordByte)
			if words++; n == 0 || words > 2 || !joinsValue(text[i:i+n]) {
				return i, isBearerByte(c) && !braced && (signs || isSetBySpace(text, at, end))
			}
			i += n
		}
	}
	return 0, false
}

// joinsValue tells the words that may stand between a name and its value.
func joinsValue(word []byte) bool {
	return slices.Contains([]string{
		"value", "Value", "default", "defaultValue", "string", "String", "str", "type", "or", "const", "static", "s", "S", "plain", "body",
	}, string(word))
}

// isSetBySpace tells whether the variable text[at:end] gets what follows a space,
// as in "ENV NAME value", "set NAME value" and "--name value".
func isSetBySpace(text []byte, at, end int) bool {
	if end >= len(text) || text[end] != ' ' {
		return false
	}
	before := text[max(0, at-lineReach):at]
	before = before[:len(before)-len(tail(before, isWordByte))]
	if bytes.HasSuffix(before, []byte("--")) {
		return true
	}
	command := bytes.TrimRight(before, " \t")
	word := tail(command, isWordByte)
	return len(command) < len(before) && slices.ContainsFunc([]string{"env", "set", "setx", "setenv", "export", "x", "gx", "ux"}, func(s string) bool {
		return bytes.EqualFold(word, []byte(s))
	})
}

// tail returns the bytes of a class at the end of text.
func tail(text []byte, class func(byte) bool) []byte {
	for i := len(text); i > 0; i-- {
		if !class(text[i-1]) {
			return text[i:]
		}
	}
	return text
}

// isComputed tells whether a value is a path, an address, an id or a call, or
// has the prefix that is the business of another rule.
func isComputed(value, after []byte) bool {
	if bytes.IndexByte([]byte("/.~"), value[0]) >= 0 || bytes.Contains(value, []byte("://")) {
		return true
	}
	if isInterpolated(after) && after[0] != '<' || len(after) > 0 && (after[0] == '(' || after[0] == '[' || after[0] == ':') {
		return true
	}
	for _, id := range publicIDs {
		if bytes.HasPrefix(value, []byte(id)) {
			return true
		}
	}
	return hasPrefixOf(value)
}
