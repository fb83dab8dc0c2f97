package rules

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
)

const (
	base62    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	base64url = base62 + "-_"
)

// source makes the same tokens in every run: random text looks like words once
// in many thousand times, and a test should not fail that rarely.
var source = rand.New(rand.NewPCG(1, 2))

// seeded returns a source of its own, for a test that runs beside others.
func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }

// randomText returns n random characters of an alphabet.
func randomText(n int, alphabet string) string { return randomFrom(source, n, alphabet) }

func randomFrom(source *rand.Rand, n int, alphabet string) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = alphabet[source.IntN(len(alphabet))]
	}
	return string(text)
}

func randomPAT() string { return patPrefix + randomText(patRealBody, base64url) }

// randomValue is the value of a placeholder in a rule's examples.
func randomValue(name string) string {
	switch name {
	case "pat":
		return randomPAT()
	case "bearer", "random":
		return randomText(40, base62)
	case "shortpat":
		return patPrefix + randomText(16, base62)
	case "job":
		return "jt-" + randomText(40, base62)
	case "device":
		return "drt-" + randomText(40, base62)
	case "uuid":
		return fmt.Sprintf("%s-%s-4%s-a%s-%s", randomText(8, base62[52:]), randomText(4, base62[52:]),
			randomText(3, base62[26:32]), randomText(3, base62[52:]), randomText(12, base62[26:32]))
	case "jwt":
		enc := base64.RawURLEncoding.EncodeToString
		return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
			enc([]byte(`{"sub":"`+randomText(12, base62)+`"}`)) + "." + randomText(43, base62)
	}
	panic("no placeholder is called " + name)
}
