package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/source"
)

// ownRule is a rule in the configuration. Only id, title and pattern are needed.
type ownRule struct {
	ID         string   `yaml:"id"`
	Title      string   `yaml:"title"`
	Text       string   `yaml:"text"`
	Remedy     string   `yaml:"remedy"`
	Pattern    string   `yaml:"pattern"`
	Needles    []string `yaml:"needles"`
	Severity   string   `yaml:"severity"`
	Confidence string   `yaml:"confidence"`
	Paths      []string `yaml:"paths"`
	Exclude    []string `yaml:"exclude"`
	Allow      []string `yaml:"allow"`
	Match      []string `yaml:"match"`
	NoMatch    []string `yaml:"nomatch"`
}

// ruleset is all rules that there are: the built-in ones, as the configuration
// changes them, and then the user's.
type ruleset struct{ all []knownRule }

// knownRule is a rule with what is known about where it comes from.
type knownRule struct {
	*rules.Rule
	origin  string // "FILE:LINE:COLUMN" of a user's rule; "" of a built-in one
	changes []string
	off     bool // the configuration leaves it out

	// examples returns the places of the examples; nil of a built-in rule.
	examples func(match bool, i int) string
}

// builtIn returns the rules without a configuration.
func builtIn() *ruleset {
	s := &ruleset{}
	for _, r := range rules.All() {
		s.all = append(s.all, knownRule{Rule: r})
	}
	return s
}

// rules returns the rules under a configuration.
func (c *config) rules() *ruleset {
	if c.set == nil {
		return builtIn()
	}
	return c.set
}

// ruleset makes the rules of a configuration.
func (c *config) ruleset(at layout) (*ruleset, error) {
	s := builtIn()
	if err := c.changeSeverities(s, at); err != nil {
		return nil, err
	}
	if err := c.addOwn(s, at); err != nil {
		return nil, err
	}
	for _, list := range []struct {
		key string
		ids []string
	}{{"rule", c.Rule}, {"no-rule", c.NoRule}} {
		for i, id := range list.ids {
			if s.find(id) == nil {
				return nil, fmt.Errorf("%s: %w", at.of(list.key, i), s.unknown(id))
			}
		}
	}
	for i := range s.all {
		k := &s.all[i]
		if n := slices.Index(c.NoRule, k.ID); n >= 0 {
			k.off = true
			k.changes = append(k.changes, "switched off at "+at.of("no-rule", n))
		} else if len(c.Rule) > 0 && !slices.Contains(c.Rule, k.ID) {
			k.off = true
			k.changes = append(k.changes, "switched off by the list at "+at.of("rule", 0))
		}
	}
	return s, nil
}

// changeSeverities gives built-in rules the severities of the configuration.
func (c *config) changeSeverities(s *ruleset, at layout) error {
	for _, id := range slices.Sorted(maps.Keys(c.Severity)) {
		where := at.of("severity", id)
		k := s.find(id)
		if k == nil {
			return fmt.Errorf("%s: no built-in rule is called %q: want one of %s", where, id, strings.Join(s.ids(), ", "))
		}
		severity, err := rules.ParseSeverity(c.Severity[id])
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		if severity != k.Severity {
			k.changes = append(k.changes, fmt.Sprintf("severity %s instead of %s at %s", severity, k.Severity, where))
			changed := *k.Rule
			changed.Severity = severity
			k.Rule = &changed
		}
	}
	return nil
}

// addOwn adds the user's rules.
func (c *config) addOwn(s *ruleset, at layout) error {
	var descriptions []rules.Custom
	for i := range c.Rules {
		d, err := c.Rules[i].description(func(path ...any) string {
			return at.of(slices.Concat([]any{"rules", i}, path)...)
		})
		if err != nil {
			return err
		}
		descriptions = append(descriptions, d)
	}
	made, err := rules.NewRules(descriptions)
	if bad := (*rules.CustomError)(nil); errors.As(err, &bad) {
		return fmt.Errorf("%s: %w", at.of("rules", bad.Rule, bad.Field, bad.Index), bad)
	}
	for i, r := range made {
		s.all = append(s.all, knownRule{Rule: r, origin: at.of("rules", i), examples: func(match bool, n int) string {
			if match {
				return at.of("rules", i, "match", n)
			}
			return at.of("rules", i, "nomatch", n)
		}})
	}
	return err
}

// description returns what is written about a rule; at tells where.
func (o *ownRule) description(at func(path ...any) string) (d rules.Custom, err error) {
	d = rules.Custom{
		ID: o.ID, Title: o.Title, Text: strings.TrimSpace(o.Text), Remedy: strings.TrimSpace(o.Remedy),
		Pattern: o.Pattern, Needles: o.Needles, Allow: o.Allow, Match: o.Match, NoMatch: o.NoMatch,
	}
	if o.Severity != "" {
		if d.Severity, err = rules.ParseSeverity(o.Severity); err != nil {
			return d, fmt.Errorf("%s: %w", at("severity"), err)
		}
	}
	if o.Confidence != "" {
		if d.Confidence, err = rules.ParseConfidence(o.Confidence); err != nil {
			return d, fmt.Errorf("%s: %w", at("confidence"), err)
		}
	}
	for i, glob := range slices.Concat(o.Paths, o.Exclude) {
		if _, err := source.Glob(glob); err != nil && i < len(o.Paths) {
			return d, fmt.Errorf("%s: %w", at("paths", i), err)
		} else if err != nil {
			return d, fmt.Errorf("%s: %w", at("exclude", i-len(o.Paths)), err)
		}
	}
	if len(o.Paths)+len(o.Exclude) > 0 {
		d.Wanted, err = source.Filter(o.Paths, o.Exclude)
	}
	return d, err
}

// find returns the rule with an id, or nil.
func (s *ruleset) find(id string) *knownRule {
	for i := range s.all {
		if s.all[i].ID == id {
			return &s.all[i]
		}
	}
	return nil
}

func (s *ruleset) ids() []string {
	var ids []string
	for _, k := range s.all {
		ids = append(ids, k.ID)
	}
	return ids
}

func (s *ruleset) unknown(id string) error {
	return fmt.Errorf("no rule is called %q: want one of %s", id, strings.Join(s.ids(), ", "))
}

// selectRules returns the rules that take part: those that are named, or all,
// without those that are named to be left out.
func (s *ruleset) selectRules(only, without []string) (*rules.Set, error) {
	for _, id := range slices.Concat(only, without) {
		if s.find(id) == nil {
			return nil, s.unknown(id)
		}
	}
	var selected []*rules.Rule
	for _, k := range s.all {
		if (len(only) == 0 || slices.Contains(only, k.ID)) && !slices.Contains(without, k.ID) {
			selected = append(selected, k.Rule)
		}
	}
	if len(selected) == 0 {
		return nil, errors.New("no rule is left to apply")
	}
	return rules.NewSet(selected...), nil
}

// weakened says what the configuration changes about the built-in rules, as far
// as the rules that take part do not undo it.
func (s *ruleset) weakened(active []*rules.Rule) []string {
	var all []string
	for _, k := range s.all {
		takesPart := slices.ContainsFunc(active, func(r *rules.Rule) bool { return r.ID == k.ID })
		if k.origin == "" && !(k.off && takesPart) {
			for _, change := range k.changes {
				all = append(all, k.ID+": "+change)
			}
		}
	}
	return all
}
