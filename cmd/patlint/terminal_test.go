package main

import (
	"strings"
	"testing"
	"unicode"

	"github.com/patlint/patlint/scanner/report"
)

// Nothing in a repository can move the cursor of a terminal, hide text in it or
// begin a workflow command.
func TestNoControlCharacters(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	const evil = "\x1b[31m\a\b\x7f\u009b2J\u202e\u2066\u200b"
	w.write("a\n::error::b"+evil+".env", "::stop-commands::x"+evil+"\r::error::TOKEN="+randomPAT()+evil+"\r\n")
	w.write("::error file=x::.py", "a = '"+randomPAT()+"' # "+allowing+" qoder-pat "+evil+"\n")
	w.write("b"+evil+".py", "a = '"+randomPAT()+"' # "+allowing+" qoder-pat -- because "+evil+"\n")
	author := w.with("GIT_AUTHOR_NAME=Ann"+strings.ReplaceAll(evil, "\n", ""), "GIT_AUTHOR_EMAIL=a"+evil+"@b")
	author.commit("first " + randomPAT() + evil)
	w.git("tag", "-a", "v1\u202e", "-m", randomPAT()+evil)
	w.remove(w.loose("HEAD:b" + evil + ".py"))
	for _, format := range report.Formats() {
		for _, args := range [][]string{{"--verbose"}, {"--quiet"}, {"--history"}, {"--show-secrets"}} {
			out := w.patlint(append([]string{"scan", "-f", format}, args...)...)
			for name, text := range map[string]string{"stdout": out.stdout, "stderr": out.stderr} {
				if format == "csv" { // RFC 4180 ends each line with both
					text = strings.ReplaceAll(text, "\r\n", "\n")
				}
				for line := range strings.Lines(text) {
					if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), isHidden); i >= 0 {
						t.Errorf("%s, %v: %s has the character %q in the line %q", format, args, name, []rune(line[i:])[0], line)
					}
					if name == "stderr" && !strings.HasPrefix(line, "patlint: ") {
						t.Errorf("%s, %v: a line on stderr is not of patlint: %q", format, args, line)
					}
					if command := strings.HasPrefix(strings.TrimSpace(line), "::"); command != (format == "github") && name == "stdout" {
						t.Errorf("%s, %v: workflow command: %t: %q", format, args, command, line)
					}
					if strings.Contains(line, "::stop-commands::") && format == "github" {
						t.Errorf("a command is smuggled: %q", line)
					}
				}
			}
		}
	}
}

func isHidden(r rune) bool { return unicode.Is(unicode.C, r) }

// Wrong arguments come back visible too.
func TestNoControlCharactersOfArguments(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	const evil = "\x1b[31m\r\n\u202e"
	w.write(".patlint.yaml", "\"a\\e[31m\\n\": 1\n")
	for _, args := range [][]string{
		{evil}, {"scan", evil}, {"scan", "--" + evil}, {"scan", "--range", evil + ".."}, {"scan", "--rule", evil},
		{"scan", "-f", evil}, {"scan", "--exclude", "[" + evil}, {"scan", "--config", evil}, {"rules", evil}, {"scan"},
		{"scan", "--files", "--no-config", "--", evil},
	} {
		out := w.patlint(args...)
		if strings.ContainsFunc(strings.TrimSuffix(out.stderr, "\n"), isHidden) || out.stderr == "" {
			t.Errorf("%q: stderr %q", args, out.stderr)
		}
		if strings.ContainsFunc(strings.ReplaceAll(out.stdout, "\n", ""), isHidden) {
			t.Errorf("%q: stdout %q", args, out.stdout)
		}
	}
}
