package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// workflow is a run of the action in a workplace.
type workflow struct {
	w       *workplace
	event   string
	payload string
	env     []string
}

// workflowRun is what the step left behind.
type workflowRun struct {
	outcome
	outputs map[string]string
	summary string
	report  *jsonReport // nil if nothing was scanned
}

// workflow returns a run for an event, whose payload is JSON or becomes it.
func (w *workplace) workflow(event string, payload any, env ...string) *workflow {
	w.t.Helper()
	text, ok := payload.(string)
	if !ok {
		content, err := json.Marshal(payload)
		if err != nil {
			w.t.Fatal(err)
		}
		text = string(content)
	}
	return &workflow{w: w, event: event, payload: text, env: env}
}

// run runs "patlint action" as action.yml does, or a command below it.
func (f *workflow) run(args ...string) workflowRun {
	t, temp := f.w.t, f.w.t.TempDir()
	t.Helper()
	file := func(name string) string { return filepath.Join(temp, name) }
	if err := os.WriteFile(file("event.json"), []byte(f.payload), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append([]string{
		"GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=" + f.event, "GITHUB_EVENT_PATH=" + file("event.json"),
		"GITHUB_OUTPUT=" + file("output"), "GITHUB_STEP_SUMMARY=" + file("summary"), "RUNNER_TEMP=" + temp,
		"INPUT_FORMAT=json=" + file("report.json"),
	}, f.env...)
	r := workflowRun{outcome: f.w.with(env...).patlint(append([]string{"action"}, args...)...), outputs: map[string]string{}}
	for line := range strings.Lines(readIfThere(t, file("output"))) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		r.outputs[name] = value
	}
	r.summary = readIfThere(t, file("summary"))
	if text := readIfThere(t, file("report.json")); text != "" {
		r.report = new(jsonReport)
		if err := json.Unmarshal([]byte(text), r.report); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func readIfThere(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(content)
}

// want runs the action and demands its exit code, and that it finds just these
// PATs. What it prints masks all of them, before anything else of them is said.
func (f *workflow) want(code int, pats ...string) workflowRun {
	t := f.w.t
	t.Helper()
	r := f.run()
	if r.code != code || len(r.outputs) != 5 {
		t.Fatalf("%s: exit code %d, want %d; outputs %v\n%s%s", f.event, r.code, code, r.outputs, r.stdout, r.stderr)
	}
	got := map[string]bool{}
	if r.report != nil {
		for _, finding := range r.report.Findings {
			got[finding.Fingerprint] = true
		}
	}
	want := map[string]bool{}
	for _, pat := range pats {
		want[rules.NewSecret(pat).Fingerprint("qoder-pat")] = true
	}
	if !maps.Equal(got, want) {
		t.Fatalf("%s: %d secrets were found, want %d\n%s", f.event, len(got), len(want), r.stdout)
	}
	if r.report != nil && r.outputs["complete"] != map[bool]string{true: "true", false: "false"}[r.report.Complete] {
		t.Errorf("the output complete is %s", r.outputs["complete"])
	}
	wantNoLeak(t, "the log", r.logged(), pats...)
	wantNoLeak(t, "the summary", r.summary, pats...)
	return r
}

// logged returns what a runner shows of the output, and the names of commands that
// it obeyed in front of their lines.
func (r *workflowRun) logged() string {
	var log strings.Builder
	stopped := ""
	for line := range strings.Lines(r.stdout) {
		command := runnerCommand(line)
		switch {
		case stopped != "" && command != stopped:
		case stopped != "":
			stopped, line = "", "resumed\n"
		case command == "stop-commands":
			stopped, line = strings.TrimSpace(strings.TrimPrefix(line, "::stop-commands::")), "stopped\n"
		case command == "add-mask":
			line = "masked\n"
		case command != "":
			line = "obeyed " + line
		}
		log.WriteString(line)
	}
	return log.String() + r.stderr
}

// runnerCommand returns the name of the command that a runner sees in a line: "::"
// at its beginning, or "##[" anywhere.
func runnerCommand(line string) string {
	line = strings.TrimSpace(line)
	rest, ok := strings.CutPrefix(line, "::")
	head, _, end := strings.Cut(rest, "::")
	if !ok || !end {
		_, rest, ok = strings.Cut(line, "##[")
		head, _, end = strings.Cut(rest, "]")
	}
	if !ok || !end {
		return ""
	}
	name, _, _ := strings.Cut(head, " ")
	return name
}

// obeyed returns the commands that a runner obeys, without the masks.
func (r *workflowRun) obeyed() (all []string) {
	for line := range strings.Lines(r.logged()) {
		if command, ok := strings.CutPrefix(line, "obeyed "); ok {
			all = append(all, strings.TrimSpace(command))
		}
	}
	return all
}

// object is a part of an event's description.
type object = map[string]any

func pullRequest(base, head string) object {
	return object{"pull_request": object{
		"base": object{"sha": base, "ref": "main", "repo": object{"full_name": "acme/shop"}},
		"head": object{"sha": head, "ref": "topic", "repo": object{"full_name": "acme/shop"}},
	}}
}

func pushed(ref, before, after string) object {
	return object{"ref": ref, "before": before, "after": after, "repository": object{"default_branch": "main"}}
}

// noCommit stands for no commit in the description of a push.
var noCommit = strings.Repeat("0", 40)

// leaking commits a file with a new PAT and returns the PAT.
func (w *workplace) leaking(name string) string {
	w.t.Helper()
	pat := randomPAT()
	w.write(name, "QODER_PAT="+pat+"\n")
	w.commit("add " + name)
	return pat
}

// removing commits that a file is gone.
func (w *workplace) removing(name string) {
	w.t.Helper()
	w.remove(name)
	w.commit("remove " + name)
}

func (w *workplace) head() string { return w.git("rev-parse", "HEAD") }

func anyHolds(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}
