package rules

import "bytes"

// cutAhead is how many bytes from a needle on decide whether a search of a
// history looks at it because the text behind it may be cut.
const cutAhead = 24

// cutReach is how far behind a needle the text may be cut, in bytes.
const cutReach = 512

// clueAt returns the clue that a needle at data[at:] is: the text behind it may go
// on in an encoding, or in another literal.
func clueAt(data []byte, at int, n *needle) (clue, bool) {
	if !startsWord(data, at) {
		return clue{}, false
	}
	i := cutAt(data, at, n.text, at+cutReach)
	if i == len(data) {
		return clue{}, false
	}
	kind, ok, open := cutKind(data, i, min(len(data), i+jointReach), i == at+len(n.text))
	return clue{at: at, size: uint16(i + 1 - at), kind: kind}, ok && !open
}

// mayBeCut tells the same from cutAhead bytes; it errs by saying yes.
func mayBeCut(data []byte, at int, needle []byte) bool {
	limit := min(len(data), at+cutAhead)
	if !startsWord(data, at) {
		return false
	}
	i := cutAt(data, at, needle, limit)
	if i >= limit {
		return false
	}
	_, ok, open := cutKind(data, i, limit, i == at+len(needle))
	return ok || open
}

// startsWord tells whether a needle at data[at:] is not the end of a longer word:
// behind a space, say, that a query writes as "+", or others as two digits.
func startsWord(data []byte, at int) bool {
	return startsToken(data, at) || data[at-1] == '+' || at > 2 && isHex(data[at-1]) && isHex(data[at-2])
}

// cutAt returns where the value ends that begins behind the needle at data[at:].
func cutAt(data []byte, at int, needle []byte, limit int) int {
	limit = min(len(data), limit)
	i := at + len(needle)
	if i > limit {
		return limit
	}
	if isAlnum(needle[len(needle)-1]) {
		i += runLength(data[i:min(limit, i+4)], func(c byte) bool { return c == ' ' })
	}
	if i < limit && data[i] == '+' { // a space in a query
		return i
	}
	return i + runLength(data[i:limit], func(c byte) bool { return c != '=' && isBearerByte(c) })
}

// cutKind tells in which encoding the text goes on at data[i:], as far as
// data[:limit] shows it; open means that this is not far enough. first means
// that the needle ends here.
func cutKind(data []byte, i, limit int, first bool) (kind encoding, ok, open bool) {
	rest := data[i:limit]
	next := byte(0)
	if len(rest) > 1 {
		next = rest[1]
	}
	switch c := rest[0]; {
	case c == '+':
		return inPercent, first && isTokenByte(next), len(rest) < 2
	case c == '%':
		_, n := decodeHexByte(rest, 1)
		return inPercent, n > 0, len(rest) < 3
	case c == '=':
		_, n := decodeHexByte(rest, 1)
		return inQuoted, n > 0 && !isLower(next) && !isLower(rest[2]) || softBreak(data, i, limit) > 0, len(rest) < 3
	case c == '&':
		return inHTML, beginsEntity(rest), len(rest) < 4
	case continuation(data, i, limit) > 0:
		return inPieces, true, false
	case c == '\\':
		return inEscapes, bytes.IndexByte([]byte(`xuU01234567/\`), next) >= 0 || first && next == 't', len(rest) < 3
	case isQuote(c):
		if j := jointAt(data, i, limit); j.end > 0 {
			return inPieces, !j.open, j.open
		}
	}
	return 0, false, len(rest) < 3 && rest[0] == '^'
}

// beginsEntity tells whether text begins with an entity that may stand in a
// header or a token.
func beginsEntity(text []byte) bool {
	for _, entity := range []string{"&#", "&amp;", "&nbsp", "&hyphen", "&dash", "&lowbar", "&equals", "&plus", "&sol", "&period", "&Tab"} {
		if bytes.HasPrefix(text, []byte(entity)) {
			return true
		}
	}
	return false
}
