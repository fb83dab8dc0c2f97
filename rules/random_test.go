package rules

import "math/rand/v2"

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
func randomValue(name string) string { return sampler{source}.value(name) }
