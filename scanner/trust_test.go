package scanner

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// TestTrustedComments scans a file where another content of it, or of another file,
// is trusted.
func TestTrustedComments(t *testing.T) {
	random := rand.New(rand.NewPCG(95, 96))
	a, b := randomToken(random), randomToken(random)
	pin := rules.NewSecret(a).Fingerprint("qoder-pat")[:8]
	works := " # " + allowing("qoder-pat -- trusted")
	now := " # " + allowing("qoder-pat -- a request")
	tests := []struct {
		name, trusted, text string
		found               string // which of a and b are reported
	}{
		{"the same", a + works, a + works, ""},
		{"other words", a + works, a + now, ""},
		{"moved in the file", a + works, "\n\n" + a + works, ""},
		{"nothing trusted", "", a + now, "a"},
		{"trusted without a comment", a, a + now, "a"},
		{"trusted without a reason", a + " # " + allowing("qoder-pat"), a + now, "a"},
		{"another rule's", a + " # " + allowing("bearer-literal -- trusted"), a + now, "a"},
		{"another secret's", a + works, b + works, "b"},
		{"one of two", a + works, a + works + "\n" + b + now, "b"},
		{"not clear whose", a + " " + b + works, a + now, "a"},
		{"pinned", "# " + allowing("qoder-pat "+pin+" -- trusted") + "\n" + a, a + now, ""},
		{"pinned, and its secret gone", "# " + allowing("qoder-pat "+pin+" -- trusted"), a + now, "a"},
		{"only trusted", a + works, a, "a"},
		{"in an encoding", a + works, strings.ReplaceAll(a, "pt-", `\x70t-`) + works, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			counters := new(Counters)
			opts := Options{
				Rules: rules.NewSet(rules.All()...), Counters: counters,
				Trusted: &Trusted{Comments: []Source{from("elsewhere", test.trusted)}},
			}
			r := Scan(t.Context(), []Source{from("f", test.text)}, opts)
			if got := named(r.Findings, a, b); got != test.found {
				t.Errorf("found %q, want %q", got, test.found)
			}
			for _, f := range r.Findings {
				if want := strings.Contains(test.text, "a request"); want != slices.Contains(f.Refused, Allowance{"inline", "a request"}) {
					t.Errorf("refused %v", f.Refused)
				}
			}
			for _, s := range r.Suppressed {
				if s.Justification != "trusted" || len(s.Refused) > 0 {
					t.Errorf("suppressed with %q, %v", s.Justification, s.Refused)
				}
			}
			if r.Stats.Files != 1 {
				t.Errorf("%d files searched: what is trusted is not what is scanned", r.Stats.Files)
			}
		})
	}
}

// TestTrustedHistory has comments in commits that the trusted one has in its past,
// and in others.
func TestTrustedHistory(t *testing.T) {
	random := rand.New(rand.NewPCG(97, 98))
	a, b := randomToken(random), randomToken(random)
	opts := Options{Rules: rules.NewSet(rules.All()...), Trusted: &Trusted{
		Contains: func(_ context.Context, id string) bool { return id == "a" }, // the first version
	}}
	first := a + " # " + allowing("qoder-pat -- of old")
	second := b + " # " + allowing("qoder-pat -- a request")
	r := Scan(t.Context(), []Source{versions("f", first, "", second)}, opts)
	if got := named(r.Findings, a, b); got != "b" || len(r.Suppressed) != 1 || r.Suppressed[0].Justification != "of old" {
		t.Errorf("found %q, suppressed %v", got, r.Suppressed)
	}
	// The comment in the work tree is not the one of the commit.
	r = Scan(t.Context(), []Source{from("f", a+" # "+allowing("qoder-pat -- a request")), versions("f", first)}, opts)
	if got := named(r.Findings, a, b); got != "a" || len(r.Suppressed) != 0 {
		t.Errorf("found %q, suppressed %v", got, r.Suppressed)
	}
}

// TestTrustedContentThatCannotBeRead allows nothing.
func TestTrustedContentThatCannotBeRead(t *testing.T) {
	random := rand.New(rand.NewPCG(99, 100))
	a := randomToken(random)
	text := a + " # " + allowing("qoder-pat -- a request")
	broken := Source{Blobs: func(context.Context) iter.Seq2[Blob, error] {
		return func(yield func(Blob, error) bool) {
			_ = yield(Blob{}, Skip{Path: "f", Reason: "missing"}) && yield(Blob{}, errors.New("all is broken"))
		}
	}}
	opts := Options{Rules: rules.NewSet(rules.All()...), Trusted: &Trusted{Comments: []Source{broken}}}
	r := Scan(t.Context(), []Source{from("f", text)}, opts)
	if got := named(r.Findings, a, ""); got != "a" {
		t.Errorf("found %q", got)
	}
	for _, words := range []string{"f: missing", "all is broken"} {
		if !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, words) }) {
			t.Errorf("warnings %q, want one about %q", r.Warnings, words)
		}
	}
	opts.Trusted.Comments = []Source{{Blobs: func(context.Context) iter.Seq2[Blob, error] {
		t.Error("what is trusted was read without need")
		return func(func(Blob, error) bool) {}
	}}}
	for _, text := range []string{"", a, a + " # " + allowing("qoder-pat")} {
		Scan(t.Context(), []Source{from("f", text)}, opts)
	}
	opts.NoInline = true
	Scan(t.Context(), []Source{from("f", text)}, opts)
}

func TestRefusedAllows(t *testing.T) {
	random := rand.New(rand.NewPCG(101, 102))
	a, b := randomToken(random), randomToken(random)
	of := func(secret string) string { return rules.NewSecret(secret).Fingerprint("qoder-pat") }
	opts := Options{
		Rules:  rules.NewSet(rules.All()...),
		Allows: []*Allow{{By: "config", Origin: "base:1", Fingerprint: of(b), Reason: "trusted"}},
		Trusted: &Trusted{Others: []*Allow{
			{By: "baseline", Origin: "b:1", Fingerprint: of(a)},
			{By: "config", Origin: "c:1", Fingerprint: of(a), Reason: "as " + b},
			{By: "config", Origin: "c:2", Fingerprint: of(a), Reason: "elsewhere", Path: func(string) bool { return false }},
			{By: "config", Origin: "c:3", Fingerprint: of(b), Reason: "trusted anyway"},
		}},
	}
	r := Scan(t.Context(), []Source{from("f", a+"\n"+b, "g", a)}, opts)
	if got := named(r.Findings, a, b); got != "a" {
		t.Fatalf("found %q", got)
	}
	want := []Allowance{{"baseline", ""}, {"config", "as " + rules.NewSecret(b).Mask()}}
	if got := r.Findings[0].Refused; !slices.Equal(got, want) {
		t.Errorf("refused %v, want %v", got, want)
	}
	if len(r.Warnings) != 2 || !strings.HasPrefix(r.Warnings[0], "b:1: ") || !strings.HasPrefix(r.Warnings[1], "c:1: ") {
		t.Errorf("warnings %q", r.Warnings)
	}
}
