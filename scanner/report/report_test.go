package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, format string, r *scanner.Result, info Info) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, sampleRules(), info); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	stats := scanner.Stats{Files: 1, Objects: 1, Bytes: 9, Commits: 1}
	one := finding(1, tokenRule(), at(scanner.Worktree, "dev.env", 9, 16))
	old := finding(1, tokenRule(), many()[:3]...)
	results := map[string]*scanner.Result{
		"rich":       rich(),
		"clean":      {Stats: scanner.Stats{Files: 120, Bytes: 9}},
		"one":        {Findings: []scanner.Finding{one}, Stats: stats},
		"old":        {Findings: []scanner.Finding{old}, Suppressed: rich().Suppressed[1:2], Stats: stats},
		"submodule":  {Skipped: skips()[1:2], Stats: stats},
		"incomplete": {Skipped: skips(), Failed: []string{"history: no such ref"}, Stats: stats},
	}
	changes := map[string]func(*Info){
		"":         func(*Info) {},
		".verbose": func(i *Info) { i.Verbose, i.Seconds = true, 1.25 },
		".color":   func(i *Info) { i.Color = true },
		".quiet":   func(i *Info) { i.Quiet = true },
	}
	for name, r := range results {
		for _, format := range Formats() {
			for change, apply := range changes {
				same := format == "gitlab" || format == "junit" || format == "csv" // whatever is asked for
				if change != "" && (same || format != "text" && change != ".verbose" || name != "rich" && name != "incomplete") {
					continue
				}
				info := sampleInfo()
				apply(&info)
				golden(t, name+change+"."+format, render(t, format, r, info))
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was; -update writes it anew. Got:\n%s", file, got)
	}
}

// The same result gives the same bytes: nothing ranges over a map.
func TestSameBytes(t *testing.T) {
	for _, format := range Formats() {
		want := render(t, format, rich(), sampleInfo())
		for range 20 {
			if got := render(t, format, rich(), sampleInfo()); got != want {
				t.Fatalf("%s differs from run to run", format)
			}
		}
	}
}

func TestNoSecret(t *testing.T) {
	for _, format := range Formats() {
		for _, info := range []Info{{}, {Verbose: true, Color: true, Seconds: 1}} {
			out := render(t, format, rich(), info)
			for _, f := range rich().Findings {
				if leak := leaked(out, f.Secret); leak != "" {
					t.Errorf("%s holds %q of a secret", format, leak)
				}
			}
		}
		out := render(t, format, rich(), Info{ShowSecrets: true})
		shown := strings.Contains(out, rich().Findings[0].Secret.Reveal())
		if shows := slices.Contains([]string{"text", "json", "jsonl"}, format); shown != shows {
			t.Errorf("%s with secrets shown: %v", format, shown)
		}
	}
}

// leaked returns 8 characters of the secret behind its mask that out holds.
func leaked(out string, s rules.Secret) string {
	const masked, length = 5, 8
	text := s.Reveal()
	for i := masked; i+length <= len(text); i++ {
		if strings.Contains(out, text[i:i+length]) {
			return text[i : i+length]
		}
	}
	return ""
}

func TestNoControls(t *testing.T) {
	for _, format := range Formats() {
		for _, info := range []Info{{}, {Verbose: true}, {Quiet: true}, {ShowSecrets: true}} {
			checkClean(t, format, render(t, format, rich(), info))
		}
	}
}

// checkClean fails if out holds what a terminal or a workflow would obey.
func checkClean(t testing.TB, format, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s is no UTF-8", format)
	}
	if at := regexp.MustCompile(`##[a-z]*\[`).FindString(out); at != "" {
		t.Errorf("%s holds the command %s", format, at)
	}
	if format == "csv" { // RFC 4180 ends each line with both
		out = strings.ReplaceAll(out, "\r\n", "\n")
	}
	for i, r := range out {
		if r != '\n' && hidden(r) {
			t.Fatalf("%s holds %U behind %q", format, r, out[max(0, i-40):i])
		}
	}
	if format != "github" {
		return
	}
	for line := range strings.Lines(out) {
		if !slices.ContainsFunc([]string{"::error ", "::warning ", "::notice "}, func(p string) bool { return strings.HasPrefix(line, p) }) {
			t.Errorf("a line that is no annotation: %q", line)
		}
		if !strings.HasSuffix(line, "\n") {
			t.Errorf("a line without end: %q", line)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := Write(&bytes.Buffer{}, "yaml", rich(), nil, Info{})
	if err == nil || !strings.Contains(err.Error(), "want one of "+strings.Join(Formats(), ", ")) {
		t.Errorf("got %v", err)
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	for _, format := range Formats() {
		if err := Write(full{}, format, rich(), sampleRules(), Info{}); !errors.Is(err, errFull) {
			t.Errorf("%s: got %v", format, err)
		}
	}
}

// A report that is not complete says so, whatever the format and the options.
func TestIncompleteSaysSo(t *testing.T) {
	reasons := map[string]*scanner.Result{
		"skip":        {Skipped: []scanner.Skip{{Path: "x", Reason: "unreadable"}}},
		"failure":     {Failed: []string{"no such ref"}},
		"interrupted": {Interrupted: true},
	}
	words := map[string]string{
		"text": "not complete", "json": `"complete": false`, "jsonl": `"complete":false`,
		"sarif": `"executionSuccessful": false`, "github": "::warning title=patlint%3A not complete::",
		"gitlab": `"status": "failure"`, "junit": `<error message="the scan is not complete: `,
		"csv": "\r\nscan,,,not complete,", "markdown": "**Nothing found, but the scan is not complete**",
		"html": "<h2>The scan is not complete</h2>",
	}
	for name, r := range reasons {
		for _, format := range Formats() {
			for _, info := range []Info{{}, {Quiet: true}, {Verbose: true}} {
				out := render(t, format, r, info)
				if words[format] == "" || !strings.Contains(out, words[format]) || strings.Contains(out, "no leaks") {
					t.Errorf("%s, %s: looks clean: %s", name, format, out)
				}
			}
		}
	}
}

func FuzzReports(f *testing.F) {
	f.Add(hostile, hostile, hostile, int64(1)<<60, 3)
	f.Add("a", "", "\xf0\x9f", int64(-1)<<62, 0)
	f.Fuzz(func(t *testing.T, path, author, line string, date int64, number int) {
		r := fuzzed(path, author, line, date, number)
		for _, format := range Formats() {
			for _, info := range []Info{{Path: path, Head: author, Version: line, Changes: []string{line}}, {Verbose: true, MaxBytes: 2000}} {
				out := render(t, format, r, info)
				checkClean(t, format, out)
				if leak := leaked(out, r.Findings[0].Secret); leak != "" {
					t.Errorf("%s holds %q of the secret", format, leak)
				}
				checkLanguage(t, format, out)
			}
		}
	})
}

// checkLanguage fails if a report is not of the language of its format.
func checkLanguage(t testing.TB, format, out string) {
	t.Helper()
	switch format {
	case "json", "sarif", "gitlab":
		if !json.Valid([]byte(out)) {
			t.Errorf("%s is no JSON:\n%s", format, out)
		}
	case "jsonl":
		for line := range strings.Lines(out) {
			if !json.Valid([]byte(line)) {
				t.Errorf("a line is no JSON: %s", line)
			}
		}
	case "junit":
		checkJUnit(t, out)
	case "csv":
		checkCSV(t, out)
	case "markdown":
		checkMarkdown(t, out)
	case "html":
		checkHTML(t, out)
	}
}
