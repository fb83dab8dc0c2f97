package rules

import "bytes"

// listReach is how many bytes to either side of a hash the others of its list
// are looked for.
const listReach = 256

// listLeast is how many others make a list.
const listLeast = 2

// isListedHash tells whether the hex text[start:end] is one of a list of hashes
// that belong to names, as checksums of packages and of a bundle's parts do:
// others of its length stand beside it, and their names are of no credentials.
func isListedHash(text []byte, start, end int) bool {
	if !isHash(text[start:end]) {
		return false
	}
	from := max(0, start-listReach)
	return hashesIn(text[from:start], end-start)+hashesIn(text[end:min(len(text), end+listReach)], end-start) >= listLeast
}

// isHash tells whether value is hex in one case.
func isHash(value []byte) bool {
	lower, upper, digit := classes(value)
	return digit && lower != upper && runLength(value, isHex) == len(value)
}

// hashesIn counts the hashes of a length that stand in text behind a name that
// is of no credential.
func hashesIn(text []byte, length int) (n int) {
	for i := 0; i < len(text); {
		run := runLength(text[i:], isAlnum)
		if run == length && isHash(text[i:i+run]) && isPlainName(text[:i]) {
			n++
		}
		i += max(1, run)
	}
	return n
}

// secretWords are what names of credentials hold, in lower case.
var secretWords = []string{"token", "secret", "key", "bearer", "password", "credential", "pat", "pwd"}

// isPlainName tells whether a name ends before binds, behind what joins it with
// its value on one line, that is of no credential.
func isPlainName(before []byte) bool {
	name := bytes.TrimRight(before, " \t\"'`=:>({[")
	if len(name) == len(before) {
		return false
	}
	name = tail(name, isTokenByte)
	for _, word := range secretWords {
		if lastIndexFold(name, word) >= 0 {
			return false
		}
	}
	return len(name) > 1
}
