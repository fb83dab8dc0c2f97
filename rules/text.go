package rules

import "bytes"

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isAlnum(c byte) bool { return isLower(c) || isUpper(c) || isDigit(c) }
func isHex(c byte) bool   { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// isTokenByte tells the URL-safe alphabet of a PAT.
func isTokenByte(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

// isBearerByte tells the alphabet of b64token (RFC 6750, section 2.1).
func isBearerByte(c byte) bool {
	return isTokenByte(c) || c == '.' || c == '~' || c == '+' || c == '/' || c == '='
}

// byteSet is a set of bytes.
type byteSet [256]bool

func bytesOf(text string) (set byteSet) {
	for _, c := range []byte(text) {
		set[c] = true
	}
	return set
}

func isWordByte(c byte) bool { return isAlnum(c) || c == '_' }
func isSpace(c byte) bool    { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
func isQuote(c byte) bool    { return c == '"' || c == '\'' || c == '`' || c == '\\' }

// runLength counts the bytes at the beginning of text that are of a class.
func runLength(text []byte, class func(byte) bool) int {
	for i, c := range text {
		if !class(c) {
			return i
		}
	}
	return len(text)
}

// startsToken tells whether nothing before text[at:] belongs to the same word:
// "foo-pt-…" and "gpt-…" are no tokens, but "%3Dpt-…" and `\npt-…` are one
// behind an escape, and "+pt-…" and "-pt-…" begin lines of a patch.
func startsToken(text []byte, at int) bool {
	if at == 0 || !isTokenByte(text[at-1]) {
		return true
	}
	prev := text[at-1]
	if prev == '-' {
		return at == 1 || text[at-2] == '\n' || text[at-2] == ':' // as in ${NAME:-pt-…}
	}
	return prev != '_' && endsEscape(text[max(0, at-glanceBack):at])
}

// endsEscape tells whether text ends with an escape that ends with a letter or a
// digit: `\n`, `\x22`, `\042`, `\u0022`, "%22", "%2522", or the colour of a
// terminal, "[31m".
func endsEscape(text []byte) bool {
	n := len(text)
	last := text[n-1]
	has := func(back int, c byte, digits func(byte) bool) bool {
		return n >= back && text[n-back] == c && runLength(text[n-back+1:], digits) == back-1
	}
	if n >= 2 && text[n-2] == '\\' && bytes.IndexByte([]byte("nrtbfv"), last) >= 0 {
		return true
	}
	if has(3, '%', isHex) || has(5, '%', isHex) && bytes.HasPrefix(text[n-5:], []byte("%25")) {
		return true
	}
	for _, form := range []struct {
		back int
		sign string
	}{{4, `\x`}, {6, `\u`}} {
		if n >= form.back && bytes.HasPrefix(text[n-form.back:], []byte(form.sign)) && runLength(text[n-form.back+2:], isHex) == form.back-2 {
			return true
		}
	}
	if has(4, '\\', isDigit) {
		return true
	}
	colour := bytes.LastIndexByte(text, '[')
	return last == 'm' && colour >= 0 && runLength(text[colour+1:n-1], isColourByte) == n-colour-2
}

func isColourByte(c byte) bool { return isDigit(c) || c == ';' }

// isElided tells whether a value goes on behind its last character with dots or
// stars: it was masked or shortened.
func isElided(after []byte) bool {
	for _, sign := range []string{"...", "…", "*", "•"} {
		if bytes.HasPrefix(after, []byte(sign)) {
			return true
		}
	}
	return false
}

// isInterpolated tells whether a value goes on with something that a template
// or a shell fills in.
func isInterpolated(after []byte) bool {
	return len(after) > 0 && (after[0] == '$' || after[0] == '{' || after[0] == '<' || after[0] == '%')
}

// lastIndexFold is bytes.LastIndex for a lower-case ASCII word in any case.
func lastIndexFold(text []byte, word string) int {
	first := word[0]
	for i := len(text) - len(word); i >= 0; i-- {
		if text[i]|0x20 == first|0x20 && hasPrefixFold(text[i:], word) {
			return i
		}
	}
	return -1
}

// hasPrefixFold is bytes.HasPrefix for a lower-case ASCII word in any case.
func hasPrefixFold[word string | []byte](text []byte, w word) bool {
	if len(text) < len(w) {
		return false
	}
	for i := range len(w) {
		if text[i] != w[i] && (!isUpper(text[i]) || text[i]|0x20 != w[i]) {
			return false
		}
	}
	return true
}
