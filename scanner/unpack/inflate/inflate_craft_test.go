package inflate

import (
	"bytes"
	"math/bits"
	"testing"
)

// bitWriter writes what an encoder would not.
type bitWriter struct {
	b []byte
	n uint
}

// put writes the n lowest bits of v, the lowest first.
func (w *bitWriter) put(v, n uint) {
	for ; n > 0; n-- {
		if w.n&7 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[w.n>>3] |= byte(v & 1 << (w.n & 7))
		v >>= 1
		w.n++
	}
}

// putCode writes a code, the highest bit first.
func (w *bitWriter) putCode(v, n uint) { w.put(uint(bits.Reverse64(uint64(v))>>(64-n)), n) }

// putFixed writes a literal or length in the fixed code.
func (w *bitWriter) putFixed(symbol uint) {
	switch {
	case symbol < 144:
		w.putCode(0x30+symbol, 8)
	case symbol < 256:
		w.putCode(0x190+symbol-144, 9)
	case symbol < 280:
		w.putCode(symbol-256, 7)
	default:
		w.putCode(0xc0+symbol-280, 8)
	}
}

// fixedBlock writes b as literals, and runs of 258 as matches.
func fixedBlock(b []byte) []byte {
	w := new(bitWriter)
	w.put(1|1<<1, 3)
	for i := 0; i < len(b); {
		if i > 0 && i+258 <= len(b) && bytes.Equal(b[i-1:i+257], b[i:i+258]) {
			w.putFixed(285)
			w.putCode(0, 5)
			i += 258
			continue
		}
		w.putFixed(uint(b[i]))
		i++
	}
	w.putFixed(endBlock)
	return w.b
}

// putCodes writes the description of a dynamic block: the lengths of its codes,
// each in 4 bits.
func (w *bitWriter) putCodes(lits, dists []uint) {
	w.put(1|2<<1, 3)
	w.put(uint(len(lits)-257), 5)
	w.put(uint(len(dists)-1), 5)
	w.put(19-4, 4)
	for _, symbol := range preOrder {
		w.put(map[bool]uint{true: 4, false: 0}[symbol < 16], 3)
	}
	for _, l := range append(lits[:len(lits):len(lits)], dists...) {
		w.putCode(l, 4)
	}
}

// lengths makes lengths of codes from (symbol, length) pairs.
func lengths(n int, pairs ...uint) []uint {
	l := make([]uint, n)
	for i := 0; i < len(pairs); i += 2 {
		l[pairs[i]] = pairs[i+1]
	}
	return l
}

func TestInflateCrafted(t *testing.T) {
	flat := lengths(286)
	for i := range flat { // 226 of 8 and 60 of 9 are complete
		flat[i] = 8
		if i >= 226 {
			flat[i] = 9
		}
	}
	for _, c := range []struct {
		name  string
		plain string
		ok    bool
		write func(w *bitWriter)
	}{
		{"kind 3", "", false, func(w *bitWriter) { w.put(7, 3) }},
		{"only the end of the block", "", true, func(w *bitWriter) {
			w.putCodes(lengths(257, endBlock, 1), lengths(1))
			w.putCode(0, 1)
		}},
		{"the other bit beside the end", "", false, func(w *bitWriter) {
			w.putCodes(lengths(257, endBlock, 1), lengths(1))
			w.putCode(1, 1)
		}},
		{"one code of two bits", "", false, func(w *bitWriter) {
			w.putCodes(lengths(257, endBlock, 2), lengths(1))
			w.putCode(0, 2)
		}},
		{"no end of the block", "aa", false, func(w *bitWriter) {
			w.putCodes(lengths(257, 'a', 1, 'b', 1), lengths(1))
			w.putCode(0, 2)
		}},
		{"no codes", "", false, func(w *bitWriter) { w.putCodes(lengths(257), lengths(1)) }},
		{"no distances", "ab", true, func(w *bitWriter) {
			w.putCodes(lengths(257, 'a', 1, 'b', 2, endBlock, 2), lengths(1))
			w.putCode(0, 1)
			w.putCode(2, 2)
			w.putCode(3, 2)
		}},
		{"no distances, but a length", "aaaa", false, func(w *bitWriter) {
			w.putCodes(lengths(258, 'a', 1, endBlock, 2, 257, 2), lengths(1))
			w.putCode(0, 1)
			w.putCode(3, 2)
			w.putCode(0, 1)
			w.putCode(2, 2)
		}},
		{"one distance", "aaaa", true, func(w *bitWriter) {
			w.putCodes(lengths(258, 'a', 1, endBlock, 2, 257, 2), lengths(1, 0, 1))
			w.putCode(0, 1)
			w.putCode(3, 2)
			w.putCode(0, 1)
			w.putCode(2, 2)
		}},
		{"the other bit beside one distance", "aaaa", false, func(w *bitWriter) {
			w.putCodes(lengths(258, 'a', 1, endBlock, 2, 257, 2), lengths(1, 0, 1))
			w.putCode(0, 1)
			w.putCode(3, 2)
			w.putCode(1, 1)
			w.putCode(2, 2)
		}},
		{"one distance of two bits", "", false, func(w *bitWriter) {
			w.putCodes(lengths(257, 'a', 1, endBlock, 1), lengths(1, 0, 2))
			w.putCode(1, 1)
		}},
		{"too few distances", "", false, func(w *bitWriter) {
			w.putCodes(lengths(257, 'a', 1, endBlock, 1), lengths(3, 0, 2, 1, 2, 2, 2))
			w.putCode(1, 1)
		}},
		{"too many distances", "", false, func(w *bitWriter) {
			w.putCodes(lengths(257, 'a', 1, endBlock, 1), lengths(3, 0, 1, 1, 1, 2, 1))
			w.putCode(1, 1)
		}},
		{"too many literals", "", false, func(w *bitWriter) {
			w.putCodes(lengths(257, 'a', 1, 'b', 1, endBlock, 1), lengths(1))
			w.putCode(1, 1)
		}},
		{"all lengths", "", true, func(w *bitWriter) {
			w.putCodes(flat, lengths(30))
			w.putCode(226*2+30, 9)
		}},
		{"287 lengths", "", false, func(w *bitWriter) {
			w.putCodes(append(flat, 0), lengths(1))
			w.putCode(226*2+30, 9)
		}},
		{"31 distances", "", false, func(w *bitWriter) {
			w.putCodes(flat, lengths(31))
			w.putCode(226*2+30, 9)
		}},
		{"fixed length 286", "a", false, func(w *bitWriter) { w.put(3, 3); w.putFixed('a'); w.putFixed(286); w.put(0, 5) }},
		{"fixed length 287", "a", false, func(w *bitWriter) { w.put(3, 3); w.putFixed('a'); w.putFixed(287); w.put(0, 5) }},
		{"fixed distance 30", "aaaa", false, func(w *bitWriter) {
			w.put(3, 3)
			w.putFixed('a')
			w.putFixed(257)
			w.putCode(30, 5)
			w.putFixed(endBlock)
		}},
		{"fixed distance 2 of 1", "aaaa", false, func(w *bitWriter) {
			w.put(3, 3)
			w.putFixed('a')
			w.putFixed(257)
			w.putCode(1, 5)
			w.putFixed(endBlock)
		}},
		{"258 by code 284", string(bytes.Repeat([]byte{'a'}, 259)), true, func(w *bitWriter) {
			w.put(3, 3)
			w.putFixed('a')
			w.putFixed(284)
			w.put(31, 5)
			w.putCode(0, 5)
			w.putFixed(endBlock)
		}},
		{"stored", "ab", true, func(w *bitWriter) { w.b = []byte{1, 2, 0, 0xfd, 0xff, 'a', 'b'} }},
		{"stored, wrong complement", "ab", false, func(w *bitWriter) { w.b = []byte{1, 2, 0, 0xfd, 0xfe, 'a', 'b'} }},
		{"stored, nothing", "", true, func(w *bitWriter) { w.b = []byte{0, 0, 0, 255, 255, 1, 0, 0, 255, 255} }},
	} {
		w := new(bitWriter)
		c.write(w)
		for _, rest := range []int{0, 40} {
			src := append(zlibWrap(w.b, []byte(c.plain)), make([]byte, rest)...)
			dst := make([]byte, len(c.plain))
			_, err := new(Inflater).Inflate(dst, src)
			if (err == nil) != c.ok || c.ok && string(dst) != c.plain {
				t.Errorf("%s: %q, %v", c.name, dst, err)
			}
			sameAnswer(t, new(Inflater), new(zlibOracle), src, len(c.plain))
		}
	}
}

// Matches of every distance, at the end of dst and well before it.
func TestInflateDistances(t *testing.T) {
	plain := make([]byte, 32768)
	for i := range plain {
		plain[i] = byte(i * i >> 7)
	}
	f := new(Inflater)
	for distance := 1; distance <= len(plain); distance += 1 + distance/40 {
		symbol := 0
		for symbol < 29 && int(distEntries[symbol+1]>>16) <= distance {
			symbol++
		}
		extra := uint(distEntries[symbol] & 63)
		for _, length := range []uint{257, 264, 285} {
			for _, more := range []int{0, 40} {
				w := new(bitWriter)
				w.b = append([]byte{0, 0, 0x80, 0xff, 0x7f}, plain...)
				w.n = uint(8 * len(w.b))
				w.put(3, 3)
				w.putFixed(length)
				w.putCode(uint(symbol), 5)
				w.put(uint(distance)-uint(distEntries[symbol]>>16), extra)
				for range more {
					w.putFixed('z')
				}
				w.putFixed(endBlock)
				want := bytes.Clone(plain)
				for range litEntries[length] >> 16 {
					want = append(want, want[len(want)-distance])
				}
				want = append(want, bytes.Repeat([]byte{'z'}, more)...)
				got := make([]byte, len(want))
				if _, err := f.Inflate(got, zlibWrap(w.b, want)); err != nil || !bytes.Equal(got, want) {
					t.Fatalf("distance %d, length %d: equal %v, %v", distance, litEntries[length]>>16, bytes.Equal(got, want), err)
				}
			}
		}
	}
}
