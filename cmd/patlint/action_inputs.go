package main

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
)

// inputs are those of action.yml. They come as variables, so that no text of a
// workflow is ever a part of a script.
type inputs struct {
	path, mode, config, baseline, sarif, failOn string
	formats, args                               []string
	verify, trustHead                           bool

	temp string // a folder of this run for what is written on the way
}

// The modes of the action.
const (
	modeAuto     = "auto"
	modeRange    = "range"
	modeWorktree = "worktree"
	modeHistory  = "history"
	modeFull     = "full"
)

// What the action fails on, beside a scan that is not complete.
const (
	failFound = "found"
	failLive  = "live"
	failNever = "never"
)

func readInputs(env func(string) string) (*inputs, error) {
	value := func(name, standard string) string {
		if v := strings.TrimSpace(env("INPUT_" + name)); v != "" {
			return v
		}
		return standard
	}
	in := &inputs{
		path: value("PATH", "."), mode: value("MODE", modeAuto), config: value("CONFIG", ""), baseline: value("BASELINE", ""),
		failOn: value("FAIL_ON", failFound), formats: inputLines(env("INPUT_FORMAT")), args: inputLines(env("INPUT_ARGS")),
	}
	if env("RUNNER_TEMP") == "" {
		return nil, usage("RUNNER_TEMP is not set: patlint action runs in a GitHub workflow")
	}
	in.temp = filepath.Join(env("RUNNER_TEMP"), "patlint", "run-"+rand.Text()) // a job may have several steps with the action
	in.sarif = value("SARIF", filepath.Join(in.temp, "patlint.sarif"))
	if strings.ContainsAny(in.sarif+in.temp, "\r\n") { // it becomes a line of the outputs
		return nil, usage("the input sarif: a path has no line breaks")
	}
	if modes := []string{modeAuto, modeRange, modeWorktree, modeHistory, modeFull}; !slices.Contains(modes, in.mode) {
		return nil, usage("the input mode is %q: want one of %s", in.mode, strings.Join(modes, ", "))
	}
	if all := []string{failFound, failLive, failNever}; !slices.Contains(all, in.failOn) {
		return nil, usage("the input fail-on is %q: want one of %s", in.failOn, strings.Join(all, ", "))
	}
	var err error
	if in.verify, err = boolean("verify", value("VERIFY", "false")); err != nil {
		return nil, err
	}
	if in.trustHead, err = boolean("trust-head-config", value("TRUST_HEAD_CONFIG", "false")); err != nil {
		return nil, err
	}
	if in.failOn == failLive && !in.verify {
		return nil, usage("the input fail-on is %q: that needs verify: true", failLive)
	}
	return in, nil
}

// boolean reads one of the spellings of YAML's core schema, as other actions do.
func boolean(name, value string) (bool, error) {
	switch value {
	case "true", "True", "TRUE":
		return true, nil
	case "false", "False", "FALSE":
		return false, nil
	}
	return false, usage("the input %s is %q: want true or false", name, value)
}

// inputLines returns the lines of an input that are not empty.
func inputLines(text string) (all []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) != "" {
			all = append(all, line)
		}
	}
	return all
}

// report returns the path of a report that is made on the way.
func (in *inputs) report(name string) string { return filepath.Join(in.temp, "report."+name) }

// scanArgs returns the arguments of "patlint scan". What the workflow adds comes
// last, and the path behind "--".
func (in *inputs) scanArgs(t *task, verify bool) []string {
	args := []string{
		"--color=never", "--progress=never",
		"--format=github=" + in.report("github"), "--format=text=" + in.report("text"), "--format=sarif=" + in.sarif,
		"--format=markdown=" + in.report("markdown"),
	}
	for _, format := range in.formats {
		args = append(args, "--format="+format)
	}
	if verify {
		args = append(args, "--verify")
	}
	args = append(args, t.flags...)
	args = append(args, in.args...)
	return append(args, "--", in.path)
}
