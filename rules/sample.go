package rules

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

const (
	digits       = "0123456789"
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// sampleAlphabets are the names of the random values with a length, "{{hex:32}}", that
// the examples of users' rules may have.
var sampleAlphabets = map[string]string{
	"random":    upperLetters + lowerLetters + digits,
	"digits":    digits,
	"hex":       digits + "abcdef",
	"lower":     lowerLetters + digits,
	"upper":     upperLetters + digits,
	"letters":   upperLetters + lowerLetters,
	"base64":    upperLetters + lowerLetters + digits + "+/",
	"base64url": upperLetters + lowerLetters + digits + "-_",
}

// sizedPlaceholder is a placeholder with the number of its characters.
var sizedPlaceholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{([a-z0-9]+):([1-9][0-9]{0,3})\}\}`) })

// Fill fills in the placeholders of an example: those of [Example], and those
// with a length: {{random:N}}, {{letters:N}}, {{lower:N}}, {{upper:N}},
// {{digits:N}}, {{hex:N}}, {{base64:N}} and {{base64url:N}}. The same seed gives
// the same values.
func Fill(example string, seed uint64) string {
	s := sampler{rand.New(rand.NewPCG(seed, 0x706174))}
	example = sizedPlaceholder().ReplaceAllStringFunc(example, func(mark string) string {
		parts := sizedPlaceholder().FindStringSubmatch(mark)
		alphabet, known := sampleAlphabets[parts[1]]
		n, err := strconv.Atoi(parts[2])
		if !known || err != nil {
			return mark
		}
		return s.text(n, alphabet)
	})
	return Example(example, s.value)
}

// sampler makes random values that look like credentials.
type sampler struct{ source *rand.Rand }

func (s sampler) text(n int, alphabet string) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[s.source.IntN(len(alphabet))])
	}
	return b.String()
}

// value returns a value for a placeholder of [Example].
func (s sampler) value(name string) string {
	for _, p := range placeholders {
		if p.name == name {
			return p.value(s)
		}
	}
	panic("no placeholder is called " + name)
}

// shortPAT draws again what looks like a name, as one of a thousand does.
func (s sampler) shortPAT() string {
	for {
		if body := s.text(16, sampleAlphabets["random"]); looksRandom([]byte(body)) {
			return patPrefix + body
		}
	}
}
