package rules

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxVariants = 64 // literals that stand for one place in a pattern: six letters, if case does not count
	maxMembers  = 8  // characters of a class that are told apart
	maxDerived  = 32 // bytes of a derived needle
)

// literalSet is a place in a pattern: in every match one of the texts begins at
// most before bytes behind the match's beginning.
type literalSet struct {
	texts  []string
	before int
}

type literalSets []literalSet

// best returns the set that is best looked for: its worst text is the rarest.
func (all literalSets) best() (best literalSet, ok bool) {
	highest := 0
	for _, s := range all {
		if worth := s.worth(); worth > highest {
			best, highest = s, worth
		}
	}
	for i, text := range best.texts {
		best.texts[i] = text[:min(len(text), maxDerived)]
	}
	return best, highest > 0
}

// worth is 0 if a text is too short to be looked for.
func (s *literalSet) worth() int {
	worst := endless
	for _, text := range s.texts {
		if len(text) < gramSize {
			return 0
		}
		at := rarestGram([]byte(text))
		rare := 4 * min(len(text), 16)
		for i := range gramSize {
			rare += rarity(text[at+i])
		}
		if isEverywhere(text) {
			rare /= 8
		}
		worst = min(worst, rare)
	}
	worst -= len(s.texts) / 8
	if s.before > 0 { // what matches begin with needs only one attempt
		worst -= 8
	}
	if s.before >= Reach {
		worst -= 16
	}
	return max(1, worst)
}

// everywhere are the words that stand in every source tree, the long before the
// short that they begin with.
var everywhere = strings.NewReplacer("https", "", "http", "", "www", "", "com", "", "key", "", "token", "", "secret", "",
	"password", "", "passwd", "", "pass", "", "access", "", "auth", "", "api", "", "client", "", "user", "", "test", "",
	"name", "", "value", "", "begin", "", "private", "", "public", "", "bearer", "", "basic", "", "account", "")

// isEverywhere tells whether a needle says nothing about whose credential it is.
func isEverywhere(text string) bool {
	rest := everywhere.Replace(strings.ToLower(text))
	letters := 0
	for _, c := range []byte(rest) {
		if isAlnum(c) || c >= utf8.RuneSelf {
			letters++
		}
	}
	return letters < 3
}

// around returns how far from the beginning of a match one of the needles
// begins, at most.
func (all literalSets) around(needles []string) int {
	least := endless
	for _, s := range all {
		furthest := 0
		for _, text := range s.texts {
			at := endless
			for _, n := range needles {
				if i := strings.Index(text, n); i >= 0 {
					at = min(at, i)
				}
			}
			furthest = max(furthest, at)
		}
		least = min(least, s.before+furthest)
	}
	return least
}

// requiredLiterals returns the places in a pattern where literals stand in every match.
func requiredLiterals(tree *syntax.Regexp) literalSets {
	exact, sets := literals(tree)
	if exact != nil {
		sets = append(sets, literalSet{exact, 0})
	}
	return sets
}

// literals returns all that a pattern matches, if that is little, else nil; and
// what stands in every match. No case folding is left to do for it.
func literals(re *syntax.Regexp) (exact []string, sets literalSets) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []string{""}, nil
	case syntax.OpLiteral:
		var parts sequence
		for _, r := range re.Rune {
			parts.add(variants(r, re.Flags&syntax.FoldCase != 0), nil, utf8.UTFMax)
		}
		return parts.finish()
	case syntax.OpCharClass:
		return members(re.Rune), nil
	case syntax.OpCapture:
		return literals(re.Sub[0])
	case syntax.OpPlus, syntax.OpRepeat:
		if re.Op == syntax.OpRepeat && re.Min == 0 {
			return nil, nil
		}
		exact, sets = literals(re.Sub[0])
		if exact != nil {
			sets = append(sets, literalSet{exact, 0})
		}
		return nil, sets
	case syntax.OpConcat:
		var parts sequence
		for _, sub := range re.Sub {
			exact, sets := literals(sub)
			parts.add(exact, sets, longest(sub))
		}
		return parts.finish()
	case syntax.OpAlternate:
		return alternatives(re.Sub)
	}
	return nil, nil
}

// alternatives takes the literals of each branch together.
func alternatives(branches []*syntax.Regexp) (exact []string, sets literalSets) {
	union, isExact := literalSet{}, true
	for _, branch := range branches {
		exact, sets := literals(branch)
		best := literalSet{texts: exact}
		if exact == nil {
			isExact = false
			if best, _ = sets.best(); best.texts == nil {
				return nil, nil
			}
		}
		union.texts = append(union.texts, best.texts...)
		union.before = max(union.before, best.before)
	}
	switch {
	case len(union.texts) > maxVariants:
		return nil, nil
	case isExact:
		return union.texts, nil
	}
	return nil, literalSets{union}
}

// sequence gathers the literals of patterns one after the other.
type sequence struct {
	open   []string // what matches end with, since it was last unclear
	from   int      // where that begins at most, in bytes
	length int      // of all so far, at most
	unsure bool     // something before open was not exact
	sets   literalSets
}

func (s *sequence) add(exact []string, sets literalSets, length int) {
	if s.open == nil {
		s.open = []string{""}
	}
	for _, set := range sets {
		s.sets = append(s.sets, literalSet{set.texts, min(endless, set.before+s.length)})
	}
	if exact == nil || len(exact)*len(s.open) > maxVariants {
		s.sets = append(s.sets, literalSet{s.open, s.from})
		s.open, s.unsure, s.from = []string{""}, true, s.length
	}
	s.length = min(endless, s.length+length)
	if exact == nil {
		s.from = s.length
		return
	}
	var longer []string
	for _, head := range s.open {
		for _, tail := range exact {
			longer = append(longer, head+tail)
		}
	}
	s.open = longer
}

func (s *sequence) finish() ([]string, literalSets) {
	if !s.unsure {
		return s.open, s.sets
	}
	return nil, append(s.sets, literalSet{s.open, s.from})
}

// variants returns a character, with all that it equals if case does not count.
func variants(r rune, fold bool) []string {
	all := []string{string(r)}
	if !fold {
		return all
	}
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		all = append(all, string(other))
	}
	return all
}

// members returns the characters of a class if they are few.
func members(ranges []rune) []string {
	var all []string
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] >= maxMembers {
			return nil
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if all = append(all, string(r)); len(all) > maxMembers || r == utf8.RuneError {
				return nil // also a byte that is not UTF-8 counts as U+FFFD
			}
		}
	}
	return all
}

// rarestGram returns where the rarest three bytes of a text stand.
func rarestGram(text []byte) (best int) {
	sum := func(at int) (n int) {
		for _, c := range text[at : at+gramSize] {
			n += rarity(c)
		}
		return n
	}
	for at := range len(text) - gramSize + 1 {
		if sum(at) > sum(best) {
			best = at
		}
	}
	return best
}
