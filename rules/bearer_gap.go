package rules

import "bytes"

// How far a value stands from what it belongs to, in bytes, at most.
const (
	blankReach = 64  // white space behind the scheme
	joinReach  = 96  // what joins the scheme with a literal of its own
	bindReach  = 96  // what stands between a name and its literal
	sideReach  = 256 // between a scheme and the credential beside it
)

// blanks are the ways in which text writes white space, besides itself.
var blanks = []string{
	"%20", "%09", `\t`, `\u0020`, `\x20`, "&nbsp;", "&#32;", "&#x20;", `\ `, "\u00a0",
	"\\\n", "\\\r\n", "`\n", "`\r\n", "^\n", "^\r\n",
}

// blankStarts are the bytes that those begin with.
const blankStarts = "%\\&\xc2`^"

// skipBlanks returns where the white space ends that begins at text[i:].
func skipBlanks(text []byte, i int) int {
	for limit := min(len(text), i+blankReach); i < limit; {
		n := runLength(text[i:limit], isSpace)
		if n == 0 && bytes.IndexByte([]byte(blankStarts), text[i]) < 0 {
			return i
		}
		for _, blank := range blanks {
			if n == 0 && bytes.HasPrefix(text[i:], []byte(blank)) {
				n = len(blank)
			}
		}
		if n == 0 {
			return i
		}
		i += n
	}
	return i
}

// afterScheme returns the literal that follows the scheme ending at text[i:]:
// behind white space, or as a literal of its own that is joined to the scheme or
// stands beside it, as in ("Bearer", "…").
func afterScheme(text []byte, i int) (literal, bool) {
	j := skipBlanks(text, i)
	if j == i && j+1 < len(text) && text[j] == '+' && isAlnum(text[j+1]) { // a blank in a query
		j++
	}
	if j > i {
		if lit, ok := literalAt(text, j); ok {
			return lit, !inProse(text, lit)
		}
	}
	if lit, ok := defaultIn(text, j); ok {
		return lit, true
	}
	if k := skipTags(text, j); k > j {
		lit, ok := literalAt(text, k)
		return lit, ok && hasByteAt(text, lit.end, '<')
	}
	start, ok := afterJoin(text, j)
	if !ok {
		return literal{}, false
	}
	lit, ok := literalAt(text, start)
	return lit, ok && (closes(text, lit.end) || isBareArgument(text, start))
}

// skipTags returns where the tags end that begin at text[i:], which may stand
// between the parts of a text that is shown: in documents, or as colours.
func skipTags(text []byte, i int) int {
	const reach = 2 * joinReach
	limit := min(len(text), i+reach)
	for end := i; end < limit; {
		end += runLength(text[end:limit], isSpace)
		if end == limit || text[end] != '<' {
			return end
		}
		n := bytes.IndexByte(text[end:limit], '>')
		if n < 0 {
			break
		}
		end += n + 1
		i = end
	}
	return i
}

// defaultIn returns the literal that a template at text[i:] has for its default:
// ${NAME:-…}, {{ name | default("…") }}.
func defaultIn(text []byte, i int) (literal, bool) {
	limit := min(len(text), i+joinReach)
	switch inside := text[i:limit]; {
	case bytes.HasPrefix(inside, []byte("${")):
		i += 2 + runLength(inside[2:], func(c byte) bool { return isWordByte(c) || c == '.' })
		signs := runLength(text[i:limit], func(c byte) bool { return c == ':' || c == '-' || c == '=' })
		if signs == 0 {
			return fallbackIn(text, i, limit)
		}
		lit, ok := literalAt(text, i+signs)
		return lit, ok && hasByteAt(text, lit.end, '}')
	case bytes.HasPrefix(inside, []byte("{{")):
		at := bytes.Index(inside, []byte("default"))
		if at < 0 || bytes.IndexByte(inside[:at], '\n') >= 0 {
			return literal{}, false
		}
		i += at + len("default")
		i += runLength(text[i:limit], func(c byte) bool { return c == ' ' || c == '(' || isQuote(c) })
		lit, ok := literalAt(text, i)
		return lit, ok && closes(text, lit.end)
	}
	return literal{}, false
}

// fallbackIn returns the literal that an expression at text[i:limit] has for its
// other value: ${name || '…'}, ${test ? name : '…'}.
func fallbackIn(text []byte, i, limit int) (literal, bool) {
	for ; i < limit && text[i] != '\n' && text[i] != '}'; i++ {
		if c := text[i]; c != '|' && c != '?' && c != ':' {
			continue
		}
		start := i + 1 + runLength(text[i+1:limit], isSpace)
		if start >= limit || !isQuote(text[start]) {
			continue
		}
		lit, ok := literalAt(text, start+1)
		return lit, ok && hasByteAt(text, lit.end, text[start]) && bearerStrength(text[lit.start:lit.end]) != dummyValue
	}
	return literal{}, false
}

// inProse tells whether a literal is a part of an expression: "a.b" with what
// could be called or looked up behind it.
func inProse(text []byte, lit literal) bool {
	after := text[lit.end:]
	return len(after) > 1 && after[0] == '=' && isQuote(after[1])
}

// joinWords are the words that may stand between a scheme and its credential,
// in lower case: of functions that join, of parameters, of literals' prefixes.
var joinWords = [][]byte{
	[]byte("format"), []byte("concat"), []byte("append"), []byte("plus"), []byte("push_str"), []byte("parameter"), []byte("args"),
	[]byte("arg"), []byte("text"), []byte("_t"), []byte("qstring"), []byte("qstringliteral"), []byte("qlatin1string"), []byte("string"),
	[]byte("str"), []byte("tostring"), []byte("delimited"), []byte("by"), []byte("size"), []byte("space"), []byte("formatted"), []byte("interpolate"), []byte("dict"),
	[]byte("new"), []byte("list"), []byte("object"), []byte("array"),
	[]byte("b"), []byte("r"), []byte("u"), []byte("f"), []byte("l"), []byte("s"), []byte("v"), []byte("d"),
}

// lookupWords are those of a lookup in the environment, which may have a literal
// for its default, in lower case.
var lookupWords = [][]byte{
	[]byte("os"), []byte("process"), []byte("system"), []byte("env"), []byte("environ"), []byte("getenv"), []byte("or"),
	[]byte("deno"), []byte("bun"), []byte("environment"), []byte("getenvironmentvariable"), []byte("import"), []byte("meta"), []byte("_env"),
}

// isJoinWord tells whether text[start:end] may stand between a scheme and a
// literal: a word of that kind, or what a lookup is told by ".get" and ".NAME".
func isJoinWord(text []byte, start, end int) bool {
	word := text[start:end]
	if isOneOf(word, joinWords) || isOneOf(word, lookupWords) {
		return true
	}
	isMember := text[start-1] == '.' || isQuote(text[start-1])
	isName := runLength(word, func(c byte) bool { return isUpper(c) || isDigit(c) || c == '_' }) == len(word)
	return isMember && (isName || isOneOf(word, [][]byte{[]byte("get"), []byte("fetch")}))
}

// isJoin tells whether the character at text[i] may stand between a scheme and a
// literal. Variables begin with some, which then do not.
func isJoin(text []byte, i int) bool {
	switch c := text[i]; c {
	case '$': // as in "%1$s", ${'…'}, $('…') and PHP's $_ENV["NAME"]
		return isDigit(text[i-1]) || (hasByteAt(text, i+1, '{') || hasByteAt(text, i+1, '(')) && closes(text, i+2) || bytes.HasPrefix(text[i+1:], []byte("_ENV["))
	case '#': // as in #{'…'}
		return hasByteAt(text, i+1, '{') && closes(text, i+2)
	case '@': // as in @"…" and "%@"
		return text[i-1] == '%' || closes(text, i+1)
	case '-': // as in -f "…"
		return hasByteAt(text, i+1, 'f') && hasByteAt(text, i+2, ' ')
	default:
		return isSpace(c) || bytes.IndexByte([]byte(",+.&~<>|?()[]{}%:=_"), c) >= 0
	}
}

// afterJoin returns where a literal begins that is joined to the scheme which
// ends before text[i:], by an operator, a function or a comma.
func afterJoin(text []byte, i int) (int, bool) {
	limit := min(len(text), i+joinReach)
	quoted, field := false, []byte(nil)
	for i < limit {
		c := text[i]
		switch {
		case isQuote(c):
			n := runLength(text[i:limit], isQuote)
			if isOpening(text, i+n) {
				return i + n, true
			}
			quoted = true
			i += n
			i += lineEnd(text, i)
		case isJoin(text, i):
			i++
		case isAlnum(c):
			n := runLength(text[i:limit], isWordByte)
			word := text[i : i+n]
			switch {
			case quoted && isBareArgument(text, i):
				return i, true
			case isDigit(c), isJoinWord(text, i, i+n) && (quoted || n == 1 || !isOneOf(word, joinWords)):
			case !quoted && isField(text, i, i+n):
				field = word
			case field == nil || !bytes.Equal(word, field):
				return 0, false
			}
			i += n
		default:
			return 0, false
		}
	}
	return 0, false
}

// lineEnd returns the length of the rest of a "\n" whose backslash stands before
// text[i:].
func lineEnd(text []byte, i int) int {
	if text[i-1] == '\\' && i < len(text) && bytes.IndexByte([]byte("nrt"), text[i]) >= 0 {
		return 1
	}
	return 0
}

// isField tells whether text[start:end] is the name of a field in a format, as
// in "{name}", "%(name)s" and "%<name>s".
func isField(text []byte, start, end int) bool {
	if end == len(text) {
		return false
	}
	switch text[start-1] {
	case '{':
		return text[end] == '}'
	case '(', '<':
		return text[start-2] == '%' && (text[end] == ')' || text[end] == '>')
	}
	return false
}

// isBareArgument tells whether a credential without quotes stands at text[i:], as
// that of a shell's printf.
func isBareArgument(text []byte, i int) bool {
	if !isSpace(text[i-1]) {
		return false
	}
	lit, ok := literalAt(text, i)
	return ok && standsFree(text, lit.end) && bearerStrength(text[lit.start:lit.end]) == strongValue && !isMember(text[lit.start:lit.end])
}

// isOpening tells whether the quote before text[i:] opens a literal that may be
// a credential.
func isOpening(text []byte, i int) bool {
	lit, ok := literalAt(text, i)
	return ok && closes(text, lit.end) && !isKey(text, lit) && bearerStrength(text[lit.start:lit.end]) != dummyValue
}

// closes tells whether a quote stands at text[end:].
func closes(text []byte, end int) bool {
	return end < len(text) && (isQuote(text[end]) || bytes.HasPrefix(text[end:], []byte("&quot;")))
}

// isOneOf tells whether word is one of lower-case words, in any case.
func isOneOf(word []byte, words [][]byte) bool {
	for _, w := range words {
		if len(w) == len(word) && hasPrefixFold(word, w) {
			return true
		}
	}
	return false
}
