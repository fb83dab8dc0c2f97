package report

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

const (
	gitLabVersion = "15.2.4" // of the schema
	gitLabSchema  = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v" + gitLabVersion + "/dist/secret-detection-report-format.json"

	gitLabTime        = "2006-01-02T15:04:05" // in UTC; the schema takes no zone
	gitLabMaxName     = 255                   // characters
	gitLabMaxSolution = 7000
	gitLabMaxMessages = 100 // of one kind; ours to choose
	gitLabMaxPlaces   = 100 // of one vulnerability, likewise

	// noCommit stands where the schema demands a commit and there is none, as
	// with a file that is not committed yet. It is git's own sign for that.
	noCommit = "0000000000000000000000000000000000000000"
)

// writeGitLab writes a report as GitLab takes it for "artifacts: reports:
// secret_detection". It never holds a secret: raw_source_code_extract, where
// GitLab's own scanner has it, is left out.
//
// The schema demands when the scan began and ended. GitLab tells findings apart
// by what they are and where, not by these times, so they name the day alone
// unless the report is verbose, and reports of the same day are the same.
//
// What is suppressed is told in messages: GitLab would open a vulnerability.
func writeGitLab(r *scanner.Result, info Info) ([]byte, error) {
	version := info.Version
	if version == "" {
		version = "unknown"
	}
	tool := gitLabTool{toolName, toolName, sarifDocsURI, version, gitLabVendor{toolName}}
	report := gitLabReport{
		Version: gitLabVersion, Schema: gitLabSchema,
		Scan: gitLabScan{
			Analyzer: tool, Scanner: tool, Type: "secret_detection",
			Start: info.Start.UTC().Format(gitLabTime), End: info.End.UTC().Format(gitLabTime),
			Status: "success", Messages: gitLabMessages(r, &info), Partial: partialScan(info.Modes),
		},
		Vulnerabilities: []gitLabVulnerability{},
	}
	if !r.Complete() {
		report.Scan.Status = "failure"
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		for _, c := range containers(f) {
			report.Vulnerabilities = append(report.Vulnerabilities, newVulnerability(f, c))
		}
	}
	return encode(report, "  ")
}

// partialScan tells GitLab that a scan saw changes alone, so that it does not
// take what such a scan does not find for mended.
func partialScan(modes []string) *gitLabPartial {
	isWhole := func(mode string) bool { return mode == "worktree" || mode == "history" }
	if slices.ContainsFunc(modes, isWhole) {
		return nil
	}
	return &gitLabPartial{"differential"}
}

// gitLabMessages says what was not searched, suppressed and changed: "fatal" is
// what ended the scan, "warn" a gap in it, "info" what somebody decided.
func gitLabMessages(r *scanner.Result, info *Info) []gitLabMessage {
	var all []gitLabMessage
	add := func(level string, values []string) {
		for i, value := range values {
			if i == gitLabMaxMessages {
				all = append(all, gitLabMessage{level, fmt.Sprintf("and %d more", len(values)-i)})
				return
			}
			all = append(all, gitLabMessage{level, value})
		}
	}
	var fatal, suppressed, changes []string
	for _, ending := range endings(r) {
		fatal = append(fatal, "Not complete: "+Visible(ending))
	}
	for i := range r.Suppressed {
		s := &r.Suppressed[i]
		suppressed = append(suppressed, Visible(s.Message())+" in "+place(&s.Locations[0])+", "+suppression(s))
	}
	for _, change := range info.Changes {
		changes = append(changes, "The configuration changes a built-in rule: "+Visible(change))
	}
	add("fatal", fatal)
	add("warn", gapLines(r.Skipped, false))
	add("info", gapLines(r.Skipped, true))
	add("info", suppressed)
	add("info", changes)
	return all
}

// newVulnerability returns what GitLab shows of a finding in one file. GitLab may
// render the description, which holds no path and no name that others chose.
func newVulnerability(f *scanner.Finding, c contained) gitLabVulnerability {
	first := c.places[0]
	file := strings.ReplaceAll(c.path, "\x00", `\x00`) // the one character that GitLab's database does not take
	v := gitLabVulnerability{
		ID: vulnerabilityID(f, c.path), Name: clip(Visible(f.Rule.Title), gitLabMaxName),
		Description: resultMessage(f, first), Severity: gitLabSeverity(f.Severity), Solution: numbered(f.Rule, gitLabMaxSolution),
		Identifiers: []gitLabIdentifier{ // the first is what GitLab groups by
			{Type: "patlint_rule_id", Name: "patlint rule " + f.Rule.ID, Value: f.Rule.ID, URL: sarifDocsURI + "#rules"},
			{Type: "cwe", Name: "CWE-798", Value: "798", URL: "https://cwe.mitre.org/data/definitions/798.html"},
		},
		Details: gitLabDetails{
			Confidence:  gitLabText{"Confidence", "text", f.Confidence.String()},
			Status:      gitLabText{"Status", "text", string(f.Status)},
			Fingerprint: gitLabText{"Fingerprint", "text", f.Fingerprint},
			Places:      gitLabList{Name: "Places", Type: "list"},
		},
		// "rule_value" is GitLab's name for a signature of rule, file and secret:
		// a secret that moves in its file stays the same vulnerability, and two in
		// one line are two.
		Tracking: gitLabTracking{"source", []gitLabTracked{{
			File: file, StartLine: first.Line, EndLine: first.EndLine,
			Signatures: []gitLabSignature{{"rule_value", f.Rule.ID + ":" + lineHash(f, c.path)}},
		}}},
		Location: gitLabLocation{File: file, StartLine: first.Line, EndLine: first.EndLine, Commit: newGitLabCommit(first.Commit)},
	}
	for _, l := range c.places[:min(len(c.places), gitLabMaxPlaces)] {
		v.Details.Places.Items = append(v.Details.Places.Items, gitLabText{Type: "text", Value: place(l) + whence(l)})
	}
	return v
}

func newGitLabCommit(c *scanner.Commit) gitLabCommit {
	if c == nil || c.ID == "" {
		return gitLabCommit{SHA: noCommit}
	}
	commit := gitLabCommit{Author: Visible(c.Author), SHA: Visible(c.ID)}
	if datable(c.Date) {
		commit.Date = c.Date.UTC().Format(time.RFC3339)
	}
	return commit
}

// vulnerabilityID returns a UUID of version 8 (RFC 9562), the same for the same
// secret in the same file.
func vulnerabilityID(f *scanner.Finding, path string) string {
	id := sha256.Sum256([]byte("gitlab\x00" + f.Fingerprint + "\x00" + path))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

func gitLabSeverity(s rules.Severity) string {
	switch s {
	case rules.Critical:
		return "Critical"
	case rules.High:
		return "High"
	case rules.Medium:
		return "Medium"
	case rules.Low:
		return "Low"
	}
	return "Unknown"
}
