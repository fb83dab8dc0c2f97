package report

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

func renderSARIF(t *testing.T, r *scanner.Result, info Info) sarifRun {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(render(t, "sarif", r, info)), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("got %d runs", len(log.Runs))
	}
	return log.Runs[0]
}

// What GitHub demands of every rule and result, and the validator does not
// check.
func TestSARIFForGitHub(t *testing.T) {
	run := renderSARIF(t, rich(), Info{Verbose: true})
	for _, rule := range run.Tool.Driver.Rules {
		if rule.Short.Text == "" || rule.Full.Text == "" || rule.Help.Text == "" || len(rule.Full.Text) > sarifMaxText {
			t.Errorf("rule %s lacks a text, or has too much of it", rule.ID)
		}
	}
	hashes := map[string]bool{}
	for _, result := range run.Results {
		if run.Tool.Driver.Rules[result.RuleIndex].ID != result.RuleID {
			t.Errorf("%s has the index of another rule", result.RuleID)
		}
		if hashes[result.Fingerprints.Line] && result.Suppressions == nil {
			t.Errorf("two results are one alert: %s", result.Fingerprints.Line)
		}
		hashes[result.Fingerprints.Line] = true
		for _, l := range result.Locations {
			if g := l.Physical.Region; g.StartLine < 1 || g.StartColumn < 1 || g.EndLine < g.StartLine || g.EndColumn < 1 {
				t.Errorf("region %v", g)
			}
			if u, err := url.Parse(l.Physical.Artifact.URI); err != nil || u.IsAbs() || u.Path == "" {
				t.Errorf("uri %q: %v", l.Physical.Artifact.URI, err)
			}
		}
	}
}

// A file of any name, UTF-8 or not, has a URI that leads back to it.
func TestSARIFURIIsExact(t *testing.T) {
	for _, file := range []string{"a b", "a:b/c:d", hostile, "%41", "dir/令?x#y", "//x", "/abs/ä"} {
		a := artifact(file)
		uri, absolute := strings.CutPrefix(a.URI, "file://")
		if got, err := url.PathUnescape(uri); err != nil || got != file || absolute != (file[0] == '/') || absolute == (a.BaseID != "") {
			t.Errorf("%q became %v, which is %q (%v)", file, a, got, err)
		}
	}
}

// A secret in one file is one result, however many commits brought it there,
// and is the same alert when lines above it change.
func TestSARIFOneResultAFile(t *testing.T) {
	places := []scanner.Location{
		at(scanner.Worktree, "a", 1, 1), at(scanner.Worktree, "a", 9, 1), at(scanner.Worktree, "b", 1, 1),
		at(scanner.History, "c", 3, 1), at(scanner.History, "c", 3, 1), at(scanner.History, "c", 4, 1),
	}
	results := renderSARIF(t, &scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule(), places...)}}, Info{}).Results
	var got []int
	for _, r := range results {
		got = append(got, len(r.Locations))
	}
	if fmt.Sprint(got) != "[2 1 2]" {
		t.Errorf("locations of the results: %v", got)
	}
	moved := finding(1, tokenRule(), at(scanner.Worktree, "a", 70, 7))
	again := renderSARIF(t, &scanner.Result{Findings: []scanner.Finding{moved}}, Info{}).Results
	if again[0].Fingerprints != results[0].Fingerprints || results[0].Fingerprints.Line == results[1].Fingerprints.Line {
		t.Errorf("fingerprints %v and %v", again[0].Fingerprints, results[0].Fingerprints)
	}
}

func TestSARIFSuppressions(t *testing.T) {
	for _, result := range renderSARIF(t, rich(), Info{}).Results {
		if result.Suppressions != nil {
			t.Error("GitHub would open an alert for what is suppressed")
		}
	}
	kinds := map[string]int{}
	for _, result := range renderSARIF(t, rich(), Info{Verbose: true}).Results {
		for _, s := range result.Suppressions {
			kinds[s.Kind]++
		}
	}
	if kinds["inSource"] != 1 || kinds["external"] != 4 {
		t.Errorf("got %v", kinds)
	}
}

// A rule that is not in the list of active ones is there all the same, once.
func TestSARIFRules(t *testing.T) {
	r := &scanner.Result{Findings: []scanner.Finding{finding(1, weakRule(), many()[0])}}
	log, err := writeSARIF(r, []*rules.Rule{tokenRule(), tokenRule()}, Info{}, gitHubBounds())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"sample-token", "sample-weak"} {
		if n := strings.Count(string(log), `"id": "`+id+`"`); n != 1 {
			t.Errorf("%s is listed %d times", id, n)
		}
	}
}

// Too many results, or too large ones, cost the least severe.
func TestSARIFLimits(t *testing.T) {
	worst := finding(1, tokenRule(), many()...)
	r := &scanner.Result{Findings: []scanner.Finding{worst, finding(2, weakRule(), many()[0])}}
	for most, want := range map[bounds]int{
		{1000, 1_000_000}: 48, {48, 1_000_000}: 48, {47, 1_000_000}: 47, {1, 1_000_000}: 1,
		{1000, 3400}: 24, {1000, 10}: 0,
	} {
		out, err := writeSARIF(r, sampleRules(), Info{}, most)
		if err != nil {
			t.Fatal(err)
		}
		var log sarifLog
		if err := json.Unmarshal(out, &log); err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		if n := len(run.Results); n != want {
			t.Errorf("%v: %d results, want %d", most, n, want)
		}
		if want > 0 && want < 48 && run.Results[want-1].RuleID != worst.Rule.ID {
			t.Errorf("%v: the least severe was kept", most)
		}
		notes := run.Invocations[0].Notifications
		said := len(notes) == 1 && strings.Contains(notes[0].Message.Text, "left out")
		if said != (want < 48) || !run.Invocations[0].Successful {
			t.Errorf("%v: notifications %v", most, notes)
		}
	}
}

func TestIsLarger(t *testing.T) {
	noise := make([]byte, 1000)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise) // never fails
	for _, c := range []struct {
		report []byte
		most   int
		want   bool
	}{{noise, 1000, false}, {noise, 900, true}, {make([]byte, 1000), 900, false}, {nil, 0, false}} {
		if got := isLarger(c.report, c.most); got != c.want {
			t.Errorf("%d bytes, at most %d: %v", len(c.report), c.most, got)
		}
	}
}

func TestSARIFVersion(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3": "1.2.3", "v0.0.0-20260102030405-abcdef123456+dirty": "0.0.0-20260102030405-abcdef123456+dirty",
		"(devel)": "", "": "", "v1.2": "", "v1.2.3\x1b": "",
	} {
		if got := semantic(version); got != want {
			t.Errorf("%q is %q, want %q", version, got, want)
		}
	}
}
