package rules

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// TestEscapedBase64 finds a secret in base64 whose signs that mean something in a
// URL or in JSON are escaped, wherever they stand.
func TestEscapedBase64(t *testing.T) {
	for _, escapes := range [][]string{
		{"+", "%2B", "/", "%2F", "=", "%3D"},
		{"+", "%2b", "/", "%2f", "=", "%3d"},
		{"/", `\/`},
		{"+", `\u002b`, "/", `\u002f`, "=", `\u003d`},
		{"+", `\u002B`, "=", `\u003D`},
	} {
		for range 200 {
			pat := randomPAT()
			around := func() string { return randomText(source.IntN(40), "~?>\xff\xfb\xbe ") }
			plain := around() + " " + pat + " " + around()
			encoded := strings.NewReplacer(escapes...).Replace(base64.StdEncoding.EncodeToString([]byte(plain)))
			mustFind(t, "https://x.io/?q="+encoded+"&a=1", pat, len("https://x.io/?q="), len(encoded)+len("https://x.io/?q="), "base64")

			token := randomText(38+source.IntN(4), base62)
			encoded = strings.NewReplacer(escapes...).Replace(base64.StdEncoding.EncodeToString([]byte("Authorization: Bearer " + token)))
			mustFind(t, `{"q": "`+encoded+`"}`, token, 0, 1000, "base64")
		}
	}
}

// TestNestedOtherwise finds a secret in two encodings of which each leaves no sign
// of the other.
func TestNestedOtherwise(t *testing.T) {
	for range 50 {
		pat := randomPAT()
		inner := base64.StdEncoding.EncodeToString([]byte("QODER_PAT=" + pat))
		text := hex.EncodeToString([]byte(inner))
		mustFind(t, text, pat, 0, len(text), "hex", "base64")

		text = base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString([]byte(pat))))
		mustFind(t, text, pat, 0, len(text), "base64", "hex")

		var escaped strings.Builder
		for _, c := range []byte(pat) {
			fmt.Fprintf(&escaped, `\u%04x`, c)
		}
		text = base64.StdEncoding.EncodeToString([]byte(`{"token": "` + escaped.String() + `"}`))
		mustFind(t, text, pat, 0, len(text), "base64", "escape")

		escaped.Reset()
		for _, c := range []byte(pat) {
			fmt.Fprintf(&escaped, `\U%08X`, c)
		}
		text = `t = "` + escaped.String() + `"`
		mustFind(t, text, pat, 0, len(text), "escape")

		text = "0x" + hex.EncodeToString([]byte(pat))
		mustFind(t, text, pat, 2, len(text), "hex")
	}
}
