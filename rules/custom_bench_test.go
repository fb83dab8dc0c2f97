package rules

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// manyRules returns n rules as users write them: the prefix of a product, or its
// name before an assignment. They are the same in every run.
func manyRules(t testing.TB, n int) []*Rule {
	random := sampler{rand.New(rand.NewPCG(3, uint64(n)))}
	var all []*Rule
	for i := range n {
		word := random.text(4+i%5, lowerLetters)
		pattern := []string{
			`\b(?P<secret>` + word + `_[A-Za-z0-9]{32})\b`,
			`\b(?P<secret>` + word + `-(?:live|test)-[0-9a-f]{40})\b`,
			`(?i)` + word + `[_-]?(?:api|access)?[_-]?key["' \t]{0,3}[:=]["' \t]{0,3}(?P<secret>[A-Za-z0-9/+]{20,64})`,
			`https://hooks\.` + word + `\.com/services/(?P<secret>[A-Z0-9]{9}/[A-Za-z0-9]{24})`,
		}[i%4]
		all = append(all, custom(t, Custom{ID: fmt.Sprintf("users-%d", i), Pattern: pattern}))
	}
	return all
}

// benchText returns ordinary text: this package's source, or the file that
// PATLINT_BENCH_FILE names.
func benchText(b *testing.B) []byte {
	b.Helper()
	var data []byte
	names := []string{"set.go", "doc.go", "secret.go", "custom.go", "needle.go", "bearer_literal.go"}
	if name := os.Getenv("PATLINT_BENCH_FILE"); name != "" {
		names = []string{name}
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		data = append(data, text...)
	}
	return bytes.Repeat(data, 1+(4<<20)/len(data))
}

// BenchmarkCustom searches the same text with the built-in rules alone and with
// users' rules beside them.
func BenchmarkCustom(b *testing.B) {
	data := benchText(b)
	for _, n := range []int{0, 10, 100, 1000} {
		set := NewSet(append(All(), manyRules(b, n)...)...)
		b.Run(fmt.Sprintf("%d rules", n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				set.Find(data)
			}
		})
	}
}
