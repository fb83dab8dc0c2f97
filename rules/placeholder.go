package rules

import (
	"bytes"
	"math"
)

// isPlaceholder tells whether a value only stands for a credential: it names
// one in words, in whatever language, holds what only templates hold, repeats
// itself, follows the alphabet or the keyboard, or is a published sample.
func isPlaceholder(value []byte) bool {
	for _, c := range value {
		if c >= 0x80 || bytes.IndexByte([]byte("<>{}[]() *"), c) >= 0 {
			return true // a credential is ASCII, and has none of these
		}
	}
	return saysSo(value) || saysSo(withoutLeet(value)) || isRepetitive(value) || isSequence(value) || isMashed(value) || isSampleJWT(value)
}

// isRepetitive tells whether value has fewer distinct characters than random
// text of its length could have, or is a block over and over.
func isRepetitive(value []byte) bool {
	return distinctBytes(value) < min(8, len(value)*2/5) || isPeriodic(value)
}

// distinctBytes counts the different bytes of value.
func distinctBytes(value []byte) (n int) {
	var seen [256]bool
	for _, c := range value {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	return n
}

// maxPeriod is the length in bytes of the longest block whose repetition counts.
const maxPeriod = 32

// isPeriodic tells whether three quarters of value are what stood a block
// before, in either case. Some of it may be a prefix, or cut.
func isPeriodic(value []byte) bool {
	for period := 1; period <= min(maxPeriod, len(value)/2); period++ {
		same := 0
		for i := period; i < len(value); i++ {
			if lowered(value[i]) == lowered(value[i-period]) {
				same++
			}
		}
		if rest := len(value) - period; rest >= 8 && same*4 >= rest*3 {
			return true
		}
	}
	return false
}

// mashMin is how many letters tell that somebody drummed on the keyboard.
const mashMin = 12

// isMashed tells whether nearly all letters of value are of the keyboard's home
// row, as in "asdkfjhaslkdjfh": of random letters it is a third.
func isMashed(value []byte) bool {
	letters, home, beyondHex := 0, 0, false
	for _, c := range value {
		c = lowered(c)
		if !isLower(c) {
			continue
		}
		letters++
		if bytes.IndexByte([]byte("asdfghjkl"), c) >= 0 {
			home++
			beyondHex = beyondHex || c > 'f'
		}
	}
	return letters >= mashMin && beyondHex && home*5 >= letters*4 || isMonotonous(value)
}

// isMonotonous tells whether a text of letters in one case, or of them and
// digits, has fewer of them than three fifths of what chance gives. Longer ones
// may be hexadecimal digits behind a prefix.
func isMonotonous(value []byte) bool {
	lower, upper, _ := classes(value)
	if len(value) < 2*mashMin || len(value) > 32 || lower == upper || runLength(value, isAlnum) < len(value) || alphabetSize(value) == 16 {
		return false
	}
	size := float64(alphabetSize(value))
	chance := size * (1 - math.Pow(1-1/size, float64(len(value))))
	return float64(distinctBytes(value))*5 < chance*3
}

// isSequence tells whether most of value counts or follows the keyboard, as in
// "abcdefgh", "abc123def456" or "qwertyuiop", also with two such taking turns,
// as in "a1b2c3d4e5", or between other words.
func isSequence(value []byte) bool {
	if countsOn(value) {
		return true
	}
	covered, total := 0, 0
	for group := range bytes.FieldsFuncSeq(value, func(r rune) bool { return !isAlnum(byte(r)) }) {
		total += len(group)
		if len(group) >= 8 && countsOn(group) {
			covered += len(group)
		}
	}
	return covered > 0 && covered*5 >= total*3
}

// countsOn is isSequence for text as a whole.
func countsOn(value []byte) bool {
	if inSequence(value)*5 >= len(value)*3 {
		return true
	}
	var even, odd []byte
	for i, c := range value {
		if i%2 == 0 {
			even = append(even, c)
		} else {
			odd = append(odd, c)
		}
	}
	return len(value) >= 12 && inSequence(even)*10 >= len(even)*7 && inSequence(odd)*10 >= len(odd)*7
}

// inSequence counts the bytes of value that stand in runs of three or more in
// which each is as far from the one before.
func inSequence(value []byte) int {
	covered, run, last := 0, 1, step(0)
	for i := 1; i <= len(value); i++ {
		now := noStep
		if i < len(value) {
			now = stepBetween(value[i-1], value[i])
		}
		if now != noStep && now == last {
			run++
			continue
		}
		if run >= 3 {
			covered += run
		}
		run, last = 1, now
		if now != noStep {
			run = 2
		}
	}
	return covered
}

// step is how one character of a sequence follows the one before.
type step uint8

const (
	noStep step = iota
	sameStep
	upStep
	downStep
	keyStep
	keyBackStep
)

// rows are what stands side by side on keyboards; the columns come last.
const rows = "qwertyuiop asdfghjkl zxcvbnm azerty qwertz 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"

func stepBetween(a, b byte) step {
	a, b = lowered(a), lowered(b)
	switch {
	case !isAlnum(a) || !isAlnum(b):
		return noStep
	case a == b:
		return sameStep
	case b == a+1, a == '9' && (b == '0' || b == 'a'), a == 'z' && b == '0':
		return upStep
	case a == b+1, a == '0' && b == '9':
		return downStep
	case bytes.Contains([]byte(rows), []byte{a, b}):
		return keyStep
	case bytes.Contains([]byte(rows), []byte{b, a}):
		return keyBackStep
	}
	return noStep
}

// lowered returns an ASCII letter in lower case, and any other byte as it is.
func lowered(c byte) byte {
	if isUpper(c) {
		return c | 0x20
	}
	return c
}
