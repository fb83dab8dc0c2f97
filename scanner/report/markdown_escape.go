package report

import (
	"strings"
	"unicode"
)

const codeLength = 200 // characters of a code span; what is longer is cut

// code returns a text of others as a code span. Nothing in one is a link, a
// mention, a reference, HTML or an emoji, neither for Markdown nor for what
// GitHub and GitLab do afterwards. A backtick would end it, and a pipe would end
// the cell of a table, however it is escaped, where a backslash stands before
// it: both are written as Visible writes what cannot be shown.
func code(s string) string {
	s = strings.NewReplacer("`", `\x60`, "|", `\x7c`).Replace(clip(Visible(s), codeLength))
	if strings.TrimSpace(s) == "" {
		return "(empty)"
	}
	return "`" + s + "`"
}

// prose returns a line of a rule as Markdown that reads the same. A rule may be
// the repository's own: what could be a link, a mention or a reference in it
// is a code span.
func prose(s string) string {
	words := strings.Fields(Visible(s))
	for i, word := range words {
		if strings.ContainsAny(word, "@#`|") || strings.Contains(word, "://") || strings.Contains(strings.ToLower(word), "www.") {
			bare := strings.TrimRight(word, ",.;:!?")
			words[i] = code(bare) + word[len(bare):]
			continue
		}
		words[i] = escapeWord(word)
	}
	return strings.Join(words, " ")
}

// escapeWord escapes what means something to Markdown, also at the beginning
// of a line.
func escapeWord(word string) string {
	var b strings.Builder
	for i, r := range word {
		first := i == 0 && strings.ContainsRune("-+=:", r)
		if first || strings.ContainsRune("\\*_[]<>~&$", r) || r == ')' && i > 0 && unicode.IsDigit(rune(word[0])) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
