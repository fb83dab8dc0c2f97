package rules

import (
	"slices"
	"strings"
	"testing"
)

// TestLines compares a run of base64 that is kept as its lines with one whose
// characters are kept one by one.
func TestLines(t *testing.T) {
	for range 2000 {
		text, chars := randomRun()
		clue := clue{at: -1, kind: inBase64}
		for clue.at < 0 || base64Values[text[clue.at]] < 0 {
			i := source.IntN(len(chars))
			clue.at, clue.phase = chars[i].at, uint8(i%4)
		}
		var v view
		v.decodeRun([]byte(text), &clue, 0, len(text), &base64Values, 6, 4)
		for i, c := range chars {
			if v.run.char(c.at)&3 != i&3 {
				t.Fatalf("character %d of %q is %d", i, text, v.run.char(c.at))
			}
		}
		decoded := v.text[v.first:v.last]
		want, from, to := decodeSlowly(chars)
		if !slices.Equal(decoded, want) {
			t.Fatalf("%q of %q, want %q", decoded, text, want)
		}
		for i := range want {
			if v.startOf(i) != from[i] || v.endOf(i) != to[i] {
				t.Fatalf("byte %d of %q at %d to %d, want %d to %d", i, text, v.startOf(i), v.endOf(i), from[i], to[i])
			}
		}
	}
}

// runChar is a character of base64 in text.
type runChar struct{ at, width, value int }

// randomRun returns base64 in lines, with and without escapes, and its characters.
func randomRun() (string, []runChar) {
	var text strings.Builder
	var chars []runChar
	escapes := source.IntN(3)
	for n := 1 + source.IntN(3); n > 0; n-- {
		for range 60 {
			value := source.IntN(64)
			c := string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[value])
			if sign := escapedSigns[source.IntN(len(escapedSigns))]; source.IntN(8) < escapes {
				c, value = sign.text, sign.value
			}
			chars = append(chars, runChar{text.Len(), len(c), value})
			text.WriteString(c)
		}
		if escapes > 0 { // lines have to be as long as the first
			break
		}
		text.WriteString([]string{"\n", "\r\n  ", `\n`}[source.IntN(3)])
	}
	return text.String(), chars
}

// decodeSlowly returns what whole bytes the characters stand for, and where.
func decodeSlowly(chars []runChar) (text []byte, from, to []int) {
	bit := func(i int) byte { return byte(chars[i/6].value>>(5-i%6)) & 1 }
	for i := 0; i+8 <= 6*len(chars); i += 8 {
		c := byte(0)
		for k := range 8 {
			c = c<<1 | bit(i+k)
		}
		last := chars[(i+7)/6]
		text, from, to = append(text, c), append(from, chars[i/6].at), append(to, last.at+last.width)
	}
	return text, from, to
}
