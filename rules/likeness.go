package rules

import "math"

// unlikeness says how badly text fits a name, compared with how it fits chance:
// the difference between what it costs to write value as people write names and
// what it costs to write it as random characters of its own alphabet, in
// quarters of a bit. Words, CamelCase, numbers with a meaning and what joins
// them are far below zero, random text of a dozen characters is far above.
func unlikeness(value []byte) int {
	cost := 0
	last, lastClass := byte(0), atStart
	for _, c := range value {
		class := classOf(c)
		cost += turnCost[lastClass][class] + charCost(last, lastClass, c, class)
		if class == upperCase && (lastClass == upperCase || lastClass == capitals) {
			class = capitals
		}
		last, lastClass = c, class
	}
	return cost - int(4*float64(len(value))*math.Log2(float64(alphabetSize(value))))
}

// class is a kind of character.
type class uint8

const (
	lowerCase class = iota
	upperCase
	digitClass
	joiner // what stands between the words of a name
	atStart
	capitals // more than one letter in upper case
)

func classOf(c byte) class {
	switch {
	case isLower(c):
		return lowerCase
	case isUpper(c):
		return upperCase
	case isDigit(c):
		return digitClass
	}
	return joiner
}

// turnCost is what it costs, in quarters of a bit, that in names one class
// follows another: letters stay in their case, digits stay together.
var turnCost = [...][4]int{
	lowerCase:  {1, 16, 21, 15},
	upperCase:  {2, 9, 19, 16},
	digitClass: {12, 15, 3, 9},
	joiner:     {2, 10, 12, 23},
	atStart:    {2, 9, 15, 23},
	capitals:   {13, 1, 19, 14},
}

// digitCost and joinerCost are what one of ten digits costs, and one of the
// joiners, of which a name uses one or two.
const digitCost, joinerCost = 13, 8

// charCost is what c costs among the characters of its class, behind last.
func charCost(last byte, lastClass class, c byte, class class) int {
	switch class {
	case digitClass:
		return digitCost
	case joiner:
		return joinerCost
	}
	row := len(pairCost) - 1
	if inWord := lastClass == upperCase || lastClass == capitals || lastClass == lowerCase && class == lowerCase; inWord {
		row = int(last|0x20) - 'a'
	}
	return 2 * int(pairCost[row][int(c|0x20)-'a']-'a')
}

// alphabetSize is how many characters the random text may have been drawn from
// that value is, if it is one.
func alphabetSize(value []byte) int {
	lower, upper, digit := classes(value)
	hex, joined := true, false
	for _, c := range value {
		joined = joined || !isAlnum(c)
		hex = hex && isHex(c)
	}
	if hex && digit && lower != upper {
		return 16
	}
	size := 1
	for _, part := range [...]struct {
		seen  bool
		count int
	}{{lower, 26}, {upper, 26}, {digit, 10}, {joined, 2}} {
		if part.seen {
			size += part.count
		}
	}
	return max(2, size-1)
}

// pairCost is what a letter costs behind another in a word, in half bits from
// "a" for none: how often the two stand together in the words of English and of
// eight other languages that are written in these letters, and in the names of
// programs. Accents are left out, as names leave them out.
var pairCost = [27]string{
	"ojhiqmkplomhjgpkrgiglmoonn", // a
	"glnofoorgnrgqqgpthknhrqtlr", // b
	"grlqgqpghrjjoqfqsjnijpssml", // c
	"hnnjepoqfqrlongpqikojonpnn", // d
	"kmjilmlplqmijfmlofhimmnlno", // e
	"hommhhoqfushnognuikjisqrns", // f
	"hpopeqljfuqjnjhouhjnirqtos", // g
	"fpqoeqrrgvplmlgrujlijsovls", // h
	"imhjhljtronijfhlpjhiplrqql", // i
	"dqnmfnpsktkpnkgospgohpqtvo", // j
	"gonoepnngtninlgpsjijjrmuns", // k
	"gonkeooofuphmogotqlkjoqslr", // l
	"fjpnerrsgsrnkoghuqlojrssot", // m
	"hpjhgmhogrmnoliqrqiglnrumo", // n
	"mljknlkrmqniiflirgijjljpqn", // o
	"gqnofoqkhupioqgjugjjksrqnu", // p
	"oppmpqsqovsoprspnlnqaoprqq", // q
	"gnlkfolqgtmmklgnskkjknptmm", // r
	"ioipgookhtllknijpoifjpoqml", // s
	"gqnqfpqjftqmopgouhkkjrorkp", // t
	"kjjlilkqinnhigokrghhrppopm", // u
	"fomndnnogusmlphkpllmmonqss", // v
	"epnngoqkfuonpjhotjipmsmriq", // w
	"hkhlhjqngtslmpkfqnlgmjqkns", // x
	"ilikhomrkmkjiiihukhjlokqpl", // y
	"fomletorgqmklkhpuppoirmshj", // z
	"hjhjjjkkjomkijkiqjhilklopo", // at the beginning of a word
}
