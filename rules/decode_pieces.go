package rules

import "bytes"

// jointReach is how far from a quote the next part of a literal may stand, in
// bytes: an operator, white space and a comment fit between them.
const jointReach = 160

// restMin is the length in bytes from which the rest of a secret shows that it
// is random.
const restMin = 8

var (
	isOperator      = bytesOf(`+.&|<>~_^*\`) // that joins the parts of a text
	isLiteralPrefix = bytesOf("rRbBuUfFL@$") // before the quote of a literal

	// joiners are in calls that join their arguments, and what they begin with.
	joiners      = [...]string{"concat", "join", "strcat", "paste", "%s%s", "{}{}"}
	beginsJoiner = bytesOf("cCjJsSpP%{")
)

// joint is what stands between two parts of one text.
type joint struct {
	end  int  // where the next part begins
	weak bool // the parts need not belong together: no operator joins them
	open bool // the text at hand ends before that can be told
}

// decodePieces joins the parts of literals in data[from:to].
func (v *view) decodePieces(data []byte, from, to int) {
	v.begin(data, from, to-from)
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
		if j.weak {
			v.guesses = append(v.guesses, at)
		}
		plain, at = j.end, j.end-1
	}
	v.addPlain(min(plain, to), to)
	v.close(max(plain, to))
	v.closed = to == len(data)
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
	i, operators, comma, slashes := at+1, 0, false, false
	for i < limit {
		switch c := data[i]; {
		case isSpace(c):
			i++
		case isDoubleSlash(data[i:limit]):
			slashes = true
			i += 2
		case comment(data[i:limit]) > 0:
			i += comment(data[i:limit])
		case c == ',' && !comma && operators == 0:
			comma = true
			i++
		case isOperator[c] && operators < 3:
			operators++
			i++
		case c == '`' && i+1 < limit && (data[i+1] == '\n' || data[i+1] == '\r'):
			i++
		default:
			j := jointEnd(data, at, i, limit, operators, comma)
			j.weak = j.weak || slashes && operators == 0
			return j
		}
	}
	return joint{end: limit, open: true}
}

// jointEnd tells whether the next part begins at data[i:].
func jointEnd(data []byte, at, i, limit, operators int, comma bool) joint {
	for range 2 { // of r"…", @"…", L"…" and their like
		if i < limit && isLiteralPrefix[data[i]] {
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

// isDoubleSlash tells whether text begins with the operator "//" of Fortran, not
// with a comment: a literal follows on the line.
func isDoubleSlash(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("//")) {
		return false
	}
	i := 2 + runLength(text[2:], func(c byte) bool { return c == ' ' || c == '&' })
	return i < len(text) && isQuote(text[i])
}

// prolongs tells whether a match in joined text is one of plain and more of the
// same secret, although nothing says that its parts belong together: what is
// added is random as well, and the first part is not as long as a whole.
func prolongs(m Match, joined []byte, plain []Match) bool {
	for _, p := range plain {
		n := p.End - p.Start
		switch {
		case m.Start >= p.End || p.Start >= m.End:
		case p.Start != m.Start || p.rank != m.rank || n >= len(joined) || len(p.Decoded) > 0:
			return false
		case bytes.HasPrefix(joined, []byte(patPrefix)) && n == len(patPrefix)+patRealBody:
			return false
		default:
			if bytes.HasPrefix(joined[n:], []byte(patPrefix)) {
				return false // another token
			}
			isWhole := bytes.HasPrefix(joined, []byte(patPrefix)) && len(joined) == len(patPrefix)+patRealBody
			return isWhole || len(joined)-n >= restMin && looksRandom(joined[n:])
		}
	}
	return false
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
	const near = 160
	before, after := data[max(0, at-near):at], data[at:min(len(data), at+near)]
	for i, c := range before {
		if beginsJoiner[c] && namesJoiner(before[i:]) {
			return true
		}
	}
	return bytes.Contains(after, []byte(".join(")) || bytes.Contains(after, []byte(".concat("))
}

// namesJoiner tells whether text begins with what names a call that joins.
func namesJoiner(text []byte) bool {
	for _, word := range joiners {
		if hasPrefixFold(text, word) {
			return true
		}
	}
	return false
}
