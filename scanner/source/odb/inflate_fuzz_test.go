package odb

import (
	"math/rand"
	"testing"
)

// FuzzInflate compares the inflater with compress/zlib: both refuse a stream or
// both give the same bytes, and neither panics.
func FuzzInflate(f *testing.F) {
	plain := textLike(rand.New(rand.NewSource(1)), 120)
	for _, deflate := range deflaters {
		f.Add(deflate(plain), uint16(len(plain)))
		f.Add(deflate(plain[:9]), uint16(9))
	}
	zip, oracle := new(inflater), new(zlibOracle)
	f.Fuzz(func(t *testing.T, src []byte, size uint16) {
		if len(src) < 8 {
			return
		}
		sameAnswer(t, zip, oracle, src, int(size))
		// A stream's size is not often guessed: take it from the stream.
		dst := make([]byte, 1<<16)
		if n, err := zip.inflatePrefix(dst, src); err == nil && n < len(dst) {
			if !sameAnswer(t, zip, oracle, src, n) {
				t.Fatalf("%x: valid for %d bytes as a prefix, but not in whole", src, n)
			}
		}
	})
}
