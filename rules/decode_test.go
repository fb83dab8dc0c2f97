package rules

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"mime/quotedprintable"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// encoders write text in every encoding that is decoded.
var encoders = []struct {
	step   string
	encode func(string) string
}{
	{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"base64", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
	{"base64", func(s string) string { return wrapText(base64.StdEncoding.EncodeToString([]byte(s)), 76, "\r\n") }},
	{"base64", func(s string) string { return wrapText(base64.StdEncoding.EncodeToString([]byte(s)), 64, "\n    ") }},
	{"base64", func(s string) string { return wrapText(base64.StdEncoding.EncodeToString([]byte(s)), 64, `\n`) }},
	{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
	{"hex", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
	{"utf-16le", func(s string) string { return wide(s, 0) }},
	{"utf-16be", func(s string) string { return wide(s, 1) }},
	{"percent", func(s string) string { return eachByte(s, "%%%02X") }},
	{"percent", func(s string) string { return eachByte(s, "%%%02x") }},
	{"percent", func(s string) string { return eachOther(s, "%%%02X") }},
	{"escape", func(s string) string { return eachByte(s, `\x%02x`) }},
	{"escape", func(s string) string { return eachByte(s, `\u%04x`) }},
	{"escape", func(s string) string { return eachByte(s, `\%03o`) }},
	{"escape", func(s string) string { return eachOther(s, `\u%04X`) }},
	{"escape", func(s string) string { return eachOther(s, `\u{%x}`) }},
	{"html", func(s string) string { return eachByte(s, "&#%d;") }},
	{"html", func(s string) string { return eachByte(s, "&#x%X;") }},
	{"html", func(s string) string { return eachOther(s, "&#%d;") }},
	{"quoted-printable", func(s string) string { return eachOther(s, "=%02X") }},
}

func wrapText(s string, width int, brk string) string {
	var b strings.Builder
	for len(s) > width {
		b.WriteString(s[:width] + brk)
		s = s[width:]
	}
	return b.String() + s
}

func wide(s string, high int) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		pair := [2]byte{byte(u), byte(u >> 8)}
		b.Write([]byte{pair[high], pair[1-high]})
	}
	return b.String()
}

func eachByte(s, verb string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, verb, c)
	}
	return b.String()
}

func eachOther(s, verb string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if isAlnum(c) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, verb, c)
		}
	}
	return b.String()
}

// carriers are texts with a secret, which stands for %s.
var carriers = []struct {
	rule, text, alphabet string
	size                 int
}{
	{"qoder-pat", "%s", base64url, 61},
	{"qoder-pat", "user:%s", base64url, 61},
	{"qoder-pat", "token=%s\nother=1\n", base64url, 61},
	{"qoder-pat", "{\"auths\": {\"x\": {\"auth\": \"%s\"}}}", base64url, 61},
	{"bearer-literal", "Authorization: Bearer %s\r\nAccept: */*", base62, 40},
	{"bearer-literal", "{\"Authorization\": \"bearer %s\"}", base62, 40},
	{"bearer-literal", "a: 1\n Authorization: Bearer %s\n", base62, 40},
}

// mustFind checks that the one thing found in text is the secret, decoded by the
// steps, in text[from:to].
func mustFind(t *testing.T, text, secret string, from, to int, steps ...string) {
	t.Helper()
	set := everything()
	found := set.Find([]byte(text))
	if len(found) == 0 || found[0].Secret.Reveal() != found[len(found)-1].Secret.Reveal() {
		t.Errorf("%d matches of %q in %.300q, wanted by %q", len(found), secret, text, steps)
		return
	}
	m := found[0]
	// The last step is not needed where a rule itself reads what is encoded.
	known := slices.Equal(m.Decoded, steps) || len(m.Decoded) < len(steps) && slices.Equal(m.Decoded, steps[:len(m.Decoded)])
	if m.Secret.Reveal() != secret || !known || m.Start < from || m.End > to || m.Start >= m.End {
		t.Errorf("found %q by %q at %d:%d, want %q by %q within %d:%d in %.300q",
			m.Secret.Reveal(), m.Decoded, m.Start, m.End, secret, steps, from, to, text)
	}
	if !set.Present([]byte(text)) {
		t.Errorf("nothing is present in %.300q", text)
	}
}

func secretFor(i int) (secret, plain string) {
	c := carriers[i]
	secret = randomText(c.size, c.alphabet)
	if c.rule == "qoder-pat" {
		secret = patPrefix + secret
	}
	return secret, fmt.Sprintf(c.text, secret)
}

// TestEncodings finds a secret in text that is encoded as a whole.
func TestEncodings(t *testing.T) {
	for _, e := range encoders {
		for i, c := range carriers {
			for range 20 {
				secret, plain := secretFor(i)
				if c.rule != "qoder-pat" && e.encode(c.text) == c.text {
					continue
				}
				before, after := "# data\nx = \"", "\"\n# end\n"
				encoded := e.encode(plain)
				if strings.HasPrefix(e.step, "utf-16") {
					before, after = "", ""
				}
				mustFind(t, before+encoded+after, secret, len(before), len(before+encoded), e.step)
			}
		}
	}
}

// TestEncodedTwice finds a secret in text that was encoded twice, thrice in
// base64.
func TestEncodedTwice(t *testing.T) {
	b64 := encoders[0].encode
	little, big, percent := encoders[7].encode, encoders[8].encode, encoders[11].encode
	for _, test := range []struct {
		steps  string
		encode func(string) string
	}{
		{"base64 base64", func(s string) string { return b64(b64(s)) }},
		{"base64 base64 base64", func(s string) string { return b64(b64(b64(s))) }},
		{"base64 utf-16le", func(s string) string { return b64(little(s)) }},
		{"utf-16le base64", func(s string) string { return little("key: " + b64(s)) }},
		{"utf-16be base64", func(s string) string { return big("key: " + b64(s)) }},
		{"percent percent", func(s string) string { return percent(percent(s)) }},
		{"base64 percent", func(s string) string { return b64("Bearer " + percent(s)) }},
	} {
		for i, c := range carriers {
			secret, plain := secretFor(i)
			if strings.HasSuffix(test.steps, "base64 base64") && strings.Contains(c.text, "bearer") {
				continue // the first needles only
			}
			text := test.encode(plain)
			mustFind(t, text, secret, 0, len(text), strings.Fields(test.steps)...)
		}
	}
}

// TestPieces joins literals.
func TestPieces(t *testing.T) {
	for _, form := range []string{
		`t = "pt-" + "@"`, `t = "pt-abcd" + "@"`, `t = 'pt-'.'@';`, `t = "pt-" .. "@"`, `t = "pt-" & "@"`,
		"t = (\"pt-\"\n     \"@\")", "t = \"pt-\" + // first\n  \"@\";", "t = \"pt-\" & _\n  \"@\"", `t = 'pt-' || '@'`,
		"t = \"pt-\\\n@\"", "t = \"pt-\\\r\n    @\"", `t = "pt-" ++ "@"`, `concat!("pt-", "@")`, `["pt-", "@"].join("")`,
		`t = u"pt-" u"@"`, `t="pt-""@"`, "t = \"pt-\" \\\n  \"@\"", `t = "pt-" /* x */ + "@"`, `t = "pt-" <> "@"`,
		"$t = \"pt-`\n@\"", `t = f"pt-" + f"@"`, "t = 'pt-' +\r\n\t\t'@'", `paste0("pt-", "@")`, `t = "pt-" ~ "@"`,
	} {
		for range 20 {
			body := randomText(61, base62)
			before, after, _ := strings.Cut(form, "@")
			cut := 10 + source.IntN(20)
			text := before + body + after
			secret := "pt-" + body
			if strings.Contains(before, "pt-abcd") {
				secret = "pt-abcd" + body
			}
			mustFind(t, text, secret, 0, len(text), "joined")
			// the same joint in the middle of the token
			if i := strings.Index(before, "pt-"); !strings.Contains(before, "abcd") && !strings.Contains(form, "`") {
				head := before[:i+3] + body[:cut] + before[i+3:]
				text = head + body[cut:] + after
				if len(everything().Find([]byte(text))) != 1 {
					t.Errorf("nothing or more in %q", text)
				}
			}
		}
	}
	for range 50 {
		token := randomText(40, base62)
		for _, form := range []string{
			`h = {"Authorization": "Bearer " + "@"}`, `h = {"Authorization": "Bearer" + " @"}`,
			"Authorization: 'Bearer ' .\n   '@'", "\"Authorization\": \"Bearer \"\n   \"@\"",
			`h = {"Authorization": "Bearer " + "` + token[:9] + `" + "@"}`,
		} {
			text := strings.ReplaceAll(form, "@", token)
			found := everything().Find([]byte(text))
			if len(found) != 1 || !strings.HasSuffix(found[0].Secret.Reveal(), token) {
				t.Errorf("%v in %q", found, text)
			}
		}
	}
}

// TestPartsOfText finds secrets in which only some characters are encoded.
func TestPartsOfText(t *testing.T) {
	token := randomPAT()
	value := randomText(40, base62)
	for text, want := range map[string]string{
		"curl 'https://h/?a=Authorization%3A%20Bearer%20" + value + "'":                     value,
		"h=Authorization%3A+Bearer+" + value:                                                value,
		"h=Authorization%253A%2520Bearer%2520" + value:                                      value,
		"<p>Authorization: Bearer&nbsp;" + value + " </p>":                                  value,
		"<p>Authorization: Bearer&#32;" + value + " </p>":                                   value,
		"Authorization: Bearer " + value + "%2Fabc%3D%3D":                                   value + "/abc==",
		"Authorization: Bearer=20" + value + "\n":                                           value,
		"Authorization: Bearer " + value[:20] + "=\r\n" + value[20:] + "=20\n":              value,
		strings.Repeat("x ", 22) + token[:30] + "=\n" + token[30:] + "\n":                   token,
		`{"a":"\u0070\u0074\u002d` + token[3:] + `"}`:                                       token,
		`"p=pt\u002d` + token[3:] + `"`:                                                     token,
		"pt&amp;#45;" + strings.ReplaceAll(token[3:], "-", "&amp;#45;"):                     token,
		"pt&hyphen;" + strings.ReplaceAll(token[3:], "-", "&hyphen;"):                       token,
		`"{\"Authorization\": \"Bearer\u0020` + value + `\"}"`:                              value,
		"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("u:"+token)):     token,
		"\uFEFF" + html.EscapeString(`"`) + url.QueryEscape("Authorization: Bearer "+value): value,
	} {
		found := everything().Find([]byte(text))
		if len(found) != 1 || found[0].Secret.Reveal() != want {
			t.Errorf("%v in %q, want %q", found, text, want)
		}
	}
	for shift := range 60 {
		var b bytes.Buffer
		w := quotedprintable.NewWriter(&b)
		fmt.Fprint(w, strings.Repeat("ä ", 7)+strings.Repeat("x", shift)+" Authorization: Bearer "+value+strings.Repeat(" ö", 30))
		w.Close()
		if i := strings.Index(b.String(), value[:2]); !strings.Contains(b.String(), "Authorization: Bearer "+value[:2]) ||
			strings.HasPrefix(b.String()[i:], value+"=\r") {
			continue // the break is in the header's name, or looks like padding
		}
		found := everything().Find(b.Bytes())
		if len(found) != 1 || found[0].Secret.Reveal() != value {
			t.Errorf("%v in %q", found, b.String())
		}
	}
}

// TestNothingEncoded wants silence about text that only looks encoded.
func TestNothingEncoded(t *testing.T) {
	set := everything()
	b64 := base64.StdEncoding.EncodeToString
	for range 200 {
		random := make([]byte, 600)
		for i := range random {
			random[i] = byte(source.UintN(256))
		}
		for _, text := range []string{
			b64(random), hex.EncodeToString(random), b64([]byte(b64(random))), string(random),
			b64([]byte(`{"class":"pt-4 pt-online-schema-change", "Authorization": "Bearer ${TOKEN}"}`)),
			`{"Authorization": "Bearer " + token}`, `"Authorization": "Bearer " + "${token}"`,
			`"Authorization: Bearer " + os.Getenv("` + randomText(30, base62) + `")`,
			`class="pt-4" + "px-2 ` + randomText(30, base62) + `"`, `cx("pt-", "` + randomText(30, base62) + `")`,
			"Authorization: Bearer%20$TOKEN", "Authorization: Bearer+token", `"Bearer " "realm"`,
			wide("Authorization: Bearer <token>", 0),
			"Authorization: Bearer YS1n" + "aXQtdG9rZW4=\nauth_type: \"" + randomText(30, base62) + `"`,
		} {
			found := set.Find([]byte(text))
			if len(found) > 0 && len(found[0].Decoded) > 0 {
				t.Fatalf("found %v %q in %q", found, found[0].Secret.Reveal(), text)
			}
		}
	}
}
