package report

import (
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 令 \U0001f600":     "plain é 令 \U0001f600",
		"\x00\x1b[0m\x7f\u009b":    `\x00\x1b[0m\x7f\u009b`,
		"a\nb\rc\td":               `a\nb\rc\td`,
		"\u202e\u2066\u061c":       `\u202e\u2066\u061c`,
		"\u200b\u200d\ufeff\u00ad": `\u200b\u200d\ufeff\u00ad`,
		"\u2028\u2029":             `\u2028\u2029`,
		"\u3164\u034f\ufe0f":       `\u3164\u034f\ufe0f`,
		"\U000e0041":               `\U000e0041`,
		"\xff\xc3":                 `\xff\xc3`,
		"\ufffd":                   "\ufffd",
		"###[error] ##vso[x":       `##\x23[error] #\x23vso[x`,
		"## a [b] ##":              "## a [b] ##",
	} {
		if got := Visible(in); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
}

func TestWidth(t *testing.T) {
	for in, want := range map[string]int{
		"": 0, "abc": 3, "é": 1, "e\u0301": 1, "令牌": 4, "カナ": 4, "ｶﾅ": 2, "ＡＢ": 4, "한글": 4, "「」": 4, "😀": 2, "…": 1,
	} {
		if got := width(in); got != want {
			t.Errorf("%q is %d wide, want %d", in, got, want)
		}
	}
}

// No command to a runner is put together of what stands beside each other.
func TestNoCommandOfPieces(t *testing.T) {
	f := finding(1, tokenRule(), at(scanner.Worktree, "a", 1, 1))
	f.Secret, f.Locations[0].Excerpt.Before = rules.NewSecret("[error]"+token(1, "", 61)), "##"
	checkClean(t, "text", render(t, "text", &scanner.Result{Findings: []scanner.Finding{f}}, Info{}))
}

// The caret stands below the secret, whatever stands before it.
func TestCaret(t *testing.T) {
	for _, before := range []string{"", "a = '", "\t\tx ", "令牌=", "e\u0301", "\x1b[2J", "\xff"} {
		l := at(scanner.Worktree, "a", 7, 1)
		l.Excerpt = scanner.Excerpt{Before: before, After: "'"}
		f := finding(1, tokenRule(), l)
		lines := strings.Split(render(t, "text", &scanner.Result{Findings: []scanner.Finding{f}}, Info{Quiet: true}), "\n")
		source, _, _ := strings.Cut(lines[3], f.Secret.Mask())
		caret, _, _ := strings.Cut(lines[4], "^")
		if width(source) != width(caret) || strings.Count(lines[4], "^") != width(f.Secret.Mask()) {
			t.Errorf("%q:\n%s\n%s", before, lines[3], lines[4])
		}
	}
}

func TestColor(t *testing.T) {
	t.Setenv("NO_COLOR", "1") // the environment is for the command to read
	if out := render(t, "text", rich(), Info{Color: true}); !strings.Contains(out, "\x1b[") {
		t.Error("no colour")
	}
	if out := render(t, "text", rich(), Info{}); strings.Contains(out, "\x1b") {
		t.Error("an escape sequence without colour")
	}
}

func TestQuiet(t *testing.T) {
	clean := &scanner.Result{Skipped: skips()[1:2], Suppressed: rich().Suppressed}
	if out := render(t, "text", clean, Info{Quiet: true}); out != "" {
		t.Errorf("a clean scan says %q", out)
	}
	out := render(t, "text", rich(), Info{Quiet: true})
	if strings.Contains(out, "What to do") || strings.Contains(out, "secrets in") || !strings.Contains(out, "fingerprint") {
		t.Errorf("got %s", out)
	}
}

func TestSearched(t *testing.T) {
	for want, s := range map[string]scanner.Stats{
		"0 files searched":                           {},
		"1 file searched":                            {Files: 1},
		"1 object of 1 commit searched":              {Objects: 1, Commits: 1},
		"2 files and 3 objects searched":             {Files: 2, Objects: 3},
		"1 file and 3 objects of 2 commits searched": {Files: 1, Objects: 3, Commits: 2},
	} {
		if got := searched(s); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	for want, l := range map[string]scanner.Location{
		"a/b.env:1:2":                       at(scanner.Worktree, "a/b.env", 1, 2),
		"commit message .git/MSG, line 3":   at(scanner.CommitMessage, ".git/MSG", 3, 1),
		"note, line 1":                      at(scanner.Note, "", 1, 1),
		"standard input, line 2":            at(scanner.Stdin, "", 2, 2),
		"name.js:2:2":                       at(scanner.Stdin, "name.js", 2, 2),
		"git configuration .git/config:9:1": at(scanner.GitConfig, ".git/config", 9, 1),
		"object 1234567, line 1":            {Kind: scanner.History, Object: "123456789", Line: 1, Column: 1},
		"content of ref refs/x":             {Kind: scanner.History, Ref: "refs/x"},
		"index":                             {Kind: scanner.Index},
	} {
		if got := place(&l); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Who has proof that a token is dead need not be told to revoke it.
func TestRemedyOfDead(t *testing.T) {
	live, dead := finding(1, tokenRule(), at(scanner.Worktree, "a", 1, 1)), finding(2, tokenRule(), at(scanner.Worktree, "a", 2, 1))
	dead.Status = scanner.Revoked
	both := render(t, "text", &scanner.Result{Findings: []scanner.Finding{live, dead}}, Info{})
	one := render(t, "text", &scanner.Result{Findings: []scanner.Finding{dead}}, Info{})
	if !strings.Contains(both, "What to do") || !strings.Contains(both, "1. Revoke") {
		t.Errorf("one is not dead:\n%s", both)
	}
	if !strings.Contains(one, "What is left to do") || strings.Contains(one, "Revoke") || !strings.Contains(one, "  1. ") {
		t.Errorf("it is dead:\n%s", one)
	}
}
