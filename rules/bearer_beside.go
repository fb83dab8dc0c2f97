package rules

import "bytes"

// sideKeys are the ends of the names of what stands beside a scheme and holds
// the credential, sideNames whole names, in lower case.
var (
	sideKeys = [][]byte{[]byte("token"), []byte("credentials"), []byte("credential"), []byte("jwt"), []byte("parameter")}

	sideNames = [][]byte{[]byte("-a"), []byte("--auth"), []byte("--auth-cred"), []byte("raw_auth"), []byte("value"), []byte("default"), []byte("apikey"), []byte("api_key"), []byte("api-key"),
		[]byte("setapikey"), []byte("setauthorization")}
)

// oauthOption is how PowerShell's web commands also name the scheme.
const oauthOption = "-Authentication OAuth"

// findToken decides about the token beside the oauthOption at text[at:].
func findToken(text []byte, at int) (hit, bool) {
	lit, ok := besideAfter(text, at+len(oauthOption))
	if !ok {
		lit, ok = besideBefore(text, at)
	}
	return hit{start: lit.start, end: lit.end, confidence: MediumConfidence}, ok
}

// besideAfter returns the literal that a key behind text[i:] gives for the
// scheme or name before it: {"type": "bearer", "token": "…"}. It ends where the
// next bearer begins, so that no text is gone through twice.
func besideAfter(text []byte, i int) (bound, bool) {
	from := i
	for limit := min(len(text), i+sideReach); i < limit; {
		if !isTokenByte(text[i]) {
			if hasBlankLine(text[i:min(limit, i+3)]) {
				return bound{}, false
			}
			i++
			continue
		}
		n := runLength(text[i:limit], isTokenByte)
		word := text[i : i+n]
		i += n
		if lastIndexFold(word, "bearer") >= 0 {
			return bound{}, false
		}
		if lit, ok := boundLiteral(text, i); ok && isSideKey(word) && isGiven(text, word, i, lit) {
			if !isOfOther(text[from:i-n], word, text[lit.end:min(len(text), lit.end+sideReach)]) {
				return lit, true
			}
		}
	}
	return bound{}, false
}

// hostLiteral returns the literal that a host's name has behind the block's name
// that ends at text[i:]: {"bearer": {"example.com": "…"}}.
func hostLiteral(text []byte, i int) (bound, bool) {
	limit := min(len(text), i+bindReach)
	gap := text[i : i+runLength(text[i:limit], func(c byte) bool { return isSpace(c) || isQuote(c) || c == ':' || c == '{' })]
	if !bytes.Contains(gap, []byte(":")) || !bytes.Contains(gap, []byte("{")) || !isQuote(gap[len(gap)-1]) {
		return bound{}, false
	}
	i += len(gap)
	host := text[i : i+runLength(text[i:limit], func(c byte) bool { return isTokenByte(c) || c == '.' })]
	i += len(host)
	if bytes.IndexByte(host, '.') < 1 || i == limit || !isQuote(text[i]) {
		return bound{}, false
	}
	lit, ok := boundLiteral(text, i+1)
	return lit, ok && lit.quoted && isWritten(text, lit)
}

// besideBefore is besideAfter for a credential before the scheme at text[at:],
// the last one.
func besideBefore(text []byte, at int) (last bound, found bool) {
	from := max(0, at-sideReach)
	if i := lastIndexFold(text[from:at], "bearer"); i >= 0 {
		from += i + len("bearer")
	}
	for i := from; i < at; {
		n := runLength(text[i:at], isTokenByte)
		word := text[i : i+n]
		i += n
		switch lit, ok := boundLiteral(text, i); {
		case n == 0:
			found = found && !hasBlankLine(text[i:min(at, i+3)])
			i++
		case ok && lit.end < at && isAuthKey(word) && isGiven(text, word, i, lit):
			if between := text[lit.end:at]; isShared(word, between) || !isOfOther(text[max(0, i-sideReach):i-n], word, between) {
				last, found = lit, true
			}
			i = lit.end
		}
	}
	return last, found
}

// isGiven tells whether the literal behind the name that ends at text[i:] is a
// credential that the name is given: white space alone gives one without quotes
// only to an option. "Authorization: Token …" names another scheme.
func isGiven(text, name []byte, i int, lit bound) bool {
	spaced := !lit.quoted && runLength(text[i:lit.start], isSpace) == lit.start-i
	return (!spaced || name[0] == '-') && isWritten(text, lit)
}

// isSideKey tells whether a name is one of a credential: "-a", "--auth", "token",
// "accessToken", "SetAuthToken".
func isSideKey(name []byte) bool {
	return isOneOf(name, sideNames) || endsInOneOf(name, sideKeys)
}

// isAuthKey is isSideKey for what stands before a scheme, where also a call or
// an option may be named for authentication: .auth("…", {type: "bearer"}).
func isAuthKey(name []byte) bool {
	return isSideKey(name) || endsInOneOf(name, authKeys)
}

// authKeys are the ends of such names, in lower case.
var authKeys = [][]byte{[]byte("auth"), []byte("authenticator"), []byte("authorization"), []byte("authenticate"), []byte("login"), []byte("securestring")}

// endsInOneOf tells whether name ends in one of lower-case words, in any case.
func endsInOneOf(name []byte, words [][]byte) bool {
	for _, w := range words {
		if n := len(name) - len(w); n >= 0 && hasPrefixFold(name[n:], w) {
			return true
		}
	}
	return false
}

// hasBeside tells whether the credential of the name text[at:end] may stand
// beside it.
func hasBeside(text []byte, at, end int, isScheme bool) bool {
	if isScheme {
		return isChosen(text, at, end)
	}
	return !isAnswer(text, at)
}

// isChosen tells whether the scheme at text[at:end] is a value by itself, which
// something is set to.
func isChosen(text []byte, at, end int) bool {
	before := bytes.TrimRight(text[max(0, at-nameReach):at], " \t")
	if len(before) == 0 {
		before = []byte("\n") // the beginning of a text is that of a line
	}
	if hasByteAt(text, end, ' ') && closes(text, end+1) && isQuote(before[len(before)-1]) && hasByteAt(text, end+2, ',') {
		end++ // "Bearer ", as a prefix is given
	}
	if end < len(text) && isQuote(before[len(before)-1]) != isQuote(text[end]) {
		return false
	}
	next := bytes.TrimLeft(text[end:min(len(text), end+4)], " ")
	if len(next) > 0 && bytes.IndexByte([]byte(":{=["), next[0]) >= 0 && !bytes.HasPrefix(next, []byte("{{")) {
		return next[0] != ':' || !isAlnum(before[len(before)-1]) // the name of a block, not a sentence
	}
	space := bytes.LastIndexAny(before, " \t\n")
	if option := before[space+1:]; (space >= 0 || at <= nameReach) && len(option) > 1 && option[0] == '-' {
		return true
	}
	if end < len(text) && text[end] == ' ' && len(next) > 0 && bytes.IndexByte([]byte("\r\n#/-"), next[0]) < 0 {
		return false // it goes on
	}
	return !isAnswer(text, at) && bytes.IndexByte([]byte(":=('\",>.|{[`"), before[len(before)-1]) >= 0
}

// isAnswer tells whether the scheme at text[at:] is the type in the answer of an
// authorization server, which manuals are full of. The field of a client's own
// token is none.
func isAnswer(text []byte, at int) bool {
	before := text[max(0, at-nameReach):at]
	beside := text[max(0, at-sideReach):at]
	key := bytes.TrimRight(before, " \t\"'`\\")
	if !namesTokenType(before) {
		if !bytes.HasSuffix(key, []byte("Type:")) {
			return false
		}
		open := bytes.LastIndexByte(beside, '{')
		return open >= 0 && bytes.HasSuffix(beside[:open], []byte("AccessToken"))
	}
	if !bytes.HasSuffix(key, []byte("TokenType:")) {
		return true
	}
	open := bytes.LastIndex(beside, []byte("oauth2.Token{"))
	return open < 0 || isExpected(beside[:open])
}

// namesTokenType tells whether text names the type of a token.
func namesTokenType(text []byte) bool {
	return lastIndexFold(text, "type") >= 0 &&
		(lastIndexFold(text, "token_type") >= 0 || lastIndexFold(text, "tokentype") >= 0 || lastIndexFold(text, "token-type") >= 0)
}

// isExpected tells whether the line that ends before says what a test expects.
func isExpected(before []byte) bool {
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return lastIndexFold(line, "want") >= 0 || lastIndexFold(line, "expect") >= 0 || lastIndexFold(line, "assert") >= 0
}
