package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/issuer"
	"github.com/patlint/patlint/scanner/report"
)

var update = flag.Bool("update", false, "write what the tests compare with")

const readmePath = "../../README.md"

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestREADMERules(t *testing.T) {
	const open, end = "<!-- rules -->\n", "<!-- /rules -->\n"
	text := readme(t)
	before, rest, ok := strings.Cut(text, open)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the README has no place for the rules")
	}
	var table strings.Builder
	table.WriteString("| rule | finds | severity |\n|---|---|---|\n")
	for _, r := range rules.All() {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", r.ID, r.Title, r.Severity)
	}
	if old == table.String() {
		return
	}
	if !*update {
		t.Fatal("the rules in the README are not those of the program: go test ./cmd/patlint -run TestREADMERules -update")
	}
	if err := os.WriteFile(readmePath, []byte(before+open+table.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	fences    = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	codeSpans = regexp.MustCompile("`([^`\n]+)`")
	callOf    = regexp.MustCompile(`(?:^|[\s|])patlint ([^|\n]*)`)
)

// TestREADMECommands demands that the README calls only commands and flags that
// the program has.
func TestREADMECommands(t *testing.T) {
	text := readme(t)
	calls := 0
	check := func(code string) {
		for _, call := range callOf.FindAllStringSubmatch(code, -1) {
			calls++
			checkCall(t, strings.Fields(call[1]))
		}
	}
	for _, fence := range fences.FindAllStringSubmatch(text, -1) {
		if fence[1] == "sh" {
			check(fence[2])
		}
	}
	for _, span := range codeSpans.FindAllStringSubmatch(fences.ReplaceAllString(text, ""), -1) {
		check(span[1])
		if word, _, _ := strings.Cut(span[1], " "); !slices.Contains(notOurs, word) && !anyHas(rootCommand(new(console)), word) {
			t.Errorf("the README mentions %s", word)
		}
	}
	if calls < 8 {
		t.Errorf("only %d calls of patlint are seen in the README", calls)
	}
}

// notOurs are the flags in the README that are of other programs.
var notOurs = []string{"--from-ref", "--to-ref", "--from-stdin", "--user", "--userns", "--hook-stage", "--all-files"}

// checkCall demands that a command takes its flags.
func checkCall(t *testing.T, words []string) {
	t.Helper()
	cmd, rest, err := rootCommand(new(console)).Find(words)
	if err != nil {
		t.Errorf("patlint %s: %v", strings.Join(words, " "), err)
		return
	}
	for _, word := range rest {
		if word == "--" {
			return
		}
		if !has(cmd, word) {
			t.Errorf("patlint %s: there is no %s", strings.Join(words, " "), word)
		}
	}
}

// has tells whether a command takes the flag that word is, if it is one.
func has(cmd *cobra.Command, word string) bool {
	name, _, _ := strings.Cut(word, "=")
	switch long, isLong := strings.CutPrefix(name, "--"); {
	case isLong:
		cmd.InitDefaultHelpFlag()
		return long == "" || cmd.Flags().Lookup(long) != nil
	case len(name) == 2 && name[0] == '-':
		return cmd.Flags().ShorthandLookup(name[1:]) != nil
	}
	return true
}

// anyHas tells whether a command or one below it takes the flag.
func anyHas(cmd *cobra.Command, word string) bool {
	return has(cmd, word) || slices.ContainsFunc(cmd.Commands(), func(c *cobra.Command) bool { return anyHas(c, word) })
}

// TestREADMEIsClean demands that its examples are neither findings nor comments
// that suppress something.
func TestREADMEIsClean(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"scan", "--no-config", "--files", readmePath}, os.Getenv, nil, &stdout, &stderr)
	if code != exitClean || stderr.Len() > 0 {
		t.Errorf("exit %d\n%s%s", code, &stdout, &stderr)
	}
}

// TestREADMEConfiguration reads the example of a configuration as the program would.
func TestREADMEConfiguration(t *testing.T) {
	for _, fence := range fences.FindAllStringSubmatch(readme(t), -1) {
		if fence[1] != "yaml" || !strings.Contains(fence[2], "min-confidence:") {
			continue
		}
		path := filepath.Join(t.TempDir(), configName)
		if err := os.WriteFile(path, []byte(fence[2]), 0o644); err != nil {
			t.Fatal(err)
		}
		c, allows, err := readConfig(path, configName)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.rules().selectRules(c.Rule, c.NoRule); err != nil {
			t.Error(err)
		}
		if _, err := parseSize(c.MaxFileSize); err != nil || len(allows) != 1 {
			t.Errorf("%d entries are allowed, %v", len(allows), err)
		}
		return
	}
	t.Error("the README shows no configuration")
}

// TestREADMEProviders reads the example of providers' settings and makes them all.
func TestREADMEProviders(t *testing.T) {
	for _, fence := range fences.FindAllStringSubmatch(readme(t), -1) {
		if fence[1] != "yaml" || !strings.Contains(fence[2], "revocation:") {
			continue
		}
		file, err := parseIssuerFile([]byte(fence[2]), "issuer.yaml")
		if err != nil {
			t.Fatal(err)
		}
		env := func(string) string { return "value" }
		if services, err := file.introspections(env); err != nil || len(services) != 1 {
			t.Errorf("%d services to ask, %v", len(services), err)
		}
		for _, name := range []string{"console", "http", "exec", "rfc7009"} {
			if p, err := file.provider(name, env, issuer.Options{}, false, nil); err != nil || p.Name() != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		return
	}
	t.Error("the README shows no settings of providers")
}

// TestREADMEOwnRules reads the example of users' rules and runs its examples.
func TestREADMEOwnRules(t *testing.T) {
	for _, fence := range fences.FindAllStringSubmatch(readme(t), -1) {
		if fence[1] != "yaml" || !strings.Contains(fence[2], "pattern:") {
			continue
		}
		c, err := readRules(t, fence[2])
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range c.rules().all {
			if failures := rules.Check(k.Rule); len(failures) > 0 {
				t.Errorf("%s: %v", k.ID, failures)
			}
		}
		return
	}
	t.Error("the README shows no rules of users")
}

func TestREADMENamesFormatsAndExitCodes(t *testing.T) {
	text := readme(t)
	for _, format := range report.Formats() {
		if !regexp.MustCompile("(?m)^\\| .*`" + format + "`.* \\|").MatchString(text) {
			t.Errorf("the README's table lacks the format %s", format)
		}
	}
	for _, code := range []int{exitClean, exitFound, exitUsage, exitIncomplete, exitInterrupted} {
		if !strings.Contains(text, fmt.Sprintf("\n| %d | ", code)) {
			t.Errorf("the README's table lacks the exit code %d", code)
		}
	}
}

// TestCIRunsTheREADMECommands keeps what people are told to run the same as what
// is run before a change lands.
func TestCIRunsTheREADMECommands(t *testing.T) {
	script, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, fence := range fences.FindAllStringSubmatch(readme(t), -1) {
		if fence[1] == "sh" {
			commands = append(commands, strings.Split(strings.TrimSpace(fence[2]), "\n")...)
		}
	}
	for _, setting := range []string{"test_command", "scan_command"} {
		found := regexp.MustCompile(`(?m)^readonly ` + setting + `='(.*)'$`).FindSubmatch(script)
		if found == nil {
			t.Fatalf(".ci/run sets no %s", setting)
		}
		if !slices.Contains(commands, string(found[1])) {
			t.Errorf(".ci/run calls %q, which the README does not show", found[1])
		}
	}
}

// TestHookEntries demands that the hooks call commands and flags that exist.
func TestHookEntries(t *testing.T) {
	hooks, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	entries := regexp.MustCompile(`(?m)^  entry: patlint (.*)$`).FindAllSubmatch(hooks, -1)
	for _, entry := range entries {
		checkCall(t, strings.Fields(string(entry[1])))
	}
	if ids := strings.Count(string(hooks), "- id:"); len(entries) != ids {
		t.Errorf("%d hooks have %d entries", ids, len(entries))
	}
}
