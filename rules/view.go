package rules

import (
	"bytes"
	"slices"
)

// view is text that was made from other text, its source, by decoding a part of
// it: some of what stands before that part, the decoded bytes, and some of what
// stands behind. So evidence around an encoded secret counts as it does around
// a plain one.
type view struct {
	source []byte
	text   []byte

	// The decoded bytes are text[first:last]. Before them stands what ends at
	// source[lo], behind them what begins at source[hi].
	first, last int
	lo, hi      int

	// starts and ends hold, for each decoded byte, between which places of the
	// source it stands in encoded form.
	starts, ends []int32
	base         int // what the places in starts and ends are counted from

	closed bool // the encoded text ends at hi
	weak   bool // that the text is encoded is a guess

	guesses []int // where it is one that parts of the text belong together, in the source
}

// isGuess tells whether what stands at source[from:to] was put together by a guess.
func (v *view) isGuess(from, to int) bool {
	i, _ := slices.BinarySearch(v.guesses, from)
	return v.weak || i < len(v.guesses) && v.guesses[i] < to
}

// How much of the text around what is decoded a view takes along, in bytes.
const (
	viewBefore = 320
	viewAfter  = 320
)

// newView returns a view that is empty but for what stands before source[lo].
// Its decoder calls add, then close.
func newView(source []byte, lo, room int) *view {
	before := source[max(0, lo-viewBefore):lo]
	v := &view{source: source, first: len(before), lo: lo, base: lo}
	v.text = append(make([]byte, 0, len(before)+room+viewAfter), before...)
	v.starts, v.ends = make([]int32, 0, room), make([]int32, 0, room)
	return v
}

// part keeps what stands before the decoded text, as a "0x", from being a part of a
// word in it.
func (v *view) part() {
	if v.first > 0 && isTokenByte(v.text[v.first-1]) {
		v.text[v.first-1] = ' '
	}
}

// add adds a decoded byte that stands in source[start:end].
func (v *view) add(c byte, start, end int) {
	v.text = append(v.text, c)
	v.starts = append(v.starts, int32(start-v.base))
	v.ends = append(v.ends, int32(end-v.base))
}

// addPlain adds source[start:end] as it is.
func (v *view) addPlain(start, end int) {
	for i := start; i < end; i++ {
		v.add(v.source[i], i, i+1)
	}
}

// close adds what stands behind source[hi:].
func (v *view) close(hi int) {
	v.last, v.hi = len(v.text), hi
	v.text = append(v.text, v.source[hi:min(len(v.source), hi+viewAfter)]...)
}

// place returns where text[start:end], which is not empty, stands in the source.
func (v *view) place(start, end int) (from, to int) {
	switch {
	case start < v.first:
		from = v.lo - v.first + start
	case start >= v.last:
		from = v.hi + start - v.last
	default:
		from = v.base + int(v.starts[start-v.first])
	}
	switch i := end - 1; {
	case i < v.first:
		to = v.lo - v.first + end
	case i >= v.last:
		to = v.hi + end - v.last
	default:
		to = v.base + int(v.ends[i-v.first])
	}
	return from, max(from, to)
}

// isNew tells whether text[start:end] does not stand in the source as it is.
func (v *view) isNew(start, end int) bool {
	if start >= end || end <= v.first || start >= v.last {
		return false
	}
	from, to := v.place(start, end)
	return !bytes.Equal(v.text[start:end], v.source[from:to])
}
