package report

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"regexp"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

const (
	sarifSchema    = "https://json.schemastore.org/sarif-2.1.0.json"
	sarifDocsURI   = "https://github.com/patlint/patlint"
	sarifRootID    = "%SRCROOT%"
	sarifMaxNotes  = 100  // notifications; ours to choose
	sarifMaxText   = 1024 // characters of a rule's descriptions
	sarifMaxPlaces = 100  // locations of a result that GitHub keeps
)

// bounds are the most results, and bytes when compressed, of a file.
type bounds struct{ results, zipped int }

// gitHubBounds are those over which GitHub rejects a file.
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
func gitHubBounds() bounds { return bounds{results: 25_000, zipped: 10_000_000} }

// writeSARIF writes SARIF 2.1.0 as GitHub code scanning wants it. It never
// holds a secret nor an author: an uploaded file is kept and shown to others.
//
// What is suppressed is left out unless the report is verbose: GitHub does not
// honour "suppressions" and opens an alert for each such result
// (github/codeql-action#1230), while it closes one whose result is gone.
func writeSARIF(r *scanner.Result, active []*rules.Rule, info Info, most bounds) ([]byte, error) {
	table := newRuleTable(active)
	var results []sarifResult
	for i := range r.Findings {
		results = append(results, newSARIFResults(&r.Findings[i], table)...)
	}
	if info.Verbose {
		for i := range r.Suppressed {
			results = append(results, suppressedResults(&r.Suppressed[i], table)...)
		}
	}
	total, limit := len(results), min(len(results), most.results)
	for {
		out, err := encode(newSARIFLog(r, table, &info, results[:limit], total), "  ")
		if err != nil || limit == 0 || !isLarger(out, most.zipped) {
			return out, err
		}
		limit /= 2
	}
}

// isLarger tells whether a report has more bytes than most when compressed.
func isLarger(report []byte, most int) bool {
	if len(report) <= most {
		return false
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(report) // a bytes.Buffer takes everything
	_ = w.Close()
	return zipped.Len() > most
}

// newSARIFLog puts the results, of which there were total, into a log.
func newSARIFLog(r *scanner.Result, table *ruleTable, info *Info, results []sarifResult, total int) sarifLog {
	driver := sarifDriver{
		Name: toolName, Version: info.Version, SemanticVersion: semantic(info.Version),
		InformationURI: sarifDocsURI, Rules: table.entries,
	}
	if driver.SemanticVersion != "" { // SARIF wants a version to begin with a digit
		driver.Version = driver.SemanticVersion
	}
	notes := notifications(r)
	for _, change := range info.Changes {
		notes = append(notes, sarifNotification{Level: "note", Message: sarifText("The configuration changes a built-in rule: " + Visible(change) + ".")})
	}
	if left := total - len(results); left > 0 {
		notes = append(notes, sarifNotification{Level: "warning", Message: sarifText(fmt.Sprintf(
			"%s of least severity left out: GitHub takes no larger file.", count(left, "result")))})
	}
	return sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{{
		Tool:        sarifTool{driver},
		Invocations: []sarifInvocation{{r.Complete(), notes}},
		Automation:  sarifAutomation{toolName + "/"}, // GitHub takes what is before the slash for the category
		ColumnKind:  "unicodeCodePoints",
		Results:     append([]sarifResult{}, results...),
	}}}
}

// notifications tells what was not searched: an error where it should have
// been, a note where that is deliberate.
func notifications(r *scanner.Result) []sarifNotification {
	var all []sarifNotification
	for _, ending := range endings(r) {
		all = append(all, sarifNotification{Level: "error", Message: sarifText("Not complete: " + Visible(ending) + ".")})
	}
	for _, s := range r.Skipped {
		if len(all) == sarifMaxNotes {
			more := len(r.Skipped) + len(endings(r)) - sarifMaxNotes
			return append(all, sarifNotification{Level: "warning", Message: sarifText(count(more, "more place") + " not searched.")})
		}
		n := sarifNotification{Level: "error", Message: sarifText("Not searched: " + Visible(s.Reason) + ".")}
		if s.Deliberate {
			n.Level = "note"
		}
		if s.Path != "" {
			n.Locations = []sarifLocation{{Physical: sarifPhysical{Artifact: artifact(s.Path)}}}
		} else if s.Object != "" {
			n.Locations = []sarifLocation{{Physical: sarifPhysical{Artifact: artifact(objectPath(s.Object))}}}
		}
		all = append(all, n)
	}
	return all
}

// ruleTable holds the rules of a log, each once.
type ruleTable struct {
	entries []sarifRule
	index   map[string]int
}

func newRuleTable(active []*rules.Rule) *ruleTable {
	t := &ruleTable{entries: []sarifRule{}, index: map[string]int{}}
	for _, rule := range active {
		t.add(rule)
	}
	return t
}

// add returns the index of a rule, which it adds if it is new.
func (t *ruleTable) add(rule *rules.Rule) int {
	if i, ok := t.index[rule.ID]; ok {
		return i
	}
	i := len(t.entries)
	t.index[rule.ID] = i
	t.entries = append(t.entries, newSARIFRule(rule))
	return i
}

func newSARIFRule(rule *rules.Rule) sarifRule {
	help := sarifText(rule.Text + "\n\nWhat to do:\n")
	help.Markdown = "# " + rule.Title + "\n\n" + rule.Text + "\n\n## What to do\n\n"
	var text, markdown strings.Builder
	for i, step := range steps(rule) {
		fmt.Fprintf(&text, "\n%d. %s", i+1, sarifText(strings.Join(step, " ")).Text)
		fmt.Fprintf(&markdown, "%d. %s\n", i+1, strings.Join(step, " "))
	}
	help.Text, help.Markdown = help.Text+text.String(), help.Markdown+markdown.String()
	full := []rune(strings.Join(strings.Fields(rule.Text), " "))
	return sarifRule{
		ID: rule.ID, Name: pascalCase(rule.ID), HelpURI: sarifDocsURI + "#rules",
		Short:         sarifText(sentence(rule.Title)),
		Full:          sarifText(string(full[:min(len(full), sarifMaxText)])),
		Help:          help,
		Configuration: sarifConfiguration{sarifLevel(rule.Severity)},
		Properties:    sarifRuleProperties{[]string{"security", "secret"}, "high", score(rule.Severity)},
	}
}

// sarifLevel returns the level that SARIF has for a severity.
func sarifLevel(s rules.Severity) string {
	switch {
	case s >= rules.High:
		return "error"
	case s == rules.Medium:
		return "warning"
	}
	return "note"
}

// score returns a number that GitHub reads as the same severity: over 9.0 is
// critical, from 7.0 high, from 4.0 medium.
func score(s rules.Severity) string {
	switch s {
	case rules.Critical:
		return "9.5"
	case rules.High:
		return "8.0"
	case rules.Medium:
		return "5.0"
	}
	return "3.0"
}

// sarifText returns a plain text message. Braces are doubled and brackets
// escaped, for they would be placeholders and links (SARIF 2.1.0, sections
// 3.11.5 and 3.11.6).
func sarifText(s string) sarifMessage {
	return sarifMessage{Text: strings.NewReplacer(`{`, `{{`, `}`, `}}`, `[`, `\[`, `]`, `\]`).Replace(s)}
}

func sentence(s string) string { return strings.TrimSuffix(s, ".") + "." }

// pascalCase returns "QoderPat" for "qoder-pat": the form that SARIF has for names.
func pascalCase(id string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// semanticVersion is the form of https://semver.org/spec/v2.0.0.html.
var semanticVersion = regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// semantic returns a version without Go's "v", or "" if it is none.
func semantic(version string) string {
	version = strings.TrimPrefix(version, "v")
	if !semanticVersion.MatchString(version) {
		return ""
	}
	return version
}
