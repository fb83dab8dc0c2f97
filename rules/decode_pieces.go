package rules

import "bytes"

// jointReach is how far from a quote the next part of a literal may stand, in
// bytes: an operator, white space and a comment fit between them.
const jointReach = 160

// joint is what stands between two parts of one text.
type joint struct {
	end  int  // where the next part begins
	weak bool // the parts need not belong together: no operator joins them
	open bool // the text at hand ends before that can be told
}

// decodePieces joins the parts of literals in data[from:to].
func decodePieces(data []byte, from, to int) *view {
	v := newView(data, from, to-from)
	v.weak = true
	plain := from
	for at := from; at < to; at++ {
		if !isJointStart(data[at]) {
			continue
		}
		j := jointAt(data[:to], at, to)
		if j.end == 0 || j.open {
			continue
		}
		v.addPlain(plain, at)
		if !j.weak {
			v.firm = append(v.firm, len(v.text))
		}
		plain, at = j.end, j.end-1
	}
	v.addPlain(min(plain, to), to)
	v.close(max(plain, to))
	v.closed = to == len(data)
	return v
}

func isJointStart(c byte) bool { return isQuote(c) || c == '^' }

// jointAt returns the joint that begins at data[at] and lies in data[:limit];
// its end is 0 if there is none.
func jointAt(data []byte, at, limit int) joint {
	if end := continuation(data, at, limit); end > 0 {
		return joint{end: end, weak: true}
	}
	if data[at] == '\\' || data[at] == '^' {
		return joint{}
	}
	limit = min(limit, at+jointReach)
	i, operators, comma := at+1, 0, false
	for i < limit {
		switch c := data[i]; {
		case isSpace(c):
			i++
		case comment(data[i:limit]) > 0:
			i += comment(data[i:limit])
		case c == ',' && !comma && operators == 0:
			comma = true
			i++
		case bytes.IndexByte([]byte(`+.&|<>~_^\`), c) >= 0 && operators < 3:
			operators++
			i++
		case c == '`' && i+1 < limit && (data[i+1] == '\n' || data[i+1] == '\r'):
			i++
		default:
			return jointEnd(data, at, i, limit, operators, comma)
		}
	}
	return joint{end: limit, open: true}
}

// jointEnd tells whether the next part begins at data[i:].
func jointEnd(data []byte, at, i, limit, operators int, comma bool) joint {
	for range 2 { // of r"…", @"…", L"…" and their like
		if i < limit && bytes.IndexByte([]byte("rRbBuUfFL@$"), data[i]) >= 0 {
			i++
		}
	}
	switch {
	case i == limit:
		return joint{end: limit, open: true}
	case !isQuote(data[i]) || data[i] == '\\':
		return joint{}
	case comma && !inConcatenation(data, at):
		return joint{}
	}
	onlyBackslash := operators == 1 && bytes.IndexByte(data[at:i], '\\') >= 0
	return joint{end: i + 1, weak: comma || operators == 0 || onlyBackslash}
}

// continuation returns where a line goes on that is broken at data[at]: behind a
// backslash, or what PowerShell and cmd have for it.
func continuation(data []byte, at, limit int) int {
	if c := data[at]; c != '\\' && c != '`' && c != '^' || at > 0 && isSpace(data[at-1]) {
		return 0
	}
	i := at + 1
	if i < limit && data[i] == '\r' {
		i++
	}
	if i >= limit || data[i] != '\n' {
		return 0
	}
	for i++; i < limit && (data[i] == ' ' || data[i] == '\t'); i++ {
	}
	return i
}

// comment returns the length of the comment that text begins with.
func comment(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("/*")):
		if i := bytes.Index(text, []byte("*/")); i > 0 {
			return i + 2
		}
	case bytes.HasPrefix(text, []byte("//")), bytes.HasPrefix(text, []byte("--")), text[0] == '#':
		return bytes.IndexByte(text, '\n') + 1
	}
	return 0
}

// inConcatenation tells whether the parts around data[at] are arguments that a
// call joins.
func inConcatenation(data []byte, at int) bool {
	const near = 64
	before, after := data[max(0, at-near):at], data[at:min(len(data), at+2*near)]
	for _, word := range []string{"concat", "join", "strcat", "paste"} {
		if lastIndexFold(before, word) >= 0 {
			return true
		}
	}
	return bytes.Contains(after, []byte(".join("))
}
