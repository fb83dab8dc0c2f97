package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Za-z0-9]+)(?:/([a-z-]+))?`")
	declared  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Za-z0-9]+)\(\w+ \*testing\.`)
)

// TestSecurityNamesTests wants that each line of the threat model names a test, and
// that the tests which it names are there.
func TestSecurityNamesTests(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		for _, name := range declared.FindAllSubmatch(content, -1) {
			tests[string(name[1])] = true
		}
		return err
	})
	text, readErr := os.ReadFile("../../.github/SECURITY.md")
	if err != nil || readErr != nil {
		t.Fatal(err, readErr)
	}
	threats := 0
	for line := range strings.Lines(string(text)) {
		named := namedTest.FindAllStringSubmatch(line, -1)
		for _, name := range named {
			if !tests[name[1]] {
				t.Errorf("there is no %s", name[1])
			}
			if _, err := os.Stat("testdata/script/" + name[2] + ".txtar"); name[2] != "" && err != nil {
				t.Error(err)
			}
		}
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.Contains(line, "---") || strings.TrimSpace(cells[1]) == "what they do" {
			continue
		}
		threats++
		if namedTest.FindString(cells[3]) == "" {
			t.Errorf("no test shows that it fails: %s", cells[1])
		}
	}
	if threats < 20 {
		t.Errorf("%d threats", threats)
	}
}
