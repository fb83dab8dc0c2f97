package report

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/patlint/patlint/scanner"
)

// schema is the version of the JSON report. It changes when a reader of the
// old one would misunderstand the new one.
const schema = 1

// The types of the JSON report; the order of their fields is that of its keys.
// They hold plain values, so that a report can be read again.
type (
	document struct {
		Schema     int               `json:"schema"`
		Tool       toolEntry         `json:"tool"`
		Target     targetEntry       `json:"target"`
		Changes    []string          `json:"changes,omitempty"` // of built-in rules, by the configuration
		Complete   bool              `json:"complete"`
		Findings   []findingEntry    `json:"findings"`
		Suppressed []suppressedEntry `json:"suppressed"`
		Skipped    []skipEntry       `json:"skipped"`
		Stats      statsEntry        `json:"stats"`
	}
	// summary is the last line of JSONL.
	summary struct {
		Schema   int         `json:"schema"`
		Tool     toolEntry   `json:"tool"`
		Target   targetEntry `json:"target"`
		Changes  []string    `json:"changes,omitempty"`
		Complete bool        `json:"complete"`
		Skipped  []skipEntry `json:"skipped"`
		Stats    statsEntry  `json:"stats"`
	}
	toolEntry struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	}
	targetEntry struct {
		Path  string   `json:"path"`
		Head  string   `json:"head,omitempty"`
		Modes []string `json:"modes"`
		Range string   `json:"range,omitempty"`

		Trusted string `json:"trusted,omitempty"` // the commit whose suppressions count
	}
	findingEntry struct {
		RuleID      string          `json:"rule_id"`
		Severity    string          `json:"severity"`
		Confidence  string          `json:"confidence"`
		Message     string          `json:"message"`
		Secret      string          `json:"secret"`
		Fingerprint string          `json:"fingerprint"`
		Status      string          `json:"status"`
		Verified    *verifiedEntry  `json:"verification,omitempty"`
		Allowed     []allowedEntry  `json:"allowed_by_head,omitempty"` // which does not count
		Locations   []locationEntry `json:"locations"`
	}
	// verifiedEntry is how the status is known.
	verifiedEntry struct {
		At        time.Time     `json:"at"`
		Region    string        `json:"region,omitempty"`
		RequestID string        `json:"request_id,omitempty"`
		Reason    string        `json:"reason"`
		Answers   []answerEntry `json:"answers"`
	}
	answerEntry struct {
		Region    string    `json:"region"`
		Status    string    `json:"status"`
		Code      int       `json:"code,omitempty"` // of HTTP
		RequestID string    `json:"request_id,omitempty"`
		At        time.Time `json:"at"`
		Reason    string    `json:"reason"`
	}
	// allowedEntry is a suppression that is not in the trusted commit.
	allowedEntry struct {
		Reason        string `json:"reason"` // "inline", "config" or "baseline"
		Justification string `json:"justification,omitempty"`
	}
	suppressedEntry struct {
		findingEntry
		Reason        string `json:"reason"` // "inline", "config" or "baseline"
		Justification string `json:"justification,omitempty"`
	}
	locationEntry struct {
		Source    string    `json:"source"`
		Path      string    `json:"path,omitempty"`
		Line      int       `json:"line,omitempty"`
		Column    int       `json:"column,omitempty"`
		EndLine   int       `json:"end_line,omitempty"`
		EndColumn int       `json:"end_column,omitempty"`
		Commit    string    `json:"commit,omitempty"`
		Author    string    `json:"author,omitempty"`
		Email     string    `json:"email,omitempty"`
		Date      time.Time `json:"date,omitzero"`
		InHead    *bool     `json:"in_head,omitempty"`
		Commits   int       `json:"commits,omitempty"` // how many hold the secret here
		Decoded   []string  `json:"decoded,omitempty"`
		Hosts     []string  `json:"hosts,omitempty"` // that the text near the secret names, the nearest first
		Ref       string    `json:"ref,omitempty"`
		Object    string    `json:"object,omitempty"`
		Reach     string    `json:"reach,omitempty"`
	}
	// skipEntry is what was not searched. What ended a scan before its time is
	// one without path and object.
	skipEntry struct {
		Path       string `json:"path,omitempty"`
		Object     string `json:"object,omitempty"`
		Reason     string `json:"reason"`
		Deliberate bool   `json:"deliberate,omitempty"` // the scan is complete without it
	}
	statsEntry struct {
		Files   int64   `json:"files"`
		Objects int64   `json:"objects"`
		Bytes   int64   `json:"bytes"`
		Commits int64   `json:"commits"`
		Seconds float64 `json:"seconds,omitempty"`
	}
)

func writeJSON(r *scanner.Result, info Info) ([]byte, error) {
	s := newSummary(r, &info)
	d := document{
		Schema: s.Schema, Tool: s.Tool, Target: s.Target, Changes: s.Changes, Complete: s.Complete, Skipped: s.Skipped, Stats: s.Stats,
		Findings: []findingEntry{}, Suppressed: []suppressedEntry{},
	}
	for i := range r.Findings {
		d.Findings = append(d.Findings, newFindingEntry(&r.Findings[i], &info))
	}
	for i := range r.Suppressed {
		f := &r.Suppressed[i]
		d.Suppressed = append(d.Suppressed, suppressedEntry{newFindingEntry(&f.Finding, &info), f.By, f.Justification})
	}
	return encode(d, "  ")
}

// writeJSONLines writes each finding on a line, as it stands in the JSON
// report. The last line is the report's frame without its findings, so that
// who reads lines sees whether the scan was complete and the report whole.
func writeJSONLines(r *scanner.Result, info Info) ([]byte, error) {
	var out []byte
	for i := range r.Findings {
		line, err := encode(newFindingEntry(&r.Findings[i], &info), "")
		if err != nil {
			return nil, err
		}
		out = append(out, line...)
	}
	line, err := encode(newSummary(r, &info), "")
	return append(out, line...), err
}

func newSummary(r *scanner.Result, info *Info) summary {
	return summary{
		Schema:   schema,
		Tool:     toolEntry{toolName, info.Version},
		Target:   targetEntry{info.target(), info.Head, append([]string{}, info.Modes...), info.Range, info.Trusted},
		Changes:  info.Changes,
		Complete: r.Complete(),
		Skipped:  skipEntries(r),
		Stats:    statsEntry{r.Stats.Files, r.Stats.Objects, r.Stats.Bytes, r.Stats.Commits, info.Seconds},
	}
}

func newFindingEntry(f *scanner.Finding, info *Info) findingEntry {
	e := findingEntry{
		RuleID: f.Rule.ID, Severity: f.Severity.String(), Confidence: f.Confidence.String(),
		Message: f.Message(), Secret: info.secret(f.Secret), Fingerprint: f.Fingerprint, Status: string(f.Status),
		Verified: newVerifiedEntry(f.Verified), Locations: []locationEntry{},
	}
	for _, a := range f.Refused {
		e.Allowed = append(e.Allowed, allowedEntry{a.By, a.Justification})
	}
	for i := range f.Locations {
		e.Locations = append(e.Locations, newLocationEntry(&f.Locations[i]))
	}
	return e
}

func newVerifiedEntry(v *scanner.Verification) *verifiedEntry {
	if v == nil {
		return nil
	}
	e := &verifiedEntry{v.At.UTC().Truncate(time.Second), v.Region, v.RequestID, v.Reason, []answerEntry{}}
	for _, a := range v.Answers {
		e.Answers = append(e.Answers, answerEntry{a.Region, string(a.Status), a.Code, a.RequestID, a.At.UTC().Truncate(time.Second), a.Reason})
	}
	return e
}

func newLocationEntry(l *scanner.Location) locationEntry {
	e := locationEntry{
		Source: string(l.Kind), Path: l.Path, Ref: l.Ref, Object: l.Object, Reach: string(l.Reach), InHead: l.InHead, Commits: l.Commits, Decoded: l.Decoded, Hosts: l.Hosts,
		Line: l.Line, Column: l.Column, EndLine: l.EndLine, EndColumn: l.EndColumn,
	}
	if c := l.Commit; c != nil {
		e.Commit, e.Author, e.Email = c.ID, c.Author, c.Email
		if datable(c.Date) {
			e.Date = c.Date.UTC().Truncate(time.Second)
		}
	}
	return e
}

// skipEntries lists what was not searched, and then why the scan ended early.
func skipEntries(r *scanner.Result) []skipEntry {
	entries := []skipEntry{}
	for _, s := range r.Skipped {
		entries = append(entries, skipEntry{s.Path, s.Object, s.Reason, s.Deliberate})
	}
	for _, reason := range endings(r) {
		entries = append(entries, skipEntry{Reason: reason})
	}
	return entries
}

// encode returns v as JSON that is safe to show, with a line feed at its end.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return escapeHidden(b.Bytes()), nil
}
