package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/report"
)

const rulesLong = `Rules lists the rules: the built-in ones, with what the configuration changes about
them, and those that the configuration adds. With an ID it explains one of them.

With --check it runs the examples of all rules, or of the one. It exits with 0 if
they show what they should, with 1 if one does not, and with 2 if the
configuration cannot be read.`

// rulesFlags are the flags of "patlint rules".
type rulesFlags struct {
	check, noConfig bool
	config          string
}

func rulesCommand(c *console) *cobra.Command {
	var f rulesFlags
	cmd := &cobra.Command{
		Use:   "rules [ID]",
		Short: "List the rules, explain one with its remedy and examples, or check them",
		Long:  rulesLong,
		Args:  cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return f.complete(c)
		},
		RunE: func(_ *cobra.Command, args []string) error { return f.run(c, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.check, "check", false, "run the rules on their examples")
	flags.StringVar(&f.config, "config", "", "read the configuration from `FILE` instead of .patlint.yaml")
	flags.BoolVar(&f.noConfig, "no-config", false, "read no configuration")
	cmd.MarkFlagsMutuallyExclusive("config", "no-config")
	return cmd
}

// known returns the rules under the configuration that a scan of the current
// folder would read.
func (f *rulesFlags) known(c *console) (*ruleset, error) {
	scan := &scanFlags{config: f.config, noConfig: f.noConfig}
	t := &target{flags: scan, path: "."}
	if err := t.open(c); err != nil {
		return nil, err
	}
	defer t.close()
	configuration, _, err := scan.configuration(t)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return configuration.rules(), nil
}

// complete returns the ids that a rule may be named by; a configuration that
// cannot be read adds none.
func (f *rulesFlags) complete(c *console) ([]string, cobra.ShellCompDirective) {
	known, err := f.known(c)
	if err != nil {
		known = builtIn()
	}
	return known.ids(), cobra.ShellCompDirectiveNoFileComp
}

func (f *rulesFlags) run(c *console, args []string) error {
	known, err := f.known(c)
	if err != nil {
		return err
	}
	all := known.all
	if len(args) > 0 {
		one := known.find(args[0])
		if one == nil {
			return &exitError{exitUsage, known.unknown(args[0])}
		}
		all = []knownRule{*one}
	}
	switch {
	case f.check:
		return checkRules(c, all)
	case len(args) > 0:
		return explain(c.out, &all[0])
	}
	return listRules(c.out, all)
}

func listRules(w io.Writer, all []knownRule) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, k := range all {
		fmt.Fprintf(table, "%s\t%s\t%s%s\n", k.ID, k.Severity, safe(k.Title), safe(k.remark()))
	}
	return table.Flush()
}

// remark tells where a rule comes from and what is changed about it, if that is
// worth a remark.
func (k *knownRule) remark() string {
	words := k.changes
	if k.origin != "" {
		words = append([]string{"from " + k.origin}, words...)
	}
	if len(words) == 0 {
		return ""
	}
	return "  (" + strings.Join(words, "; ") + ")"
}

func explain(w io.Writer, k *knownRule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s%s\n\n%s\n", k.ID, k.Severity, safe(k.Title), safe(k.remark()), lines(k.Text))
	fmt.Fprintf(&b, "\nWhat to do\n%s\n", indent(lines(k.Remedy)))
	if len(k.Match) > 0 {
		fmt.Fprintf(&b, "\nFound\n%s\n", k.examplesOf(k.Match))
	}
	if len(k.NoMatch) > 0 {
		fmt.Fprintf(&b, "\nNot found\n%s\n", k.examplesOf(k.NoMatch))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// lines returns text with hidden characters made visible, but not its line feeds.
func lines(text string) string {
	all := strings.Split(text, "\n")
	for i := range all {
		all[i] = report.Visible(all[i])
	}
	return strings.Join(all, "\n")
}

// examplesOf shows examples with a description where a value stands: a value that
// looks real would be a finding itself. What a user wrote out is masked.
func (k *knownRule) examplesOf(texts []string) string {
	var all []string
	for _, text := range texts {
		text = rules.Example(text, func(name string) string { return "<" + name + ">" })
		if k.origin != "" {
			text = rules.Hide(rules.Redact(text))
		}
		all = append(all, indent(lines(text)))
	}
	return strings.Join(all, "\n")
}

// checkRules runs the rules on their examples, and names those that do not show
// what they should.
func checkRules(c *console, all []knownRule) error {
	examples, failed := 0, 0
	for i := range all {
		k := &all[i]
		examples += len(k.Match) + len(k.NoMatch)
		for _, failure := range rules.Check(k.Rule) {
			failed++
			fmt.Fprintf(c.out, "%s: %s: %s\n", safe(k.place(failure)), k.ID, failure.Reason)
		}
	}
	if failed > 0 {
		c.warn("%d of %d examples in %d rules do not show what they should", failed, examples, len(all))
		return &exitError{code: exitFound}
	}
	_, err := fmt.Fprintf(c.out, "%d rules and %d examples checked: all is as it should be\n", len(all), examples)
	return err
}

// place tells where an example stands that fails.
func (k *knownRule) place(f rules.Failure) string {
	switch {
	case k.examples != nil && f.Index < 0:
		return k.origin
	case k.examples != nil:
		return k.examples(f.Match, f.Index)
	case f.Match:
		return fmt.Sprintf("built-in, match %d", f.Index+1)
	}
	return fmt.Sprintf("built-in, no match %d", f.Index+1)
}
