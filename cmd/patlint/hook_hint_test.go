package main

import (
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// What to write instead of a secret is what the language of the file has.
func TestInstead(t *testing.T) {
	t.Parallel()
	pat := &rules.Rule{ID: rules.QoderPAT}
	const name = "QODER_PERSONAL_ACCESS_TOKEN"
	for _, c := range []struct{ path, before, want string }{
		{"a.py", "client(token='", `os.environ["` + name + `"]`},
		{"a.py", `{"QODER_PAT": "`, `os.environ["QODER_PAT"]`},
		{"src/A.TS", "const QODER_PAT = `", "process.env.QODER_PAT"},
		{"a.go", `	QODER_PAT := "`, `os.Getenv("QODER_PAT")`},
		{"A.java", "x(", `System.getenv("` + name + `")`},
		{"a.rb", "ENV['MY_PAT'] = '", `ENV.fetch("MY_PAT")`},
		{"Gemfile", "", `ENV.fetch("` + name + `")`},
		{"a.rs", "", `std::env::var("` + name + `")`},
		{"a.ps1", "$env:MY_PAT = '", "$env:MY_PAT"},
		{"a.bat", "set MY_PAT=", "%MY_PAT%"},
		{"deploy.sh", "export MY_PAT=", `"$MY_PAT"`},
		{"compose.yml", "      MY_PAT: ", "${MY_PAT}"},
		{".github/workflows/ci.yml", "  MY_PAT: ", "${{ secrets.MY_PAT }}"},
		{"Dockerfile", "ENV MY_PAT=", "${MY_PAT}"},
		{"unknown", "x = ", "${" + name + "}"},
		{"no.such.kind", "x = ", "${" + name + "}"},
		{"config/dev.env", "MY_PAT=", "a line for it in .gitignore; commit an example with MY_PAT= and no value"},
		{".env.local", "MY_PAT=", "a line for it in .gitignore; commit an example with MY_PAT= and no value"},
		{"dist/a.zip!/b.py", "MY_PAT=", "${MY_PAT}"},
	} {
		l := &scanner.Location{Kind: scanner.Index, Path: c.path, Line: 1, Excerpt: scanner.Excerpt{Before: c.before}}
		if got := instead(l, pat); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.path, c.before, got, c.want)
		}
	}
	l := &scanner.Location{Kind: scanner.Index, Path: "a.py", Line: 1}
	if got := instead(l, &rules.Rule{ID: rules.BearerLiteral}); got != `os.environ["API_TOKEN"]` {
		t.Errorf("for a bearer credential %s", got)
	}
}

// Every language has a place for the variable, and no kind of file stands twice.
func TestLanguages(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, l := range languages() {
		for _, name := range strings.Fields(l.names) {
			if seen[name] != "" {
				t.Errorf("%s stands for %s and for %s", name, seen[name], l.variable)
			}
			seen[name] = l.variable
			if got := languageOf("dir/x" + name); name[0] == '.' && got.variable != l.variable {
				t.Errorf("x%s is read by %s", name, got.variable)
			}
		}
	}
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ word, system, want string }{
		{"a b.env", "linux", `'a b.env'`},
		{"it's", "darwin", `'it'\''s'`},
		{"a b.env", "windows", `"a b.env"`},
		{"it's", "windows", `"it's"`},
		{"$a", "windows", `'$a'`},
		{"a\nb", "linux", `$'a\012b'`},
		{"a\u202eb'\\", "linux", `$'a\342\200\256b\'\\'`},
		{"ü\xff", "linux", `$'ü\377'`},
		{"##[x] y", "linux", `$'\043\043[x] y'`},
	} {
		if got := shellWord(c.word, c.system); got != c.want {
			t.Errorf("%q for %s: %s, want %s", c.word, c.system, got, c.want)
		}
	}
}
