package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// custom returns a rule with a pattern, and fails if there is something wrong.
func custom(t testing.TB, c Custom) *Rule {
	t.Helper()
	if c.ID == "" {
		c.ID = "acme-key"
	}
	c.Title = "Key of Acme"
	r, err := NewRule(c)
	if err != nil {
		t.Fatalf("%s: %v", c.Pattern, err)
	}
	return r
}

// found returns what a rule finds in a text.
func found(r *Rule, text string) (all []string) {
	for _, m := range NewSet(r).Find([]byte(text)) {
		all = append(all, text[m.Start:m.End])
	}
	return all
}

func TestCustomFinds(t *testing.T) {
	long := strings.Repeat("z", Reach-100)
	for _, test := range []struct {
		name, pattern string
		needles       []string
		text          string
		want          []string
	}{
		{"prefix", `(?P<secret>acme_[a-z0-9]{8})`, nil, "k=acme_abcdef12;acme_short", []string{"acme_abcdef12"}},
		{"name before it", `(?i)acme[_-]?key["' :=]{1,4}(?P<secret>[A-Za-z0-9]{8,})`, nil, `ACME_KEY = "abcdefgh12"`, []string{"abcdefgh12"}},
		{"two after another", `(?P<secret>acme_[a-z0-9]{8})`, nil, "acme_abcdef12acme_abcdef34", []string{"acme_abcdef12", "acme_abcdef34"}},
		{"word boundary", `\b(?P<secret>acme_[a-z]{8})\b`, nil, "xacme_abcdefgh acme_abcdefgh acme_abcdefghi", []string{"acme_abcdefgh"}},
		{"line ends", `^key (?P<secret>[a-z]{6,9})$`, nil, "key abcdef\nmy key abcdef\nkey ghijkl", []string{"abcdef", "ghijkl"}},
		{"needle behind", `(?P<secret>[a-z]{8})@acme\.com`, nil, "password=abcdefgh@acme.com", []string{"abcdefgh"}},
		{"unbounded before", `(?P<secret>[a-z]+)@acme\.com`, nil, "x=abcdefgh@acme.com", []string{"abcdefgh"}},
		{"given needle in the middle", `(?P<secret>[a-z]{4}-acme-[a-z]{4})`, []string{"-acme-"}, "abcd-acme-efgh", []string{"abcd-acme-efgh"}},
		{"alternatives", `(?P<secret>(?:gh[po]_|glpat-)[a-z0-9]{10})`, nil, "ghp_abcdefghij glpat-abcdefghij ghx_abcdefghij", []string{"ghp_abcdefghij", "glpat-abcdefghij"}},
		{"lines", `(?s)-----BEGIN KEY-----\n(?P<secret>.{1,200}?)\n-----END`, nil, "-----BEGIN KEY-----\nabcdef\nghi\n-----END KEY", []string{"abcdef\nghi"}},
		{"leftmost", `(?P<secret>acme-[a-z]{3,})`, nil, "acme-acme-abc", []string{"acme-acme"}},
		{"too short", `acme_(?P<secret>[a-z]{2,})`, nil, "acme_abc", nil},
		{"group not in the match", `acme_key(?:=(?P<secret>[a-z]{8}))?`, nil, "acme_key acme_key=abcdefgh", []string{"abcdefgh"}},
		{"as long as can be", `acme_(?P<secret>[a-z]+)`, nil, "acme_" + long, []string{long}},
		{"longer", `acme_(?P<secret>[a-z]+)`, nil, "acme_" + long + long, nil},
		{"longer before", `(?P<secret>[a-z]+)_acme`, nil, long + long + "_acme", nil},
		{"no UTF-8 before it", `(?P<secret>acme_[a-z]{8})`, nil, "\xe9acme_abcdefgh é\xffacme_abcdefgh", []string{"acme_abcdefgh", "acme_abcdefgh"}},
		{"placeholder", `acme=(?P<secret>\S+)`, nil, "acme={{random:20}} acme={{uuid}}.", nil},
		{"Kelvin", `(?i)(?P<secret>key_[a-z]{8})`, nil, "KEY_abcdefgh \u212aey_abcdefgh", []string{"KEY_abcdefgh", "\u212aey_abcdefgh"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := custom(t, Custom{Pattern: test.pattern, Needles: test.needles})
			if got := found(r, test.text); !slices.Equal(got, test.want) {
				t.Errorf("needles %q: found %q, want %q", r.Needles, got, test.want)
			}
		})
	}
}

func TestCustomAllows(t *testing.T) {
	r := custom(t, Custom{Pattern: `key=(?P<secret>[a-z]{8})`, Allow: []string{`^exam`, `(?i)not a secret`}})
	text := "key=examplez\nkey=abcdefgh # not a secret\nkey=abcdexam\n# Not a secret\nkey=ijklmnop"
	if got := found(r, text); !slices.Equal(got, []string{"abcdexam", "ijklmnop"}) {
		t.Errorf("found %q", got)
	}
}

func TestDerivedNeedles(t *testing.T) {
	for pattern, want := range map[string][]string{
		`acme_[a-z]{8}`:                       {"acme_"},
		`(?:sk|rk)_live_[a-z]{8}`:             {"sk_live_", "rk_live_"},
		`[a-z]{8}@acme\.com`:                  {"@acme.com"},
		`gh[po]_[a-z]{8}`:                     {"gho_", "ghp_"},
		`(?:foo|ba+r)_[a-z]{8}`:               nil,
		`(?:AKIA|ASIA)[A-Z2-7]{16}`:           {"AKIA", "ASIA"},
		`[a-z]{30}`:                           nil,
		`(?:acme_)?[a-z]{30}`:                 nil,
		`(?:acme_key|[a-z]{30})`:              nil,
		`(?:first|second)+[a-z]{30}`:          {"first", "second"},
		`(?:ab){2}[a-z]{30}`:                  nil,
		`a.b.c`:                               nil,
		`(?i)pk:[0-9]{9}`:                     {"PK:", "Pk:", "P\u212a:", "pK:", "pk:", "p\u212a:"},
		`https://[a-z]+\.hooks\.acme\.com/\w`: {".hooks.acme.com/"},
	} {
		r, err := NewRule(Custom{ID: "acme-key", Title: "t", Pattern: "(?P<secret>" + pattern + ")"})
		var got []string
		if err == nil {
			got = slices.Sorted(slices.Values(r.Needles))
		}
		want = slices.Sorted(slices.Values(want))
		if !slices.Equal(got, want) {
			t.Errorf("%s: needles %q, want %q (%v)", pattern, got, want, err)
		}
	}
}

func TestCustomErrors(t *testing.T) {
	good := Custom{ID: "acme-key", Title: "Key", Pattern: `(?P<secret>acme_[a-z]{8})`}
	for name, test := range map[string]struct {
		change func(c *Custom)
		field  string
		index  int
		says   string
	}{
		"no id":            {func(c *Custom) { c.ID = "" }, "id", -1, "want"},
		"id in capitals":   {func(c *Custom) { c.ID = "Acme" }, "id", -1, "want"},
		"built-in":         {func(c *Custom) { c.ID = "qoder-pat" }, "id", -1, "built-in"},
		"no title":         {func(c *Custom) { c.Title = " " }, "title", -1, "needed"},
		"two lines":        {func(c *Custom) { c.Title = "a\nb" }, "title", -1, "one line"},
		"text too long":    {func(c *Custom) { c.Text = strings.Repeat("a", maxText+1) }, "text", 0, "longer"},
		"no pattern":       {func(c *Custom) { c.Pattern = "" }, "pattern", -1, "needed"},
		"bad pattern":      {func(c *Custom) { c.Pattern = `(?P<secret>acme` }, "pattern", -1, "missing closing )"},
		"closes ours":      {func(c *Custom) { c.Pattern = `(?P<secret>acme)|a)(?:b` }, "pattern", -1, "unexpected )"},
		"look-ahead":       {func(c *Custom) { c.Pattern = `acme(?!x)(?P<secret>a)` }, "pattern", -1, "invalid"},
		"no group":         {func(c *Custom) { c.Pattern = `acme_[a-z]{8}` }, "pattern", -1, "no group"},
		"text's beginning": {func(c *Custom) { c.Pattern = `\A(?P<secret>acme_[a-z]{8})` }, "pattern", -1, `\A`},
		"text's end":       {func(c *Custom) { c.Pattern = `(?-m)(?P<secret>acme_[a-z]{8})$` }, "pattern", -1, `\z`},
		"long pattern":     {func(c *Custom) { c.Pattern = strings.Repeat("a", maxPattern+1) }, "pattern", -1, "longer"},
		"costly":           {func(c *Custom) { c.Pattern = `(?P<secret>.*acme[a-z]{600})` }, "pattern", -1, "costly"},
		"too complex":      {func(c *Custom) { c.Pattern = `(?P<secret>acme(?:[a-z]{100}){100})` }, "pattern", -1, ""},
		"no needle":        {func(c *Custom) { c.Pattern = `(?P<secret>[a-z]{8})` }, "needles", -1, "no literal"},
		"short needle":     {func(c *Custom) { c.Needles = []string{"acme", "pt"} }, "needles", 1, "3 to 64"},
		"bad allow":        {func(c *Custom) { c.Allow = []string{"a", "("} }, "allow", 1, "missing"},
		"many examples":    {func(c *Custom) { c.NoMatch = make([]string, maxList+1) }, "nomatch", maxList, "more than"},
	} {
		c := good
		test.change(&c)
		_, err := NewRule(c)
		bad := (*CustomError)(nil)
		if !errors.As(err, &bad) || bad.Field != test.field || bad.Index != test.index || !strings.Contains(bad.Error(), test.says) {
			t.Errorf("%s: %v, want one about %s %d with %q", name, err, test.field, test.index, test.says)
		}
	}
}

// TestManyCustomErrors shows what is checked of all rules together.
func TestManyCustomErrors(t *testing.T) {
	many := func(n int, pattern string) (all []Custom) {
		for i := range n {
			all = append(all, Custom{ID: fmt.Sprintf("acme-%d", i), Title: "Key", Pattern: pattern})
		}
		return all
	}
	const plain = `(?P<secret>acme_[a-z]{8})`
	if all, err := NewRules(many(1000, plain)); err != nil || len(all) != 1000 {
		t.Errorf("a thousand rules: %d, %v", len(all), err)
	}
	twice := append(many(3, plain), many(1, plain)...)
	bad := many(3, plain)
	bad[1].Needles = []string{"acme", "a"}
	for name, test := range map[string]struct {
		rules []Custom
		rule  int
		field string
	}{
		"one id twice": {twice, 3, "id"},
		"bad needle":   {bad, 1, "needles"},
		"too many":     {many(maxRules+1, plain), maxRules, "id"},
		"too large":    {many(1000, `(?P<secret>acme(?:[a-z]{30}){30})`), -1, "pattern"},
	} {
		_, err := NewRules(test.rules)
		bad := (*CustomError)(nil)
		if !errors.As(err, &bad) || test.rule >= 0 && bad.Rule != test.rule || bad.Field != test.field {
			t.Errorf("%s: %v (%+v)", name, err, bad)
		}
	}
}

// TestRulesAtSomePaths shows that a rule that applies only somewhere takes
// nothing from those that apply elsewhere.
func TestRulesAtSomePaths(t *testing.T) {
	somewhere := func(string) bool { return false }
	docs := custom(t, Custom{ID: "in-docs", Pattern: `(?P<secret>acme_[a-z]{8})`, Wanted: somewhere})
	tests := custom(t, Custom{ID: "in-tests", Pattern: `key=(?P<secret>acme_[a-z]{8};)`, Wanted: somewhere})
	all := custom(t, Custom{ID: "in-all", Pattern: `key=(?P<secret>acme_[a-z]{8})`})
	matches := NewSet(append(All(), docs, tests, all)...).Find([]byte("key=acme_abcdefgh; key=" + randomPAT()))
	var ids []string
	for _, m := range matches {
		ids = append(ids, m.Rule.ID)
		for _, also := range m.Also {
			ids = append(ids, also.Rule.ID)
		}
	}
	if !slices.Equal(ids, []string{"in-docs", "in-tests", "in-all", "qoder-pat"}) {
		t.Errorf("found by %q", ids)
	}
}

// TestCheck runs the examples of all rules, and shows what a failure looks like.
func TestCheck(t *testing.T) {
	for _, r := range All() {
		if failures := Check(r); len(failures) > 0 {
			t.Errorf("%s: %v", r.ID, failures)
		}
	}
	r := custom(t, Custom{
		Pattern: `key=(?P<secret>[0-9a-f]{32})\b`,
		Match:   []string{"key={{hex:32}}", "key={{hex:31}}", "key={{hex:32}} key={{hex:32}}"},
		NoMatch: []string{"key={{random:32}}", "key={{digits:32}}", "key={{hex:0}}"},
	})
	want := []Failure{{true, 1, "must match once: 0 found"}, {true, 2, "must match once: 2 found"}, {false, 1, "must not match: 1 found"}}
	if got := Check(r); !slices.Equal(got, want) {
		t.Errorf("failures %v, want %v", got, want)
	}
	r.Match = nil
	if got := Check(r); len(got) != 2 || got[0].Index != -1 {
		t.Errorf("without examples: %v", got)
	}
}

// TestSamples demands a value for each placeholder that differs from its name,
// and that the values of users' placeholders are of the length they say.
func TestSamples(t *testing.T) {
	for _, p := range placeholders {
		mark := "{{" + p.name + "}}"
		one, two := Fill(mark, 1), Fill(mark, 2)
		if len(one) < 16 || one == two || one != Fill(mark, 1) {
			t.Errorf("%s: %d characters", p.name, len(one))
		}
	}
	for name, alphabet := range sampleAlphabets {
		text := Fill("{{"+name+":77}}", 1)
		if len(text) != 77 || strings.Trim(text, alphabet) != "" {
			t.Errorf("%s: %q", name, text)
		}
	}
	for _, text := range []string{"{{nosuch:7}}", "{{random:0}}", "{{random:}}", "{{ random:7 }}", "{{hex}}"} {
		if got := Fill(text, 1); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}

// FuzzCustom makes rules of any pattern and looks for them in any text.
func FuzzCustom(f *testing.F) {
	f.Add(`(?P<secret>acme_[a-z]{8})`, "acme", "x acme_abcdefgh y")
	f.Add(`(?i)\bkey\s*=\s*(?P<secret>\S+)$`, "", "KEY = abcdefgh\n")
	f.Add(`(?P<secret>.*)acme`, "", "acmeacmeacmeacme\xff\xfe")
	f.Add(`(?s)(?P<secret>(?:sk|pk)_live_.+?)(?:\z|"|$)`, "_live_", "sk_live_sk_live_\"")
	f.Fuzz(func(t *testing.T, pattern, needle, text string) {
		c := Custom{ID: "acme-key", Title: "Key", Pattern: pattern}
		if needle != "" {
			c.Needles = []string{needle}
		}
		r, err := NewRule(c)
		if err != nil {
			if strings.Count(err.Error(), "\n") > 0 || len(err.Error()) > 200 {
				t.Fatalf("the error quotes: %v", err)
			}
			return
		}
		set := NewSet(r)
		matches := set.Find([]byte(text))
		end := 0
		for _, m := range matches {
			if m.Start < end || m.End < m.Start+minCustomSecret || m.End > len(text) {
				t.Fatalf("match %d:%d after %d in %d bytes", m.Start, m.End, end, len(text))
			}
			end = m.End
		}
		if len(matches) > 0 && !set.Present([]byte(text)) {
			t.Fatal("found, but not present")
		}
		// The simple twin: the pattern on the whole text.
		first := simple(t, pattern).FindSubmatchIndex([]byte(text))
		group := simple(t, pattern).SubexpIndex(secretGroup)
		if needle != "" || len(text) > Reach/2 || first == nil || first[2*group] < 0 {
			return
		}
		if first[2*group+1]-first[2*group] >= minCustomSecret && len(matches) == 0 {
			t.Fatalf("nothing found by needles %q, where the pattern finds %q", r.Needles, text[first[0]:first[1]])
		}
	})
}

// simple compiles a pattern as a rule understands it.
func simple(t *testing.T, pattern string) *regexp.Regexp {
	t.Helper()
	re, _, err := compileCustom(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return re
}
