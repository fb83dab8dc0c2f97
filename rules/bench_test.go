package rules

import (
	"bytes"
	"testing"
)

// BenchmarkFind searches text without needles, beside bytes.IndexByte over the
// same text for a byte that is not there: the speed of memory.
func BenchmarkFind(b *testing.B) {
	line := []byte("func (b *searcher) perform(input []byte) (best part, err error) { // public, private, protected\n")
	text := bytes.Repeat(line, 8<<20/len(line))
	b.Run("IndexByte", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if bytes.IndexByte(text, 0) >= 0 {
				b.Fatal("found")
			}
		}
	})
	b.Run("Find", func(b *testing.B) {
		set := NewSet(All()...)
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if len(set.Find(text)) > 0 {
				b.Fatal("found")
			}
		}
	})
}
