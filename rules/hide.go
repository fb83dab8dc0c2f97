package rules

import (
	"strings"
	"sync"
)

// hideMinLength is the length in bytes of the shortest run that Hide hides.
const hideMinLength = 16

// Hide returns text with every run of characters that could be a credential
// replaced by its mask: text that is shown around a secret, or quoted in a
// message, may hold others that no rule knows. It hides more than the rules
// find, hashes for instance; in a path it judges each name by itself.
func Hide(text string) string {
	var b strings.Builder
	for text != "" {
		n := max(1, hidingRun(text))
		if run := text[:n]; n >= hideMinLength && looksRandom([]byte(run)) {
			b.WriteString(NewSecret(run).Mask())
		} else {
			b.WriteString(run)
		}
		text = text[n:]
	}
	return b.String()
}

// hidingRun returns the length of the run at the beginning of text that is
// judged as one. A slash divides it where it begins like a path.
func hidingRun(text string) int {
	n := runLength([]byte(text), isBearerByte)
	if n > 0 && strings.IndexByte("/.~", text[0]) >= 0 {
		if i := strings.IndexByte(text[1:n], '/'); i >= 0 {
			return i + 1
		}
	}
	return n
}

// everything is the set of all rules.
var everything = sync.OnceValue(func() *Set { return NewSet(All()...) })

// redactMinBody is the length in bytes from which a random body behind "pt-" is
// redacted; it is the one that the issuer's own redaction uses.
const redactMinBody = 12

// Redact returns text with all that any rule finds in it replaced by its mask,
// and whatever looks like a PAT, also where no rule would find it. It is for
// names and messages that somebody else wrote.
func Redact(text string) string {
	if len(text) < gramSize { // as the path "."; to make the set takes longer than a small scan
		return text
	}
	if !everything().Present([]byte(text)) { // as nearly all names
		return text
	}
	var b strings.Builder
	at := 0
	for _, m := range everything().Find([]byte(text)) {
		b.WriteString(redactPATs(text[at:m.Start]))
		b.WriteString(m.Secret.Mask())
		at = m.End
	}
	b.WriteString(redactPATs(text[at:]))
	return b.String()
}

// redactPATs masks what follows a "pt-" and is random, whatever stands before.
func redactPATs(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, patPrefix)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		body := rest[:runLength([]byte(rest), isTokenByte)]
		text = rest[len(body):]
		if len(body) >= redactMinBody && looksRandom([]byte(body)) {
			b.WriteString(NewSecret(patPrefix + body).Mask())
		} else {
			b.WriteString(patPrefix + body)
		}
	}
}
