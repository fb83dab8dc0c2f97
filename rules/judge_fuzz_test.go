package rules

import (
	"bytes"
	"testing"
)

// FuzzJudge demands that the judge changes nothing that it is shown and says the
// same of the same bytes.
func FuzzJudge(f *testing.F) {
	for _, seed := range []string{"your-token-here", "eyJhbGciOiJub25lIn0.e30.", "a1b2c3d4", "-", "", "\xff", "Ab--_"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		shown := bytes.Clone(value)
		random, placeholder := looksRandom(shown), isPlaceholder(shown)
		jwtExpiry(shown)
		if !bytes.Equal(shown, value) {
			t.Fatal("the judge changed what it was shown")
		}
		if random != looksRandom(value) || placeholder != isPlaceholder(value) {
			t.Fatal("the judge says two things about the same bytes")
		}
		if lower, upper, _ := classes(value); random && !lower && !upper {
			t.Fatal("random text without letters")
		}
		if twice := bytes.Repeat(value, 4); len(value) >= 4 && len(value) <= maxPeriod && !isPlaceholder(twice) {
			t.Fatal("what repeats itself is no placeholder")
		}
	})
}
