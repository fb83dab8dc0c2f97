package rules

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// rounds is how often each example is tried: its values are random, and a rule
// that misses one value in a hundred should fail here.
const rounds = 200

func TestExamples(t *testing.T) {
	all := NewSet(All()...)
	for _, rule := range All() {
		alone := NewSet(rule)
		for _, example := range rule.Match {
			t.Run(rule.ID+"/match/"+example, func(t *testing.T) {
				for range rounds {
					var planted string
					text := Example(example, func(name string) string {
						planted = randomValue(name)
						return planted
					})
					for _, set := range []*Set{alone, all} {
						found := set.Find([]byte(text))
						if len(found) != 1 || found[0].Rule.ID != rule.ID {
							t.Fatalf("found %d matches in %q", len(found), text)
						}
						if got := text[found[0].Start:found[0].End]; got != planted {
							t.Fatalf("found %q, planted %q", got, planted)
						}
					}
				}
			})
		}
		for _, example := range rule.NoMatch {
			t.Run(rule.ID+"/no match/"+example, func(t *testing.T) {
				for range rounds {
					text := Example(example, randomValue)
					if found := alone.Find([]byte(text)); len(found) != 0 {
						t.Fatalf("found %q in %q", text[found[0].Start:found[0].End], text)
					}
				}
			})
		}
	}
}

func TestRulesAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range All() {
		if seen[r.ID] {
			t.Errorf("two rules are called %s", r.ID)
		}
		seen[r.ID] = true
		if r.Title == "" || r.Text == "" || r.Remedy == "" || r.Severity == 0 {
			t.Errorf("%s: title, text, remedy and severity are needed", r.ID)
		}
		if len(r.Needles) == 0 || len(r.Match) == 0 || len(r.NoMatch) == 0 {
			t.Errorf("%s: needles and examples of both kinds are needed", r.ID)
		}
	}
}

// TestFarTextCountsForNothing checks what lets a file be searched in chunks.
func TestFarTextCountsForNothing(t *testing.T) {
	set := NewSet(All()...)
	token := randomPAT()
	near := " " + token + " " + strings.Repeat(". ", Reach/2)
	alone := set.Find([]byte(near))
	far := strings.Repeat(" .", Reach/2) + " qoder Authorization "
	shifted := set.Find([]byte(far + strings.Repeat(" .", Reach/2) + near + far))
	if len(alone) != 1 || len(shifted) != 1 || alone[0].Confidence != shifted[0].Confidence {
		t.Fatalf("alone %v, with text far away %v", alone, shifted)
	}
}

func TestPATInBearerHeaderIsOneMatch(t *testing.T) {
	token := randomPAT()
	found := NewSet(All()...).Find([]byte("Authorization: Bearer " + token))
	if len(found) != 1 || found[0].Rule.ID != "qoder-pat" {
		t.Fatalf("found %v", found)
	}
}

func FuzzFind(f *testing.F) {
	for _, r := range All() {
		for _, example := range append(r.Match, r.NoMatch...) {
			f.Add([]byte(Example(example, randomValue)))
		}
	}
	set := NewSet(All()...)
	f.Fuzz(func(t *testing.T, data []byte) {
		end := 0
		for _, m := range set.Find(data) {
			if m.Start < end || m.End <= m.Start || m.End > len(data) {
				t.Fatalf("match %d:%d after %d in %d bytes", m.Start, m.End, end, len(data))
			}
			end = m.End
		}
		// The beginning of a file is that of a line.
		padded := set.Find(slices.Concat(bytes.Repeat([]byte("\x00"), 3*Reach), []byte("\n"), data))
		if len(padded) != len(set.Find(data)) {
			t.Fatalf("%d matches, behind other bytes %d", len(set.Find(data)), len(padded))
		}
	})
}

// TestNeedles compares the search by the rarest byte with bytes.Index.
func TestNeedles(t *testing.T) {
	for _, text := range []string{"pt-", "Bearer", "aa", "-", "a-a-"} {
		n := newNeedle(text, 0)
		for range 3000 {
			data := []byte(randomText(source.IntN(600), "pt-aBer"[:2+source.IntN(6)]))
			from := source.IntN(len(data) + 1)
			want := bytes.Index(data[from:], []byte(text))
			if want >= 0 {
				want += from
			}
			if got := n.next(data, from); got != want {
				t.Fatalf("%q in %q from %d: %d, want %d", text, data, from, got, want)
			}
		}
	}
}

// TestPresent compares the glance at data with the search of it, and shows that
// it is decided by as many bytes as the set says.
func TestPresent(t *testing.T) {
	set := NewSet(All()...)
	width := set.Width()
	for range 20000 {
		data := []byte(randomText(source.IntN(40), "pt-aB3 \\n%+") + []string{"pt-", "Bearer "}[source.IntN(2)] + randomText(source.IntN(30), "pt-aB3_ "))
		present := set.Present(data)
		if len(set.Find(data)) > 0 && !present {
			t.Fatalf("nothing is present in %q, where something is found", data)
		}
		inPart := false
		for from := range data {
			part := data[max(0, from-1):min(len(data), from+width)]
			inPart = inPart || set.Present(part)
		}
		if present && !inPart {
			t.Fatalf("%d bytes of %q do not decide", width, data)
		}
	}
}

// TestWithNames shows that a set with names sees every id, and what it saw before.
func TestWithNames(t *testing.T) {
	for _, set := range []*Set{NewSet(All()...), NewSet(All()[0]), NewSet(All()[1])} {
		named := set.WithNames()
		for _, r := range set.Rules() {
			text := []byte("# words " + r.ID + " and more")
			if !named.Present(text) || len(named.Find(text)) > 0 {
				t.Errorf("%s is not seen, or found", r.ID)
			}
			for _, example := range r.Match {
				if text := []byte(Example(example, randomValue)); set.Present(text) && !named.Present(text) {
					t.Errorf("%s is not seen in its example", r.ID)
				}
			}
		}
	}
}
