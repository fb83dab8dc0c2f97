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
	// source it stands in encoded form, counted from lo. What was decoded as a
	// whole has a run instead.
	starts, ends []int32
	run          run

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

// begin makes the view one that is empty but for what stands before source[lo],
// with the room that it had and at least so much for decoded bytes. Its decoder
// calls add, then close.
func (v *view) begin(source []byte, lo, room int) {
	v.beginText(source, lo, room)
	v.starts, v.ends = slices.Grow(v.starts, room), slices.Grow(v.ends, room)
}

// beginText is begin for a decoder that does not call add.
func (v *view) beginText(source []byte, lo, room int) {
	before := source[max(0, lo-viewBefore):lo]
	*v = view{
		source: source, first: len(before), lo: lo, starts: v.starts[:0], ends: v.ends[:0],
		run: run{lines: v.run.lines[:0]}, guesses: v.guesses[:0],
		text: append(slices.Grow(v.text[:0], len(before)+room+viewAfter), before...),
	}
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
	v.starts = append(v.starts, int32(start-v.lo))
	v.ends = append(v.ends, int32(end-v.lo))
}

// addPlain adds source[start:end] as it is.
func (v *view) addPlain(start, end int) {
	if start >= end {
		return
	}
	v.text = append(v.text, v.source[start:end]...)
	for i := int32(start - v.lo); i < int32(end-v.lo); i++ {
		v.starts = append(v.starts, i)
		v.ends = append(v.ends, i+1)
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
		from = v.startOf(start - v.first)
	}
	switch i := end - 1; {
	case i < v.first:
		to = v.lo - v.first + end
	case i >= v.last:
		to = v.hi + end - v.last
	default:
		to = v.endOf(i - v.first)
	}
	return from, max(from, to)
}

// startOf returns where a decoded byte begins in the source.
func (v *view) startOf(i int) int {
	if v.run.bits > 0 {
		start, _ := v.run.place(8 * i / v.run.bits)
		return start
	}
	return v.lo + int(v.starts[i])
}

// endOf returns where a decoded byte ends in the source.
func (v *view) endOf(i int) int {
	if v.run.bits > 0 {
		_, end := v.run.place((8*i + 7) / v.run.bits)
		return end
	}
	return v.lo + int(v.ends[i])
}

// isNew tells whether text[start:end] does not stand in the source as it is.
func (v *view) isNew(start, end int) bool {
	if start >= end || end <= v.first || start >= v.last {
		return false
	}
	from, to := v.place(start, end)
	return !bytes.Equal(v.text[start:end], v.source[from:to])
}
