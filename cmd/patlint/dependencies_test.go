package main

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestREADMEDependencies demands that the README lists exactly the libraries that
// go.mod requires itself, in their versions.
func TestREADMEDependencies(t *testing.T) {
	list := exec.Command("go", "mod", "edit", "-json")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go mod edit: %v", err)
	}
	var mod struct {
		Require []struct {
			Path, Version string
			Indirect      bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, r := range mod.Require {
		if !r.Indirect {
			want = append(want, r.Path+" "+r.Version)
		}
	}
	_, table, _ := strings.Cut(readme(t), "<!-- dependencies -->\n")
	table, _, _ = strings.Cut(table, "<!-- /dependencies -->\n")
	row := regexp.MustCompile(`(?m)^\| (\S+) \| [^|]{2,} \| (v\S+) \| \d{4}-\d\d-\d\d \| (?:the same|v\S+ of \d{4}-\d\d-\d\d) \|$`)
	var got []string
	for _, cells := range row.FindAllStringSubmatch(table, -1) {
		got = append(got, cells[1]+" "+cells[2])
	}
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("the README lists\n\t%s\ngo.mod requires\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
