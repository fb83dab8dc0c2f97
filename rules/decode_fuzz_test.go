package rules

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// FuzzDecoded wants of decoded matches what holds for all: they lie in the data
// in order, their rule finds their secret in plain text too, and what stands far
// away changes nothing. What is found is announced by Present.
func FuzzDecoded(f *testing.F) {
	for _, e := range encoders {
		_, plain := secretFor(source.IntN(len(carriers)))
		f.Add([]byte(e.encode(plain)), uint8(0), uint8(1))
	}
	f.Add([]byte(`"pt-" + "abc`), uint8(9), uint8(200))
	set := everything()
	f.Fuzz(func(t *testing.T, data []byte, outer, inner uint8) {
		text := string(data) + " " + patPrefix + strings.Repeat("aB3xY9_k", 4)
		text = encoders[int(inner)%len(encoders)].encode(text)
		if outer%3 == 0 {
			text = encoders[int(outer)%len(encoders)].encode(text)
		}
		found := set.Find([]byte(text))
		end := 0
		for _, m := range found {
			if m.Start < end || m.End <= m.Start || m.End > len(text) || len(m.Decoded) > decodeSteps {
				t.Fatalf("match %+v after %d in %d bytes", m, end, len(text))
			}
			end = m.End
			if len(m.Decoded) == 0 && m.Secret.Reveal() != text[m.Start:m.End] {
				t.Fatalf("match %+v is not what stands there", m)
			}
		}
		if len(found) > 0 && !set.Present([]byte(text)) {
			t.Fatalf("found %v, and nothing is present", found)
		}
		// A NUL beside the text would be half a character of UTF-16.
		near, far := strings.Repeat("\n", 2*viewAfter), strings.Repeat("\x00", 2*DecodeReach)
		found = set.Find([]byte(near + text + near))
		if padded := set.Find([]byte(far + near + text + near + far)); len(padded) != len(found) {
			t.Fatalf("%d matches, between other bytes %d", len(found), len(padded))
		}
	})
}

// TestSigns compares the search for needles and signs with that for one after
// the other.
func TestSigns(t *testing.T) {
	set := everything()
	set.Prepare()
	for range 300 {
		var text strings.Builder
		for range 6 {
			n := set.signs[source.IntN(len(set.signs))]
			text.WriteString(randomText(source.IntN(40), base64url+"%\\\x00 ") + string(n.text[source.IntN(2):]))
		}
		data := []byte(text.String())
		want := occurrences(func(yield func(*needle, int) bool) { eachOf(set.all.needles, data, yield) })
		got := occurrences(func(yield func(*needle, int) bool) { set.each(data, yield) })
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q, want %q", got, data, want)
		}
	}
}

// TestEvidenceAroundEncoded wants a variable's name to count for its encoded value.
func TestEvidenceAroundEncoded(t *testing.T) {
	token := patPrefix + randomText(30, base62)
	text := "QODER_PAT: " + base64.StdEncoding.EncodeToString([]byte(token)) + "\n"
	found := everything().Find([]byte(text))
	if len(found) != 1 || found[0].Confidence != HighConfidence {
		t.Errorf("%v in %q", found, text)
	}
}

// TestExactPlaces compares places with those that the encoding gives.
func TestExactPlaces(t *testing.T) {
	token := randomPAT()
	for pad := range 3 {
		inner := strings.Repeat(" ", 3+pad) + token
		text := "x: " + base64.StdEncoding.EncodeToString([]byte(inner))
		found := everything().Find([]byte(text))
		if len(found) != 1 || found[0].Start != 3+8*(3+pad)/6 || found[0].End != 3+(8*len(inner)+5)/6 {
			t.Errorf("found %+v in %q", found, text)
		}
	}
	text := "q=" + strings.ReplaceAll(token, "-", "%2D") + "&r"
	mustFind(t, text, token, 2, len(text)-2, "percent")
}
