package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// jsonReport is what the tests look at in a JSON report.
type jsonReport struct {
	Target struct {
		Head  string
		Modes []string
	}
	Complete   bool
	Findings   []jsonFinding
	Suppressed []jsonFinding
	Skipped    []struct {
		Path, Object, Reason string
		Deliberate           bool
	}
}

type jsonFinding struct {
	RuleID              string `json:"rule_id"`
	Confidence          string
	Secret, Fingerprint string
	Reason              string // of a suppressed one
	Justification       string
	Locations           []jsonLocation
}

type jsonLocation struct {
	Source, Path, Ref    string
	Line, Column         int
	EndLine              int `json:"end_line"`
	EndColumn            int `json:"end_column"`
	Commit, Author, Date string
	InHead               *bool `json:"in_head"`
}

func parseReport(t *testing.T, text string) *jsonReport {
	t.Helper()
	var r jsonReport
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("not a JSON report: %v\n%s", err, text)
	}
	return &r
}

// patlint runs the program.
func (w *workplace) patlint(args ...string) outcome {
	w.t.Helper()
	return w.run("", "patlint", args...)
}

// scan runs "patlint scan -f json" with secrets shown and wants the exit code.
func (w *workplace) scan(code int, args ...string) *jsonReport {
	w.t.Helper()
	out := w.patlint(append([]string{"scan", "-f", "json", "--show-secrets"}, args...)...)
	if out.code != code {
		w.t.Fatalf("patlint scan %s: exit code %d, want %d\n%s\n%s", strings.Join(args, " "), out.code, code, out.stderr, out.stdout)
	}
	return parseReport(w.t, out.stdout)
}

// secrets returns the secrets that were found, sorted.
func (r *jsonReport) secrets() []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Secret)
	}
	slices.Sort(all)
	return all
}

// finding returns the finding of a secret.
func (r *jsonReport) finding(t *testing.T, secret string) jsonFinding {
	t.Helper()
	for _, f := range append(slices.Clone(r.Findings), r.Suppressed...) {
		if f.Secret == secret {
			return f
		}
	}
	t.Fatalf("secret %s is not in the report", mask(secret))
	return jsonFinding{}
}

// reasons returns why something was not searched, a line each.
func (r *jsonReport) reasons() string {
	var all []string
	for _, s := range r.Skipped {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Path, s.Object, s.Reason)))
	}
	return strings.Join(all, "\n")
}

// String writes a place as the tables of the tests do:
// "SOURCE PATH:LINE:COLUMN COMMIT STATE", what is not known left out.
func (l jsonLocation) String() string {
	words := []string{l.Source}
	if l.Ref != "" {
		words = append(words, l.Ref)
	}
	where := l.Path
	if l.Line > 0 {
		where += fmt.Sprintf(":%d:%d", l.Line, l.Column)
	}
	if where != "" {
		words = append(words, strings.TrimPrefix(where, ":"))
	}
	if l.Commit != "" {
		words = append(words, "by", l.Commit)
	}
	if l.InHead != nil {
		words = append(words, map[bool]string{true: "in HEAD", false: "not in HEAD"}[*l.InHead])
	}
	return strings.Join(words, " ")
}

// wantSecrets fails unless exactly the given secrets were found.
func (r *jsonReport) wantSecrets(t *testing.T, want ...string) {
	t.Helper()
	got := r.secrets()
	want = slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("secrets found: %v, want %v", masks(got), masks(want))
	}
}

func masks(tokens []string) []string {
	var all []string
	for _, token := range tokens {
		all = append(all, mask(token))
	}
	return all
}

func (r *jsonReport) wantComplete(t *testing.T) {
	t.Helper()
	if !r.Complete {
		t.Errorf("the scan is not complete: %s", r.reasons())
	}
}

// wantIncomplete fails unless something was not searched for the given reason.
func (r *jsonReport) wantIncomplete(t *testing.T, reason string) {
	t.Helper()
	if r.Complete || !strings.Contains(r.reasons(), reason) {
		t.Errorf("complete: %t, skipped: %q, want %q in it", r.Complete, r.reasons(), reason)
	}
}
