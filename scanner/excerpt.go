package scanner

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/rules"
)

const (
	excerptReach = 240 // bytes of a line that are looked at around a secret
	excerptWidth = 60  // characters that are kept to either side of it
)

// excerpt returns the line around matches[i], without any other secret.
func excerpt(text []byte, matches []rules.Match, i int) Excerpt {
	m := matches[i]
	start, _ := lineBounds(text, m.Start, excerptReach)
	_, end := lineBounds(text, m.End, excerptReach)
	first, last := i, i+1
	for first > 0 && lastEnd(matches[first-1]) > start {
		first--
	}
	for last < len(matches) && matches[last].Start < end {
		last++
	}
	if slices.ContainsFunc(matches[first:last], sharesBytes) {
		return Excerpt{} // the rest of another secret may stand beside this one
	}
	before := maskSpans(text, start, m.Start, matches[first:i])
	after := maskSpans(text, m.End, end, matches[i+1:last])
	if start > 0 && text[start-1] != '\n' {
		before = strings.TrimLeftFunc(before, inWord)
	}
	if end < len(text) && text[end] != '\n' {
		after = strings.TrimRightFunc(after, inWord)
	}
	return Excerpt{
		Before: lastRunes(rules.Hide(before), excerptWidth),
		After:  firstRunes(rules.Hide(strings.TrimRight(after, "\r")), excerptWidth),
	}
}

// lastEnd returns where the last of the secrets ends that share bytes in a match.
func lastEnd(m rules.Match) int {
	end := m.End
	for _, other := range m.Also {
		end = max(end, other.End)
	}
	return end
}

// sharesBytes tells whether a part of a match belongs to another secret, too.
func sharesBytes(m rules.Match) bool {
	return slices.ContainsFunc(m.Also, func(other rules.Match) bool { return other.Start != m.Start || other.End != m.End })
}

// inWord tells what a secret may consist of: where a line is cut, the word at
// the cut may be the rest of one.
func inWord(r rune) bool { return r > ' ' }

// maskSpans returns text[start:end] with the matches that overlap it masked.
func maskSpans(text []byte, start, end int, matches []rules.Match) string {
	var b strings.Builder
	for _, m := range matches {
		if m.Start > start {
			b.Write(text[start:m.Start])
		}
		b.WriteString(m.Secret.Mask())
		start = min(m.End, end)
	}
	b.Write(text[start:end])
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

func lastRunes(s string, n int) string {
	total := utf8.RuneCountInString(s)
	if total <= n {
		return s
	}
	runes := []rune(s)
	return "…" + string(runes[total-n:])
}

func firstRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
