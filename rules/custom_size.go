package rules

import (
	"regexp/syntax"
	"unicode/utf8"
)

// endless stands for what has no bound, or one beyond all bounds here.
const endless = 1 << 20

func sum(n, m int) int   { return min(endless, n+m) }
func times(n, m int) int { return min(endless, n*m) }

// size returns how many instructions all patterns of a rule take.
func (c *Custom) size() int {
	size := 0
	for _, pattern := range append([]string{c.Pattern}, c.Allow...) {
		if tree, err := syntax.Parse(pattern, syntax.Perl); err == nil {
			size = sum(size, machineSize(tree))
		}
	}
	return size
}

// machineSize returns about how many instructions a pattern compiles to, without
// compiling it: a few characters can ask for a million.
func machineSize(re *syntax.Regexp) int {
	n := 2
	for _, sub := range re.Sub {
		n = sum(n, machineSize(sub))
	}
	switch re.Op {
	case syntax.OpLiteral:
		n = sum(n, len(re.Rune))
	case syntax.OpCharClass:
		n = sum(n, len(re.Rune)/8) // they are gone through one by one
	case syntax.OpRepeat:
		n = times(n, max(1, re.Min, re.Max))
	}
	return n
}

// longest returns the length in bytes of the longest match, or endless.
func longest(re *syntax.Regexp) int {
	n := 0
	switch re.Op {
	case syntax.OpLiteral:
		n = utf8.UTFMax * len(re.Rune)
		if re.Flags&syntax.FoldCase == 0 {
			n = len(string(re.Rune))
		}
	case syntax.OpCharClass:
		n = 1
		if len(re.Rune) > 0 && re.Rune[len(re.Rune)-1] >= utf8.RuneSelf {
			n = utf8.UTFMax
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		n = utf8.UTFMax
	case syntax.OpCapture, syntax.OpQuest:
		n = longest(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
		n = times(longest(re.Sub[0]), endless)
	case syntax.OpRepeat:
		most := re.Max
		if most < 0 {
			most = endless
		}
		n = times(longest(re.Sub[0]), most)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			n = sum(n, longest(sub))
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			n = max(n, longest(sub))
		}
	}
	return min(n, endless)
}
