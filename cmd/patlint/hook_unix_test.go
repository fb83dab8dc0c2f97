//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// hookRepo returns a repository with a commit and patlint's hooks.
func hookRepo(t *testing.T) *workplace {
	t.Helper()
	w := newRepo(t)
	w.write("a.env", "nothing\n")
	w.commit("first")
	w.wantCode(exitClean, "hook", "install")
	return w
}

// wantCode runs patlint and wants an exit code.
func (w *workplace) wantCode(code int, args ...string) outcome {
	w.t.Helper()
	out := w.patlint(args...)
	if out.code != code {
		w.t.Fatalf("patlint %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), out.code, code, out.stdout, out.stderr)
	}
	return out
}

// wantBlocked runs a git command that a hook must stop, and returns what git shows.
func (w *workplace) wantBlocked(args ...string) string {
	w.t.Helper()
	before := w.run("", "git", "rev-parse", "HEAD").stdout
	out := w.run("", "git", args...)
	if after := w.run("", "git", "rev-parse", "HEAD").stdout; out.code == 0 || after != before {
		w.t.Fatalf("git %s was not stopped: exit code %d\n%s%s", strings.Join(args, " "), out.code, out.stdout, out.stderr)
	}
	return out.stdout + out.stderr
}

// script writes a hook that is executable.
func (w *workplace) script(name, content string) {
	w.t.Helper()
	w.write(name, content)
	if err := os.Chmod(w.path(name), 0o755); err != nil {
		w.t.Fatal(err)
	}
}

// Every way to commit: what it adds is searched, and nothing else.
func TestHookOfCommits(t *testing.T) {
	t.Parallel()
	w := hookRepo(t)
	token := randomPAT()
	w.write("a.env", "QODER_PAT="+token+"\n")
	for _, args := range [][]string{{"-a"}, {"a.env"}, {"--only", "a.env"}, {"--include", "a.env"}, {"-a", "--amend"}} {
		said := w.wantBlocked(append([]string{"commit", "-m", "leak"}, args...)...)
		if !strings.Contains(said, "commit blocked: 1 secret in what it adds") || !strings.Contains(said, "a.env:1:11") {
			t.Errorf("git commit %v: %s", args, said)
		}
		wantNoLeak(t, "the message", said, token)
	}
	w.git("add", ".")
	w.write("a.env", "nothing on disk\n")
	w.wantBlocked("commit", "-m", "staged")
	w.git("add", ".")
	w.write("a.env", "QODER_PAT="+token+"\n")
	w.git("commit", "-q", "-m", "not staged")
	w.git("commit", "-q", "--no-verify", "-a", "-m", "past the hook")
	w.write("b.env", "nothing\n")
	w.git("add", ".")
	w.git("commit", "-q", "-m", "what was there before is not added")
	w.write("a.env", "QODER_PAT=\n")
	w.git("commit", "-q", "-a", "--amend", "-m", "taken out again")
	w.git("commit", "-q", "--allow-empty", "-m", "empty")
}

// A merge adds what none of its sides has.
func TestHookOfMerges(t *testing.T) {
	t.Parallel()
	w := hookRepo(t)
	w.git("checkout", "-q", "-b", "theirs")
	w.write("theirs.env", randomPAT())
	w.git("add", ".")
	w.git("commit", "-q", "--no-verify", "-m", "old leak")
	w.write("a.env", "theirs\n")
	w.git("commit", "-q", "-a", "-m", "theirs")
	w.git("checkout", "-q", "main")
	w.write("a.env", "ours\n")
	w.git("commit", "-q", "-a", "-m", "ours")
	if out := w.run("", "git", "merge", "-q", "theirs"); out.code == 0 {
		t.Fatal("there is no conflict")
	}
	w.write("a.env", "both "+randomPAT()+"\n")
	w.git("add", "a.env")
	if said := w.wantBlocked("commit", "--no-edit"); !strings.Contains(said, "1 secret in") || !strings.Contains(said, "a.env:1") {
		t.Errorf("said %s", said)
	}
	w.write("a.env", "both\n")
	w.git("add", "a.env")
	w.git("commit", "-q", "--no-edit")
}

// The message of a commit, also of one that is amended.
func TestHookOfMessages(t *testing.T) {
	t.Parallel()
	w := hookRepo(t)
	token := randomPAT()
	for _, args := range [][]string{{"commit", "--allow-empty", "-m"}, {"commit", "--amend", "-m"}} {
		said := w.wantBlocked(append(args, "use "+token)...)
		if !strings.Contains(said, "commit blocked: 1 secret in its message") {
			t.Errorf("said %s", said)
		}
		wantNoLeak(t, "the message", said, token)
	}
	w.write("b.txt", "staged\n")
	w.git("add", ".")
	said := w.wantBlocked("commit", "-m", "use "+token)
	again := line(t, said, "write it again")
	editor := filepath.Join(w.home, "editor")
	w.script(editor, "#!/bin/sh\nsed 's/use .*/use the variable/' \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"\n")
	w.write("deep/in/here", "")
	if out := w.in("deep/in").with("EDITOR="+editor).run("", "sh", "-c", again); out.code != 0 {
		t.Fatalf("%s: %s%s", again, out.stdout, out.stderr)
	}
	if subject := w.git("log", "-1", "--format=%s"); subject != "use the variable" {
		t.Errorf("the message is %q", subject)
	}
}

// line returns what stands behind the words of a step.
func line(t *testing.T, text, words string) string {
	t.Helper()
	for l := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(l, words); ok {
			how, _, _ := strings.Cut(strings.TrimSpace(rest), "   ")
			return how
		}
	}
	t.Fatalf("no line begins with %q:\n%s", words, text)
	return ""
}

// The command that takes files out of a commit is run as it is shown, for names
// that are hard to quote, from the folder that git was called in.
func TestHookUnstages(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"plain.env", "-q ü.env", "it's \"a\" `b` $c.env", "a\nb\tc\x01.env", "星\u202e.env", "[ab]*?.env", `back\slash.env`,
		":(top)x.env", "!x #y.env", "\xff\xfe.env", "dir!/x.env", "sub/deep/x.env",
	} {
		for _, born := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newRepo(t)
				w.wantCode(exitClean, "hook", "install")
				if born {
					w.git("commit", "-q", "--allow-empty", "-m", "first")
				}
				w.write("sub/b.txt", "stays\n")
				w.write(name, "QODER_PAT="+randomPAT()+"\n")
				w.git("add", ".")
				command := line(t, w.in("sub").wantBlocked("commit", "-m", "leak"), "take it out")
				if out := w.in("sub").run("", "bash", "-c", command); out.code != 0 {
					t.Fatalf("%s: %s%s", command, out.stdout, out.stderr)
				}
				if staged := w.git("diff", "--cached", "--name-only", "-z"); staged != "sub/b.txt\x00" && born {
					t.Errorf("%s leaves %q", command, staged)
				}
				if staged := w.git("ls-files", "-z"); staged != "sub/b.txt\x00" {
					t.Errorf("%s leaves %q", command, staged)
				}
				w.git("commit", "-q", "-m", "the rest")
			})
		}
	}
}

// A name that is a secret is not shown, and can be taken out all the same.
func TestHookOfNames(t *testing.T) {
	t.Parallel()
	w := hookRepo(t)
	token := randomPAT()
	w.write(token+"/a.txt", "nothing\n")
	w.write("c.txt", randomPAT())
	w.git("add", ".")
	said := w.wantBlocked("commit", "-m", "leak")
	wantNoLeak(t, "the message", said, token)
	w.run("", "sh", "-c", line(t, said, "take it out"))
	if staged := w.git("diff", "--cached", "--name-only"); staged != "" {
		t.Errorf("%q is still staged", staged)
	}
}

// Whatever is found, the message fits on a screen of 24 lines and shows no secret.
func TestHookFitsOnAScreen(t *testing.T) {
	t.Parallel()
	w := hookRepo(t)
	var tokens []string
	for i := range 40 {
		tokens = append(tokens, randomPAT())
		name := strings.Repeat("long ", i) + "name.py"
		w.write(name, strings.Repeat("x = 1; ", 50)+"TOKEN = '"+tokens[i]+"' "+strings.Repeat("# é", 90)+"\n")
	}
	w.git("add", ".")
	said := w.wantBlocked("commit", "-m", "leaks")
	wantNoLeak(t, "the message", said, tokens...)
	if lines := strings.Count(said, "\n"); lines > 24 {
		t.Errorf("%d lines:\n%s", lines, said)
	}
	for l := range strings.Lines(said) {
		if strings.Contains(l, "x = 1") && len([]rune(l)) > 84 {
			t.Errorf("a line of %d characters: %s", len([]rune(l)), l)
		}
	}
	for _, want := range []string{"40 secrets", "and 37 more: patlint scan --staged", "take it out", "patlint revoke", "git commit --no-verify", "os.environ["} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing is said of %q:\n%s", want, said)
		}
	}
}

// What is advised for a finding that is no secret lets the commit pass.
func TestHookAllows(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]string{
		"a.py": "x = '", "a.go": "var x = \"", "a.sql": "-- ", "a.html": "<p>", "a.bat": "set X=", "a.lua": "x = '", "a.json": `{"x": "`, "Dockerfile": "ENV X=", "x": "",
	} {
		w := hookRepo(t)
		secret := first + randomPAT()
		w.write(name, secret+"\n")
		w.git("add", ".")
		said := w.wantBlocked("commit", "-m", "leak")
		how := line(t, said, "no secret?")
		if open, _, _ := strings.Cut(how, rules.InlineComment); open != how {
			w.write(".patlint.yaml", line(t, said, strings.Repeat(" ", hintWidth)+"or in .patlint.yaml:")+"\n")
			w.wantCode(exitClean, "hook", "run", "pre-commit")
			w.remove(".patlint.yaml")
			w.wantCode(exitFound, "hook", "run", "pre-commit")
			w.write(name, how+"\n"+secret+"\n")
			w.git("add", ".")
			w.git("commit", "-q", "-m", "allowed in a comment")
			continue
		}
		_, entry, _ := strings.Cut(said, "  - {")
		entry, _, _ = strings.Cut(entry, "\n")
		w.write(".patlint.yaml", "allow:\n  - {"+entry+"\n")
		w.git("commit", "-q", "-m", "allowed by the configuration")
	}
}

// A scan that was not complete stops the commit.
func TestHookIncomplete(t *testing.T) {
	t.Parallel()
	w := hookRepo(t)
	w.write("b.txt", "nothing\n")
	w.git("add", ".")
	w.remove(w.loose(":b.txt"))
	said := w.wantBlocked("commit", "-m", "missing")
	if !strings.Contains(said, "nothing found, but not all could be searched") || !strings.Contains(said, "--no-verify") {
		t.Errorf("said %s", said)
	}
}

// What is called in a wrong way does not look like a check that passed.
func TestHookRunWrong(t *testing.T) {
	t.Parallel()
	w := hookRepo(t)
	for _, args := range [][]string{
		{"run"}, {"run", "nosuch"}, {"run", "pre-commit", "x"}, {"run", "commit-msg"}, {"run", "commit-msg", "nowhere"},
		{"run", "files"}, {"run", "files", "--"}, {"run", "--staged", "pre-commit"}, {"nosuch"}, {"install", "x"}, {"install", "--files"},
	} {
		if out := w.wantCode(exitUsage, append([]string{"hook"}, args...)...); out.stdout != "" || !strings.HasPrefix(out.stderr, "patlint: ") {
			t.Errorf("patlint hook %v says %q and %q", args, out.stdout, out.stderr)
		}
	}
	w.in("..").wantCode(exitUsage, "hook", "run", "pre-commit")
	if out := w.wantCode(exitClean, "hook", "run", "pre-commit"); out.stdout+out.stderr != "" {
		t.Errorf("it says %q and %q where all is well", out.stdout, out.stderr)
	}
}
