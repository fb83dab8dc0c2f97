package rules

import "bytes"

// nameReach is how many bytes of a name are read to either side of "bearer".
const nameReach = 48

// bearerName returns the end of the name that holds the "bearer" at text[at:],
// and whether it names a credential: what stands before "bearer" is free, what
// follows it says what it is of.
func bearerName(text []byte, at int) (end int, ok bool) {
	if at > 0 && (text[at-1] == '/' || text[at] == 'b' && isLower(text[at-1])) {
		return 0, false // a path, or another word: "pallbearer"
	}
	for _, grant := range []string{"-type:jwt-", "-type:saml2-", "-type%3Ajwt-"} {
		if bytes.HasSuffix(text[:at], []byte(grant)) {
			return 0, false // how an authorization server is asked (RFC 7522, RFC 7523)
		}
	}
	i := at + len("bearer")
	end = i + runLength(text[i:min(len(text), i+nameReach)], isTokenByte)
	if start := at - len(tail(text[max(0, at-nameReach):at], isTokenByte)); isOneOf(text[start:end], grantTypes) {
		return 0, false
	}
	return end, isCredentialTail(text[i:end])
}

// grantTypes are the ends of the names of grants, which name no credential (RFC
// 7522 and RFC 7523), in lower case.
var grantTypes = [][]byte{[]byte("jwt-bearer"), []byte("saml2-bearer")}

// tailWords are what a name that holds a bearer credential goes on with behind
// "bearer", in lower case.
var tailWords = [][]byte{
	[]byte("token"), []byte("tokens"), []byte("auth"), []byte("authentication"), []byte("authenticated"), []byte("authorization"),
	[]byte("authenticator"), []byte("credential"), []byte("credentials"), []byte("key"), []byte("secret"),
	[]byte("value"), []byte("jwt"), []byte("header"), []byte("access"), []byte("api"), []byte("string"), []byte("provider"),
	[]byte("prod"), []byte("dev"), []byte("test"), []byte("staging"), []byte("live"), []byte("default"), []byte("static"), []byte("defaults"),
}

// isCredentialTail tells whether the end of a name is made of tailWords.
func isCredentialTail(tail []byte) bool {
	for len(tail) > 0 {
		n := runLength(tail, func(c byte) bool { return c == '_' || c == '-' || c == '.' || isDigit(c) })
		if n == 0 {
			n = longestPrefix(tail, tailWords)
		}
		if n == 0 {
			return false
		}
		tail = tail[n:]
	}
	return true
}

// namesValue tells whether text begins like what [longerNamed] reads behind a space.
func namesValue(text []byte) bool {
	const name = " token"
	if !hasPrefixFold(text, name) || len(text) < len(name)+2 {
		return false
	}
	sign, next := text[len(name)], text[len(name)+1]
	isSign := func(c byte) bool { return c == ':' || c == '=' || isQuote(c) }
	return isSign(sign) || sign == ' ' && (isSign(next) || bytes.HasPrefix(text[len(name):], []byte(" is")))
}

// longerNamed returns the literal that belongs to a name which goes on behind
// text[i:] with a dot or a space: "bearer.token=…", "the bearer token is '…'". Prose
// is written so, too: the literal has to be random through and through.
func longerNamed(text []byte, i int) (bound, bool) {
	if i+1 >= len(text) || text[i] != '.' && text[i] != ' ' {
		return bound{}, false
	}
	inName := func(c byte) bool { return isTokenByte(c) || c == '.' && text[i] == '.' }
	word := text[i+1 : i+1+runLength(text[i+1:min(len(text), i+1+nameReach)], inName)]
	if len(word) == 0 || text[i] == ' ' && !isOneOf(word, [][]byte{[]byte("token"), []byte("jwt"), []byte("credential")}) || !isCredentialTail(word) {
		return bound{}, false
	}
	end := i + 1 + len(word)
	lit, ok := boundLiteral(text, end)
	if !ok || lit.start-end < 2 && !lit.quoted && text[end] != '=' && text[end] != ':' {
		return bound{}, false
	}
	value := text[lit.start:lit.end]
	return lit, isUnmistakable(value)
}

// longestPrefix returns the length of the longest of the lower-case words that
// text begins with, in any case.
func longestPrefix(text []byte, words [][]byte) (longest int) {
	for _, w := range words {
		if len(w) > longest && hasPrefixFold(text, w) {
			longest = len(w)
		}
	}
	return longest
}

// bound is a literal with how it is bound to its name.
type bound struct {
	literal
	quoted bool
}

// typeWords are what may stand between a name and its literal, in lower case:
// types, modifiers, prefixes of literals, functions that wrap one.
var typeWords = [][]byte{
	[]byte("str"), []byte("string"), []byte("static"), []byte("const"), []byte("char"), []byte("std"), []byte("optional"),
	[]byte("option"), []byte("some"), []byte("new"), []byte("final"), []byte("value"), []byte("or"), []byte("is"), []byte("to"),
	[]byte("text"), []byte("varchar"), []byte("securestring"), []byte("convertto"), []byte("asplaintext"), []byte("from"),
	[]byte("nsstring"), []byte("any"), []byte("b"), []byte("r"), []byte("u"), []byte("l"), []byte("s"), []byte("default"), []byte("into"),
	[]byte("constant"), []byte("as"), []byte("maybe"), []byte("just"), []byte("content"), []byte("equal"),
	[]byte("authenticationscheme"),
}

// isBinding tells the characters that may stand between a name and its literal.
func isBinding(c byte) bool {
	return bytes.IndexByte([]byte("=:(,<>-&*?|[]{}+@!."), c) >= 0
}

// boundLiteral returns the literal that belongs to the name ending at text[i:].
func boundLiteral(text []byte, i int) (bound, bool) {
	b := binder{text: text, at: i, limit: min(len(text), i+bindReach)}
	for b.at < b.limit && !b.failed {
		if lit, ok := b.step(); ok {
			return lit, true
		}
	}
	return bound{}, false
}

// binder goes from a name to its literal.
type binder struct {
	text      []byte
	at, limit int
	assigned  bool // a "=" or ":" was passed, after which a literal needs no quotes
	calls     bool // a parenthesis or comma was passed, after which it does
	dotted    bool // a "." was passed, after which stands a member
	failed    bool
}

// step passes one thing, or returns the literal that it is.
func (b *binder) step() (bound, bool) {
	c := b.text[b.at]
	switch {
	case isQuote(c):
		b.at += runLength(b.text[b.at:b.limit], isQuote)
		lit, ok := literalAt(b.text, b.at)
		return bound{lit, true}, ok && closes(b.text, lit.end)
	case c == '\n' && !b.assigned && !b.calls:
		b.failed = true
	case isSpace(c):
		b.at++
	case isAlnum(c) || c == '_':
		return b.word()
	case c == ')':
		b.fallback()
	case c == '.' && !isAlphaAt(b.text, b.at+1), c == '+' && !hasByteAt(b.text, b.at+1, '='), c == '@' && !closes(b.text, b.at+1):
		b.failed = true // joins, or begins a variable
	case isBinding(c):
		b.assigned = b.assigned || c == '=' || c == ':' || c == '>'
		b.dotted = c == '.'
		b.calls = b.calls || c == '(' || c == ',' || c == '{' || c == '['
		b.at++
	default:
		b.failed = true
	}
	return bound{}, false
}

func isAlphaAt(text []byte, i int) bool {
	return i < len(text) && (isLower(text[i]) || isUpper(text[i]))
}

func hasByteAt(text []byte, i int, c byte) bool { return i < len(text) && text[i] == c }

// word passes a word of a declaration, or returns the literal without quotes
// that it is.
func (b *binder) word() (bound, bool) {
	lit, ok := literalAt(b.text, b.at)
	if ok && !b.calls && !b.dotted && standsFree(b.text, lit.end) && bearerStrength(b.text[lit.start:lit.end]) == strongValue {
		return bound{lit, false}, true
	}
	n := runLength(b.text[b.at:b.limit], isWordByte)
	b.failed = !isOneOf(b.text[b.at:b.at+n], typeWords)
	b.at += n
	return bound{}, false
}

// fallbacks are the operators that give a value where a lookup has none.
var fallbacks = []string{"||", "??", "or ", "?:", "//"}

// fallback passes the end of a call if another value is given for its result.
func (b *binder) fallback() {
	b.at++
	b.at += runLength(b.text[b.at:b.limit], isSpace)
	for _, op := range fallbacks {
		if bytes.HasPrefix(b.text[b.at:b.limit], []byte(op)) {
			b.at += len(op)
			b.calls = true // a value in quotes: "//" also begins a comment
			return
		}
	}
	b.failed = true
}

// standsFree tells whether a literal without quotes ends at text[end:].
func standsFree(text []byte, end int) bool {
	return end == len(text) || isSpace(text[end]) || bytes.IndexByte([]byte("\"'`\\,;<}]|&"), text[end]) >= 0
}
