package rules

import (
	"fmt"
	"strings"
)

// bytesReach is how far around a sign a list of bytes is decoded, in bytes.
const bytesReach = 4 << 10

// byteLists are the ways to write a byte of a list, and what may stand between two.
var byteLists = [...]struct {
	kind encoding
	verb string
	seps []string
}{
	{inHexBytes, "%02x", []string{" ", ":", "-", ","}},
	{inHexBytes, "%02X", []string{" ", ":", "-", ","}},
	{inHexBytes, "0x%02x", []string{" ", ",", ", "}},
	{inHexBytes, "0x%02X", []string{" ", ",", ", "}},
	{inDecimal, "%d", []string{" ", ",", ", "}},
}

// byteForms returns the forms of the beginning of a needle in lists of bytes: of
// arrays in a program, of a dump, of the answer of a debugger.
func byteForms(word string) (forms []form) {
	const least = 3
	for _, list := range byteLists {
		var parts []string
		for i := range least {
			parts = append(parts, fmt.Sprintf(list.verb, word[i]))
		}
		for _, sep := range list.seps {
			forms = append(forms, form{strings.Join(parts, sep), list.kind, 0})
		}
	}
	return forms
}

// decodeBytes decodes the list of bytes around data[at:], as far as it lies in
// data[from:to].
func (v *view) decodeBytes(data []byte, kind encoding, at, from, to int) {
	start := at
	for start > from && isListed(data[start-1]) {
		start--
	}
	v.begin(data, start, (to-start)/2)
	v.part()
	i, end := start, start
	for i < to && isListed(data[i]) {
		n := runLength(data[i:to], isAlnum)
		if value, ok := byteValue(data[i:i+n], kind); ok {
			v.add(value, i, i+n)
			end = i + n
		}
		i += max(1, n)
	}
	v.close(min(end, to))
	v.closed = i < to || to == len(data)
}

// isListed tells the characters of a list of bytes.
func isListed(c byte) bool {
	return isHex(c) || isSpace(c) || strings.IndexByte("xX,:-", c) >= 0
}

// byteValue returns what a word of a list stands for.
func byteValue(word []byte, kind encoding) (value byte, ok bool) {
	if kind == inDecimal {
		n := 0
		for _, c := range word {
			n = min(10*n+int(c-'0'), 1<<8)
			ok = isDigit(c)
			if !ok {
				return 0, false
			}
		}
		return byte(n), ok && n < 1<<8
	}
	if len(word) == 4 && word[0] == '0' && word[1]|0x20 == 'x' {
		word = word[2:]
	}
	if len(word) != 2 {
		return 0, false
	}
	decoded, n := decodeHexByte(word, 0)
	return (decoded + "\x00")[0], n > 0
}
