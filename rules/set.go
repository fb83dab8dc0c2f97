package rules

import (
	"bytes"
	"cmp"
	"slices"
)

// Set searches bytes for several rules at once. It is not changed by use and
// may be shared.
type Set struct {
	rules   []*Rule
	needles []needle
	teddy   *teddy // nil where the needles are looked for one by one
}

// NewSet returns the set of the given rules. Their order decides which rule
// has bytes that two of them find.
func NewSet(rules ...*Rule) *Set {
	s := &Set{rules: rules}
	for i, r := range rules {
		for _, n := range r.Needles {
			s.needles = append(s.needles, newNeedle(n, i))
		}
	}
	if canTeddy() {
		s.teddy = newTeddy(s.needles)
	}
	return s
}

// Rules returns the rules of the set in their order.
func (s *Set) Rules() []*Rule { return s.rules }

// Match is one secret found in bytes: data[Start:End] is the secret.
type Match struct {
	Rule       *Rule
	Start, End int
	Confidence Confidence

	// Expires is when the secret says that it ends, in seconds since 1970; 0 if it
	// does not say so.
	Expires int64

	rank int // of the rule in its set
}

// Find returns the matches in data by their position, none overlapping
// another. It allocates nothing where no needle stands.
func (s *Set) Find(data []byte) []Match {
	var found []Match
	s.each(data, func(n *needle, at int) bool {
		if m, ok := s.confirm(data, at, n); ok {
			found = append(found, m)
		}
		return true
	})
	if len(found) < 2 {
		return found
	}
	return withoutOverlaps(found)
}

// Present tells whether there is anything in data that is worth a closer look:
// without, Find finds nothing. What decides about it are at most [Set.Width]
// bytes side by side.
func (s *Set) Present(data []byte) bool {
	present := false
	s.each(data, func(n *needle, at int) bool {
		glance := s.rules[n.rule].glance
		present = glance == nil || glance(data, at)
		return !present
	})
	return present
}

// each calls yield for the needles in data, until it returns false.
func (s *Set) each(data []byte, yield func(n *needle, at int) bool) {
	if s.teddy != nil {
		s.teddy.each(s.needles, data, yield)
	} else {
		eachOf(s.needles, data, yield)
	}
}

// Width returns how many bytes side by side decide about Present, at most.
func (s *Set) Width() int {
	width := 0
	for _, n := range s.needles {
		if s.rules[n.rule].glance != nil {
			width = max(width, glanceBack+glanceAhead)
		}
		width = max(width, len(n.text))
	}
	return width
}

// WithNames returns a set to which also a rule's id is worth a closer look, since
// it stands in the comments that are about the rule. Find finds no more by it.
// An id that holds a needle which is always looked at costs nothing.
func (s *Set) WithNames() *Set {
	named := slices.Clone(s.rules)
	for _, r := range s.rules {
		known := slices.ContainsFunc(s.needles, func(n needle) bool {
			return s.rules[n.rule].glance == nil && bytes.Contains([]byte(r.ID), n.text)
		})
		if !known {
			named = append(named, &Rule{ID: r.ID, Needles: []string{r.ID}, find: func([]byte, int) (hit, bool) { return hit{}, false }})
		}
	}
	return NewSet(named...)
}

// confirm asks the needle's rule about the window around the needle at data[at:].
func (s *Set) confirm(data []byte, at int, n *needle) (Match, bool) {
	from := max(0, at-Reach)
	to := min(len(data), at+len(n.text)+Reach)
	rule := s.rules[n.rule]
	if rule.glance != nil && !rule.glance(data, at) {
		return Match{}, false
	}
	h, ok := rule.find(data[from:to], at-from)
	if !ok {
		return Match{}, false
	}
	secret := data[from+h.start : from+h.end]
	return Match{rule, from + h.start, from + h.end, h.confidence, jwtExpiry(secret), n.rule}, true
}

// withoutOverlaps sorts matches by position and keeps, of two that share
// bytes, the one whose rule comes first, then the one that begins first.
func withoutOverlaps(found []Match) []Match {
	slices.SortFunc(found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.rank, b.rank))
	})
	kept := found[:1]
	for _, m := range found[1:] {
		last := &kept[len(kept)-1]
		switch {
		case m.Start >= last.End:
			kept = append(kept, m)
		case m.rank < last.rank:
			*last = m
		}
	}
	return kept
}
