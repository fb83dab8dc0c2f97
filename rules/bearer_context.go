package rules

import "bytes"

// place says where a scheme and its value stand.
type place uint8

const (
	nowhere  place = iota // in prose
	alone                 // in a literal of their own, nothing says what for
	named                 // with a name for authentication before them
	near                  // with the header's name on a line close by
	onLine                // with the header's name before them on the line
	rejected              // where a server asks for a credential
)

// headerNear is how many bytes before the scheme or behind the value the name of
// the header may stand.
const headerNear = 200

// headerName is the name of the header, in lower case.
const headerName = "authorization"

// placeOf tells where the scheme at text[at:] with the value ending at end
// stands.
func placeOf(text []byte, at, end int) place {
	before := text[max(0, at-headerNear):at]
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	challenge := lastIndexFold(line, "www-authenticate")
	name := lastIndexFold(before, headerName)
	lineFrom := len(before) - len(line)
	switch {
	case challenge >= 0 && lineFrom+challenge > name:
		return rejected
	case name >= lineFrom:
		return onLine
	case name >= 0 && !hasBlankLine(before[name:]):
		return near
	case isNamed(line):
		return named
	}
	after := text[end:min(len(text), end+headerNear)]
	if i := lastIndexFold(after, headerName); i >= 0 && !hasBlankLine(after[:i]) {
		return near
	}
	if isAlone(text, at, end) {
		return alone
	}
	return nowhere
}

// hasBlankLine tells whether text is divided by an empty line.
func hasBlankLine(text []byte) bool {
	return bytes.Contains(text, []byte("\n\n")) || bytes.Contains(text, []byte("\n\r\n"))
}

// authWords are parts of the names that variables and keys for such headers
// have, in lower case.
var authWords = []string{"auth", "token", "header", "bearer", "jwt", "credential", "secret", "apikey", "api_key", "api-key"}

// isNamed tells whether the line before a scheme names something that is
// for authentication, and gives it a value.
func isNamed(line []byte) bool {
	if !bytes.ContainsAny(line, "=:(,>[{\"'`") {
		return false
	}
	for _, word := range authWords {
		if lastIndexFold(line, word) >= 0 {
			return true
		}
	}
	return false
}

// isAlone tells whether scheme and value are all of a literal or a line: between
// quotes, between bars or in braces, or up to the end of the line from its beginning, a "=" or a ":".
func isAlone(text []byte, at, end int) bool {
	before := bytes.TrimRight(text[max(0, at-nameReach):at], " \t")
	c := byte('\n')
	if len(before) > 0 {
		c = before[len(before)-1]
	}
	switch {
	case isQuote(c) && c != '\\':
		return end < len(text) && (text[end] == c || text[end] == '\\')
	case c == '|' || c == '{': // a log's captured headers, a cell
		rest := bytes.TrimLeft(text[end:min(len(text), end+4)], " ")
		return len(rest) > 0 && (rest[0] == '|' || rest[0] == '}')
	case c == '=' || c == ':' || c == '\n':
		return end == len(text) || text[end] == '\n' || text[end] == '\r'
	}
	return false
}
