package source

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// ignorePattern is one pattern: a literal start, and a rest that says what may
// come behind it. Git divides patterns in the same way, and not only for speed:
// it lets `**` count as the beginning of a path when it is the beginning of the
// rest, so `foo**/bar` matches foobar and foox/y/bar, whatever gitignore(5) says.
type ignorePattern struct {
	prefix string
	rest   string // a literal or a doublestar pattern, as shape says
	shape  patternShape

	negated    bool // starts with !
	dirOnly    bool // ends with a slash
	anyDepth   bool // has no slash: is about the name, not about the path
	emptyMatch bool // a glob that matches "", where git and doublestar differ
}

// patternShape says how the rest of a pattern is matched.
type patternShape uint8

const (
	shapeExact  patternShape = iota // nothing may come behind the prefix
	shapeAny                        // anything may
	shapeSuffix                     // anything that ends with rest
	shapeGlob                       // what rest matches
)

// globSpecial are the characters at which git ends the literal start.
const globSpecial = `*?[\`

// parsePattern reads one line of a file, trimmed already. It is false for a
// pattern that can match nothing: an empty one, or one with an open bracket, an
// unknown character class or a backslash at its end.
func parsePattern(line string, fold bool) (ignorePattern, bool) {
	var p ignorePattern
	line, p.negated = strings.CutPrefix(line, "!")
	line, p.dirOnly = strings.CutSuffix(line, "/")
	p.anyDepth = !strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if name, ok := strings.CutPrefix(line, "**/"); ok && !strings.Contains(name, "/") {
		// The commonest use of two asterisks means what no slash means.
		line, p.anyDepth = name, true
	}
	if line == "" {
		return p, false
	}
	start := strings.IndexAny(line, globSpecial)
	if start < 0 {
		start = len(line)
	}
	p.prefix = line[:start]
	if fold {
		p.prefix = lowerASCII(p.prefix)
	}
	return p, p.setRest(line[start:], fold)
}

// setRest decides how to match what comes behind the literal start.
func (p *ignorePattern) setRest(rest string, fold bool) bool {
	stars := len(rest) - len(strings.TrimLeft(rest, "*"))
	literal := rest[stars:]
	switch {
	case rest == "":
		p.shape = shapeExact
	case literal == "" && (p.anyDepth || stars > 1):
		p.shape = shapeAny
	case p.anyDepth && stars > 0 && !strings.ContainsAny(literal, globSpecial):
		p.shape, p.rest = shapeSuffix, literal
		if fold {
			p.rest = lowerASCII(literal)
		}
	case strings.HasSuffix(rest, "/"):
		// No path ends with a slash.
		p.shape = shapeExact
		return matchesEmpty(rest)
	default:
		var ok bool
		p.shape, p.emptyMatch = shapeGlob, matchesEmpty(rest)
		p.rest, ok = translate(rest, p.anyDepth, fold)
		return ok
	}
	return true
}

// matchesEmpty tells whether the rest of a pattern matches nothing at all,
// which is when it says `**/` any number of times and then perhaps `*`.
func matchesEmpty(rest string) bool {
	for {
		behind := strings.TrimLeft(rest, "*")
		if behind == "" {
			return true
		}
		if len(rest)-len(behind) < 2 || behind[0] != '/' {
			return false
		}
		rest = behind[1:]
	}
}

// match tells whether the pattern matches text; ascii may be false if that is
// not known.
func (p *ignorePattern) match(text string, ascii bool) bool {
	if !strings.HasPrefix(text, p.prefix) {
		return false
	}
	text = text[len(p.prefix):]
	switch p.shape {
	case shapeExact:
		return text == ""
	case shapeAny:
		return true
	case shapeSuffix:
		return strings.HasSuffix(text, p.rest)
	}
	if text == "" {
		return p.emptyMatch
	}
	if !ascii {
		text = widen(text)
	}
	return doublestar.MatchUnvalidated(p.rest, text)
}

// widen makes a character of each byte, for git's patterns are about bytes and
// those of doublestar about characters: to git, é is matched by ?? and not by ?,
// and bytes that are no UTF-8 differ from each other.
func widen(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// translate writes a pattern of gitignore, or its rest, as one of doublestar
// for widened text. With anyDepth there is no slash, and two asterisks are one.
func translate(rest string, anyDepth, fold bool) (string, bool) {
	var b globBuilder
	for i := 0; i < len(rest); {
		switch c := rest[i]; c {
		case '*':
			i = b.stars(rest, i, anyDepth)
		case '?':
			b.raw("?")
			i++
		case '[':
			set, next, ok := parseClass(rest, i, fold)
			if !ok || !b.class(&set) {
				return "", false
			}
			i = next
		case '\\':
			if i+1 == len(rest) {
				return "", false
			}
			// Git does not fold an escaped letter, but it does fold the
			// text, so that an escaped capital never matches.
			b.literal(rest[i+1])
			i += 2
		default:
			if fold {
				c = lowerByte(c)
			}
			b.literal(c)
			i++
		}
	}
	return b.text.String(), true
}

// globBuilder writes a pattern of doublestar.
type globBuilder struct {
	text strings.Builder

	// folders is set behind `**/`: another one would say nothing new, and
	// would be work for each path.
	folders bool
}

func (b *globBuilder) raw(s string) {
	b.text.WriteString(s)
	b.folders = false
}

// literal writes a byte that stands for itself. Braces are among those that
// doublestar would take for more than git does.
func (b *globBuilder) literal(c byte) {
	if c < 0x80 && c != '/' && !isAlnum(c) {
		b.text.WriteByte('\\')
	}
	b.text.WriteRune(rune(c))
	b.folders = false
}

// stars writes the asterisks that begin at i and returns where they end.
func (b *globBuilder) stars(rest string, i int, anyDepth bool) int {
	end := i + len(rest[i:]) - len(strings.TrimLeft(rest[i:], "*"))
	behind := rest[end:]
	if anyDepth || end-i < 2 || i > 0 && rest[i-1] != '/' {
		b.raw("*")
		return end
	}
	switch {
	case behind == "":
		// Doublestar takes a/** for a as well; git wants something below.
		b.intoFolders()
		b.raw("*")
	case behind[0] == '/':
		b.intoFolders()
		end++
	case strings.HasPrefix(behind, `\/`):
		// Behind an escaped slash, git does not try the empty path.
		b.raw("*/")
		b.intoFolders()
		end += 2
	default:
		b.raw("*")
	}
	return end
}

func (b *globBuilder) intoFolders() {
	if !b.folders {
		b.text.WriteString("**/")
	}
	b.folders = true
}
