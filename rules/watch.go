package rules

import (
	"fmt"
	"slices"
)

// WithNeedles returns a set to which also what holds one of the given strings is
// worth a closer look; see [Set.Present]. Find finds no more by them. They have
// to be at least three bytes long, and rare.
func (s *Set) WithNeedles(texts ...string) *Set {
	watched := slices.Clone(s.rules)
	for i, text := range texts {
		watched = append(watched, &Rule{
			ID: fmt.Sprint("needle ", i), Needles: []string{text},
			find: func([]byte, int) (hit, bool) { return hit{}, false },
		})
	}
	return NewSet(watched...)
}
