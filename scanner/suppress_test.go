package scanner

import (
	"context"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// from returns a source of files of the work tree, given as path and content.
func from(files ...string) Source {
	return Source{Blobs: func(context.Context) iter.Seq2[Blob, error] {
		return func(yield func(Blob, error) bool) {
			for i := 0; i < len(files); i += 2 {
				if !yield(Blob{Kind: Worktree, Path: files[i], Open: Bytes([]byte(files[i+1]))}, nil) {
					return
				}
			}
		}
	}}
}

// versions returns a source of a history in which a file had one content after
// the other.
func versions(path string, contents ...string) Source {
	blobs := func(context.Context) iter.Seq2[Blob, error] {
		return func(yield func(Blob, error) bool) {
			for _, c := range contents {
				if !yield(Blob{Kind: History, Key: c, Open: Bytes([]byte(c))}, nil) {
					return
				}
			}
		}
	}
	attribute := func(_ context.Context, holders Holders) iter.Seq2[Place, error] {
		return func(yield func(Place, error) bool) {
			placed := map[int]bool{}
			before := []string{}
			for i, c := range contents {
				for _, secret := range holders[c] {
					if !placed[secret] {
						commit := &Commit{ID: string(rune('a' + i))}
						yield(Place{Secret: secret, Key: c, Kind: History, Path: path, Commit: commit, Before: before}, nil)
					}
					placed[secret] = true
				}
				before = []string{c}
			}
		}
	}
	return Source{Blobs: blobs, Attribute: attribute}
}

// allowing returns an inline comment; it is joined here so that this file has
// none.
func allowing(words string) string { return string(directiveNeedle) + " " + words }

func TestInlineComments(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	a, b := randomToken(random), randomToken(random)
	pin := rules.NewSecret(a).Fingerprint("qoder-pat")[:8]
	works := allowing("qoder-pat -- a test")
	tests := []struct {
		name, text string
		found      string // which of a and b are reported
		warning    string // a part of the only warning; "" means that there is none
	}{
		{"on the line", a + " # " + works, "", ""},
		{"above", "# " + works + "\n" + a, "", ""},
		{"above, in HTML", "  <!-- " + works + " -->\n" + a, "", ""},
		{"above, in SQL", "-- " + works + "\n" + a, "", ""},
		{"above, in a batch file", "REM " + works + "\r\n" + a + "\r\n", "", ""},
		{"two above", "// " + works + "\n// " + allowing("bearer-literal -- none here") + "\n" + a, "", "covers nothing"},
		{"two lines above", "# " + works + "\n\n" + a, "a", "covers nothing"},
		{"behind code above", "x = 1 # " + works + "\n" + a, "a", "covers nothing"},
		{"below", a + "\n# " + works, "a", "covers nothing"},
		{"without reason", a + " # " + allowing("qoder-pat"), "a", "no reason"},
		{"with an empty reason", a + " /* " + allowing("qoder-pat -- */"), "a", "no reason"},
		{"of another rule", a + " # " + allowing("bearer-literal -- a test"), "a", "covers nothing"},
		{"two secrets", a + " " + b + " # " + works, "ab", "2 secrets stand on the line"},
		{"two secrets, one meant", a + " " + b + " # " + allowing("qoder-pat "+pin+" -- a test"), "b", ""},
		{"another meant", b + " # " + allowing("qoder-pat "+pin+" -- a test"), "b", "covers nothing"},
		{"the same twice", a + " " + a + " # " + works, "", ""},
		{"next line too", a + " # " + works + "\n" + b, "b", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := Scan(t.Context(), []Source{from("f", test.text)}, Options{Rules: rules.NewSet(rules.All()...)})
			if got := named(r.Findings, a, b); got != test.found {
				t.Errorf("found %q, want %q", got, test.found)
			}
			if len(r.Findings)+len(r.Suppressed) == 0 {
				t.Error("what is suppressed is lost")
			}
			checkWarning(t, r.Warnings, test.warning)
			all := Scan(t.Context(), []Source{from("f", test.text)}, Options{Rules: rules.NewSet(rules.All()...), NoInline: true})
			if len(all.Suppressed) != 0 || len(all.Warnings) != 0 {
				t.Errorf("comments do not count, and yet: %v, %q", all.Suppressed, all.Warnings)
			}
		})
	}
}

// named returns which of two secrets are found.
func named(findings []Finding, a, b string) string {
	var names []string
	for _, f := range findings {
		switch f.Secret.Reveal() {
		case a:
			names = append(names, "a")
		case b:
			names = append(names, "b")
		}
	}
	slices.Sort(names)
	return strings.Join(names, "")
}

func checkWarning(t *testing.T, warnings []string, part string) {
	t.Helper()
	switch {
	case part == "" && len(warnings) > 0:
		t.Errorf("warnings %q", warnings)
	case part != "" && (len(warnings) != 1 || !strings.Contains(warnings[0], part)):
		t.Errorf("warnings %q, want one with %q", warnings, part)
	}
}

// TestCommentDoesNotCoverWhatReplaced puts another secret in the place of one
// that a comment allows.
func TestCommentDoesNotCoverWhatReplaced(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	a, b := randomToken(random), randomToken(random)
	words := " # " + allowing("qoder-pat -- a test")
	pinned := " # " + allowing("qoder-pat "+rules.NewSecret(b).Fingerprint("qoder-pat")[:8]+" -- a test")
	tests := []struct {
		name     string
		contents []string
		found    string
	}{
		{"replaced", []string{a + words, b + words}, "b"},
		{"replaced, and moved", []string{a + words, "\n\n" + b + words}, "b"},
		{"replaced, and meant", []string{a + words, b + pinned}, ""},
		{"beside it, with a comment of its own", []string{a + words, a + words + "\n" + b + words}, ""},
		{"both new", []string{"", a + words + "\n" + b + words}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			opts := Options{Rules: rules.NewSet(rules.All()...)}
			last := test.contents[len(test.contents)-1]
			for _, sources := range [][]Source{
				{versions("f", test.contents...)},
				{from("f", last), versions("f", test.contents...)}, // in the work tree, too
			} {
				r := Scan(t.Context(), sources, opts)
				if got := named(r.Findings, a, b); got != test.found {
					t.Errorf("found %q, want %q; warnings %q", got, test.found, r.Warnings)
				}
				if want := strings.Contains(test.found, "b"); want != (len(r.Warnings) == 1) {
					t.Errorf("warnings %q", r.Warnings)
				}
			}
		})
	}
}

func TestAllows(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))
	a, b := randomToken(random), randomToken(random)
	fingerprint := rules.NewSecret(a).Fingerprint("qoder-pat")
	inDocs := func(path string) bool { return strings.HasPrefix(path, "docs/") }
	opts := Options{Rules: rules.NewSet(rules.All()...), Whole: true, Allows: []*Allow{
		{By: "config", Origin: "c:1", Fingerprint: fingerprint, Reason: "r", Path: inDocs},
		{By: "baseline", Origin: "b:1", Fingerprint: strings.Repeat("0", 32)},
	}}
	r := Scan(t.Context(), []Source{from("docs/x", a+"\n"+b, "src/x", a)}, opts)
	if got := named(r.Findings, a, b); got != "ab" {
		t.Errorf("found %q", got)
	}
	for _, f := range r.Findings {
		if f.Secret.Reveal() == a && (len(f.Locations) != 1 || f.Locations[0].Path != "src/x") {
			t.Errorf("the allowed secret is found at %v", f.Locations)
		}
	}
	if len(r.Suppressed) != 1 || r.Suppressed[0].By != "config" || r.Suppressed[0].Locations[0].Path != "docs/x" {
		t.Errorf("suppressed %v", r.Suppressed)
	}
	checkWarning(t, r.Warnings, "b:1: allows 0000")
}
