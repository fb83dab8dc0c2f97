package rules

import (
	"bytes"
	"slices"
)

// WithNeedles returns a set to which also what holds one of the given strings is
// worth a closer look; see [Set.Present]. Find finds no more by them. They have
// to be at least three bytes long, and rare.
func (s *Set) WithNeedles(texts ...string) *Set {
	watched := slices.Clone(s.rules)
	for _, text := range texts {
		watched = append(watched, &Rule{ID: text, Needles: []string{text}, find: func([]byte, int) (hit, bool) { return hit{}, false }})
	}
	signs := func() []needle { // the strings are not looked for in encoded text
		s.Prepare()
		return s.signs
	}
	return newSet(watched, signs)
}

// WithNames returns a set to which also a rule's id is worth a closer look, since
// it stands in the comments that are about the rule. An id that holds a needle
// which is always looked at costs nothing.
func (s *Set) WithNames() *Set {
	s.Prepare()
	var names []string
	for _, r := range s.rules {
		known := slices.ContainsFunc(s.needles, func(n needle) bool {
			return s.rules[n.rule].glance == nil && bytes.Contains([]byte(r.ID), n.text)
		})
		if !known {
			names = append(names, r.ID)
		}
	}
	return s.WithNeedles(names...)
}
