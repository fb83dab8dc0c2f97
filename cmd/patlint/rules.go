package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/rules"
)

func rulesCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "rules [ID]",
		Short: "List the rules, or explain one with its remedy and examples",
		Args:  cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return ruleIDs(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listRules(c.out)
			}
			for _, r := range rules.All() {
				if r.ID == args[0] {
					return explain(c.out, r)
				}
			}
			return usage("no rule is called %q: want one of %s", args[0], strings.Join(ruleIDs(), ", "))
		},
	}
}

func ruleIDs() []string {
	var ids []string
	for _, r := range rules.All() {
		ids = append(ids, r.ID)
	}
	return ids
}

func listRules(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rules.All() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.ID, r.Severity, r.Title)
	}
	return table.Flush()
}

func explain(w io.Writer, r *rules.Rule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s\n\n%s\n\nWhat to do\n%s\n", r.ID, r.Severity, r.Title, r.Text, indent(r.Remedy))
	fmt.Fprintf(&b, "\nFound\n%s\n\nNot found\n%s\n", examples(r.Match), examples(r.NoMatch))
	_, err := io.WriteString(w, b.String())
	return err
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// examples shows examples with a description where a value stands: a value that
// looks real would be a finding itself.
func examples(texts []string) string {
	var lines []string
	for _, text := range texts {
		text = rules.Example(text, func(name string) string { return "<" + name + ">" })
		lines = append(lines, indent(text))
	}
	return strings.Join(lines, "\n")
}
