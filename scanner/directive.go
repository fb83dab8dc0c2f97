package scanner

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/patlint/patlint/rules"
)

// directive is an inline comment that allows one finding:
//
//	patlint:allow RULE -- reason
//	patlint:allow RULE FINGERPRINT -- reason
//
// It stands on the line of the secret, or on a line of its own above it. The
// second form names the secret by the first eight or more digits of its
// fingerprint; the first form covers the only secret of its rule there.
type directive struct {
	rule, fingerprint, reason string

	inner   string // where it is inside a container; see sighting
	line    int
	ownLine bool // nothing else stands on its line
	covers  int  // distinct secrets that it would cover
}

// directiveDigits is how much of a fingerprint a directive needs at least.
const directiveDigits = 8

var directiveNeedle = []byte(rules.InlineComment)

var directivePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(
		`^patlint:allow[ \t]+([a-z][a-z0-9-]*)(?:[ \t]+([0-9a-f]{8,32}))?(?:[ \t]+--[ \t]*(.*)|[ \t]|$)`)
})

// directiveLength is how many bytes of a line a directive may take.
const directiveLength = 512

// parseDirective reads the directive at text[at:].
func parseDirective(text []byte, at int) (*directive, bool) {
	start, _ := lineBounds(text, at, directiveLength)
	_, end := lineBounds(text, at, directiveLength)
	m := directivePattern().FindSubmatch(bytes.TrimRight(text[at:end], " \t\r"))
	if m == nil {
		return nil, false
	}
	reason := string(m[3])
	for _, closer := range []string{"*/", "-->", "--%>", "#}", "%>", "--}}", "}}"} {
		reason = strings.TrimSuffix(reason, closer)
	}
	return &directive{
		rule: string(m[1]), fingerprint: string(m[2]), reason: strings.TrimSpace(reason),
		ownLine: isCommentStart(text[start:at]),
	}, true
}

// isCommentStart tells whether only what begins a comment stands before a
// directive on its line.
func isCommentStart(before []byte) bool {
	before = bytes.TrimSpace(before)
	if bytes.EqualFold(before, []byte("rem")) {
		return true
	}
	return !bytes.ContainsFunc(before, func(r rune) bool {
		return r >= 0x80 || strings.ContainsRune(`="'`, r) && len(before) > 1 ||
			'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9'
	})
}

// resolveDirectives finds out which sightings the directives of a blob cover.
// A directive covers one secret: where it would cover two, it covers none.
func resolveDirectives(s *searched) {
	target := map[int]int{} // from the line of a directive of its own to what it is about
	for _, d := range slices.Backward(s.comments) {
		line := d.line
		if d.ownLine {
			line++
			if next, ok := target[line]; ok {
				line = next
			}
			target[d.line] = line
		}
		d.cover(s.sightings, line)
	}
}

// cover marks the sightings on a line that the directive is about.
func (d *directive) cover(sightings []sighting, line int) {
	secrets := map[[32]byte]bool{}
	var covered []*sighting
	first, _ := slices.BinarySearchFunc(sightings, line, func(s sighting, line int) int {
		return cmp.Compare(s.start.line, line)
	})
	for i := first; i < len(sightings) && sightings[i].start.line == line; i++ {
		s := &sightings[i]
		if s.rule.ID != d.rule {
			continue
		}
		if d.fingerprint != "" && !strings.HasPrefix(s.secret.Fingerprint(d.rule), d.fingerprint) {
			continue
		}
		secrets[s.secret.ID()] = true
		covered = append(covered, s)
	}
	d.covers = len(secrets)
	for _, s := range covered {
		if d.works() || s.comment == nil {
			s.comment = d
		}
	}
}

// works tells whether the directive suppresses what it is about.
func (d *directive) works() bool { return d.covers == 1 && d.reason != "" }

// says tells whether two directives have the same words.
func (d *directive) says(other *directive) bool {
	return d.rule == other.rule && d.reason == other.reason && d.fingerprint == other.fingerprint
}

// complaint says why a directive does not do what its author hoped for, or "".
func (d *directive) complaint() string {
	switch {
	case d.covers == 0:
		return "it covers nothing (any more)"
	case d.covers > 1:
		return fmt.Sprintf("%d secrets stand on the line: add the fingerprint of the one that is meant behind the rule", d.covers)
	case d.reason == "":
		return "it has no reason (-- REASON) and counts for nothing"
	}
	return ""
}
