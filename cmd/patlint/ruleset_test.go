package main

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// readRules reads a configuration.
func readRules(t *testing.T, content string) (config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), configName)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	c, _, err := readConfig(path, configName)
	return c, err
}

// TestOwnRuleErrors demands that what is wrong with a rule is named with its
// line and column, and that nothing of the file is quoted but ids.
func TestOwnRuleErrors(t *testing.T) {
	t.Parallel()
	const good = "rules:\n- id: acme-key\n  title: Key\n  pattern: '(?P<secret>acme_[a-z]{8})'\n"
	for _, test := range []struct{ name, config, want string }{
		{"unknown key", good + "  regex: a\n", "5:3: "},
		{"no id", "rules:\n- title: Key\n  pattern: a\n", "2:3: id: want"},
		{"id", "rules:\n- title: Key\n  id: Acme Key\n", "3:7: id: want"},
		{"built-in id", "rules:\n- title: Key\n  id: qoder-pat\n", "3:7: id: is that of a built-in rule"},
		{"id twice", good + good[7:], "5:7: id: is that of another rule"},
		{"no title", "rules:\n- id: acme-key\n  pattern: a\n", "2:3: title: is needed"},
		{"no pattern", "rules:\n- id: acme-key\n  title: Key\n", "2:3: pattern: is needed"},
		{"bad pattern", "rules:\n- id: acme-key\n  title: Key\n  pattern: '(hidden'\n", "4:12: pattern: missing closing )"},
		{"no group", "rules:\n- id: acme-key\n  title: Key\n  pattern: acme_[a-z]{8}\n", `4:12: pattern: has no group named "secret"`},
		{"look-behind", "rules:\n- id: acme-key\n  title: Key\n  pattern: '(?<=a)acme(?P<secret>a)'\n", "4:12: pattern: invalid"},
		{"no needle", "rules:\n- id: acme-key\n  title: Key\n  pattern: '(?P<secret>[a-z]{8})'\n", "2:3: needles: are needed: the pattern has no literal"},
		{"short needle", good + "  needles: [acme, ac]\n", "5:19: needles: want 3 to 64 bytes"},
		{"severity", good + "  severity: worst\n", "5:13: unknown severity"},
		{"confidence", good + "  confidence: critical\n", "5:15: unknown confidence"},
		{"paths", good + "  paths: [a, '[b']\n", "5:14: bad pattern"},
		{"exclude", good + "  paths: [a]\n  exclude:\n  - '[b'\n", "7:5: bad pattern"},
		{"allow", good + "  allow:\n  - a\n  - (b\n", "7:5: allow: missing closing )"},
		{"a list", "rules: {id: a}\n", "1:8: "},
		{"no list", "rules:\n- id: acme-key\n  match: abc\n", "3:10: "},
		{"severity of none", "severity:\n  nosuch: low\n", `2:11: no built-in rule is called "nosuch"`},
		{"severity of its own", good + "severity: {acme-key: low}\n", `5:22: no built-in rule is called "acme-key"`},
		{"no severity", "severity:\n  qoder-pat: none\n", "2:14: unknown severity"},
		{"no-rule", "exclude: [a]\nno-rule:\n- qoder-pat\n- nosuch\n", `4:3: no rule is called "nosuch"`},
		{"rule", "rule: [nosuch]\n", `1:8: no rule is called "nosuch"`},
	} {
		_, err := readRules(t, test.config)
		if err == nil || !strings.HasPrefix(err.Error(), configName+":"+test.want) {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: quotes the file: %v", test.name, err)
		}
	}
}

// TestManyOwnRules shows that a thousand rules are read in bearable time.
func TestManyOwnRules(t *testing.T) {
	t.Parallel()
	var content strings.Builder
	content.WriteString("rules:\n")
	for i := range 1000 {
		fmt.Fprintf(&content, "- id: service-%d\n  title: Key of service %d\n  pattern: '\\b(?P<secret>svc%d_[A-Za-z0-9]{32})\\b'\n", i, i, i)
		fmt.Fprintf(&content, "  severity: high\n  paths: [src/**]\n  match: ['svc%d_{{random:32}}']\n  nomatch: ['svc%d_{{random:33}}']\n", i, i)
	}
	started := time.Now()
	c, err := readRules(t, content.String())
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("reading them took %v", took)
	} else {
		t.Logf("%d bytes read in %v", content.Len(), took)
	}
	if n := len(c.rules().all); n != 1000+len(builtIn().all) {
		t.Errorf("%d rules", n)
	}
}

const ownRuleEverywhere = `rules:
- id: acme-key
  title: Key
  pattern: '\b(?P<secret>acme_[A-Za-z0-9]{24})\b'
  match: ['acme_{{random:24}}']
`

// TestOwnRuleInAllSources shows that a user's rule finds wherever built-in ones do.
func TestOwnRuleInAllSources(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write(configName, ownRuleEverywhere)
	base := w.commit("configuration")
	first, second, third := "acme_"+randomText(24), "acme_"+randomText(24), "acme_"+randomText(24)
	filler := strings.Repeat(randomText(60)+"\n", 300)
	w.write("a.txt", filler+"key = "+first+"\n")
	w.write("b.zip", zipped(t, zip.Deflate, "deep/c.txt", "key = "+second+"\n"))
	w.scan(exitFound, "--worktree").wantSecrets(t, first, second)
	w.git("add", "--all")
	w.scan(exitFound, "--staged").wantSecrets(t, first, second)
	w.commit("keys")
	w.write("a.txt", filler+"nothing\n")
	w.git("rm", "-q", "b.zip")
	w.commit("no keys, but " + third)
	w.git("repack", "-q", "-a", "-d", "-f", "--window=50")
	w.scan(exitFound, "--history").wantSecrets(t, first, second, third)
	w.scan(exitFound, "--range", base+"..HEAD~1").wantSecrets(t, first, second)
	w.scan(exitClean, "--worktree")
	w.write("c.txt", first)
	w.scan(exitFound, "--files", "c.txt").wantSecrets(t, first)
	w.write("message", "a "+second)
	w.scan(exitFound, "--message", "message").wantSecrets(t, second)
	out := w.run("x "+third, "patlint", "scan", "--stdin", "-f", "json", "--show-secrets")
	parseReport(t, out.stdout).wantSecrets(t, third)
}

// TestOwnRulePathsInArchive shows that the paths of a rule are asked about the
// entries of a container, and about the container itself.
func TestOwnRulePathsInArchive(t *testing.T) {
	t.Parallel()
	first, second := "acme_"+randomText(24), "acme_"+randomText(24)
	content := zipped(t, zip.Deflate, "conf/a.env", first, "conf/a.txt", second)
	for _, test := range []struct {
		paths string
		want  []string
	}{
		{"paths: ['*.env']", []string{first}},
		{"paths: [dist/app.zip]", []string{first, second}},
		{"paths: ['**/conf/*.txt']", []string{second}},
		{"exclude: ['*.zip']", nil},
		{"exclude: ['*.env']", []string{second}},
	} {
		w := newRepo(t)
		w.write(configName, ownRuleEverywhere+"  "+test.paths+"\n")
		w.write("dist/app.zip", content)
		w.commit("archive")
		exit := exitFound
		if test.want == nil {
			exit = exitClean
		}
		w.scan(exit, "--worktree").wantSecrets(t, test.want...)
		w.scan(exit, "--history").wantSecrets(t, test.want...)
	}
}
