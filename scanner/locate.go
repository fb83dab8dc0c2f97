package scanner

import (
	"bytes"
	"unicode/utf8"
)

// position is a place in text: 1-based, columns in code points.
type position struct{ line, column int }

// cursor counts lines and columns while it moves forward through content that
// is seen a window at a time.
type cursor struct {
	offset int64 // of the next byte, from the beginning of the content
	at     position
}

var byteOrderMark = []byte("\uFEFF")

func newCursor() cursor { return cursor{at: position{1, 1}} }

// advance moves the cursor over text, which begins where the cursor is. A byte
// order mark at the beginning of the content has no column, as in an editor.
func (c *cursor) advance(text []byte) {
	start := c.offset
	c.offset += int64(len(text))
	if start == 0 {
		text = bytes.TrimPrefix(text, byteOrderMark)
	}
	if last := bytes.LastIndexByte(text, '\n'); last >= 0 {
		c.at.line += bytes.Count(text[:last+1], []byte{'\n'})
		c.at.column = 1
		text = text[last+1:]
	}
	c.at.column += utf8.RuneCount(text)
}

// lineBounds returns where the line around text[at] begins and ends, looking no
// further than limit bytes to either side.
func lineBounds(text []byte, at, limit int) (start, end int) {
	from := max(0, at-limit)
	start = from + bytes.LastIndexByte(text[from:at], '\n') + 1
	to := min(len(text), at+limit)
	end = to
	if i := bytes.IndexByte(text[at:to], '\n'); i >= 0 {
		end = at + i
	}
	return start, end
}
