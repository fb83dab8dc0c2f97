package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWorkflowsArePinned demands that what the workflows and the action run of
// others is named by its commit, the same everywhere, that no checkout leaves its
// token in the folder, and that no text of an event becomes a part of a script.
func TestWorkflowsArePinned(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	uses := regexp.MustCompile(`(?m)^ *(?:- )?uses: (.*)$`)
	pin := regexp.MustCompile(`^([\w.-]+/[\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$`)
	pins := map[string]string{}
	for _, name := range append(files, "../../action.yml") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, used := range uses.FindAllStringSubmatch(string(text), -1) {
			if strings.HasPrefix(used[1], "./") {
				continue
			}
			parts := pin.FindStringSubmatch(used[1])
			if parts == nil {
				t.Errorf("%s: %s is not pinned", name, used[1])
			} else if old := pins[parts[1]]; old != "" && old != parts[2] {
				t.Errorf("%s: %s is %s here and %s elsewhere", name, parts[1], parts[2], old)
			} else {
				pins[parts[1]] = parts[2]
			}
		}
		if strings.Count(string(text), "actions/checkout@") != strings.Count(string(text), "persist-credentials: false") {
			t.Errorf("%s: a checkout leaves its token behind", name)
		}
		for _, line := range regexp.MustCompile(`(?m)^ *(?:- )?run: .*\$\{\{.*$`).FindAllString(string(text), -1) {
			t.Errorf("%s: an expression stands in a script: %s", name, line)
		}
	}
	if len(pins) == 0 {
		t.Error("no action is seen")
	}
}

// TestChangelog demands the form that .ci/release reads.
func TestChangelog(t *testing.T) {
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := regexp.MustCompile(`(?m)^## .*$`).FindAllString(string(text), -1)
	form := regexp.MustCompile(`^## \[(Unreleased|\d+\.\d+\.\d+(?:-[\w.]+)?\] - \d{4}-\d\d-\d\d)`)
	if len(headings) == 0 || headings[0] != "## [Unreleased]" {
		t.Errorf("it begins with %q", headings)
	}
	for _, heading := range headings {
		if version := form.FindStringSubmatch(heading); version == nil {
			t.Errorf("%q is no heading of a version", heading)
		} else if name, _, _ := strings.Cut(version[1], "]"); !strings.Contains(string(text), "\n["+name+"]: https://") {
			t.Errorf("%s has no address", name)
		}
	}
}
