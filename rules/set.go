package rules

import (
	"cmp"
	"slices"
)

// Set searches bytes for several rules at once. It is not changed by use and
// may be shared.
type Set struct {
	rules   []*Rule
	needles []needle
	teddy   *teddy // nil where the needles are looked for one by one
	signs   *signs // of needles in encoded text
}

// NewSet returns the set of the given rules. Their order decides which rule
// has bytes that two of them find.
func NewSet(rules ...*Rule) *Set { return newSet(rules, newSigns(rules)) }

func newSet(rules []*Rule, signs *signs) *Set {
	s := &Set{rules: rules, signs: signs}
	for i, r := range rules {
		for _, n := range r.Needles {
			s.needles = append(s.needles, newNeedle(n, i))
		}
	}
	s.teddy = newTeddy(s.needles)
	return s
}

// Rules returns the rules of the set in their order.
func (s *Set) Rules() []*Rule { return s.rules }

// Match is one secret found in bytes: data[Start:End] is the secret, or holds it
// in an encoded form.
type Match struct {
	Rule       *Rule
	Start, End int
	Confidence Confidence
	Secret     Secret   // as it is once decoded
	Decoded    []string // the encodings, from the outside in; none if it stands there as it is

	// Also are matches that share bytes with this one, if its rule does not apply
	// everywhere: they stand for it where it does not.
	Also []Match

	// Expires is when the secret says that it ends, in seconds since 1970; 0 if it
	// does not say so.
	Expires int64

	rank   int  // of the rule in its set
	needle int  // where the needle stands
	weak   bool // it counts only where nothing is found in the bytes as they are
}

// Find returns the matches in data by their position, none overlapping
// another. It allocates nothing where no needle stands.
func (s *Set) Find(data []byte) []Match {
	found := s.find(data, nil, 0)
	for i := range found {
		found[i].read(data)
		for k := range found[i].Also {
			found[i].Also[k].read(data)
		}
	}
	return found
}

// read sets the secret of a match that is not decoded.
func (m *Match) read(data []byte) {
	if len(m.Decoded) == 0 {
		m.Secret = NewSecret(string(data[m.Start:m.End]))
	}
}

// find is Find in text that was decoded so many steps; v is how, nil if it was
// not.
func (s *Set) find(data []byte, v *view, step int) []Match {
	var found []Match
	var clues []clue
	var quiet quietness
	s.each(data, func(n *needle, at int) bool {
		if !quiet.at(n.rule, at) {
			before, rule := len(found), s.rules[n.rule]
			found = s.confirm(found, data, at, n)
			if len(found) == before && rule.quiet != nil {
				quiet.failed(n.rule, rule, data, at)
			}
		}
		clues = addCut(clues, data, at, n.text)
		return true
	})
	if step < decodeSteps {
		if clues = fresh(s.signs.addTo(clues, data, v), v); len(clues) > 0 {
			found = s.findDecoded(data, clues, found, step)
		}
	}
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
		present = glance == nil || glance(data, at) || mayBeCut(data, at, n.text)
		return !present
	})
	return present || s.signs.present(data)
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
			width = max(width, glanceBack+glanceAhead, cutAhead)
		}
		width = max(width, len(n.text))
	}
	return max(width, s.signs.width())
}

// confirm asks the needle's rule about the window around the needle at data[at:],
// and adds what it finds to found.
func (s *Set) confirm(found []Match, data []byte, at int, n *needle) []Match {
	from := max(0, at-Reach)
	text := data[from:min(len(data), at+len(n.text)+Reach)]
	rule := s.rules[n.rule]
	if rule.glance != nil && !rule.glance(data, at) {
		return found
	}
	h, ok := rule.find(text, at-from)
	for ok {
		found = append(found, Match{
			Rule: rule, Start: from + h.start, End: from + h.end, Confidence: h.confidence,
			Expires: jwtExpiry(text[h.start:h.end]), rank: n.rule, needle: at,
		})
		if rule.next == nil {
			break
		}
		h, ok = rule.next(text, at-from, h)
	}
	return found
}

// withoutOverlaps sorts matches by position and keeps, of two that share
// bytes, the one whose rule comes first, then the one that begins first. One
// whose rule applies only at some paths does not displace others.
func withoutOverlaps(found []Match) []Match {
	slices.SortFunc(found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.rank, b.rank),
			cmp.Compare(b.End, a.End), cmp.Compare(len(a.Decoded), len(b.Decoded)), slices.Compare(a.Decoded, b.Decoded))
	})
	kept := found[:1]
	for _, m := range found[1:] {
		last := &kept[len(kept)-1]
		switch {
		case m.Start >= last.End:
			kept = append(kept, m)
		case last.Rule.Wanted != nil && (m.Rule.Wanted != nil || m.rank > last.rank):
			last.addAlso(m)
		case m.rank < last.rank && m.Rule.Wanted == nil:
			*last = m
		}
	}
	return kept
}

// flattened returns matches with those that stand for them beside them.
func flattened(found []Match) (all []Match) {
	for _, m := range found {
		also := m.Also
		m.Also = nil
		all = append(append(all, m), also...)
	}
	return all
}

// addAlso adds a match of another rule that shares bytes with m.
func (m *Match) addAlso(other Match) {
	same := func(a Match) bool { return a.rank == other.rank && other.Start < a.End }
	if m.rank != other.rank && !slices.ContainsFunc(m.Also, same) {
		m.Also = append(m.Also, other)
	}
}
