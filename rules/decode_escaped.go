package rules

import (
	"bytes"
	"strings"
)

// escapedSigns are the ways in which URLs and JSON write the two characters of
// base64 that mean something else there.
var escapedSigns = [...]struct {
	text  string
	value int
}{
	{"%2B", 62}, {"%2b", 62}, {"%2F", 63}, {"%2f", 63}, {`\/`, 63}, {`\u002B`, 62}, {`\u002b`, 62}, {`\u002F`, 63}, {`\u002f`, 63},
}

// paddings are the ways to write what fills the last group.
var paddings = [...]string{"=", "%3D", "%3d", `\u003D`, `\u003d`}

// behindPadding returns where the padding ends that begins at r.data[at:].
func (r *run) behindPadding(at int) int {
	for range 2 {
		for _, sign := range paddings {
			if bytes.HasPrefix(r.data[at:], []byte(sign)) {
				at += len(sign)
				break
			}
		}
	}
	return at
}

// escaped returns what the escape at r.data[at:] stands for in base64, and its
// length, which is 0 if there is none.
func (r *run) escaped(at int) (value, length int) {
	if c := r.data[at]; r.values != &base64Values || c != '%' && c != '\\' {
		return 0, 0
	}
	rest := r.data[at:min(r.to, at+6)]
	for _, sign := range escapedSigns {
		if strings.HasPrefix(string(rest), sign.text) {
			return sign.value, len(sign.text)
		}
	}
	return 0, 0
}

// width returns the length of the character of the alphabet at r.data[at:], which
// may be escaped; 0 if there is none.
func (r *run) width(at int) int {
	if r.values[r.data[at]] >= 0 {
		return 1
	}
	_, n := r.escaped(at)
	return n
}

// endsSign are the characters that escapedSigns end with.
var endsSign = bytesOf("/BbFf")

// widthBefore returns the length of the escaped character that ends before
// r.data[at]; 0 if there is none.
func (r *run) widthBefore(at int) int {
	if r.values != &base64Values {
		return 0
	}
	for _, n := range []int{2, 3, 6} {
		if at-n < r.from || r.data[at-n] != '%' && r.data[at-n] != '\\' {
			continue
		}
		if _, length := r.escaped(at - n); length == n {
			return n
		}
	}
	return 0
}

// value returns what the character at r.data[at:] stands for.
func (r *run) value(at int) int {
	if v := r.values[r.data[at]]; v >= 0 {
		return int(v)
	}
	v, _ := r.escaped(at)
	return v
}
