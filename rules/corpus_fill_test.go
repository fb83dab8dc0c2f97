package rules

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// Thresholds of the corpus; what is encoded or split is measured apart.
const (
	corpusLeast          = 350
	corpusLanguages      = 40
	corpusRecall         = 0.98
	corpusPrecision      = 0.98
	corpusExtraRecall    = 0.12
	corpusExtraPrecision = 0.98
)

// planted is a secret in a filled text.
type planted struct {
	rule       string
	start, end int
	exact      bool // else it is encoded or split: something inside is to be found
}

func (p planted) is(m Match) bool {
	if p.rule != m.Rule.ID {
		return false
	}
	if p.exact {
		return p.start == m.Start && p.end == m.End
	}
	return p.start < m.End && m.Start < p.end
}

// filled is the text of a case with values in it.
type filled struct {
	data    []byte
	secrets []planted
}

// corpusMark is what a text holds to be filled in: the beginning or the end of
// what is encoded, or a placeholder.
var corpusMark = regexp.MustCompile(`<<[a-z0-9]*>>|\{\{~?[a-z0-9]+(\.[a-z0-9]+)?\}\}`)

// filler builds a filled text.
type filler struct {
	filled
	values map[string]string // of what stands in several parts
	open   []encodedBlock    // the innermost last
}

// encodedBlock is the beginning of what is to be encoded.
type encodedBlock struct {
	encoding       string
	start, secrets int // what was written before
}

// fillCase replaces the marks of a case by random values and encoded text.
func fillCase(t *testing.T, c corpusCase) filled {
	t.Helper()
	f := &filler{values: map[string]string{}}
	rest := c.text
	for {
		at := corpusMark.FindStringIndex(rest)
		if at == nil {
			break
		}
		f.data = append(f.data, rest[:at[0]]...)
		f.mark(rest[at[0]:at[1]])
		rest = rest[at[1]:]
	}
	if len(f.open) > 0 {
		t.Fatalf("%s: %s is not closed", c.id, f.open[0].encoding)
	}
	f.data = append(f.data, rest...)
	if c.charset != "" {
		f.data = corpusUTF16(string(f.data), c.charset)
		for i := range f.secrets {
			f.secrets[i].start, f.secrets[i].end, f.secrets[i].exact = 0, len(f.data), false
		}
	}
	return f.filled
}

// mark writes what stands for a mark, or the mark where it belongs to the text,
// as the one of a here document does.
func (f *filler) mark(mark string) {
	name := strings.Trim(mark, "<>")
	switch {
	case strings.HasPrefix(mark, "{{"):
		f.placeholder(mark)
	case corpusEncodings[name] != nil:
		f.open = append(f.open, encodedBlock{name, len(f.data), len(f.secrets)})
	case name == "" && len(f.open) > 0:
		last := f.open[len(f.open)-1]
		f.open = f.open[:len(f.open)-1]
		f.encode(corpusEncodings[last.encoding], last.start, last.secrets)
	default:
		f.data = append(f.data, mark...)
	}
}

// placeholder writes the value of {{name}}, which is a secret, of {{~name}},
// which is none, or of {{name.1}}, a part of a secret.
func (f *filler) placeholder(mark string) {
	name := strings.Trim(mark, "{}")
	noise := strings.HasPrefix(name, "~")
	name, part, split := strings.Cut(strings.TrimPrefix(name, "~"), ".")
	rule, value := corpusValue(name)
	if rule == "" { // belongs to the text
		f.data = append(f.data, mark...)
		return
	}
	start := len(f.data)
	if !split {
		f.data = append(f.data, value...)
		if !noise {
			f.secrets = append(f.secrets, planted{rule, start, len(f.data), true})
		}
		return
	}
	if f.values[name] == "" {
		f.values[name] = value
		f.secrets = append(f.secrets, planted{rule, start, 0, false})
	}
	f.data = append(f.data, corpusPart(f.values[name], part)...)
	f.secrets[len(f.secrets)-1].end = len(f.data)
}

// corpusPart returns the first or second half of a value, or what is behind its
// prefix.
func corpusPart(value, part string) string {
	switch part {
	case "1":
		return value[:len(value)/2]
	case "2":
		return value[len(value)/2:]
	case "body":
		return value[strings.Index(value, "-")+1:]
	}
	panic("no part of a value is called " + part)
}

// encode replaces what was written since start.
func (f *filler) encode(encoding func(string) string, start, secrets int) {
	encoded := encoding(string(f.data[start:]))
	f.data = append(f.data[:start], encoded...)
	for i := secrets; i < len(f.secrets); i++ {
		f.secrets[i].start, f.secrets[i].end, f.secrets[i].exact = start, len(f.data), false
	}
}

// corpusValue returns a random value and the rule that has to find it; no rule
// where nothing is called so.
func corpusValue(name string) (rule, value string) {
	const pat, bearer, credential = "qoder-pat", "bearer-literal", "qoder-credential"
	lowerDigits := base62[26:]
	segment := func(object string) string { return base64.RawURLEncoding.EncodeToString([]byte(object)) }
	claims := segment(`{"sub":"` + randomText(12, base62) + `","iat":1735689600,"exp":4102444800}`)
	hexText := func(n int) string { return randomText(n, "0123456789abcdef") }
	switch name {
	case "pat":
		return pat, randomPAT()
	case "patshort": // only with Qoder evidence
		return pat, patPrefix + randomText(16, base62)
	case "patletters":
		return pat, patPrefix + randomText(40, base62[:52])
	case "pat32":
		return pat, patPrefix + randomText(32, base62)
	case "pathex":
		return pat, patPrefix + hexText(40)
	case "patlower":
		return pat, patPrefix + randomText(40, lowerDigits)
	case "bearer", "random":
		return bearer, randomText(40, base62)
	case "bearer24":
		return bearer, randomText(24, base62)
	case "bearerlower":
		return bearer, randomText(32, lowerDigits)
	case "bearerb64":
		return bearer, base64.StdEncoding.EncodeToString([]byte(randomText(34, base62+"!?/+~")))
	case "beareropaque":
		return bearer, "ya29." + randomText(60, base64url) + randomText(1, base62)
	case "bearersk":
		return bearer, "sk-" + randomText(48, base62)
	case "bearergh":
		return bearer, "ghp_" + randomText(36, base62)
	case "hex20", "hex32", "hex40", "hex64":
		var n int
		fmt.Sscanf(name, "hex%d", &n)
		return bearer, hexText(n)
	case "uuid":
		return bearer, randomValue("uuid")
	case "digits":
		return bearer, randomText(12, "0123456789")
	case "blob":
		return bearer, randomText(160, base64url)
	case "jwt":
		return bearer, segment(`{"alg":"HS256","typ":"JWT"}`) + "." + claims + "." + randomText(43, base62)
	case "jwtrs":
		return bearer, segment(`{"typ":"JWT","alg":"RS256","kid":"`+randomText(10, base62)+`"}`) + "." + claims + "." + randomText(342, base62)
	case "jwtexpired":
		return bearer, segment(`{"alg":"HS256","typ":"JWT"}`) + "." + segment(`{"sub":"`+randomText(9, base62)+`","exp":1500000000}`) + "." + randomText(43, base62)
	case "jwtnone":
		return bearer, segment(`{"alg":"none","typ":"JWT"}`) + "." + claims + "."
	case "jwtsample": // of jwt.io
		return bearer, segment(`{"alg":"HS256","typ":"JWT"}`) + "." + segment(`{"sub":"1234567890","name":"John Doe","iat":1516239022}`) +
			"." + "SflKxwRJSMeKKF2QT4" + "fwpMeJf36POk6yJV_adQssw5c"
	case "jt", "dt", "jrt", "drt", "sat":
		return credential, name + "-" + randomText(40, base62)
	case "bare": // a token without its prefix
		return credential, randomText(48, base62)
	case "satjwt":
		return credential, segment(`{"alg":"RS256","typ":"JWT"}`) + "." + claims + "." + randomText(86, base62)
	}
	return "", ""
}

// corpusEncodings are the ways to encode that a text names: <<b64>>…<<>>.
var corpusEncodings = map[string]func(string) string{
	"b64":        func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"b64url":     func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"b64wrap":    func(s string) string { return corpusWrap(base64.StdEncoding.EncodeToString([]byte(s)), 64, "\n") },
	"b64yaml":    func(s string) string { return corpusWrap(base64.StdEncoding.EncodeToString([]byte(s)), 60, "\n    ") },
	"hex":        func(s string) string { return hex.EncodeToString([]byte(s)) },
	"percent":    func(s string) string { return corpusEscape(s, isTokenByte, "%%%02X") },
	"percentall": func(s string) string { return corpusEscape(s, corpusNone, "%%%02x") },
	"u":          func(s string) string { return corpusEscape(s, corpusNone, `\u%04x`) },
	"x":          func(s string) string { return corpusEscape(s, corpusNone, `\x%02x`) },
	"octal":      func(s string) string { return corpusEscape(s, corpusNone, `\%03o`) },
	"udash":      func(s string) string { return corpusEscape(s, isAlnum, `\u%04X`) },
	"xdash":      func(s string) string { return corpusEscape(s, isAlnum, `\x%02X`) },
	"html":       html.EscapeString,
	"htmldash":   func(s string) string { return corpusEscape(s, isAlnum, "&#%d;") },
	"htmlall":    func(s string) string { return corpusEscape(s, corpusNone, "&#x%x;") },
	"json":       corpusJSON,
	"qp":         corpusQP,
}

func corpusNone(byte) bool { return false }

// corpusEscape writes what is not plain in a format.
func corpusEscape(s string, plain func(byte) bool, format string) string {
	var b strings.Builder
	for i := range len(s) {
		if plain(s[i]) {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, format, s[i])
		}
	}
	return b.String()
}

func corpusWrap(s string, width int, separator string) string {
	var lines []string
	for ; len(s) > width; s = s[width:] {
		lines = append(lines, s[:width])
	}
	return strings.Join(append(lines, s), separator)
}

// corpusJSON is s as it stands between the quotes of a JSON string.
func corpusJSON(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(quoted[1 : len(quoted)-1])
}

// corpusQP breaks lines and escapes "=" (RFC 2045, section 6.7).
func corpusQP(s string) string {
	return corpusWrap(strings.ReplaceAll(s, "=", "=3D"), 70, "=\n")
}

// corpusUTF16 encodes text in "utf16le" or "utf16be", with a mark if "-bom" follows.
func corpusUTF16(s, charset string) []byte {
	units := utf16.Encode([]rune(s))
	if strings.HasSuffix(charset, "-bom") {
		units = append([]uint16{0xFEFF}, units...)
	}
	data := make([]byte, 0, 2*len(units))
	for _, u := range units {
		if strings.HasPrefix(charset, "utf16be") {
			data = append(data, byte(u>>8), byte(u))
		} else {
			data = append(data, byte(u), byte(u>>8))
		}
	}
	return data
}
