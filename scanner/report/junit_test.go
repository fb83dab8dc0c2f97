package report

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// checkJUnit fails if a report is no XML, or its numbers are not those of its
// elements.
func checkJUnit(t testing.TB, out string) {
	t.Helper()
	counted := map[string]int{}
	for decoder := xml.NewDecoder(strings.NewReader(out)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		if start, ok := token.(xml.StartElement); ok {
			counted[start.Name.Local]++
		}
	}
	var report junitSuites
	if err := xml.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	got := [...]int{report.Tests, report.Failures, report.Errors, report.Skipped, len(report.Suites)}
	want := [...]int{counted["testcase"], counted["failure"], counted["error"], counted["skipped"], counted["testsuite"]}
	if got != want {
		t.Errorf("the report says %v, and has %v", got, want)
	}
	for _, suite := range report.Suites {
		report.Tests -= suite.Tests
		report.Failures -= suite.Failures
		report.Errors -= suite.Errors
		report.Skipped -= suite.Skipped
	}
	if left := report.junitCounts; left.Tests != 0 || left.Failures != 0 || left.Errors != 0 || left.Skipped != 0 {
		t.Errorf("the suites do not add up: %+v", left)
	}
}

func parseJUnit(t *testing.T, r *scanner.Result) junitSuites {
	t.Helper()
	out := render(t, "junit", r, Info{})
	checkJUnit(t, out)
	var report junitSuites
	if err := xml.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	return report
}

// Each rule has a suite, and one that found nothing passes if the scan is
// complete, and only then.
func TestJUnitCounts(t *testing.T) {
	for name, c := range map[string]struct {
		result *scanner.Result
		want   [4]int // tests, failures, errors, skipped
	}{
		"clean":      {&scanner.Result{}, [4]int{4, 0, 0, 0}},
		"incomplete": {&scanner.Result{Skipped: skips(), Interrupted: true}, [4]int{5 + 3, 0, 5, 3}},
		"submodule":  {&scanner.Result{Skipped: skips()[1:2]}, [4]int{4, 0, 0, 0}},
		"one":        {&scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule(), at(scanner.Worktree, "a", 1, 1))}}, [4]int{4, 1, 0, 0}},
		"suppressed": {&scanner.Result{Suppressed: rich().Suppressed[:1]}, [4]int{5, 0, 0, 1}},
	} {
		report := parseJUnit(t, c.result)
		if got := [4]int{report.Tests, report.Failures, report.Errors, report.Skipped}; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// A reader knows a case again by its class and name: none is there twice, and an
// edit above a secret does not change it.
func TestJUnitNames(t *testing.T) {
	names := func(r *scanner.Result) map[string]bool {
		all := map[string]bool{}
		for _, suite := range parseJUnit(t, r).Suites {
			for _, c := range suite.Cases {
				if key := c.Class + "\x00" + c.Name; all[key] && c.Skipped == nil {
					t.Errorf("twice: %s %s", c.Class, c.Name)
				}
				all[c.Class+"\x00"+c.Name] = true
			}
		}
		return all
	}
	names(rich())
	before := &scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule(), at(scanner.Worktree, "a", 1, 1))}}
	after := &scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule(), at(scanner.Worktree, "a", 8, 9))}}
	both := names(before)
	for name := range names(after) {
		if !both[name] {
			t.Errorf("another name: %q", name)
		}
	}
}

func TestJUnitManyPlaces(t *testing.T) {
	var places []scanner.Location
	for i := range 150 {
		places = append(places, at(scanner.Worktree, "a", i+1, 1))
	}
	out := render(t, "junit", &scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule(), places...)}}, Info{})
	if !strings.Contains(out, "in a:100:1") || strings.Contains(out, "in a:101:1") || !strings.Contains(out, "and in 50 more places") {
		t.Error("the places are not counted")
	}
}
