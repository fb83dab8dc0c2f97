package inflate

import (
	"bytes"
	"math/rand"
	"testing"
)

// FuzzInflate compares the Inflater with compress/zlib: both refuse a stream or
// both give the same bytes, and neither panics.
func FuzzInflate(f *testing.F) {
	plain := textLike(rand.New(rand.NewSource(1)), 120)
	for _, deflate := range deflaters {
		f.Add(deflate(plain), uint16(len(plain)))
		f.Add(deflate(plain[:9]), uint16(9))
	}
	zip, oracle := new(Inflater), new(zlibOracle)
	f.Fuzz(func(t *testing.T, src []byte, size uint16) {
		// A size is not often guessed: take the stream's own. The sum is set by
		// sameAnswer, so let there be room for it.
		dst := make([]byte, 1<<16)
		n, err := zip.InflatePrefix(dst, src)
		src = append(bytes.Clone(src), 0, 0, 0, 0)
		sameAnswer(t, zip, oracle, src, int(size))
		if err == nil && n < len(dst) && !sameAnswer(t, zip, oracle, src, n) {
			t.Fatalf("%x: valid for %d bytes as a prefix, but not in whole", src, n)
		}
	})
}
