package rules

import (
	"bytes"
	"regexp"
	"sync"
)

// customFinder looks for a user's pattern around a needle. Its answer depends on
// nothing but the bytes that a match around the needle can take, and one more
// to either side.
type customFinder struct {
	pattern       *regexp.Regexp
	group         int // of the secret
	before, ahead int // how far a match reaches from where its needle begins, in bytes
	confidence    Confidence
	allow         []*regexp.Regexp

	// Where every match begins with its needle, no other place is tried:
	// anchored has one byte before the match, atStart none. Else they are nil.
	anchored, atStart *regexp.Regexp
}

// find returns the leftmost match that holds the needle at text[at:].
func (f *customFinder) find(text []byte, at int) (hit, bool) {
	from, to := max(0, at-f.before-1), min(len(text), at+f.ahead+1)
	window := text[from:to]
	cutBefore, cutBehind := at-f.before > 0, at+f.ahead < len(text) // the byte at the edge is not for matches
	for _, m := range f.matches(window, at-from) {
		begin, end := m[0], m[1]
		if begin > at-from {
			break
		}
		if end <= at-from || cutBefore && begin == 0 || cutBehind && end == len(window) {
			continue
		}
		start, end := from+m[2*f.group], from+m[2*f.group+1]
		if m[2*f.group] < 0 || end-start < minCustomSecret || f.isAllowed(text, start, end) {
			continue
		}
		return hit{start: start, end: end, confidence: f.confidence}, true
	}
	return hit{}, false
}

// quietAhead is how far ahead a rule looks for nothing, in windows of its own.
const quietAhead = 4

// quiet returns up to where there is nothing to find by needles from text[at:]
// on: whatever one of them finds is a match in all of the text around them, too,
// and so are its bytes to either side, which the edges of that text are not.
func (f *customFinder) quiet(text []byte, at int) int {
	from, to := max(0, at-f.before-1), min(len(text), at+quietAhead*(f.before+f.ahead+2))
	until := to - f.ahead - 1
	if to == len(text) {
		until = to
	}
	if m := f.pattern.FindIndex(text[from:to]); m != nil {
		until = min(until, from+m[0])
	}
	return max(at, until)
}

// matches returns the matches in window around the needle at window[at:], as
// the indexes that package regexp gives, and perhaps others.
func (f *customFinder) matches(window []byte, at int) [][]int {
	var m []int
	switch {
	case f.anchored == nil:
		return f.pattern.FindAllSubmatchIndex(window, -1)
	case at == 0:
		m = f.atStart.FindSubmatchIndex(window)
	default:
		if m = f.anchored.FindSubmatchIndex(window); m != nil {
			m[0]++
		}
	}
	if m == nil {
		return nil
	}
	return [][]int{m}
}

// placeholder is one that the examples of rules may have: the file that holds
// them is scanned as any other.
var placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{[a-z0-9]+(:[0-9]+)?\}\}`) })

// isAllowed tells whether one of the user's allow patterns is about
// text[start:end], or it is the value of an example.
func (f *customFinder) isAllowed(text []byte, start, end int) bool {
	first, last := max(0, start-allowReach), min(len(text), end+allowReach)
	if i := bytes.LastIndexByte(text[first:start], '\n'); i >= 0 {
		first += i + 1
	}
	if i := bytes.IndexByte(text[end:last], '\n'); i >= 0 {
		last = end + i
	}
	if placeholder().Match(text[start:end]) {
		return true
	}
	for _, re := range f.allow {
		if re.Match(text[start:end]) || re.Match(text[first:last]) {
			return true
		}
	}
	return false
}
