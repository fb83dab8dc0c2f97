package rules

import (
	"fmt"
	"strings"
	"testing"
)

// TestByteLists finds a secret in lists of bytes, broken over lines.
func TestByteLists(t *testing.T) {
	for _, form := range []struct{ before, verb, sep, after, step string }{
		{"unsigned char k[] = { ", "0x%02x", ", ", " };", "hex"},
		{"var k = []byte{", "0x%02X", ",", "}", "hex"},
		{"dump: ", "%02x", " ", "\n", "hex"},
		{"X-Key: ", "%02X", ":", "\n", "hex"},
		{"Key = ", "%02X", "-", "\n", "hex"},
		{"bytes([", "%d", ", ", "])", "decimal"},
		{"String.fromCharCode(", "%d", ",", ")", "decimal"},
		{"key bytes ", "%d", " ", "\n", "decimal"},
	} {
		for i := range carriers {
			secret, plain := secretFor(i)
			var words []string
			for _, c := range []byte(plain) {
				words = append(words, fmt.Sprintf(form.verb, c))
			}
			text := form.before + strings.Join(words, form.sep) + form.after + "so it is\n"
			mustFind(t, text, secret, len(form.before), len(text)-len(form.after)-9, form.step)
			broken := form.before
			for i, word := range words {
				if i > 0 {
					broken += form.sep
				}
				broken += word
				if i%12 == 11 && i > 50 && form.sep != "-" && form.sep != ":" { // behind the needles
					broken += "\n  "
				}
			}
			mustFind(t, broken+form.after, secret, len(form.before), len(broken), form.step)
		}
	}
}

func TestByteValue(t *testing.T) {
	for word, want := range map[string]int{"70": 0x70, "0x7F": 0x7f, "0Xff": 0xff, "7": -1, "070": -1, "0x7": -1, "zz": -1, "": -1} {
		if got, ok := byteValue([]byte(word), inHexBytes); ok != (want >= 0) || ok && int(got) != want {
			t.Errorf("%q: %d, %v", word, got, ok)
		}
	}
	for word, want := range map[string]int{"0": 0, "112": 112, "255": 255, "256": -1, "99999999999999999999": -1, "1a": -1, "": -1} {
		if got, ok := byteValue([]byte(word), inDecimal); ok != (want >= 0) || ok && int(got) != want {
			t.Errorf("%q: %d, %v", word, got, ok)
		}
	}
}
