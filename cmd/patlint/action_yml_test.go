package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// actionFile is the part of action.yml that the program depends on.
type actionFile struct {
	Inputs  map[string]struct{ Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Steps []struct {
			Name, Run, Uses string
			Env             map[string]string
		}
	}
}

func readActionFile(t *testing.T) actionFile {
	t.Helper()
	content, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file actionFile
	if err := yaml.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestActionFile demands that action.yml, the program and the README have the same
// inputs and outputs, that no expression is a part of a script, and that the other
// actions are pinned.
func TestActionFile(t *testing.T) {
	t.Parallel()
	file := readActionFile(t)
	scan := file.Runs.Steps[len(file.Runs.Steps)-1]
	env := map[string]string{"RUNNER_TEMP": t.TempDir()}
	var read []string
	in, err := readInputs(func(name string) string {
		read = append(read, name)
		return env[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	standard := *in
	text := readme(t)
	for name, input := range file.Inputs {
		variable := "INPUT_" + strings.ReplaceAll(strings.ToUpper(name), "-", "_")
		switch {
		case !regexp.MustCompile("(?m)^\\| (`[a-z]+`, )?`" + name + "`").MatchString(text):
			t.Errorf("the README's table lacks the input %s", name)
		case name == "cache":
			continue
		case scan.Env[variable] != "${{ inputs."+name+" }}":
			t.Errorf("%s is %q", variable, scan.Env[variable])
		case !slices.Contains(read, variable):
			t.Errorf("%s is not read", variable)
		}
		env[variable] = input.Default
	}
	if in, err = readInputs(func(name string) string { return env[name] }); err != nil || in.mode != standard.mode || in.path != standard.path ||
		in.failOn != standard.failOn || in.verify != standard.verify || in.trustHead != standard.trustHead || filepath.Base(in.sarif) != filepath.Base(standard.sarif) {
		t.Errorf("with the defaults of action.yml the inputs are %+v, %v, else %+v", in, err, standard)
	}
	run := newRepo(t).workflow("schedule", "").run()
	for name, output := range file.Outputs {
		if _, ok := run.outputs[name]; !ok || output.Value != "${{ steps.scan.outputs."+name+" }}" || !strings.Contains(text, "`"+name+"`") {
			t.Errorf("the output %s is %q, from %v", name, output.Value, run.outputs)
		}
	}
	for _, step := range file.Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("an expression stands in the script of %q", step.Name)
		}
		if step.Uses != "" && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(step.Uses) {
			t.Errorf("%s is not pinned", step.Uses)
		}
	}
}
