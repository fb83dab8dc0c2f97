package rules

import "slices"

// values tells what a character of an alphabet stands for; -1 means that it is
// none of it.
type values [256]int8

var (
	// Both alphabets of RFC 4648, sections 4 and 5.
	base64Values = newValues("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "-_", 62)
	hexValues    = newValues("0123456789abcdef", "ABCDEF", 10)
)

func newValues(alphabet, others string, firstOther int8) (v values) {
	for i := range v {
		v[i] = -1
	}
	for i := range len(alphabet) {
		v[alphabet[i]] = int8(i)
	}
	for i := range len(others) {
		v[others[i]] = firstOther + int8(i)
	}
	return v
}

// wrapLength is the length in characters from which a line may be one of several
// that encoded text was wrapped into.
const wrapLength = 40

// run is encoded text around a clue: lines of characters in data, each of which
// stands for so many bits.
type run struct {
	data     []byte
	values   *values
	from, to int // it is looked for in data[from:to]

	bits  int
	lines []line
	chars int // in all lines
	asked int // the line that was asked for last
}

// decodeRun decodes the run of base64 or hex around a clue, as far as it lies in
// data[from:to]. Lines that are wrapped are taken together. A character holds so
// many bits, and a group of them whole bytes.
func (v *view) decodeRun(data []byte, c *clue, from, to int, alphabet *values, bits, group int) {
	r := run{data: data, values: alphabet, from: from, to: to, bits: bits, lines: v.run.lines[:0]}
	start, lineEnd := r.back(c.at), r.ahead(c.at)
	r.before(start, lineEnd-start)
	slices.Reverse(r.lines) // they were added from the last to the first
	r.add(start, lineEnd)
	r.alignFront(int(c.phase), group, c.at)
	end := r.behind(lineEnd, lineEnd-start)
	r.number()
	v.beginText(data, r.lines[0].at, r.chars*bits/8+1)
	v.part()
	r.decode(v)
	v.closed = end < to || to == len(data)
	v.close(r.behindPadding(end))
	v.run = r
}

// back returns where the characters begin that end at data[at].
func (r *run) back(at int) int {
	for at > r.from {
		c := r.data[at-1]
		if endsSign[c] {
			if n := r.widthBefore(at); n > 0 {
				at -= n
				continue
			}
		}
		if r.values[c] < 0 || r.isEscape(at-1) {
			break
		}
		at--
	}
	return at
}

// isEscape tells whether the letter data[at] is that of "\n".
func (r *run) isEscape(at int) bool { return at > 0 && r.data[at-1] == '\\' }

// ahead returns where the characters end that begin at data[at].
func (r *run) ahead(at int) int {
	for at < r.to {
		if r.values[r.data[at]] >= 0 {
			at++
			continue
		}
		n := r.width(at)
		if n == 0 {
			break
		}
		at += n
	}
	return at
}

// before adds the lines above the one that begins at start and has so many
// characters, the last line first.
func (r *run) before(start, length int) {
	for {
		end, ok := r.breakBefore(start)
		if !ok {
			return
		}
		start = r.back(end)
		if end-start < max(wrapLength, length) {
			return
		}
		lines := len(r.lines)
		r.add(start, end)
		slices.Reverse(r.lines[lines:])
	}
}

// breakBefore returns where the line ends above that whose characters begin at
// data[at].
func (r *run) breakBefore(at int) (end int, ok bool) {
	limit := max(r.from, at-64)
	for i := at; i > limit; {
		switch c := r.data[i-1]; {
		case c == '\n':
			ok = true
			i--
		case c == ' ', c == '\t', c == '\r':
			i--
		case (c == 'n' || c == 'r') && i-2 >= limit && r.data[i-2] == '\\':
			ok = true
			i -= 2
		default:
			return i, ok
		}
	}
	return 0, false
}

// behind adds the lines below the one that ends at data[end] and has so many
// characters, and returns where the last one ends.
func (r *run) behind(end, length int) int {
	for length >= wrapLength {
		start, ok := r.breakBehind(end)
		if !ok {
			break
		}
		next := r.ahead(start)
		if next == start || next-start > length || !r.endsLine(next) {
			break
		}
		r.add(start, next)
		end, length = next, next-start
	}
	return end
}

// breakBehind returns where the line begins below that which ends at data[at].
func (r *run) breakBehind(at int) (start int, ok bool) {
	limit := min(r.to, at+64)
	for i := at; i < limit; {
		switch c := r.data[i]; {
		case c == '\n':
			ok = true
			i++
		case c == ' ', c == '\t', c == '\r':
			i++
		case c == '\\' && i+1 < limit && (r.data[i+1] == 'n' || r.data[i+1] == 'r'):
			ok = true
			i += 2
		default:
			return i, ok
		}
	}
	return 0, false
}

// endsLine tells whether nothing follows at data[at] but what may close encoded
// text.
func (r *run) endsLine(at int) bool {
	if at >= r.to {
		return true
	}
	switch r.data[at] {
	case '\n', '\r', '=', '"', '\'', ',', '<', '\\', ';', ')', '`':
		return true
	}
	return false
}

// alignFront drops the first characters, before data[at] in the last line, that
// cannot belong to the encoded text: groups of so many characters are counted back
// from at.
func (r *run) alignFront(phase, group, at int) {
	r.number()
	before := r.char(at)
	odd := ((before-phase)%group + group) % group
	if odd == 0 {
		return
	}
	// A word and a dash or slash may stand before it.
	drop := odd
	for i := odd; i <= before; i += group {
		if at, _ := r.place(i - 1); !isAlnum(r.data[at]) {
			drop = i
			break
		}
	}
	drop = min(drop, before) // the line with data[at] stays
	at, _ = r.place(drop)
	r.lines = slices.Delete(r.lines, 0, r.asked)
	l := &r.lines[0]
	l.at, l.size = at, l.size-(at-l.at)
}
