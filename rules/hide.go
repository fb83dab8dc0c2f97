package rules

import "strings"

// hideMinLength is the length in bytes of the shortest run that Hide hides.
const hideMinLength = 16

// Hide returns text with every run of characters that could be a credential
// replaced by its mask: text that is shown around a secret may hold others that
// no rule knows. It hides more than the rules find, hashes for instance.
func Hide(text string) string {
	var b strings.Builder
	for text != "" {
		n := runLength([]byte(text), isBearerByte)
		if n == 0 {
			n = 1
			b.WriteString(text[:n])
		} else if run := text[:n]; n >= hideMinLength && looksRandom([]byte(run)) {
			b.WriteString(NewSecret(run).Mask())
		} else {
			b.WriteString(run)
		}
		text = text[n:]
	}
	return b.String()
}

// Redact returns text with everything that a rule of the set finds in it
// replaced by its mask, for messages that quote what somebody else wrote.
func (s *Set) Redact(text string) string {
	var b strings.Builder
	at := 0
	for _, m := range s.Find([]byte(text)) {
		b.WriteString(text[at:m.Start])
		b.WriteString(NewSecret(text[m.Start:m.End]).Mask())
		at = m.End
	}
	b.WriteString(text[at:])
	return b.String()
}
