package source

import (
	"strings"
)

// byteSet is a set of bytes: what a bracket expression matches.
type byteSet [256]bool

// addRange adds the bytes from lo to hi. With fold, where the text is in lower
// case, a letter is also in when its capital would be.
func (s *byteSet) addRange(lo, hi byte, fold bool) {
	for c := int(lo); c <= int(hi); c++ {
		s[c] = true
		if fold {
			s[lowerByte(byte(c))] = true
		}
	}
}

// addNamed adds the class of ASCII characters that is called so, as [:alpha:],
// and is false if there is none.
func (s *byteSet) addNamed(name string, fold bool) bool {
	is := namedClass(name)
	if is == nil {
		return false
	}
	for c := byte(1); c < 0x80; c++ {
		s[c] = s[c] || is(c) || fold && name == "upper" && 'a' <= c && c <= 'z'
	}
	return true
}

// namedClass returns the members of a character class as git's own tables have
// them, which leave vertical tab and form feed out of the spaces.
func namedClass(name string) func(byte) bool {
	isSpace := func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
	isPrint := func(c byte) bool { return ' ' <= c && c <= '~' }
	isDigit := func(c byte) bool { return '0' <= c && c <= '9' }
	switch name {
	case "alnum":
		return isAlnum
	case "alpha":
		return func(c byte) bool { return isAlnum(c) && !isDigit(c) }
	case "blank":
		return func(c byte) bool { return c == ' ' || c == '\t' }
	case "cntrl":
		return func(c byte) bool { return !isPrint(c) }
	case "digit":
		return isDigit
	case "graph":
		return func(c byte) bool { return isPrint(c) && c != ' ' }
	case "lower":
		return func(c byte) bool { return 'a' <= c && c <= 'z' }
	case "print":
		return isPrint
	case "punct":
		return func(c byte) bool { return isPrint(c) && c != ' ' && !isAlnum(c) }
	case "space":
		return isSpace
	case "upper":
		return func(c byte) bool { return 'A' <= c && c <= 'Z' }
	case "xdigit":
		return func(c byte) bool { return isDigit(c) || 'a' <= lowerByte(c) && lowerByte(c) <= 'f' }
	}
	return nil
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= lowerByte(c) && lowerByte(c) <= 'z'
}

// parseClass reads the bracket expression that begins at pattern[i] and returns
// where it ends. It goes through the expression in the steps of git's
// wildmatch.c, for some of what that accepts is written down nowhere: a range
// may begin with an escaped character, not with a class, and a [: that no :]
// follows is two characters.
func parseClass(pattern string, i int, fold bool) (set byteSet, next int, ok bool) {
	r := classReader{pattern: pattern, i: i + 1, closing: i, fold: fold, set: &set}
	negated := r.at(0) == '!' || r.at(0) == '^'
	if negated {
		r.i++
	}
	for first := true; first || r.at(0) != ']'; first = false {
		if !r.item() {
			return set, 0, false
		}
		r.i++
	}
	for c := range set {
		set[c] = set[c] != negated
	}
	set[0], set['/'] = false, false // which no name has and no bracket matches
	return set, r.i + 1, true
}

// classReader goes through a bracket expression.
type classReader struct {
	pattern string
	i       int
	closing int  // a ] looked up before, so that no text is searched twice
	prev    byte // where a range would begin, 0 if none can
	fold    bool
	set     *byteSet
}

// at returns the byte n behind the current one, 0 if the pattern ends before.
func (r *classReader) at(n int) byte {
	if r.i+n < len(r.pattern) {
		return r.pattern[r.i+n]
	}
	return 0
}

// item reads one character, range or class, and stays on its last byte. It is
// false if the expression is not valid.
func (r *classReader) item() bool {
	c := r.at(0)
	switch {
	case c == '-' && r.prev != 0 && r.at(1) != 0 && r.at(1) != ']':
		r.i++
		if r.at(0) == '\\' {
			r.i++
		}
		r.set.addRange(r.prev, r.at(0), r.fold)
		ok := r.at(0) != 0
		r.prev = 0
		return ok
	case c == '[' && r.at(1) == ':':
		return r.named()
	case c == '\\':
		r.i++
		c = r.at(0)
	}
	r.set[c] = true
	r.prev = c
	return c != 0
}

// named reads a class as [:alpha:].
func (r *classReader) named() bool {
	start := r.i + len("[:")
	if r.closing < start {
		n := strings.IndexByte(r.pattern[start:], ']')
		if n < 0 {
			return false
		}
		r.closing = start + n
	}
	if r.closing == start || r.pattern[r.closing-1] != ':' {
		r.set['['] = true
		r.prev = '['
		return true
	}
	r.i, r.prev = r.closing, 0
	return r.set.addNamed(r.pattern[start:r.closing-1], r.fold)
}

// class writes the bytes of a set as a bracket expression of doublestar. It is
// false if the set is empty, so that nothing can match.
func (b *globBuilder) class(set *byteSet) bool {
	b.text.WriteByte('[')
	empty := true
	for c := 1; c < len(set); c++ {
		if !set[c] {
			continue
		}
		empty = false
		first := c
		for c+1 < len(set) && set[c+1] {
			c++
		}
		b.literal(byte(first))
		if c > first {
			b.text.WriteByte('-')
			b.literal(byte(c))
		}
	}
	b.raw("]")
	return !empty
}
