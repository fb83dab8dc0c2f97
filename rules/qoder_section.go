package rules

import "bytes"

// sectionReach is how many bytes of a section are searched for a credential.
const sectionReach = 384

// isSectionEnd tells what stands behind the name of a section: [name], name: and
// "name": {, where a credential may be called by what it is alone.
func isSectionEnd(c byte) bool { return c == ']' || c == ':' || c == '"' || c == '\'' }

// findInSection decides about the section, block or object whose name the issuer's
// is, and which ends at text[end:]: the first credential in it.
func findInSection(text []byte, at, end int) (hit, bool) {
	if at > 0 && bytes.IndexByte([]byte("[ \t\n\"'{,."), text[at-1]) < 0 {
		return hit{}, false
	}
	i := end + runLength(text[end:min(len(text), end+listGap)], func(c byte) bool { return isSectionEnd(c) || isSpace(c) || c == '{' })
	if !opensSection(text[end:i]) {
		return hit{}, false
	}
	for limit := min(len(text), end+sectionReach); i < limit; {
		n := runLength(text[i:limit], isTokenByte)
		word := text[i : i+n]
		switch {
		case n == 0 && (text[i] == '[' || text[i] == '}' || hasBlankLine(text[i:min(limit, i+3)])), lastIndexFold(word, "qoder") >= 0:
			return hit{}, false
		case n == 0:
			i++
			continue
		}
		if start, ok := valueOf(text, i, i+n); ok && namesCredential(word) {
			if h, ok := literalValue(text, i, start); ok {
				return h, true
			}
		}
		i += n
	}
	return hit{}, false
}

// opensSection tells whether what stands behind a name and before the next opens
// a section: a value follows a name on its line, and the next name is indented.
func opensSection(sign []byte) bool {
	switch {
	case bytes.IndexByte(sign, '{') >= 0:
		return true
	case bytes.IndexByte(sign, '\n') < 0, hasBlankLine(sign):
		return false
	}
	last := sign[len(sign)-1]
	return sign[0] == ']' || last == ' ' || last == '\t'
}
