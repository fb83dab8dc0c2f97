package rules

import (
	"bytes"
	"html"
	"unicode/utf8"
)

// leads are the characters that begin an encoded one.
var leads = [...]string{inPercent: "%+", inEscapes: `\`, inHTML: "&", inQuoted: "="}

// decodeText decodes the characters in data[from:to] that are written in an
// encoding which leaves others as they are.
func (v *view) decodeText(data []byte, kind encoding, at, from, to int) {
	v.begin(data, from, to-from)
	// What has a prefix with a dash is in no base64, so what follows is no padding.
	v.weak = kind == inQuoted && !hasQuoted(data, at) && bytes.IndexByte(data[at:min(to, at+6)], '-') < 0
	at = from
	for at < to {
		i := nextLead(data[at:to], leads[kind])
		if i < 0 {
			break
		}
		v.addPlain(at, at+i)
		at += i
		decoded, n := decodeChar(data[:to], at, kind)
		if n == 0 {
			v.addPlain(at, at+1)
			at++
			continue
		}
		for _, c := range []byte(decoded) {
			v.add(c, at, at+n)
		}
		at += n
	}
	v.addPlain(at, to)
	v.close(to)
	v.closed = to == len(data)
}

// nextLead is bytes.IndexAny for one or two characters.
func nextLead(text []byte, lead string) int {
	if len(lead) == 1 {
		return bytes.IndexByte(text, lead[0])
	}
	for i, c := range text {
		if c == lead[0] || c == lead[1] {
			return i
		}
	}
	return -1
}

// decodeChar decodes what stands at data[at:], and returns how many bytes that is;
// 0 means that it is nothing encoded.
func decodeChar(data []byte, at int, kind encoding) (decoded string, n int) {
	text := data[at:]
	switch kind {
	case inPercent:
		if text[0] == '+' {
			return " ", 1
		}
		return decodeHexByte(text, 1)
	case inQuoted:
		if n := softBreak(data, at, len(data)); n > 0 {
			return "", n
		}
		return decodeQuoted(data, at)
	case inHTML:
		return decodeEntity(text)
	}
	return decodeEscape(text)
}

// decodeQuoted decodes what stands at data[at:] in quoted-printable, whose digits
// are in upper case (RFC 2045, section 6.7). It has no reason to write a letter or
// a digit so, unless it does with all that stand together: "id=12" is an id.
func decodeQuoted(data []byte, at int) (string, int) {
	text := data[at:]
	decoded, n := decodeHexByte(text, 1)
	if n == 0 || isLower(text[1]) || isLower(text[2]) {
		return "", 0
	}
	if isAlnum(decoded[0]) && !hasByteAt(data, at+n, '=') && (at < n || data[at-n] != '=') {
		return "", 0
	}
	return decoded, n
}

// decodeHexByte decodes the two digits at text[at:].
func decodeHexByte(text []byte, at int) (string, int) {
	if len(text) < at+2 || hexValues[text[at]] < 0 || hexValues[text[at+1]] < 0 {
		return "", 0
	}
	return string([]byte{byte(hexValues[text[at]])<<4 | byte(hexValues[text[at+1]])}), at + 2
}

// A soft line break of RFC 2045, section 6.7, is none in the decoded text. Inside
// a token it stands where the line is full, at 76 characters: "=" at the end of
// a line is more often the padding of base64.
const (
	quotedMin = 72
	quotedMax = 76
)

// softBreak returns the length of a soft line break at data[at:limit].
func softBreak(data []byte, at, limit int) int {
	n := at + 1 + runLength(data[at+1:min(limit, at+8)], func(c byte) bool { return c == ' ' || c == '\t' || c == '\r' })
	if n >= limit || data[n] != '\n' {
		return 0
	}
	line := data[max(0, at-quotedMax-1):at]
	if length := len(line) - 1 - bytes.LastIndexByte(line, '\n'); length < quotedMin || length > quotedMax {
		if !hasQuoted(data, at) {
			return 0
		}
	}
	return n + 1 - at
}

// hasQuoted tells whether text around data[at] says that it is quoted-printable,
// or holds what is frequent there: an equals sign, a space, or two other
// characters side by side.
func hasQuoted(data []byte, at int) bool {
	const near = 512
	around := data[max(0, at-near):min(len(data), at+near)]
	const signs = 16 // are enough to look at
	for i, seen := 0, 0; i+4 <= len(around) && seen < signs; i, seen = i+1, seen+1 {
		n := bytes.IndexByte(around[i:len(around)-3], '=')
		if n < 0 {
			break
		}
		i += n
		code := around[i+1 : i+3]
		if runLength(code, isHex) == 2 && !isLower(code[0]) && !isLower(code[1]) &&
			(around[i+3] == '=' || string(code) == "3D" || string(code) == "20") {
			return true
		}
	}
	return bytes.Contains(around, []byte("uoted-")) || bytes.Contains(around, []byte("UOTED-"))
}

// entityLength is the length of the longest entity that is looked for.
const entityLength = 16

func decodeEntity(text []byte) (string, int) {
	n := bytes.IndexByte(text[:min(len(text), entityLength)], ';') + 1
	if n < 3 {
		return "", 0
	}
	if value, ok := asciiEntity(text[2 : n-1]); ok && text[1] == '#' {
		return character(value), n
	}
	switch entity := string(text[:n]); entity {
	case "&nbsp;", "&#160;", "&#xa0;", "&#xA0;":
		return " ", n
	case "&dash;", "&hyphen;":
		return "-", n
	default:
		if decoded := html.UnescapeString(entity); decoded != entity {
			return decoded, n
		}
	}
	return "", 0
}

// asciiEntity returns what "&#45;" and "&#x2d;" stand for if it is in ASCII, given
// what is between the sign and the semicolon.
func asciiEntity(digits []byte) (value int, ok bool) {
	if len(digits) > 0 && digits[0]|0x20 == 'x' {
		value, ok = number(digits[1:], 16)
	} else {
		value, ok = number(digits, 10)
	}
	return value, ok && value > 0 && value < utf8.RuneSelf
}

// number returns the value of digits in a base up to 16, no more than eight.
func number(digits []byte, base int) (value int, ok bool) {
	if len(digits) == 0 || len(digits) > 8 {
		return 0, false
	}
	for _, c := range digits {
		digit := int(hexValues[c])
		if digit < 0 || digit >= base {
			return 0, false
		}
		value = value*base + digit
	}
	return value, true
}

// decodeEscape decodes an escape as C, Java, JavaScript, JSON, Python and their
// like know them.
func decodeEscape(text []byte) (string, int) {
	if len(text) < 2 {
		return "", 0
	}
	switch c := text[1]; c {
	case 'x':
		return decodeHexByte(text, 2)
	case 'u':
		return decodeCodePoint(text, 2, 4)
	case 'U':
		return decodeCodePoint(text, 2, 8)
	case 'n', 'r', 't':
		return string("\n\r\t"[bytes.IndexByte([]byte("nrt"), c)]), 2
	case '"', '\'', '\\', '/', '`':
		return string(c), 2
	}
	digits := runLength(text[1:min(len(text), 4)], func(c byte) bool { return '0' <= c && c <= '7' })
	if value, ok := number(text[1:1+digits], 8); ok && digits >= 2 && value <= 0xff {
		return string([]byte{byte(value)}), 1 + digits
	}
	return "", 0
}

// decodeCodePoint decodes so many hexadecimal digits at text[at:], or those in
// braces.
func decodeCodePoint(text []byte, at, digits int) (string, int) {
	end := at + digits
	if at < len(text) && text[at] == '{' {
		at++
		end = at + runLength(text[at:min(len(text), at+7)], isHex)
		if end >= len(text) || text[end] != '}' {
			return "", 0
		}
		value, ok := number(text[at:end], 16)
		if !ok || value >= 1<<21 {
			return "", 0
		}
		return character(value), end + 1
	}
	for at < len(text) && text[at] == 'u' { // Java allows several
		at, end = at+1, end+1
		if at > 8 {
			return "", 0
		}
	}
	if end > len(text) {
		return "", 0
	}
	value, ok := number(text[at:end], 16)
	if !ok || value > utf8.MaxRune {
		return "", 0
	}
	return character(value), end
}

// character returns a character as text; most are ASCII, for which that takes no
// memory.
func character(value int) string {
	if value < utf8.RuneSelf {
		return string([]byte{byte(value)})
	}
	return string(rune(value))
}
