package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The types that the page is made from. They hold visible text, which the
// template escapes for its place.
type (
	page struct {
		Policy     string // what the page may load, for its Content-Security-Policy
		Style      template.CSS
		Title      string
		Facts      []fact
		Summary    string
		State      string // "leaks", "clean" or "incomplete", a class of the style
		Incomplete []string
		Severities []fact // and the number of findings
		Findings   []pageFinding
		Remedies   []pageRemedy
		Suppressed []pageFinding
		LeftOut    []string
		Changes    []string
	}
	fact        struct{ Name, Value string }
	pageFinding struct {
		Severity, Status, Rule, Title, Secret string
		Facts                                 []fact
		Before, After                         string // of the secret in its line
		Line                                  string
		Places                                []pagePlace
		Reason                                string // of a suppressed one
	}
	pagePlace  struct{ Place, Origin string }
	pageRemedy struct {
		Rule  string
		Steps []string
	}
)

// writeHTML writes one page for an audit, with all places and authors. It loads
// nothing and runs nothing: its policy forbids all but its own style.
func writeHTML(r *scanner.Result, info Info) ([]byte, error) {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256([]byte(pageStyle))
	p := page{
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'",
		Style:  pageStyle, Title: "patlint: " + pageSummary(r), Summary: pageSummary(r), State: pageState(r),
		Facts: pageFacts(r, &info), Severities: bySeverity(r.Findings), LeftOut: gapLines(r.Skipped, true),
	}
	for _, ending := range endings(r) {
		p.Incomplete = append(p.Incomplete, Visible(ending))
	}
	p.Incomplete = append(p.Incomplete, gapLines(r.Skipped, false)...)
	for _, change := range info.Changes {
		p.Changes = append(p.Changes, Visible(change))
	}
	for i := range r.Findings {
		p.Findings = append(p.Findings, newPageFinding(&r.Findings[i]))
	}
	for i := range r.Suppressed {
		f := newPageFinding(&r.Suppressed[i].Finding)
		f.Reason = suppression(&r.Suppressed[i])
		p.Suppressed = append(p.Suppressed, f)
	}
	for _, rule := range ruleOrder(&scanner.Result{Findings: r.Findings}, nil) {
		remedy := pageRemedy{Rule: Visible(rule.ID)}
		for _, step := range steps(rule) {
			remedy.Steps = append(remedy.Steps, strings.Join(step, " "))
		}
		p.Remedies = append(p.Remedies, remedy)
	}
	var b bytes.Buffer
	err = t.Execute(&b, p)
	return b.Bytes(), err
}

func pageState(r *scanner.Result) string {
	switch {
	case len(r.Findings) > 0:
		return "leaks"
	case r.Complete():
		return "clean"
	}
	return "incomplete"
}

func pageSummary(r *scanner.Result) string {
	places := 0
	for i := range r.Findings {
		places += len(r.Findings[i].Locations)
	}
	switch {
	case len(r.Findings) > 0:
		return count(len(r.Findings), "secret") + " in " + count(places, "place")
	case r.Complete():
		return "no leaks found"
	}
	return "nothing found, but the scan is not complete"
}

// pageFacts says what was scanned.
func pageFacts(r *scanner.Result, info *Info) []fact {
	all := []fact{{"Target", Visible(info.target())}}
	add := func(name, value string) {
		if value != "" {
			all = append(all, fact{name, Visible(value)})
		}
	}
	add("Scanned", strings.Join(info.Modes, ", "))
	add("Range", info.Range)
	add("HEAD", info.Head)
	add("Searched", strings.TrimSuffix(searched(r.Stats), " searched"))
	add("Verified", byStatus(r.Findings))
	if info.Seconds > 0 {
		add("Time", fmt.Sprintf("%.1f s", info.Seconds))
	}
	add("patlint", info.Version)
	return all
}

// byStatus counts what was verified, "1 live, 2 dead", or is empty if nothing was.
func byStatus(findings []scanner.Finding) string {
	var words []string
	for _, status := range []scanner.Status{scanner.Live, scanner.Unknown, scanner.Dead, scanner.Revoked} {
		n := 0
		for i := range findings {
			if findings[i].Status == status {
				n++
			}
		}
		if n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(words, ", ")
}

// bySeverity counts the findings, the worst first.
func bySeverity(findings []scanner.Finding) []fact {
	var all []fact
	for s := rules.Critical; s >= rules.Low; s-- {
		n := 0
		for i := range findings {
			if findings[i].Severity == s {
				n++
			}
		}
		if n > 0 {
			all = append(all, fact{s.String(), fmt.Sprint(n)})
		}
	}
	return all
}

func newPageFinding(f *scanner.Finding) pageFinding {
	first := &f.Locations[0]
	p := pageFinding{
		Severity: f.Severity.String(), Status: Visible(string(f.Status)), Rule: Visible(f.Rule.ID),
		Title: Visible(f.Rule.Title), Secret: Visible(f.Secret.Mask()),
		Facts: []fact{{"Confidence", f.Confidence.String()}, {"Fingerprint", Visible(f.Fingerprint)}},
	}
	if note := f.Note(); note != "" {
		p.Facts = append(p.Facts, fact{"Note", note})
	}
	if v := f.Verified; v != nil {
		words := v.Reason
		if v.Region != "" {
			words = "region " + v.Region + ", " + words
		}
		p.Facts = append(p.Facts, fact{"Status", Visible(string(f.Status) + ": " + words + " (" + asked(v) + ")")})
	}
	if first.Line > 0 {
		p.Before, p.After, p.Line = visibleLine(first.Excerpt.Before), visibleLine(first.Excerpt.After), fmt.Sprint(first.Line)
	}
	for i := range f.Locations {
		p.Places = append(p.Places, pagePlace{place(&f.Locations[i]), origin(&f.Locations[i])})
	}
	return p
}
