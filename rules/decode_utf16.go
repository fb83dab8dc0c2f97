package rules

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF16 decodes the code units around a clue, up to a NUL, a byte order
// mark or the end of data[from:to].
func (v *view) decodeUTF16(data []byte, c *clue, from, to int) {
	var order binary.ByteOrder = binary.LittleEndian
	if c.kind == inUTF16BE {
		order = binary.BigEndian
	}
	const unit, mark = 2, 0xfeff
	if start, end, ok := aligned(data, c, from, to); !ok {
		v.begin(data, start, 0)
		v.hi, v.closed = end, true
		v.text, v.first = v.text[:0], 0
		return
	}
	start := c.at
	for start-unit >= from {
		if u := order.Uint16(data[start-unit:]); u == 0 || u == mark {
			break
		}
		start -= unit
	}
	v.begin(data, start, min(256, (to-start)/unit))
	// What stands before is in no other form, so it says nothing.
	v.text, v.first = v.text[:0], 0
	at := start
	for at+unit <= to {
		u := order.Uint16(data[at:])
		if u == 0 {
			v.closed = true
			break
		}
		n, r := unit, rune(u)
		if utf16.IsSurrogate(r) && at+2*unit <= to {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[at+unit:]))); pair != utf8.RuneError {
				n, r = 2*unit, pair
			}
		}
		var buf [utf8.UTFMax]byte
		for _, b := range buf[:utf8.EncodeRune(buf[:], r)] {
			v.add(b, at, at+n)
		}
		at += n
	}
	v.closed = v.closed || to == len(data)
	v.last, v.hi = len(v.text), at
}

// aligned returns from where to where there is Latin
// text around a clue, and whether it is in the byte order that the clue says, not in the other one, read a byte too early or too late: then a
// byte is left over at either end of it. Where no end is in sight, the order is
// that in which the units are at even places.
func aligned(data []byte, c *clue, from, to int) (start, end int, ok bool) {
	zero := 1 // where the NUL is in a unit
	if c.kind == inUTF16BE {
		zero = 0
	}
	isLatin := func(at int) bool { return data[at+zero] == 0 && data[at+1-zero] != 0 }
	start, end = c.at, c.at
	for start-2 >= from && isLatin(start-2) {
		start -= 2
	}
	for end+2 <= to && isLatin(end) {
		end += 2
	}
	if start-2 < from && start > 1 && end+2 > to && end+1 < len(data) {
		return start, end, c.at%2 == 0
	}
	leftBefore := start > 0 && (data[start-1] == 0) == (zero == 1)
	leftBehind := end < len(data) && (data[end] == 0) == (zero == 0)
	return start, end, !leftBefore || !leftBehind
}
