package main

import (
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner/report"
)

// A token that stands where the command line is wrong is not repeated.
func TestNoLeakOfArguments(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.txt", "nothing\n")
	w.commit("first")
	token := randomPAT()
	w.write("dir/a.env", randomPAT())
	for _, c := range []struct {
		args string // T stands for the token
		code int
	}{
		{"scan T", exitUsage},
		{"scan /nowhere/T/a.txt", exitUsage},
		{"scan T T", exitUsage},
		{"scan --T", exitUsage},
		{"scan --T=1", exitUsage},
		{"scan -T", exitUsage},
		{"scan --range T..HEAD", exitUsage},
		{"scan --range T~7..HEAD", exitUsage},
		{"scan --range T", exitUsage},
		{"scan --range nowhere/T..HEAD", exitUsage},
		{"scan --rule T", exitUsage},
		{"scan --no-rule T", exitUsage},
		{"scan --min-confidence T", exitUsage},
		{"scan --max-file-size T", exitUsage},
		{"scan --jobs T", exitUsage},
		{"scan --color T", exitUsage},
		{"scan --progress T", exitUsage},
		{"scan --quiet=T", exitUsage},
		{"scan -f T", exitUsage},
		{"scan -f T=a", exitUsage},
		{"scan -f json=/nowhere/T/report", exitUsage},
		{"scan --config T", exitUsage},
		{"scan --baseline T", exitUsage},
		{"scan --write-baseline /nowhere/T/b", exitFound},
		{"scan --exclude [T", exitUsage},
		{"scan --include {T", exitUsage},
		{"scan --message T", exitUsage},
		{"scan --stdin T", exitUsage},
		{"scan --stdin --stdin-path T", exitClean},
		{"scan --files T", exitIncomplete},
		{"scan --files /nowhere/T", exitIncomplete},
		{"rules T", exitUsage},
		{"T", exitUsage},
		{"version T", exitUsage},
		{"completion T", exitUsage},
	} {
		args := strings.Split(strings.ReplaceAll(c.args, "T", token), " ")
		t.Run(c.args, func(t *testing.T) {
			out := w.wantQuietAbout(t, []string{token}, args...)
			if out.code != c.code {
				t.Errorf("exit code %d, want %d: %s", out.code, c.code, out.stderr)
			}
			if c.code == exitUsage {
				wantOneLine(t, out.stderr, "")
			}
		})
	}
}

// A token in a valid argument is masked in every report.
func TestNoLeakOfTargets(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token, bearer := randomPAT(), "Authorization: Bearer "+randomBearer()
	w.commit("first")
	w.git("branch", token, "HEAD")
	w.write(token+"/message.txt", "nothing\n"+bearer+"\n")
	w.write(token+"/clean.txt", "nothing\n")
	w.write("other/"+token+".env", bearer+"\n")
	w.commit("second")
	secrets := []string{token, bearer[len(bearer)-40:]}
	for _, args := range [][]string{
		{token}, {w.path(token)}, {"--worktree", token},
		{"--range", token + "..HEAD"},
		{"--message", token + "/message.txt"}, {"--message", token + "/clean.txt"},
		{"--files", token + "/message.txt", token + "/clean.txt"},
		{"--stdin", "--stdin-path", token},
		{"--rule", "bearer-literal"}, {"--no-rule", "qoder-pat", "--files", token + "/message.txt"},
		{"--exclude", "**/*.env", "--rule", "bearer-literal"},
	} {
		t.Run(strings.ReplaceAll(strings.Join(args, " "), token, "T"), func(t *testing.T) {
			t.Parallel()
			w.wantNoLeakAnywhere(t, secrets, args...)
		})
	}
	t.Run("standard input", func(t *testing.T) {
		t.Parallel()
		for _, format := range report.Formats() {
			out := w.of(t).run(bearer+" "+token, "patlint", "scan", "--stdin", "--stdin-path", "dir/"+token+"/a.txt", "-f", format, "--rule", "bearer-literal")
			wantNoLeak(t, format, out.stdout+out.stderr, secrets...)
		}
	})
	t.Run("outside", func(t *testing.T) {
		t.Parallel()
		w.in("/").wantNoLeakAnywhere(t, secrets, "--files", w.path(token+"/message.txt"), w.path(token+"/nowhere.txt"))
		w.in(token).wantNoLeakAnywhere(t, secrets)
	})
}

// A mistake in the configuration is told with line and column, and without a
// word of what stands there.
func TestNoLeakOfConfiguration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text string }{
		{"unknown key", "T: 1\n"},
		{"unknown key in a list", "allow:\n  - T: 1\n"},
		{"value of an unknown key", "token: T\n"},
		{"wrong type", "exclude: T\n"},
		{"wrong type of a list", "exclude: {T: T}\n"},
		{"wrong type of an entry", "allow: [T]\n"},
		{"no mapping", "T\n"},
		{"no YAML", "exclude: [T\n"},
		{"no YAML at all", "T: T: T\n  - T\n"},
		{"bad quoting", "exclude: \"T\n"},
		{"tab", "exclude:\n\t- T\n"},
		{"duplicate key", "T: 1\nT: 2\n"},
		{"anchor", "exclude: &T [a]\n"},
		{"alias", "exclude: *T\n"},
		{"no fingerprint", "allow:\n  - fingerprint: T\n    reason: r\n"},
		{"no reason", "allow:\n  - fingerprint: " + strings.Repeat("a", 32) + "\n    paths: [T]\n"},
		{"bad pattern of allow", "allow:\n  - fingerprint: " + strings.Repeat("a", 32) + "\n    reason: r\n    paths: ['[T']\n"},
		{"bad pattern", "exclude: ['[T']\n"},
		{"unknown rule", "rule: [T]\n"},
		{"unknown rule left out", "no-rule: [T]\n"},
		{"bad confidence", "min-confidence: T\n"},
		{"bad size", "max-file-size: T\n"},
		{"baseline outside", "baseline: ../T\n"},
		{"baseline missing", "baseline: T\n"},
		{"a list for text", "min-confidence: [T]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for kind, token := range map[string]string{"pat": randomPAT(), "bearer": randomBearer()} {
				w := newWorkplace(t)
				w.write(".patlint.yaml", strings.ReplaceAll(c.text, "T", token))
				out := w.wantQuietAbout(t, []string{token}, "scan")
				if out.code != exitUsage || out.stdout != "" {
					t.Errorf("%s: exit code %d, want 2 and no report: %s%s", kind, out.code, out.stdout, out.stderr)
				}
				last := out.stderr[strings.LastIndex(strings.TrimSpace(out.stderr), "\n")+1:]
				wantOneLine(t, last, "")
				w.write("baseline", strings.ReplaceAll(c.text, "T", token))
				w.wantQuietAbout(t, []string{token}, "scan", "--no-config", "--baseline", "baseline")
			}
		})
	}
}
