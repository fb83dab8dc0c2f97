package rules

import "bytes"

// sectionOpenings are how a section named for the header begins in YAML, JSON, HCL
// and alike. Prometheus and what is configured like it take the scheme for Bearer
// where the section names none.
var sectionOpenings = []string{
	"authorization:\n", "authorization:\r", "authorization: {", "authorization:{", `authorization": {`, `authorization":{`,
	`authorization': {`, "authorization {", "authorization = {",
}

// findSection decides about the section that is named for the header by the word at
// text[at:], and in which no scheme stands. Other things have such sections, too: the
// credentials have to be random through and through.
func findSection(text []byte, at int) (hit, bool) {
	if at > 0 && !isSpace(text[at-1]) && bytes.IndexByte([]byte("\"'{,"), text[at-1]) < 0 {
		return hit{}, false // a longer name, or a member
	}
	i := at + len(headerName)
	section := sectionAt(text, at, i+runLength(text[i:], func(c byte) bool { return bytes.IndexByte([]byte("\"':= \t"), c) >= 0 }))
	var found literal
	for i = section.start; i < section.end; {
		n := runLength(text[i:section.end], isTokenByte)
		word := text[i : i+n]
		i += max(1, n)
		switch value := fieldValue(text, i, section.end); {
		case isOneOf(word, [][]byte{[]byte("type"), []byte("scheme")}) && value > i && !hasPrefixFold(text[value:], "bearer"):
			return hit{}, false
		case isOneOf(word, [][]byte{[]byte("credentials")}) && value > i:
			lit, ok := literalAt(text, value)
			if ok && isSectionValue(text, lit) {
				found = lit
			}
		}
	}
	return hit{start: found.start, end: found.end, confidence: MediumConfidence}, found.end > 0
}

// isSectionValue tells whether a literal is random and all of a value.
func isSectionValue(text []byte, lit literal) bool {
	value := text[lit.start:lit.end]
	if !standsFree(text, lit.end) || isQuote(text[lit.start-1]) && !closes(text, lit.end) || isKey(text, lit) {
		return false
	}
	return isUnmistakable(value)
}

// fieldValue returns where the value begins of the field whose name ends at text[i:],
// on the same line, or i if no value is given.
func fieldValue(text []byte, i, limit int) int {
	gap := runLength(text[i:limit], func(c byte) bool { return bytes.IndexByte([]byte("\"':= \t"), c) >= 0 })
	if i+gap >= limit || !bytes.ContainsAny(text[i:i+gap], ":=") || text[i+gap] == '\n' || text[i+gap] == '\r' {
		return i
	}
	return i + gap
}

// sectionAt returns what is in the section whose name begins at text[at:] and which
// opens at text[open:]: up to a closing brace, or the lines that are indented deeper
// than the name.
func sectionAt(text []byte, at, open int) literal {
	limit := min(len(text), open+sideReach)
	body := text[min(open, limit):limit]
	if len(body) > 0 && body[0] == '{' {
		if end := bytes.IndexByte(body, '}'); end >= 0 {
			body = body[:end]
		}
		return literal{open, open + len(body)}
	}
	before := text[max(0, at-nameReach):at]
	depth := len(before) - bytes.LastIndexByte(before, '\n') - 1
	end := 0
	for end < len(body) {
		next := bytes.IndexByte(body[end:], '\n') + 1
		if next == 0 {
			return literal{open, limit}
		}
		end += next
		if runLength(body[end:], func(c byte) bool { return c == ' ' || c == '\t' }) <= depth {
			break
		}
	}
	return literal{open, open + end}
}
