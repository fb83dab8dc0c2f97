package rules

import "bytes"

// evidence says how much speaks for it that a value belongs to Qoder, or is a
// credential at all.
type evidence uint8

const (
	noEvidence      evidence = iota
	credentialNamed          // a credential of whatever service is named before the value
	patNamed                 // a PAT, by a name or a call that only few services have
	qoderNear                // Qoder is named around the value
	qoderOnLine              // Qoder is named on the value's line
)

// evidenceReach is how many bytes around a value are searched for the issuer:
// an import, a host or a variable some dozen lines away.
const evidenceReach = 2048

// lineReach is how much of a line before and after a value counts: a bundle's
// line is as long as a file.
const lineReach = 256

// issuerNames are the spellings of the issuer's name in variables, hosts,
// imports, headers and prose.
var issuerNames = [...][]byte{[]byte("qoder"), []byte("QODER"), []byte("Qoder")}

// issuerCalls are what code says that uses the issuer's SDKs, where it need not
// name it.
var issuerCalls = [...][]byte{
	[]byte("from qca "), []byte("import qca"), []byte("qca.Forward("), []byte("qca.Managed("), []byte("qca.Async"),
	[]byte("NewPATCredential("), []byte("new PATCredential("), []byte("option.WithPAT("),
	[]byte("new ForwardClient("), []byte("new ManagedClient("),
}

// patNames are calls and names that take a PAT, in lower case.
var patNames = [...]string{
	"withpat(", "patcredential", "personal_access_token", "personalaccesstoken", "personal-access-token",
	"personal access token", "personal_token", "personaltoken", "forwardclient", "managedclient", "--pat",
}

// credentialNames are what names of what holds a credential end with, in lower
// case and without what joins words.
var credentialNames = [...]string{
	"token", "tokens", "authorization", "bearer", "apikey", "secret", "credential", "credentials", "password", "passwd", "auth",
}

// nameWords is how many words before a value may name it: a type or "value"
// stands between some names and their values.
const nameWords = 2

// namesCredentialAt tells whether one of the last words of text is a name of what
// holds a credential, whatever the service. "author" and "tokenizer" are none,
// nor is what stands further away on the line.
func namesCredentialAt(text []byte) bool {
	for range nameWords {
		text = text[:bytes.LastIndexFunc(text, func(r rune) bool { return r < 0x80 && isTokenByte(byte(r)) })+1]
		name := tail(text, isTokenByte)
		text = text[:len(text)-len(name)]
		if endsInName(name, credentialNames[:]) {
			return true
		}
	}
	return false
}

// evidenceFor looks for evidence around text[start:end].
func evidenceFor(text []byte, start, end int) evidence {
	before, after := lineAround(text, start, end)
	if namesIssuer(before) || namesIssuer(after) {
		return qoderOnLine
	}
	if hasQoderEvidence(text, start, end) {
		return qoderNear
	}
	for _, name := range patNames {
		if lastIndexFold(before, name) >= 0 {
			return patNamed
		}
	}
	if namesPAT(before) {
		return patNamed
	}
	if namesCredentialAt(before) {
		return credentialNamed
	}
	return noEvidence
}

// hasQoderEvidence tells whether the issuer is named near text[start:end].
func hasQoderEvidence(text []byte, start, end int) bool {
	return namesIssuer(text[max(0, start-evidenceReach):start]) || namesIssuer(text[end:min(len(text), end+evidenceReach)])
}

func namesIssuer(text []byte) bool {
	for _, name := range issuerNames {
		if bytes.Contains(text, name) {
			return true
		}
	}
	for _, call := range issuerCalls {
		if bytes.Contains(text, call) {
			return true
		}
	}
	return false
}

// namesPAT tells whether text ends with "pat" as a name that gets a value, as in
// `"pat": "`, `MY_PAT=` or `pat => '`.
func namesPAT(text []byte) bool {
	name := bytes.TrimRight(text, " \t\"'`=:>(\\")
	if len(name) == len(text) || len(name) < 3 || !hasPrefixFold(name[len(name)-3:], "pat") {
		return false
	}
	return len(name) == 3 || !isAlnum(name[len(name)-4])
}

// lineAround returns what stands before and after text[start:end] on its line.
func lineAround(text []byte, start, end int) (before, after []byte) {
	before = text[max(0, start-lineReach):start]
	before = before[bytes.LastIndexByte(before, '\n')+1:]
	after = text[end:min(len(text), end+lineReach)]
	if i := bytes.IndexByte(after, '\n'); i >= 0 {
		after = after[:i]
	}
	return before, after
}
