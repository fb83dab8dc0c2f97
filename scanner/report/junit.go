package report

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The types of the JUnit report. There is no standard; these are the elements
// and attributes that the readers have in common, with "file" and "line", which
// some show. https://github.com/testmoapp/junitxml
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Cases []junitCase `xml:"testcase"`
		Out   string      `xml:"system-out,omitempty"`
	}
	junitCounts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"` // seconds
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Time    string        `xml:"time,attr"`
		Failure *junitProblem `xml:"failure"`
		Error   *junitProblem `xml:"error"`
		Skipped *junitProblem `xml:"skipped"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

const (
	junitMaxPlaces = 100  // of one test case; ours to choose
	junitMaxRemedy = 2000 // characters, likewise
	noTime         = "0"
)

// writeJUnit writes a report for what shows the results of tests. A secret in a
// file is a failure, what is suppressed is skipped, and a rule that finds
// nothing passes. The suite in front says whether the scan is complete: what was
// not searched is an error, and no rule passes then. The names of the cases hold
// no line, so that a reader knows a leak again when the file is edited.
func writeJUnit(r *scanner.Result, active []*rules.Rule, info Info) ([]byte, error) {
	report := junitSuites{Name: toolName, Suites: []junitSuite{completeness(r, &info)}}
	for _, rule := range ruleOrder(r, active) {
		report.Suites = append(report.Suites, ruleSuite(rule, r))
	}
	for i := range report.Suites {
		s := &report.Suites[i]
		s.count()
		report.Tests, report.Failures = report.Tests+s.Tests, report.Failures+s.Failures
		report.Errors, report.Skipped = report.Errors+s.Errors, report.Skipped+s.Skipped
	}
	report.Time = fmt.Sprintf("%.3f", info.Seconds)
	out, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(out, '\n')...), nil
}

func (s *junitSuite) count() {
	s.Tests, s.Time = len(s.Cases), noTime
	for i := range s.Cases {
		c := &s.Cases[i]
		c.Time = noTime
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

// completeness is the suite that says what was not searched.
func completeness(r *scanner.Result, info *Info) junitSuite {
	s := junitSuite{Name: "the scan is complete"}
	var lines []string
	for _, ending := range endings(r) {
		lines = append(lines, Visible(ending))
	}
	lines = append(lines, gapLines(r.Skipped, false)...)
	for _, line := range lines {
		s.Cases = append(s.Cases, junitCase{Class: toolName, Name: line, Error: &junitProblem{
			Message: "the scan is not complete: " + line, Type: "incomplete",
		}})
	}
	if r.Complete() {
		s.Cases = append(s.Cases, junitCase{Class: toolName, Name: "everything was searched"})
	}
	out := []string{searched(r.Stats)}
	out = append(out, gapLines(r.Skipped, true)...)
	for _, change := range info.Changes {
		out = append(out, "The configuration changes a built-in rule: "+Visible(change))
	}
	s.Out = strings.Join(out, "\n")
	return s
}

// ruleOrder returns the active rules and those of the result, each once.
func ruleOrder(r *scanner.Result, active []*rules.Rule) []*rules.Rule {
	var all []*rules.Rule
	seen := map[string]bool{}
	add := func(rule *rules.Rule) {
		if !seen[rule.ID] {
			seen[rule.ID] = true
			all = append(all, rule)
		}
	}
	for _, rule := range active {
		add(rule)
	}
	for i := range r.Findings {
		add(r.Findings[i].Rule)
	}
	for i := range r.Suppressed {
		add(r.Suppressed[i].Rule)
	}
	return all
}

// ruleSuite has a case for each file with a secret that the rule found.
func ruleSuite(rule *rules.Rule, r *scanner.Result) junitSuite {
	s := junitSuite{Name: Visible(rule.ID)}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Rule.ID != rule.ID {
			continue
		}
		for _, c := range containers(f) {
			found := newJUnitCase(f, c)
			found.Failure = &junitProblem{
				Message: Visible(f.Message()) + " in " + place(c.places[0]) + whence(c.places[0]),
				Type:    f.Severity.String(), Text: failureText(f, c),
			}
			s.Cases = append(s.Cases, found)
		}
	}
	if len(s.Cases) == 0 {
		none := junitCase{Class: s.Name, Name: "no leak"}
		if !r.Complete() {
			none.Skipped = &junitProblem{Message: "nothing found, but the scan is not complete"}
		}
		s.Cases = append(s.Cases, none)
	}
	for i := range r.Suppressed {
		f := &r.Suppressed[i]
		if f.Rule.ID != rule.ID {
			continue
		}
		for _, c := range containers(&f.Finding) {
			allowed := newJUnitCase(&f.Finding, c)
			allowed.Skipped = &junitProblem{Message: suppression(f)}
			s.Cases = append(s.Cases, allowed)
		}
	}
	return s
}

func newJUnitCase(f *scanner.Finding, c contained) junitCase {
	first := c.places[0]
	name := fmt.Sprintf("%s in %s [%s]", Visible(f.Message()), container(first), Visible(f.Fingerprint[:min(len(f.Fingerprint), fingerprintDigits)]))
	return junitCase{Class: Visible(f.Rule.ID), Name: name, File: Visible(c.path), Line: first.Line}
}

// failureText lists the places in the file and what to do. Each of its lines
// begins with a word of ours, so that none is a workflow command.
func failureText(f *scanner.Finding, c contained) string {
	lines := []string{fmt.Sprintf("%s confidence, status %s, fingerprint %s", f.Confidence, Visible(string(f.Status)), Visible(f.Fingerprint))}
	for _, l := range c.places[:min(len(c.places), junitMaxPlaces)] {
		lines = append(lines, "in "+place(l)+whence(l))
	}
	if more := len(c.places) - junitMaxPlaces; more > 0 {
		lines = append(lines, "and in "+count(more, "more place"))
	}
	return strings.Join(lines, "\n") + "\n" + strings.TrimSpace(numbered(f.Rule, junitMaxRemedy))
}
