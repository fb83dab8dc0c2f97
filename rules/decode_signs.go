package rules

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// form is a text as it is written in an encoding.
type form struct {
	text  string
	kind  encoding // the outermost
	phase uint8
}

// How many needles are looked for in text that is encoded twice, or thrice in
// base64. The most specific rules come first.
const (
	twiceEncoded  = 6
	thriceEncoded = 3
)

// newSigns returns the signs of the rules' needles in encoded text. They are looked
// for together with the needles.
func newSigns(rules []*Rule) (signs []needle) {
	var words []string
	for place := range twiceEncoded { // the first of each rule, then the second …
		for _, r := range rules {
			if place < len(r.encoded) && !slices.Contains(words, r.encoded[place]) {
				words = append(words, r.encoded[place])
			}
		}
	}
	known := map[form]bool{}
	add := func(forms []form) {
		for _, f := range forms {
			if len(f.text) < gramSize || known[f] {
				continue
			}
			known[f] = true
			n := newNeedle(f.text, 0)
			n.sign = &f
			signs = append(signs, n)
		}
	}
	for i, word := range words {
		add(formsOf(word, i < twiceEncoded, i < thriceEncoded))
	}
	if len(words) > 0 { // what is base64 of JSON that has the needle in escapes
		add(base64Forms(`\u00`))
	}
	return signs
}

// formsOf returns the forms of a needle.
func formsOf(word string, twice, thrice bool) []form {
	inBase := base64Forms(word)
	forms := slices.Concat(inBase, hexForms(word), textForms(word), byteForms(word))
	wide := utf16Forms(word)
	forms = append(forms, wide...)
	if !twice {
		return forms
	}
	if thrice {
		forms = append(forms, base64Forms(hex.EncodeToString([]byte(word)))...)
	}
	for _, f := range inBase {
		if thrice {
			forms = append(forms, hexForms(f.text)...)
		}
		double := base64Forms(f.text)
		forms = append(forms, double...)
		forms = append(forms, utf16Forms(f.text)...)
		for _, d := range double {
			if thrice {
				forms = append(forms, base64Forms(d.text)...)
			}
		}
	}
	for _, f := range wide {
		forms = append(forms, base64Forms(f.text)...)
	}
	return forms
}

// base64Forms returns the characters that are the same whatever stands around
// word, for each place in a group of three bytes where it may begin.
func base64Forms(word string) (forms []form) {
	for shift := range 3 {
		first, end := (8*shift+5)/6, 8*(shift+len(word))/6
		padded := []byte(strings.Repeat("\x00", shift) + word + "\x00\x00")
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := alphabet.EncodeToString(padded)[first:end]
			forms = append(forms, form{text, inBase64, uint8(first % 4)})
		}
	}
	return forms
}

func hexForms(word string) []form {
	digits := hex.EncodeToString([]byte(word))
	return []form{{digits, inHex, 0}, {strings.ToUpper(digits), inHex, 0}}
}

func utf16Forms(word string) []form {
	var little, big strings.Builder
	for _, c := range []byte(word) {
		little.Write([]byte{c, 0})
		big.Write([]byte{0, c})
	}
	return []form{{little.String(), inUTF16LE, 0}, {big.String(), inUTF16BE, 0}}
}

// charForms are the ways to write one character, by encoding.
var charForms = []struct {
	kind encoding
	verb string
}{
	{inPercent, "%%%02x"}, {inPercent, "%%%02X"}, {inPercent, "%%25%02x"}, {inPercent, "%%25%02X"},
	{inEscapes, `\x%02x`}, {inEscapes, `\x%02X`}, {inEscapes, `\u%04x`}, {inEscapes, `\u%04X`},
	{inEscapes, `\U%08x`}, {inEscapes, `\U%08X`}, {inEscapes, `\u{%x}`}, {inEscapes, `\%03o`}, {inEscapes, `\\u%04x`}, {inEscapes, `\\x%02x`},
	{inHTML, "&#%d;"}, {inHTML, "&#%03d;"}, {inHTML, "&#x%x;"}, {inHTML, "&#x%X;"}, {inHTML, "&amp;#%d;"},
	{inQuoted, "=%02X"},
}

// textForms returns the forms of a needle in encodings that leave characters as
// they are: with its first two characters encoded, or its first that is no
// letter or digit.
func textForms(word string) (forms []form) {
	other := strings.IndexFunc(word, func(r rune) bool { return r < 0x80 && !isAlnum(byte(r)) })
	for _, c := range charForms {
		first := fmt.Sprintf(c.verb, word[0])
		forms = append(forms, form{first + fmt.Sprintf(c.verb, word[1]), c.kind, 0})
		if other > 0 {
			forms = append(forms, form{word[:other] + fmt.Sprintf(c.verb, word[other]), c.kind, 0})
		}
	}
	if other > 0 && word[other] == '-' {
		forms = append(forms, form{word[:other] + "&hyphen;", inHTML, 0}, form{word[:other] + "&dash;", inHTML, 0})
	}
	return forms
}

// signAhead is how many bytes from a sign of base64 or hex on have to show that
// it stands in a run.
const signAhead = 20

// signReach is how far in front of decoded text a sign may begin, and behind it end.
const signReach = 64

// isLikely tells whether a sign at data[at:] may be one.
func (f *form) isLikely(data []byte, at int) bool {
	_, likely := f.solid(data, at)
	return likely
}

// solid is isLikely, and returns how many characters of a run there are from
// data[at:] on up to the first line break, as far as that looks.
func (f *form) solid(data []byte, at int) (n int, likely bool) {
	alphabet := &base64Values
	switch f.kind {
	case inBase64:
	case inHex:
		alphabet = &hexValues
	default:
		return 0, true
	}
	if len(data) < at+signAhead {
		return 0, false
	}
	broken := false // the line is, which a space alone does not do
	for i, c := range data[at : at+signAhead] {
		if alphabet[c] >= 0 {
			continue
		}
		if !broken {
			n = i
		}
		broken = broken || c == '\n' || c == '\r' || c == '\\'
		if !broken || !isSpace(c) && c != '\\' {
			return 0, false
		}
	}
	if !broken {
		n = signAhead
	}
	return n, true
}

// thinning knows of the last clue of each phase up to where other clues are in
// the same run and say no more than it does: text that is all signs has one for
// each of its bytes.
type thinning [2][4]struct{ from, to int }

// has tells whether a sign at data[at:] says no more than the one noted last.
func (t *thinning) has(f *form, at int) bool {
	if f.kind > inHex {
		return false
	}
	last := t[f.kind][f.class(at)]
	return at > last.from && at < last.to
}

func (t *thinning) note(f *form, at, solid int) {
	if f.kind <= inHex {
		t[f.kind][f.class(at)] = struct{ from, to int }{at, at + solid}
	}
}

// class returns what is the same for all signs in a run that is decoded in the
// same phase.
func (f *form) class(at int) int {
	if f.kind == inHex {
		return at & 1
	}
	return (at - int(f.phase)) & 3
}

// width returns how many bytes side by side decide whether a sign is likely.
func (f *form) width() int {
	if f.kind == inBase64 || f.kind == inHex {
		return max(len(f.text), signAhead)
	}
	return len(f.text)
}
