package rules

import (
	"bytes"
)

// What looksRandom wants.
const (
	// randomMargin is by how much, in quarters of a bit, chance must explain the
	// text better than a name would.
	randomMargin = 8

	// lettersMargin is the same for letters of one case alone: they may be a word
	// of a language that nobody counted.
	lettersMargin = 24

	// groupMin is the length in bytes from which a part of a name is no id that
	// programs give to pods, commits and builds.
	groupMin = 16

	// joinedMin and joinedMargin are what text in one case needs that is divided
	// into parts shorter than that.
	joinedMin, joinedMargin = 32, 150
)

// looksRandom judges by structure: text is random if chance explains it better
// than the way in which people make names does, see [unlikeness]. A uuid is
// never random enough: it names things as often as it opens them. The same goes
// for numbers, and for names in one case with a short id at their end.
func looksRandom(value []byte) bool {
	lower, upper, digit := classes(value)
	if !lower && !upper || isUUID(value) {
		return false
	}
	margin := randomMargin
	if !digit && lower != upper {
		margin = lettersMargin
	}
	if lower && upper || runLength(value, isAlnum) == len(value) {
		return unlikeness(value) > margin
	}
	return hasRandomGroup(value, margin) || digit && len(value) >= joinedMin && unlikeness(value) > joinedMargin
}

// hasRandomGroup tells whether one of the parts that value is joined from is
// long enough to be a token, and random.
func hasRandomGroup(value []byte, margin int) bool {
	for group := range bytes.FieldsFuncSeq(value, func(r rune) bool { return r > 127 || !isAlnum(byte(r)) }) {
		lower, upper, _ := classes(group)
		if len(group) >= groupMin && (lower || upper) && unlikeness(group) > margin {
			return true
		}
	}
	return false
}

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

// isUUID tells whether value has the 8-4-4-4-12 form of RFC 9562.
func isUUID(value []byte) bool {
	const length = 36
	if len(value) != length {
		return false
	}
	for i, c := range value {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash && c != '-' || !dash && !isHex(c) {
			return false
		}
	}
	return true
}
