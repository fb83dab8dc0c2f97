package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// GitHub drops what is over ten of a level: the worst are written, the rest is
// counted in a notice, for which there is room.
func TestGitHubLimits(t *testing.T) {
	r := &scanner.Result{Interrupted: true}
	for _, rule := range []*rules.Rule{tokenRule(), bearerRule(), weakRule()} {
		for i := range 25 {
			r.Findings = append(r.Findings, finding(uint64(i), rule, at(scanner.Worktree, fmt.Sprint(i), 1, 1)))
		}
	}
	out := render(t, "github", r, Info{})
	for _, level := range []string{"error", "warning", "notice"} {
		if n := strings.Count(out, "::"+level+" "); n != annotationLimit {
			t.Errorf("%d annotations are %s", n, level)
		}
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if !strings.HasPrefix(lines[0], "::warning title=patlint%3A not complete::") {
		t.Errorf("the first line is %s", lines[0])
	}
	if want := "::notice title=patlint::47 more places with secrets"; !strings.HasPrefix(lines[len(lines)-1], want) {
		t.Errorf("the last line is %s", lines[len(lines)-1])
	}
}

func TestGitHubPositions(t *testing.T) {
	lines := at(scanner.Worktree, "a,b:c%", 3, 5)
	lines.EndLine = 4
	name := scanner.Location{Kind: scanner.FileName, Path: "x.txt"}
	gone := scanner.Location{Kind: scanner.FileName, Path: "y.txt", Commit: commit(1, "Ann"), InHead: no()}
	tip := at(scanner.History, "t.txt", 2, 1)
	tip.AtTip = true
	past := at(scanner.History, "p.txt", 2, 1)
	for want, l := range map[string]scanner.Location{
		"::error file=t.txt,line=2,endLine=2,col=1,endColumn=64,title=":                                 tip,
		"::error title=patlint%3A sample-token::Sample Access Token pt-iL…(64) in p.txt:2:1":            past,
		"::error file=a%2Cb%3Ac%25,line=3,endLine=4,title=patlint%3A sample-token::Sample Access Token": lines,
		"::error file=a,line=1,endLine=1,col=2,endColumn=65,title=":                                     at(scanner.Index, "a", 1, 2),
		"::error file=x.txt,title=": name,
		"::error title=patlint%3A sample-token::Sample Access Token pt-iL…(64) in name of file y.txt, introduced by commit 2121460 on 2026-01-01": gone,
	} {
		out := render(t, "github", &scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule(), l)}}, Info{})
		if !strings.HasPrefix(out, want) {
			t.Errorf("got %swant %s", out, want)
		}
	}
}

// What is published names no author.
func TestNoAuthorInPublished(t *testing.T) {
	for _, format := range []string{"sarif", "github", "junit", "markdown"} {
		out := render(t, format, rich(), Info{Verbose: true})
		if strings.Contains(out, "someone@") || strings.Contains(out, "Dora") {
			t.Errorf("%s names an author", format)
		}
	}
}
