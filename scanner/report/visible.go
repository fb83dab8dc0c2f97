package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// hidden tells the characters that a terminal or a reader would obey instead
// of showing them: control characters (C0, DEL, C1), bidirectional controls,
// line separators, and what takes no room, so that two names look the same.
func hidden(r rune) bool {
	if ' ' <= r && r <= '~' { // nearly all there is
		return false
	}
	return !unicode.IsGraphic(r) ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// logging is what the programs that run pipelines obey wherever it stands in a line
// of a log: "##[" for GitHub, "##vso[" for Azure, "##teamcity[".
var logging = regexp.MustCompile(`##([A-Za-z]*\[)`)

// Visible returns s with every hidden character written as Go would write it
// in a string, and every byte that is no UTF-8 as \xff. What others wrote in
// the repository goes through it before it reaches a terminal or a log.
func Visible(s string) string {
	if strings.Contains(s, "##") {
		s = logging.ReplaceAllString(s, `#\x23$1`)
	}
	var b strings.Builder
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case !hidden(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// clip returns the first characters of a visible text, at most so many, the
// last of them an ellipsis if there are more.
func clip(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	end := 0
	for range most - 1 {
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
	}
	return s[:end] + "…"
}

// tabWidth is what a tab in a source line becomes: a fixed number of blanks,
// so that what stands below the line stays below it.
const tabWidth = 4

// visibleLine is Visible for a piece of a source line, where tabs are blanks.
func visibleLine(s string) string {
	return Visible(strings.ReplaceAll(s, "\t", strings.Repeat(" ", tabWidth)))
}

// escapeHidden writes the hidden characters of encoded JSON as \uXXXX: no
// terminal obeys them, and the values stay exact. Line feeds stand between
// values only, inside them the encoder has escaped them.
func escapeHidden(encoded []byte) []byte {
	if bytes.Contains(encoded, []byte("##")) { // for a copy of it all
		encoded = logging.ReplaceAll(encoded, []byte(`#\u0023$1`))
	}
	out := make([]byte, 0, len(encoded))
	for len(encoded) > 0 {
		r, n := utf8.DecodeRune(encoded)
		// The encoder writes \ufffd for what is no UTF-8; so is the character
		// itself, that a report that was read again is written the same.
		if r == '\n' || !hidden(r) && r != utf8.RuneError {
			out = append(out, encoded[:n]...)
		} else {
			for _, unit := range utf16.AppendRune(nil, r) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		encoded = encoded[n:]
	}
	return out
}

// width returns how many columns a terminal gives to visible text. It knows
// the blocks that are two columns wide (Unicode Standard Annex 11) and marks
// that take none; a rare character misjudged shifts a caret, no more.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case isWide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func isWide(r rune) bool {
	if r < 0x1100 {
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Yi) &&
		(r < 0xff61 || r > 0xffdc) || // but not the half-width forms
		0x3000 <= r && r <= 0x303e || // CJK symbols and punctuation
		0xff01 <= r && r <= 0xff60 || 0xffe0 <= r && r <= 0xffe6 || // full-width forms
		0x1f300 <= r && r <= 0x1f64f || 0x1f680 <= r && r <= 0x1f6ff || 0x1f900 <= r && r <= 0x1faff // emoji
}
