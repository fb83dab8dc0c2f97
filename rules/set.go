package rules

import (
	"cmp"
	"slices"
	"sync"
)

// Set searches bytes for several rules at once. It is not changed by use and
// may be shared.
type Set struct {
	rules []*Rule
	made  func() // makes what follows, once

	needles []needle // of the rules
	signs   []needle // of those in encoded text

	all   search   // for both
	plain search   // for the needles alone
	short []needle // that no teddy can find

	longest int // bytes of a needle

	steps int        // how often text is decoded that was decoded before, and that at first
	room  *sync.Pool // of benches
}

// NewSet returns the set of the given rules. Their order decides which rule
// has bytes that two of them find.
func NewSet(rules ...*Rule) *Set {
	return newSet(rules, func() []needle { return newSigns(rules) })
}

func newSet(rules []*Rule, signs func() []needle) *Set {
	s := &Set{rules: rules, steps: decodeSteps, room: &sync.Pool{New: func() any { return &bench{} }}}
	s.made = sync.OnceFunc(func() { s.make(signs()) })
	return s
}

// Prepare makes what a search needs. Without it the first search does: that takes
// a millisecond, in which others can read.
func (s *Set) Prepare() { s.made() }

func (s *Set) make(signs []needle) {
	s.signs = signs
	for i, r := range s.rules {
		for _, text := range r.Needles {
			n := newNeedle(text, i)
			s.longest = max(s.longest, len(text))
			s.needles = append(s.needles, n)
			if len(text) < gramSize {
				s.short = append(s.short, n)
			} else {
				s.plain.needles = append(s.plain.needles, n)
			}
		}
	}
	s.plain.teddy = newTeddy(s.plain.needles)
	mark := newNeedle(InlineComment, 0)
	mark.mark = true
	s.all.needles = slices.Concat(s.plain.needles, signs, []needle{mark})
	s.all.teddy = newTeddy(s.all.needles)
}

// WithoutDecoding returns a set that finds nothing in encoded text, to tell what
// it costs that others do.
func (s *Set) WithoutDecoding() *Set {
	plain := newSet(s.rules, func() []needle { return nil })
	plain.steps = 0
	return plain
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

// InlineComment is what every inline comment that allows a finding begins with.
const InlineComment = "patlint:allow"

// Find returns the matches in data by their position, none overlapping
// another. It allocates nothing where no needle stands.
func (s *Set) Find(data []byte) []Match {
	found, _ := s.FindMarked(data)
	return found
}

// FindMarked is Find, and tells whether [InlineComment] may stand in data.
func (s *Set) FindMarked(data []byte) (found []Match, marked bool) {
	s.Prepare()
	found = s.find(data, nil, 0, nil, &marked)
	for i := range found {
		found[i].read(data)
		for k := range found[i].Also {
			found[i].Also[k].read(data)
		}
	}
	return found, marked
}

// read sets the secret of a match that is not decoded.
func (m *Match) read(data []byte) {
	if len(m.Decoded) == 0 {
		m.Secret = NewSecret(string(data[m.Start:m.End]))
	}
}

// find is Find in text that was decoded so many steps; v is how, nil if it was
// not. b is room, nil if none was needed yet. It sets marked if [InlineComment] may
// stand in data.
func (s *Set) find(data []byte, v *view, step int, b *bench, marked *bool) []Match {
	var found []Match
	var quiet quietness
	clues := gatherer{text: data, view: v}
	s.eachIn(data, v, func(n *needle, at int) bool {
		if n.mark {
			*marked = true
			return true
		}
		if step < s.steps && clues.take(n, at) {
			if b == nil {
				b = s.room.Get().(*bench)
			}
			b.add(&clues.clue)
		}
		if n.sign != nil || quiet.at(n.rule, at) {
			return true // nothing to find
		}
		before, rule := len(found), s.rules[n.rule]
		found = s.confirm(found, data, at, n)
		if len(found) == before && rule.quiet != nil {
			quiet.failed(n.rule, rule, data, at)
		}
		return true
	})
	if clues.any {
		found = s.findDecoded(data, found, step, b)
	}
	if v == nil && b != nil {
		s.room.Put(b)
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
	s.Prepare()
	present := false
	s.each(data, func(n *needle, at int) bool {
		if n.mark {
			return true
		}
		if n.sign != nil {
			present = n.sign.isLikely(data, at)
			return !present
		}
		glance := s.rules[n.rule].glance
		present = glance == nil || glance(data, at) || s.steps > 0 && mayBeCut(data, at, n.text)
		return !present
	})
	return present
}

// search looks for needles that a teddy can find.
type search struct {
	needles []needle
	teddy   *teddy
}

func (s *search) each(data []byte, yield func(n *needle, at int) bool) {
	s.teddy.each(s.needles, data, yield)
}

// each calls yield for the needles and signs in data, until it returns false.
func (s *Set) each(data []byte, yield func(n *needle, at int) bool) {
	enough := false
	s.all.each(data, func(n *needle, at int) bool {
		enough = !yield(n, at)
		return !enough
	})
	if !enough {
		eachOf(s.short, data, yield)
	}
}

// eachIn calls yield for the needles in the text of a view, and for the signs in
// what was decoded: the others were followed before it. Without a view it calls
// yield for all.
func (s *Set) eachIn(text []byte, v *view, yield func(n *needle, at int) bool) {
	if v == nil {
		s.each(text, yield)
		return
	}
	from, to := max(0, v.first-signReach), min(len(text), v.last+signReach)
	over := s.longest - 1 // as far as a needle reaches that begins before from, or ends behind to
	s.plain.each(text[:min(len(text), from+over)], func(n *needle, at int) bool { return at >= from || yield(n, at) })
	s.all.each(text[from:to], func(n *needle, at int) bool { return yield(n, from+at) })
	rest := max(from, to-over)
	s.plain.each(text[rest:], func(n *needle, at int) bool { return rest+at+len(n.text) <= to || yield(n, rest+at) })
	eachOf(s.short, text, yield)
}

// Width returns how many bytes side by side decide about Present, at most.
func (s *Set) Width() int {
	s.Prepare()
	width := 0
	for _, n := range s.needles {
		if s.rules[n.rule].glance != nil {
			width = max(width, glanceBack+glanceAhead, cutAhead)
		}
		width = max(width, len(n.text))
	}
	for _, n := range s.signs {
		width = max(width, n.sign.width())
	}
	return width
}

// confirm asks the needle's rule about the window around the needle at data[at:],
// and adds what it finds to found.
func (s *Set) confirm(found []Match, data []byte, at int, n *needle) []Match {
	rule := s.rules[n.rule]
	if rule.glance != nil && !rule.glance(data, at) {
		return found
	}
	from := max(0, at-Reach)
	text := data[from:min(len(data), at+len(n.text)+Reach)]
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
