package rules

import "bytes"

// listGap is how many bytes may stand between two values of a list.
const listGap = 24

// nextInList returns the value behind the last one of the variable at text[at:],
// which may hold a list of them. Values with a prefix are found by that.
func nextInList(text []byte, at int, last hit) (hit, bool) {
	if lowered(text[at]) != 'q' {
		return hit{}, false
	}
	for end := last.end; ; {
		start, ok := nextValue(text, end, isListName(text, at))
		if !ok {
			return hit{}, false
		}
		end = start + runLength(text[start:], isBearerByte)
		value := text[start:end]
		isAssignment := bytes.IndexByte(bytes.TrimRight(value, "="), '=') >= 0
		if isAssignment || lastIndexFold(value, "qoder") >= 0 { // whose own needle sees to it
			return hit{}, false
		}
		if h, ok := literalValue(text, at, start); ok && !isListKey(text[h.end:]) {
			return h, true
		}
		if !hasPrefixOf(value) {
			return hit{}, false
		}
	}
}

// nextValue returns where the value begins behind a separator at text[i:]. Only in
// what is named for a list may the values be literals or lines of their own.
func nextValue(text []byte, i int, list bool) (int, bool) {
	limit := min(len(text), i+listGap)
	separated := false
	for ; i < limit; i++ {
		switch c := text[i]; {
		case c == ',' || c == ';' || c == '|':
			separated = true
		case c == ' ' || c == '\t':
		case list && (c == '\n' || c == '\r'):
			separated = true
		case list && (isQuote(c) || c == '-' && separated):
		default:
			return i, separated && isAlnum(c)
		}
	}
	return 0, false
}

// isListName tells whether the name at text[at:] says that it is of several.
func isListName(text []byte, at int) bool {
	name := text[at : at+runLength(text[at:min(len(text), at+nameReach)], isWordByte)]
	return lastIndexFold(name, "list") >= 0 || len(name) > 0 && lowered(name[len(name)-1]) == 's'
}

// isListKey tells whether a literal that after follows is the name of the next value.
func isListKey(after []byte) bool {
	n := runLength(after, func(c byte) bool { return isQuote(c) || c == ' ' || c == '\t' })
	return n < len(after) && bytes.IndexByte([]byte(":=("), after[n]) >= 0
}

// hasPrefixOf tells whether a value has the prefix of a credential.
func hasPrefixOf(value []byte) bool {
	for _, prefix := range credentialPrefixes {
		if bytes.HasPrefix(value, []byte(prefix)) {
			return true
		}
	}
	return false
}
