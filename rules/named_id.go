package rules

import "bytes"

// The lengths in bytes of parts of a name that are ids, and of all of them: what
// programs number builds, caches and files with is in one case.
const (
	idDigits  = 4 // of hex
	idLetters = 8 // of letters and digits
	idsLength = 12
)

// isNamedID tells whether value is a name with ids of some kind at its end or
// in it, as in "BR-3f1c…", "deps-Linux-3f1c…" or "Order-2f81…-4c1e-…". Without
// the ids, the rest of a random value is still random, and that of a name is not.
func isNamedID(value []byte) bool {
	var rest []byte
	ids := 0
	for group := range bytes.FieldsFuncSeq(value, func(r rune) bool { return r == '-' || r == '_' }) {
		if isIDPart(group) {
			ids += len(group)
			continue
		}
		rest = append(append(rest, group...), '-')
	}
	lower, upper, _ := classes(rest)
	rest = bytes.TrimRight(rest, "-")
	return ids >= idsLength && (lower || upper) && (len(rest) < idLetters || !looksRandom(rest))
}

// isIDPart tells whether a part of a name is hex, or letters of one case with
// digits.
func isIDPart(part []byte) bool {
	if hexed, found := bytes.CutPrefix(part, []byte("0x")); found {
		part = hexed
	}
	lower, upper, digit := classes(part)
	if lower && upper {
		return false
	}
	return len(part) >= idDigits && runLength(part, isHex) == len(part) || len(part) >= idLetters && digit
}
