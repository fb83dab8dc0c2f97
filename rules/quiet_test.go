package rules

import (
	"reflect"
	"strings"
	"testing"
)

// hostilePatterns are rules that are slow to say no, each with text that makes
// them say it as often as can be.
var hostilePatterns = []struct{ pattern, unit string }{
	{`acme.*(?P<secret>[0-9]{8})`, "acme_"},
	{`(?i)acme[_-]?key["' :=]{1,4}(?P<secret>[A-Za-z0-9]{8,})`, "acme_key="},
	{`\b(?P<secret>acme_[A-Za-z0-9_]{32,})\b`, "acme_"},
	{`(?P<secret>[a-z]+)[0-9]+\.acme\.com`, ".acme.com"},
	{`(?:x*)*acme(?P<secret>(?:a|b|c|_|m|e)*z{6})`, "acme_"},
}

// TestQuiet compares what is found where much is looked for in vain with what is
// found by a look at each needle.
func TestQuiet(t *testing.T) {
	rounds, length := 3, Reach+Reach/2 // a look at each needle takes its time
	if testing.Short() {
		rounds, length = 1, Reach/2
	}
	words := []string{"\n", " 12345678 ", "acme_zzzzzz", `acme_key = "abcdefgh9"`, "abcdefgh12.acme.com", "\xff"}
	for _, h := range hostilePatterns {
		fast := custom(t, Custom{Pattern: h.pattern})
		slow := *fast
		slow.quiet = nil
		total := 0
		for range rounds {
			var text strings.Builder
			for i := source.IntN(len(words)); text.Len() < length; i++ {
				text.WriteString(strings.Repeat(h.unit, 1+source.IntN(length/40)))
				text.WriteString(words[i%len(words)])
			}
			data := []byte(text.String())
			got, want := NewSet(fast).Find(data), NewSet(&slow).Find(data)
			for i := range got {
				got[i].Rule = &slow
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %d found, want %d", h.pattern, len(got), len(want))
			}
			total += len(got)
		}
		if total == 0 {
			t.Errorf("%s: nothing to compare", h.pattern)
		}
	}
}

// BenchmarkQuiet searches text in which all that is looked for is looked for in vain.
func BenchmarkQuiet(b *testing.B) {
	for _, h := range hostilePatterns {
		set := NewSet(custom(b, Custom{Pattern: h.pattern}))
		data := []byte(strings.Repeat(h.unit, (256<<10)/len(h.unit)))
		b.Run(h.pattern, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				set.Find(data)
			}
		})
	}
}
