package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// What a Markdown report may hold outside of code spans. What others wrote is in
// them or escaped.
var (
	codeSpan    = regexp.MustCompile("`[^`\n]*`")
	escaped     = regexp.MustCompile(`\\[\\*_\[\]<>~&$\-+=:)]`)
	harmless    = regexp.MustCompile(`^[ \pL\pN\pM\pP\pS]*$`)
	markdownOwn = []string{"<details><summary>", "</summary>", "</details>"}
)

// checkMarkdown fails if a report has something outside of code spans that
// Markdown or GitHub makes more than text of, or a table with a torn row.
func checkMarkdown(t testing.TB, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		bare := codeSpan.ReplaceAllString(line, "C")
		if strings.HasPrefix(bare, "|") && strings.Count(bare, "|") != 7 {
			t.Errorf("a row has other cells: %s", line)
		}
		for _, own := range markdownOwn {
			bare = strings.ReplaceAll(bare, own, "")
		}
		bare = escaped.ReplaceAllString(bare, "E")
		if !harmless.MatchString(bare) || strings.ContainsAny(bare, "`<>[]@&$~\\") || strings.Contains(bare, "://") ||
			strings.ContainsAny(strings.TrimPrefix(bare, "## patlint"), "#") {
			t.Errorf("more than text: %s", line)
		}
	}
}

// The rules of a repository may be hostile too.
func TestMarkdownEscapes(t *testing.T) {
	evil := &rules.Rule{
		ID: "a|b`c", Title: hostile, Severity: rules.Medium, Text: hostile,
		Remedy: "- # x @admin [x](http://y) <img src=x> `| #12 org/repo#3 www.evil.example *a* _b_ ~c~ $d$ &amp;\n" + hostile + "\n=== +1 1) x\n",
	}
	for _, text := range []string{hostile, "", " ", "`", "``` x", "a|b", `a\|b`, "\\", "a`|`\\`", "<!-- x", "@everyone", strings.Repeat("|", 500)} {
		r := fuzzed(text, text, text, 0, 1)
		r.Findings = append(r.Findings, finding(2, evil, at(scanner.Worktree, text, 1, 1)))
		out := render(t, "markdown", r, Info{Changes: []string{text}})
		checkMarkdown(t, out)
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{
		"a": "`a`", "": "(empty)", " ": "(empty)", "a`b": "`a\\x60b`", "a|b": "`a\\x7cb`", "\n": "`\\n`",
		strings.Repeat("é", 300): "`" + strings.Repeat("é", codeLength-1) + "…`",
	} {
		if got := code(in); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
}

func TestProse(t *testing.T) {
	for in, want := range map[string]string{
		"Rotate it, then (see below) wait.":     "Rotate it, then (see below) wait.",
		"See https://a.example/b, or ask @ann.": "See `https://a.example/b`, or ask `@ann`.",
		"<b> [x](y) A_B *c* \\":                 `\<b\> \[x\](y) A\_B \*c\* \\`,
		"- # 1) 2. +x":                          "\\- `#` 1\\) 2. \\+x",
	} {
		if got := prose(in); got != want {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
}

// What is too large loses the end of its table, and says how much.
func TestMarkdownLimit(t *testing.T) {
	r := &scanner.Result{Interrupted: true}
	for i := range 300 {
		r.Findings = append(r.Findings, finding(uint64(i), tokenRule(), at(scanner.Worktree, fmt.Sprint("a", i), 1, 1)))
	}
	r.Skipped = skips()
	whole := render(t, "markdown", r, Info{})
	if strings.Contains(whole, "left out here") || strings.Count(whole, "\n| **critical**") != 300 {
		t.Error("a table was cut that has room")
	}
	for _, limit := range []int{1, 300, 1000, 5000, 10_000, len(whole) - 1, len(whole)} {
		out := render(t, "markdown", r, Info{MaxBytes: limit})
		checkMarkdown(t, out)
		rows := strings.Count(out, "\n| **critical**")
		left := regexp.MustCompile(`(?m)^(\d+) rows? of the table left out here`).FindStringSubmatch(out)
		if limit == len(whole) {
			if out != whole {
				t.Error("what fits is cut")
			}
			continue
		}
		if left == nil || left[1] != fmt.Sprint(300-rows) {
			t.Errorf("%d bytes: %d rows, and left out %v", limit, rows, left)
		}
		if limit >= 1000 && len(out) > limit {
			t.Errorf("%d bytes are more than %d", len(out), limit)
		}
		if !strings.Contains(out, "**300 secrets in 300 places**") || !strings.Contains(out, "**The scan is not complete") {
			t.Errorf("%d bytes: it does not say what was found:\n%s", limit, out)
		}
		if limit == 10_000 && (rows < 50 || !strings.Contains(out, "`a0:1:1`")) {
			t.Errorf("%d rows in %d bytes", rows, limit)
		}
	}
}
