package rules

import (
	"bytes"
	"slices"
)

// line is a part of a run without anything between its characters. One that is
// escaped, as in a URL, is a line by itself.
type line struct {
	at    int // where it begins in the data
	first int // which character of the run that is
	size  int // characters
	width int // bytes of each
}

// add adds the characters in r.data[from:to].
func (r *run) add(from, to int) {
	if !r.mayEscape(r.data[from:to]) {
		r.lines = append(r.lines, line{at: from, size: to - from, width: 1})
		return
	}
	for from < to {
		n := 0
		for from+n < to && r.values[r.data[from+n]] >= 0 {
			n++
		}
		l := line{at: from, size: n, width: 1}
		if n == 0 {
			l.size, l.width = 1, max(1, r.width(from))
		}
		r.lines = append(r.lines, l)
		from += l.size * l.width
	}
}

// mayEscape tells whether characters of the alphabet may be escaped in text.
func (r *run) mayEscape(text []byte) bool {
	return r.values == &base64Values && (bytes.IndexByte(text, '%') >= 0 || bytes.IndexByte(text, '\\') >= 0)
}

// number counts the characters.
func (r *run) number() {
	r.chars, r.asked = 0, 0
	for i := range r.lines {
		r.lines[i].first = r.chars
		r.chars += r.lines[i].size
	}
}

// place returns between which places a character of the run stands.
func (r *run) place(char int) (start, end int) {
	l := &r.lines[r.asked]
	if char < l.first || char >= l.first+l.size {
		i, ok := slices.BinarySearchFunc(r.lines, char, func(l line, char int) int { return l.first - char })
		if !ok {
			i--
		}
		r.asked, l = i, &r.lines[i]
	}
	start = l.at + char - l.first
	return start, start + l.width
}

// char returns which character of the run stands at data[at]. What stands between
// two lines, or inside of an escaped character, is counted back from the next line:
// that is how a run which begins there is aligned.
func (r *run) char(at int) int {
	l := &r.lines[r.asked]
	if at < l.at || at >= l.at+l.size {
		i, ok := slices.BinarySearchFunc(r.lines, at, func(l line, at int) int { return l.at - at })
		if !ok && i > 0 && (i == len(r.lines) || at < r.lines[i-1].at+r.lines[i-1].size) {
			i--
		}
		r.asked, l = i, &r.lines[i]
	}
	return l.first + at - l.at
}

// decode adds the decoded bytes to the view.
func (r *run) decode(v *view) {
	acc, have := 0, 0
	for _, l := range r.lines {
		if l.size == 1 { // it may be escaped
			acc, have = r.push(v, acc, have, r.value(l.at))
			continue
		}
		text := r.data[l.at : l.at+l.size]
		for i := 0; i < len(text); {
			if r.bits == 6 && have == 0 && i+4 <= len(text) {
				i += r.decodeGroups(v, text[i:])
				continue
			}
			acc, have = r.push(v, acc, have, int(r.values[text[i]]))
			i++
		}
	}
}

// push adds the bits of a character to those of acc, and the byte that these make
// to the view.
func (r *run) push(v *view, acc, have, value int) (int, int) {
	acc = acc<<r.bits | value
	if have += r.bits; have >= 8 {
		have -= 8
		v.text = append(v.text, byte(acc>>have))
		acc &= 1<<have - 1
	}
	return acc, have
}

// decodeGroups decodes the whole groups of base64 in text, and returns how many
// characters these have.
func (r *run) decodeGroups(v *view, text []byte) int {
	groups := len(text) / 4
	out := slices.Grow(v.text, 3*groups)
	decoded := out[len(out) : len(out)+3*groups]
	for i := range groups {
		g := text[4*i : 4*i+4]
		n := uint32(r.values[g[0]])<<18 | uint32(r.values[g[1]])<<12 | uint32(r.values[g[2]])<<6 | uint32(r.values[g[3]])
		d := decoded[3*i : 3*i+3]
		d[0], d[1], d[2] = byte(n>>16), byte(n>>8), byte(n)
	}
	v.text = out[:len(out)+3*groups]
	return 4 * groups
}
