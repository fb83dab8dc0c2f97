package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/patlint/patlint/scanner"
)

// gitLabDemands is what version 15.2.4 of the schema demands of every value that
// the report may hold, by its path: a list's elements are "*". What is behind a
// "?" may be missing. It is told in our words, so that the tests need no network;
// .ci/formats takes the published schema where it is at hand.
var gitLabDemands = map[string]string{
	"version":                       `^[0-9]+\.[0-9]+\.[0-9]+$`,
	"schema":                        `^https?://.+`,
	"scan.analyzer.id":              `.`,
	"scan.analyzer.name":            `.`,
	"scan.analyzer.url":             `^https?://.+`,
	"scan.analyzer.version":         `.`,
	"scan.analyzer.vendor.name":     `.`,
	"scan.scanner.id":               `.`,
	"scan.scanner.name":             `.`,
	"scan.scanner.url":              ``,
	"scan.scanner.version":          `.`,
	"scan.scanner.vendor.name":      `.`,
	"scan.type":                     `^secret_detection$`,
	"scan.start_time":               `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$`,
	"scan.end_time":                 `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$`,
	"scan.status":                   `^(success|failure)$`,
	"scan.messages?.*.level":        `^(info|warn|fatal)$`,
	"scan.messages?.*.value":        `.`,
	"scan.partial_scan?.mode":       `^differential$`,
	"vulnerabilities.*.id":          `^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
	"vulnerabilities.*.name":        `^.{1,255}$`,
	"vulnerabilities.*.severity":    `^(Info|Unknown|Low|Medium|High|Critical)$`,
	"vulnerabilities.*.solution?":   `.`,
	"vulnerabilities.*.description": `.`,

	"vulnerabilities.*.identifiers.*.type":                      `.`,
	"vulnerabilities.*.identifiers.*.name":                      `.`,
	"vulnerabilities.*.identifiers.*.value":                     `.`,
	"vulnerabilities.*.identifiers.*.url":                       `^(https?|ftp)://.+`,
	"vulnerabilities.*.details.confidence.name":                 `.`,
	"vulnerabilities.*.details.confidence.type":                 `^text$`,
	"vulnerabilities.*.details.confidence.value":                ``,
	"vulnerabilities.*.details.status.name":                     `.`,
	"vulnerabilities.*.details.status.type":                     `^text$`,
	"vulnerabilities.*.details.status.value":                    ``,
	"vulnerabilities.*.details.fingerprint.name":                `.`,
	"vulnerabilities.*.details.fingerprint.type":                `^text$`,
	"vulnerabilities.*.details.fingerprint.value":               ``,
	"vulnerabilities.*.details.places.name":                     `.`,
	"vulnerabilities.*.details.places.type":                     `^list$`,
	"vulnerabilities.*.details.places.items.*.type":             `^text$`,
	"vulnerabilities.*.details.places.items.*.value":            ``,
	"vulnerabilities.*.tracking.type":                           `^source$`,
	"vulnerabilities.*.tracking.items.*.file":                   ``,
	"vulnerabilities.*.tracking.items.*.start_line?":            `^[1-9]\d*$`,
	"vulnerabilities.*.tracking.items.*.end_line?":              `^[1-9]\d*$`,
	"vulnerabilities.*.tracking.items.*.signatures.*.algorithm": `^rule_value$`,
	"vulnerabilities.*.tracking.items.*.signatures.*.value":     `.`,
	"vulnerabilities.*.location.file":                           `.`,
	"vulnerabilities.*.location.start_line?":                    `^[1-9]\d*$`,
	"vulnerabilities.*.location.end_line?":                      `^[1-9]\d*$`,
	"vulnerabilities.*.location.commit.sha":                     `.`,
	"vulnerabilities.*.location.commit.author?":                 ``,
	"vulnerabilities.*.location.commit.date?":                   `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`,
}

// values lists the values of a JSON document, "PATH=VALUE" each.
func values(path string, v any) []string {
	var all []string
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, values(strings.TrimPrefix(path+"."+key, "."), v[key])...)
		}
	case []any:
		for _, element := range v {
			all = append(all, values(path+".*", element)...)
		}
	case float64:
		all = append(all, fmt.Sprintf("%s=%.0f", path, v))
	default:
		all = append(all, fmt.Sprintf("%s=%v", path, v))
	}
	return all
}

func parseGitLab(t *testing.T, out string) gitLabReport {
	t.Helper()
	var report gitLabReport
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	return report
}

func TestGitLabSchema(t *testing.T) {
	rich := rich()
	for name, r := range map[string]*scanner.Result{
		"rich": rich, "clean": {}, "fuzzed": fuzzed("a\x00b", "c", "d", 1<<60, 0),
	} {
		out := render(t, "gitlab", r, Info{Modes: []string{"staged"}})
		var document any
		if err := json.Unmarshal([]byte(out), &document); err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, line := range values("", document) {
			path, value, _ := strings.Cut(line, "=")
			demand, known := gitLabDemands[path]
			for at := range gitLabDemands {
				if strings.ReplaceAll(at, "?", "") == path {
					demand, known = gitLabDemands[at], true
				}
			}
			seen[path]++
			if !known || !regexp.MustCompile(demand).MatchString(value) {
				t.Errorf("%s: %s is %q, want %s", name, path, value, demand)
			}
		}
		for path := range gitLabDemands {
			ofVulnerability := strings.HasPrefix(path, "vulnerabilities.*.")
			n := strings.Count(path, "*")
			if strings.Contains(path, "?") || ofVulnerability && len(r.Findings) == 0 {
				continue
			}
			if seen[path] == 0 || ofVulnerability && n == 1 && seen[path] != seen["vulnerabilities.*.id"] {
				t.Errorf("%s: %s is there %d times", name, path, seen[path])
			}
		}
	}
}

// A vulnerability is a secret in a file: it stays the same when the secret moves
// in the file, and two secrets in a line are two.
func TestGitLabVulnerabilities(t *testing.T) {
	ids := func(findings ...scanner.Finding) []string {
		var all []string
		for _, v := range parseGitLab(t, render(t, "gitlab", &scanner.Result{Findings: findings}, Info{})).Vulnerabilities {
			all = append(all, v.ID, v.Tracking.Items[0].Signatures[0].Value)
		}
		return all
	}
	a := ids(finding(1, tokenRule(), at(scanner.Worktree, "a", 1, 1), at(scanner.History, "b", 1, 1), at(scanner.History, "a", 7, 1)))
	moved := ids(finding(1, tokenRule(), at(scanner.Worktree, "a", 9, 5), at(scanner.History, "b", 3, 1)))
	if len(a) != 4 || !slices.Equal(a, moved) {
		t.Errorf("got %v and moved %v", a, moved)
	}
	both := append(a, ids(finding(2, tokenRule(), at(scanner.Worktree, "a", 1, 1)))...)
	slices.Sort(both)
	if n := len(slices.Compact(both)); n != 6 {
		t.Errorf("%d different ids, want 6", n)
	}
}

func TestGitLabCommits(t *testing.T) {
	known := at(scanner.History, "a", 1, 1)
	known.Commit = commit(1, "Ann\x1b[2J")
	found := []scanner.Finding{finding(1, tokenRule(), known), finding(2, tokenRule(), at(scanner.Worktree, "b", 1, 1))}
	report := parseGitLab(t, render(t, "gitlab", &scanner.Result{Findings: found}, Info{}))
	if got, want := report.Vulnerabilities[0].Location.Commit, (gitLabCommit{`Ann\x1b[2J`, "2026-01-01T21:34:05Z", known.Commit.ID}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := report.Vulnerabilities[1].Location.Commit; got != (gitLabCommit{SHA: strings.Repeat("0", 40)}) {
		t.Errorf("what no commit has is in %+v", got)
	}
}

// GitLab takes what is missing from a whole scan for mended.
func TestGitLabPartialScans(t *testing.T) {
	for mode, want := range map[string]bool{"worktree": false, "history": false, "range": true, "staged": true, "stdin": true, "message": true, "files": true, "tokens": true} {
		report := parseGitLab(t, render(t, "gitlab", &scanner.Result{}, Info{Modes: []string{mode}}))
		if got := report.Scan.Partial != nil; got != want {
			t.Errorf("%s: partial is %v", mode, got)
		}
	}
}

func TestGitLabMessages(t *testing.T) {
	info := sampleInfo()
	info.Changes = []string{"sample-token: off"}
	levels := map[string]int{}
	for _, m := range parseGitLab(t, render(t, "gitlab", rich(), info)).Scan.Messages {
		levels[m.Level]++
	}
	if levels["fatal"] != 2 || levels["warn"] != 4 || levels["info"] != 1+3+1 {
		t.Errorf("got %v", levels)
	}
	var many scanner.Result
	for i := range 1000 {
		many.Skipped = append(many.Skipped, scanner.Skip{Path: "x", Reason: fmt.Sprint("reason ", i)})
	}
	messages := parseGitLab(t, render(t, "gitlab", &many, info)).Scan.Messages
	if len(messages) != gitLabMaxMessages+2 || messages[gitLabMaxMessages].Value != "and 900 more" {
		t.Errorf("%d messages", len(messages))
	}
}

func TestGitLabTimes(t *testing.T) {
	zone := time.FixedZone("", 3600)
	info := Info{Start: time.Date(2026, 5, 6, 0, 30, 0, 0, zone), End: time.Date(2026, 5, 6, 7, 8, 9, 10, zone)}
	scan := parseGitLab(t, render(t, "gitlab", &scanner.Result{}, info)).Scan
	if scan.Start != "2026-05-05T23:30:00" || scan.End != "2026-05-06T06:08:09" {
		t.Errorf("from %s to %s", scan.Start, scan.End)
	}
}

// GitLab refuses a report with a longer name or solution.
func TestGitLabLengths(t *testing.T) {
	rule := tokenRule()
	rule.Title, rule.Remedy = strings.Repeat("é", 1000), strings.Repeat("Wait.\n", 5000)
	found := finding(1, rule, at(scanner.Worktree, "a", 1, 1))
	v := parseGitLab(t, render(t, "gitlab", &scanner.Result{Findings: []scanner.Finding{found}}, Info{})).Vulnerabilities[0]
	if name, solution := utf8.RuneCountInString(v.Name), utf8.RuneCountInString(v.Solution); name != 255 || solution != 7000 {
		t.Errorf("%d and %d characters", name, solution)
	}
}
