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

func isWordByte(c byte) bool     { return isAlnum(c) || c == '_' }
func isSpace(c byte) bool        { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
func isSpaceOrComma(c byte) bool { return isSpace(c) || c == ',' }
func isQuote(c byte) bool        { return c == '"' || c == '\'' || c == '`' || c == '\\' }

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
// behind an escape.
func startsToken(text []byte, at int) bool {
	if at == 0 {
		return true
	}
	prev := text[at-1]
	if !isTokenByte(prev) {
		return prev != '+' // the inside of base64
	}
	if at >= 2 && text[at-2] == '\\' && bytes.IndexByte([]byte("nrtbfv"), prev) >= 0 {
		return true
	}
	if at >= 3 && text[at-3] == '%' && isHex(text[at-2]) && isHex(prev) {
		return true
	}
	return at >= 6 && text[at-6] == '\\' && text[at-5] == 'u' && runLength(text[at-4:at], isHex) == 4
}

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
	for i := len(text) - len(word); i >= 0; i-- {
		if hasPrefixFold(text[i:], word) {
			return i
		}
	}
	return -1
}

// hasPrefixFold is bytes.HasPrefix for a lower-case ASCII word in any case.
func hasPrefixFold(text []byte, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := range len(word) {
		if text[i] != word[i] && (!isUpper(text[i]) || text[i]|0x20 != word[i]) {
			return false
		}
	}
	return true
}

// evidenceReach is how many bytes around a token are searched for a sign that
// it belongs to Qoder.
const evidenceReach = 256

// hasQoderEvidence tells whether the issuer is named near text[start:end].
func hasQoderEvidence(text []byte, start, end int) bool {
	const issuer = "qoder"
	before := text[max(0, start-evidenceReach):start]
	after := text[end:min(len(text), end+evidenceReach)]
	return lastIndexFold(before, issuer) >= 0 || lastIndexFold(after, issuer) >= 0
}
