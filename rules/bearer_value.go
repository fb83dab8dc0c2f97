package rules

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// bearerMinLength is the length in bytes below which a bearer value is taken
// for a dummy.
const bearerMinLength = 16

// cutLength is the length in bytes from which a value that ends with the text
// may have been cut off: what is left of the window behind the furthest begin.
const cutLength = Reach - 2*sideReach - bindReach - blankReach

// literal is a value that is written out: text[start:end].
type literal struct{ start, end int }

// literalAt returns the literal credential that begins at text[start:]; false if
// there is none, or if what begins there goes on with something that a program,
// a shell or a template fills in.
func literalAt(text []byte, start int) (literal, bool) {
	if start >= len(text) || !isAlnum(text[start]) && bytes.IndexByte([]byte("_-+/"), text[start]) < 0 {
		return literal{}, false
	}
	if quoted := []byte("bearer=20"); start >= len(quoted)-2 && hasPrefixFold(text[start+2-len(quoted):], string(quoted)) {
		return literal{}, false // the blank in quoted-printable, which is decoded
	}
	end := valueEnd(text, start)
	if end-start < bearerMinLength || end == len(text) && end-start >= cutLength {
		return literal{}, false // a dummyValue, or cut off by the window
	}
	if isElided(text[end:]) || isFilledIn(text[end:]) {
		return literal{}, false
	}
	return literal{start, end}, true
}

// valueEnd returns where the value ends that begins at text[start:]: b64token
// (RFC 6750, section 2.1) and what services use beyond it.
func valueEnd(text []byte, start int) int {
	end := start
	for end < len(text) {
		n := valueRun(text[end:], end > start)
		end += n
		more := innerMark(text[end:], end-start)
		if n == 0 || more == 0 {
			break
		}
		end += more
	}
	end = withoutCommentEnd(text, start, end)
	for end > start && (text[end-1] == '.' || text[end-1] == '~') { // the end of a sentence, or a mark around a name
		end--
	}
	return end
}

// valueRun counts the bytes of a value that after begins with. It ends before
// the next "bearer", so that no text is gone through twice.
func valueRun(after []byte, goesOn bool) int {
	for i, c := range after {
		if !isBearerByte(c) || c|0x20 == 'b' && (i > 0 || goesOn) && hasPrefixFold(after[i:], "bearer") {
			return i
		}
	}
	return len(after)
}

// innerMark returns the length of a mark at the beginning of after that belongs
// into a value of which n bytes have been read: an escaped character of the
// alphabet, or the separator behind an id, as in "17|…" and "app:…".
func innerMark(after []byte, n int) int {
	if len(after) > 3 && after[0] == '%' && isBearerByte(after[3]) {
		for _, code := range []string{"2b", "2f", "3d", "7e", "7c"} {
			if hasPrefixFold(after[1:], code) {
				return 3
			}
		}
	}
	if len(after) > 1 && (after[0] == '|' || after[0] == ':') && n > 0 && n < bearerMinLength && isAlnum(after[1]) {
		return 1
	}
	return 0
}

// isFilledIn tells whether a value goes on with a sign of interpolation, of a
// call or of an index. What closes a tag or escapes a character is none.
func isFilledIn(after []byte) bool {
	if len(after) == 0 {
		return false
	}
	next := byte(0)
	if len(after) > 1 {
		next = after[1]
	}
	switch after[0] {
	case '[':
		return next != '\\' // of a log that writes the end of a line as [\r][\n]
	case '$':
		return !closes(after, 1) && next != '/' // of the end in a pattern
	case '{', '(', '#', '@':
		return true
	case '\\':
		return next == '(' || next == '{' || next == '#'
	case '%':
		return !isHex(next)
	case '<':
		return next != '/' && next != '!' && !hasPrefixFold(after, "<br") && next != ' '
	}
	return false
}

// strength says how much a value looks like a credential.
type strength uint8

const (
	dummyValue  strength = iota // a placeholder, a name, prose
	weakValue                   // a credential where nothing else can stand
	strongValue                 // random text
)

// bearerStrength judges a value of a header or a parameter that is named for a
// bearer credential.
func bearerStrength(value []byte) strength {
	_, secret, divided := bytes.Cut(value, []byte("|"))
	if !divided {
		secret = value
	}
	switch {
	case isPlaceholder(value) || isMarked(value) || isCapriciousName(value) || isPublished(value) || isDoubled(value) || isEncodedText(value) || isCiphertext(value):
		return dummyValue
	case isJWT(value):
		return strongValue
	case isUUID(value):
		return weakValue
	case looksRandom(secret) && (isMixed(secret) || len(secret) >= 24):
		return strongValue
	case looksRandom(secret) || hasRandomPart(value):
		return weakValue
	}
	return dummyValue
}

// addressLength is the length in bytes of an address on a chain of blocks.
const addressLength = len("0x") + 40

// isUnmistakable tells whether value is a credential even where prose or a name
// could stand: random through and through.
func isUnmistakable(value []byte) bool {
	return bearerStrength(value) == strongValue && (isMixed(value) || len(value) >= 32) && !isMember(value)
}

// isMarked tells whether value stands between marks of a template, is shortened
// in its middle, is a digest, an address, or a parameter of a challenge ("realm=").
func isMarked(value []byte) bool {
	if bytes.HasPrefix(value, []byte("0x")) && len(value) == addressLength { // of a contract or a purse
		return true
	}
	if bytes.Contains(value, []byte("..")) || bytes.HasPrefix(value, []byte("__")) && bytes.HasSuffix(value, []byte("__")) {
		return true
	}
	for _, digest := range []string{"md5:", "sha1:", "sha256:", "sha512:", "sha256-", "sha384-", "sha512-"} {
		if hasPrefixFold(value, digest) {
			return true
		}
	}
	if bytes.Count(bytes.TrimRight(value, "="), []byte("=")) > 1 { // quoted-printable, or a query
		return true
	}
	name, rest, isParam := bytes.Cut(value, []byte("="))
	return isParam && len(bytes.Trim(rest, "=")) > 0 && !looksRandom(name) ||
		isParam && len(name) == runLength(name, isParamByte)
}

func isParamByte(c byte) bool { return isLower(c) || c == '_' }

// published are values that specifications and manuals print: RFC 6749 and 6750,
// RFC 7662, RFC 9562 and the encyclopedias' uuids.
var published = strings.Fields(`
	mF_9.B5f-4.1JqM 2YotnFZFEjr1zCsicMWpAA SlAV32hkKG tGzv3JOkF0XG5Qx2TlKWIA 23410913-abewfq.123483
	czZCaGRSa3F0MzpnWDFmQmF0M2JW
	123e4567-e89b-12d3-a456-426614174000 123e4567-e89b-12d3-a456-426655440000
	550e8400-e29b-41d4-a716-446655440000 f47ac10b-58cc-4372-a567-0e02b2c3d479
	6ba7b810-9dad-11d1-80b4-00c04fd430c8 f81d4fae-7dec-11d0-a765-00a0c91e6bf6`)

// isPublished tells whether value is one that specifications print.
func isPublished(value []byte) bool {
	for _, p := range published {
		if len(p) == len(value) && hasPrefixFold(value, strings.ToLower(p)) {
			return true
		}
	}
	return false
}

// isDoubled tells whether value is the same text twice, as manuals have it.
func isDoubled(value []byte) bool {
	half := len(value) / 2
	return bytes.Equal(value[:half], value[len(value)-half:])
}

// isEncodedText tells whether value is base64 of text that people wrote, as
// tests have it, or begins like a JWT without going on like one.
func isEncodedText(value []byte) bool {
	parts := bytes.Split(bytes.TrimRight(value, "="), []byte("."))
	text := make([]byte, base64.RawStdEncoding.DecodedLen(len(parts[0])))
	whole := parts[0]
	if len(parts) == 1 && len(whole)%4 == 1 { // it was cut
		whole = whole[:len(whole)-1]
	}
	n, err := base64.RawStdEncoding.Decode(text, whole)
	if err != nil || n < 8 || runLength(text[:n], isPrintable) != n {
		return false
	}
	if text[0] == '{' && bytes.Contains(text, []byte(`"alg"`)) {
		return len(parts) < 3 || min(len(parts[1]), len(parts[2])) < 12
	}
	if len(parts) == 1 && bytes.HasPrefix(text, []byte("eyJ")) {
		return isEncodedText(text[:n/4*4])
	}
	plain := bytes.ReplaceAll(text[:n], []byte(" "), []byte("-"))
	return len(parts) == 1 && (!looksRandom(plain) || saysSo(plain) || isRepetitive(plain) || isSequence(plain) || isMashed(plain))
}

func isPrintable(c byte) bool { return ' ' <= c && c <= '~' }

// isCapriciousName tells whether value is a name of several words in odd case, as
// in "CaSe_SeNsItIvE_123". Long numbers between dashes, as ids are, make no name of
// what stands behind them.
func isCapriciousName(value []byte) bool {
	separators := bytes.Count(value, []byte("-")) + bytes.Count(value, []byte("_"))
	return separators > 1 && !isUUID(value) && !isNumbered(value) && unlikeness(bytes.ToLower(value)) <= 0
}

// isNumbered tells whether value is numbers and random text behind one word at
// most, as in "xoxp-12345678901-12345678901-…".
func isNumbered(value []byte) bool {
	words := 0
	for part := range bytes.FieldsFuncSeq(value, func(r rune) bool { return r == '-' || r == '_' }) {
		if runLength(part, isDigit) < len(part) && unlikeness(part) <= randomMargin {
			words++
		}
	}
	return words < 2 && hasRandomGroup(value, randomMargin)
}

// hasRandomPart tells whether value has a part between its separators that mixes
// letters and digits as names do not, as in "prod-api-9f8a7b6c5d".
func hasRandomPart(value []byte) bool {
	isSeparator := func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ':' || r == '/' }
	for part := range bytes.FieldsFuncSeq(value, isSeparator) {
		if len(part) >= 8 && kindChanges(part) >= 4 && unlikeness(part) > 0 {
			return true
		}
	}
	return false
}

// kindChanges counts how often value goes from letters to digits or back, or
// from lower to upper case.
func kindChanges(value []byte) (n int) {
	for i := 1; i < len(value); i++ {
		if isDigit(value[i-1]) != isDigit(value[i]) || isLower(value[i-1]) && isUpper(value[i]) {
			n++
		}
	}
	return n
}
