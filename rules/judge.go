package rules

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// wordShare is the share of letters and digits, in percent, that may stand in
// words before text counts as written by people. Names made of words stay above
// 60, of 100,000 random base62 strings of 40 characters none was above 50.
const wordShare = 50

// lettersOnlyMin is the length in bytes from which text without digits may be
// random: of 40 random base62 characters one string in a thousand has none.
const lettersOnlyMin = 32

// looksRandom judges by structure: random text mixes letters with digits and
// holds few words. A uuid is never random enough: it names things as often as
// it opens them.
func looksRandom(value []byte) bool {
	if isUUID(value) || isName(value) || inWords(value) >= wordShare {
		return false
	}
	lower, upper, digit := classes(value)
	if !digit {
		return lower && upper && len(value) >= lettersOnlyMin
	}
	return lower || upper
}

// isName tells whether every part of value between dashes and underscores is a
// word, a number, or one with the other behind it, as in "doc-bug-PT27". Random
// parts of more than a few characters mix their kinds.
func isName(value []byte) bool {
	for part := range bytes.FieldsFuncSeq(value, func(r rune) bool { return r == '-' || r == '_' }) {
		word := bytes.TrimFunc(part, isDigitRune)
		digitsAround := len(word) > 0 && isDigit(part[0]) && isDigit(part[len(part)-1])
		if digitsAround || len(word) > 0 && wordLength(word) != len(word) {
			return false
		}
	}
	return true
}

func isDigitRune(r rune) bool { return '0' <= r && r <= '9' }

// groupLength is the mean length of what stands between dashes and underscores
// below which text is a name made of short parts. In random base64url it is 32.
const groupLength = 10

// hasLongGroups tells whether value is not divided into short parts.
func hasLongGroups(value []byte) bool {
	groups := 1 + bytes.Count(value, []byte("-")) + bytes.Count(value, []byte("_"))
	return len(value) >= groups*groupLength
}

// classes tells which kinds of letters and digits value holds.
func classes(value []byte) (lower, upper, digit bool) {
	for _, c := range value {
		lower = lower || isLower(c)
		upper = upper || isUpper(c)
		digit = digit || isDigit(c)
	}
	return lower, upper, digit
}

// isMixed tells whether value holds lower case, upper case and digits.
func isMixed(value []byte) bool {
	lower, upper, digit := classes(value)
	return lower && upper && digit
}

// inWords returns the share, in percent, of the letters and digits of value
// that stand in words: runs of four or more letters in one case, a capital
// before them allowed, most of whose neighbouring letters are common together.
func inWords(value []byte) int {
	words, total := 0, 0
	for i := 0; i < len(value); {
		n := wordLength(value[i:])
		if n >= 4 && isWordLike(value[i:i+n]) {
			words += n
		}
		for _, c := range value[i : i+n] {
			if isAlnum(c) {
				total++
			}
		}
		i += n
	}
	if total == 0 {
		return 100
	}
	return words * 100 / total
}

// wordLength returns the length of the word that value begins with, as CamelCase
// divides words; what is no letter is a word of its own.
func wordLength(value []byte) int {
	upper := runLength(value, isUpper)
	lower := runLength(value[upper:], isLower)
	switch {
	case upper+lower == 0:
		return 1
	case upper <= 1:
		return upper + lower
	case lower > 0: // the last capital begins the next word
		return upper - 1
	}
	return upper
}

// commonPairs lists, for each letter (a is 0), the letters that often follow it in the
// words of programs and of English: the 180 most frequent pairs in the sources
// and documents of a Go and a Debian installation.
var commonPairs = [26]string{
	0: "abcdefgilmnprstuv", 1: "aeilu", 2: "acehiklmorst", 3: "adeiors",
	4: "abcdefglmnprstvx", 5: "aefio", 6: "eor", 7: "aeio",
	8: "abcdefglmnoprstv", 10: "e", 11: "adeilosty", 12: "aeiopsu",
	13: "acdegiost", 14: "cdlmnoprstuv", 15: "aeilorst", 17: "acdeilmorstu",
	18: "acehilopstu", 19: "aehiorstuy", 20: "blmnprst", 21: "aeims",
	22: "a", 23: "tv",
}

// isWordLike tells whether at least 60 % of the neighbouring letters of word
// are common together.
func isWordLike(word []byte) bool {
	common := 0
	for i := 1; i < len(word); i++ {
		after := commonPairs[word[i-1]|0x20-'a']
		if strings.IndexByte(after, word[i]|0x20) >= 0 {
			common++
		}
	}
	return common*5 >= (len(word)-1)*3
}

// isUUID tells whether value has the 8-4-4-4-12 form of RFC 9562.
func isUUID(value []byte) bool {
	groups := bytes.Split(value, []byte("-"))
	if len(groups) != 5 {
		return false
	}
	for i, n := range [...]int{8, 4, 4, 4, 12} {
		if len(groups[i]) != n || runLength(groups[i], isHex) != n {
			return false
		}
	}
	return true
}

// isJWT tells whether value is a JSON Web Token in its compact form: three
// base64url parts, the first of which holds a JSON object (RFC 7519, section 3).
func isJWT(value []byte) bool {
	parts := bytes.Split(value, []byte("."))
	if len(parts) != 3 || len(parts[1]) == 0 || len(parts[2]) == 0 {
		return false
	}
	header := make([]byte, base64.RawURLEncoding.DecodedLen(len(parts[0])))
	n, err := base64.RawURLEncoding.Decode(header, parts[0])
	return err == nil && n > 1 && header[0] == '{' && bytes.Contains(header[:n], []byte(`"alg"`))
}

// placeholderWords are words of which a single one makes a value a placeholder.
var placeholderWords = []string{
	"your", "example", "placeholder", "replace", "change-me", "changeme", "dummy", "sample",
	"token-here", "token_here", "tokenhere", "invalid", "redacted", "insert", "fake", "secret",
}

// isPlaceholder tells whether a value only stands for a credential: it names
// one in words, repeats a few characters, or counts up the alphabet.
func isPlaceholder(value []byte) bool {
	for _, word := range placeholderWords {
		if containsWordFold(value, word) {
			return true
		}
	}
	return isRepetitive(value) || isSequence(value)
}

// containsWordFold tells whether value holds the word with no letter on either
// side, so that random text holds one only by rare chance.
func containsWordFold(value []byte, word string) bool {
	for i := 0; i+len(word) <= len(value); i++ {
		if !hasPrefixFold(value[i:], word) {
			continue
		}
		end := i + len(word)
		if (i == 0 || !isAlnum(value[i-1])) && (end == len(value) || !isAlnum(value[end])) {
			return true
		}
	}
	return false
}

// isRepetitive tells whether value has fewer distinct characters than random
// text of its length could have.
func isRepetitive(value []byte) bool {
	var seen [256]bool
	distinct := 0
	for _, c := range value {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
	}
	return distinct < min(8, len(value)/2)
}

// isSequence tells whether more than half of value counts up or down, as in
// "abcdefgh" or "12345678".
func isSequence(value []byte) bool {
	steps := 0
	for i := 1; i < len(value); i++ {
		if value[i] == value[i-1]+1 || value[i]+1 == value[i-1] {
			steps++
		}
	}
	return steps*2 > len(value)
}
