package rules

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// corpusRounds is how often each case is tried, each time with other values.
const corpusRounds = 5

// A corpusCase is one text of testdata/corpus, whose README describes the form.
type corpusCase struct {
	id       string // "python/requests-headers"
	positive bool
	category string
	origin   string // where the idea comes from
	charset  string // of the text, UTF-8 if empty
	text     string
}

// language is the language or format that the case is written in.
func (c corpusCase) language() string { return strings.SplitN(c.id, "/", 2)[0] }

// apart tells whether a category is measured by itself: it needs decoders,
// the joining of literals, or to know that a call without the word builds one.
func apart(category string) bool {
	return strings.HasPrefix(category, "encoding") || strings.HasPrefix(category, "split") || category == "named otherwise"
}

// readCorpus returns the cases of all files, those with a list as one for each
// of its values.
func readCorpus(t *testing.T) []corpusCase {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "corpus", "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var cases []corpusCase
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split("\n"+string(content), "\n=== ")
		for _, part := range parts[1:] {
			c, err := parseCase(part)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			cases = append(cases, expandCase(c)...)
		}
	}
	return cases
}

// parseCase reads "+ id | category | origin | charset" and the text behind it.
func parseCase(part string) (corpusCase, error) {
	header, text, _ := strings.Cut(part, "\n")
	fields := strings.Split(header, " | ")
	sign, id, found := strings.Cut(fields[0], " ")
	if !found || len(fields) < 3 || sign != "+" && sign != "-" || !strings.Contains(id, "/") {
		return corpusCase{}, fmt.Errorf("header %q is not understood", header)
	}
	c := corpusCase{id: id, positive: sign == "+", category: fields[1], origin: fields[2], text: strings.TrimRight(text, "\n") + "\n"}
	if len(fields) > 3 {
		c.charset = fields[3]
	}
	if c.charset == "crlf" { // a line's end, and no charset
		c.charset, c.text = "", strings.ReplaceAll(c.text, "\n", "\r\n")
	}
	return c, nil
}

// expandCase makes of a case with lines "@each value" one for each value, which
// stands where the text has {{each}}.
func expandCase(c corpusCase) []corpusCase {
	var values, lines []string
	for _, line := range strings.SplitAfter(c.text, "\n") {
		if value, found := strings.CutPrefix(line, "@each "); found {
			values = append(values, strings.TrimRight(value, "\n"))
		} else {
			lines = append(lines, line)
		}
	}
	if values == nil {
		return []corpusCase{c}
	}
	var cases []corpusCase
	for i, value := range values {
		one := c
		one.id = fmt.Sprintf("%s.%d", c.id, i+1)
		one.text = strings.ReplaceAll(strings.Join(lines, ""), "{{each}}", value)
		cases = append(cases, one)
	}
	return cases
}

// TestCorpusIsWellFormed checks the cases themselves: how many there are, that
// each is there once, and that those that are to be found hold something.
func TestCorpusIsWellFormed(t *testing.T) {
	ids, texts, languages := map[string]bool{}, map[string]string{}, map[string]bool{}
	count := map[bool]int{}
	for _, c := range readCorpus(t) {
		if ids[c.id] {
			t.Errorf("two cases are called %s", c.id)
		}
		if other, found := texts[c.charset+c.text]; found {
			t.Errorf("%s and %s are the same", c.id, other)
		}
		if c.origin == "" || c.category == "" {
			t.Errorf("%s: no category or no origin", c.id)
		}
		ids[c.id], texts[c.charset+c.text], languages[c.language()] = true, c.id, true
		count[c.positive]++
		if planted := len(fillCase(t, c).secrets); planted > 0 != c.positive {
			t.Errorf("%s: %d secrets in a case that is positive: %v", c.id, planted, c.positive)
		}
	}
	t.Logf("%d positive and %d negative cases in %d languages and formats", count[true], count[false], len(languages))
	if count[true] < corpusLeast || count[false] < corpusLeast || len(languages) < corpusLanguages {
		t.Errorf("the corpus is too small")
	}
}

// score counts secrets and findings.
type score struct{ planted, found, wrong int }

func (s score) recall() float64 {
	if s.planted == 0 {
		return 1
	}
	return float64(s.found) / float64(s.planted)
}

func (s score) precision() float64 {
	if s.found+s.wrong == 0 {
		return 1
	}
	return float64(s.found) / float64(s.found+s.wrong)
}

func (s *score) add(other score) {
	s.planted += other.planted
	s.found += other.found
	s.wrong += other.wrong
}

// TestCorpus prints recall and precision by category, and every case that fails.
func TestCorpus(t *testing.T) {
	set := NewSet(All()...)
	categories := map[string]*score{}
	var all, extra score
	for _, c := range readCorpus(t) {
		s, complaint := tryCase(t, set, c)
		if complaint != "" {
			t.Logf("%s (%s): %s", c.id, c.category, complaint)
		}
		if categories[c.category] == nil {
			categories[c.category] = &score{}
		}
		categories[c.category].add(s)
		if apart(c.category) {
			extra.add(s)
		} else {
			all.add(s)
		}
	}
	var names []string
	for name := range categories {
		names = append(names, name)
	}
	slices.Sort(names)
	var table strings.Builder
	row := func(name string, s score) {
		fmt.Fprintf(&table, "%-28s %6d %7.3f %6d %10.3f\n", name, s.planted, s.recall(), s.wrong, s.precision())
	}
	for _, name := range names {
		row(name, *categories[name])
	}
	row("ENCODED AND SPLIT", extra)
	row("ALL OTHERS", all)
	t.Logf("category                     planted  recall  wrong  precision\n%s", table.String())
	if all.recall() < corpusRecall || all.precision() < corpusPrecision {
		t.Errorf("recall %.3f, precision %.3f: below %.3f and %.3f", all.recall(), all.precision(), corpusRecall, corpusPrecision)
	}
	if extra.recall() < corpusExtraRecall || extra.precision() < corpusExtraPrecision {
		t.Errorf("encoded and split: recall %.3f, precision %.3f: below %.3f and %.3f",
			extra.recall(), extra.precision(), corpusExtraRecall, corpusExtraPrecision)
	}
}

// tryCase judges a case several times; it tells how often it fails, and how first.
func tryCase(t *testing.T, set *Set, c corpusCase) (s score, complaint string) {
	failed := 0
	for range corpusRounds {
		one, first := judgeCase(set, fillCase(t, c))
		s.add(one)
		if first == "" {
			continue
		}
		failed++
		if complaint == "" {
			complaint = first
		}
	}
	if failed > 0 {
		complaint = fmt.Sprintf("%d of %d: %s", failed, corpusRounds, complaint)
	}
	return s, complaint
}

// judgeCase compares what is found in a text with what was planted there, and
// says what is not right.
func judgeCase(set *Set, text filled) (score, string) {
	s := score{planted: len(text.secrets)}
	missing := slices.Clone(text.secrets)
	var complaints []string
	for _, m := range set.Find(text.data) {
		i := slices.IndexFunc(missing, func(p planted) bool { return p.is(m) })
		if i >= 0 {
			missing = slices.Delete(missing, i, i+1)
			s.found++
			continue
		}
		s.wrong++
		complaints = append(complaints, fmt.Sprintf("wrong: %s finds %q", m.Rule.ID, text.data[m.Start:m.End]))
	}
	for _, p := range missing {
		complaints = append(complaints, fmt.Sprintf("missed: %s %q in %q", p.rule, text.data[p.start:p.end], excerpt(text.data)))
	}
	return s, strings.Join(complaints, "; ")
}

func excerpt(data []byte) []byte { return bytes.TrimSpace(data[:min(len(data), 200)]) }
