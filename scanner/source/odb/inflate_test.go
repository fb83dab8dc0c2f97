package odb

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"testing"

	stdadler "hash/adler32"
)

// zlibOracle is the standard library's answer to inflater.inflate.
type zlibOracle struct {
	zip io.ReadCloser
	src bytes.Reader // a ByteReader, of which not more is read than needed
	sum bool         // that inflate refused the sum, and nothing else
}

func (o *zlibOracle) inflate(dst, src []byte) (used int, ok bool) {
	o.src.Reset(src)
	o.sum = false
	var err error
	if o.zip == nil {
		o.zip, err = zlib.NewReader(&o.src)
	} else {
		err = o.zip.(zlib.Resetter).Reset(&o.src, nil)
	}
	if err != nil {
		return 0, false
	}
	n, err := io.ReadFull(o.zip, dst)
	if err == nil {
		var one [1]byte
		var more int
		more, err = io.ReadFull(o.zip, one[:])
		n += more
	}
	o.sum = err == zlib.ErrChecksum && n == len(dst)
	if n != len(dst) || err != io.EOF {
		return 0, false
	}
	return len(src) - o.src.Len(), true
}

// deflaters are ways to write a stream.
var deflaters = map[string]func([]byte) []byte{
	"huffman-only": func(b []byte) []byte { return deflateLevel(b, flate.HuffmanOnly) },
	"stored":       func(b []byte) []byte { return deflateLevel(b, 0) },
	"level 1":      func(b []byte) []byte { return deflateLevel(b, 1) },
	"level 6":      func(b []byte) []byte { return deflateLevel(b, 6) },
	"level 9":      func(b []byte) []byte { return deflateLevel(b, 9) },
	"flushed":      deflateFlushed,
	"fixed":        func(b []byte) []byte { return zlibWrap(fixedBlock(b), b) },
}

func deflateLevel(b []byte, level int) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, level)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

// deflateFlushed writes many blocks, of several kinds.
func deflateFlushed(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	for len(b) > 0 {
		n := min(len(b), 1+len(b)/5)
		w.Write(b[:n])
		w.Flush()
		b = b[n:]
	}
	w.Close()
	return out.Bytes()
}

func zlibWrap(deflated, plain []byte) []byte {
	b := append([]byte{0x78, 0x9c}, deflated...)
	return binary.BigEndian.AppendUint32(b, stdadler.Checksum(plain))
}

// inputs are contents of many kinds and sizes.
func inputs() map[string][]byte {
	r := rand.New(rand.NewSource(1))
	m := map[string][]byte{"empty": {}}
	noise := make([]byte, 70000)
	r.Read(noise)
	text := textLike(r, 70000)
	for _, n := range []int{1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 63, 100, 257, 258, 259, 300, 1000, 4095, 20000, 32768, 65535, 65536, 70000} {
		m[fmt.Sprint("noise ", n)] = noise[:n]
		m[fmt.Sprint("text ", n)] = text[:n]
		m[fmt.Sprint("run ", n)] = bytes.Repeat([]byte{'x'}, n)
	}
	for _, period := range []int{2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 255, 258, 1024, 32767, 32768} {
		m[fmt.Sprint("period ", period)] = bytes.Repeat(noise[:period], 70000/period+1)[:70000-period%5]
	}
	skewed := make([]byte, 70000) // for long codes
	for i := range skewed {
		skewed[i] = byte(min(255, int(r.ExpFloat64()*4)))
	}
	m["skewed"] = skewed
	return m
}

// textLike makes text with the repetitions of a source file.
func textLike(r *rand.Rand, n int) []byte {
	words := make([]string, 400)
	for i := range words {
		w := make([]byte, 2+r.Intn(9))
		for j := range w {
			w[j] = "etaoinshrdlucmfwypvbgkqjxz_ETS10"[min(31, int(r.ExpFloat64()*7))]
		}
		words[i] = string(w)
	}
	var b bytes.Buffer
	for b.Len() < n {
		b.WriteString(words[min(399, int(r.ExpFloat64()*60))])
		b.WriteString([]string{" ", " ", " ", ", ", ".", "(", ");\n", "\n\t", " = ", "->"}[r.Intn(10)])
	}
	return b.Bytes()[:n]
}

func TestInflate(t *testing.T) {
	f := new(inflater)
	for name, plain := range inputs() {
		for way, deflate := range deflaters {
			src := deflate(plain)
			dst := make([]byte, len(plain))
			for _, rest := range []int{0, 1, 5, 100} {
				long := append(src[:len(src):len(src)], bytes.Repeat([]byte{0xa5}, rest)...)
				clear(dst)
				used, err := f.inflate(dst, long)
				if err != nil || used != len(src) || !bytes.Equal(dst, plain) {
					t.Fatalf("%s, %s, %d more: took %d of %d, equal %v, %v", name, way, rest, used, len(src), bytes.Equal(dst, plain), err)
				}
			}
		}
	}
}

func TestInflateOtherSize(t *testing.T) {
	f := new(inflater)
	for name, plain := range inputs() {
		for way, deflate := range deflaters {
			src := deflate(plain)
			for _, n := range []int{0, 1, len(plain) / 2, len(plain) - 1, len(plain) + 1, 2*len(plain) + 300} {
				if n < 0 || n == len(plain) {
					continue
				}
				if used, err := f.inflate(make([]byte, n), src); used != 0 || !errors.Is(err, errSize) {
					t.Errorf("%s, %s, %d for %d bytes: %d, %v", name, way, n, len(plain), used, err)
				}
			}
		}
	}
}

func TestInflatePrefix(t *testing.T) {
	f := new(inflater)
	for name, plain := range inputs() {
		for way, deflate := range deflaters {
			src := deflate(plain)
			for _, n := range []int{0, 1, 10, 32, 300, len(plain), len(plain) + 9} {
				dst := make([]byte, n)
				got, err := f.inflatePrefix(dst, src)
				if err != nil || got != min(n, len(plain)) || !bytes.Equal(dst[:got], plain[:got]) {
					t.Errorf("%s, %s, %d of %d bytes: %d, %v", name, way, n, len(plain), got, err)
				}
			}
		}
	}
}

// Nothing is written behind dst, even if its array is longer.
func TestInflateStaysInside(t *testing.T) {
	f := new(inflater)
	for name, plain := range inputs() {
		for way, deflate := range deflaters {
			src := deflate(plain)
			dst := bytes.Repeat([]byte{0x5a}, len(plain)+400)
			for _, n := range []int{len(plain), len(plain) / 2, len(plain) * 9 / 10} {
				f.inflate(dst[:n], src)
				if bytes.Count(dst[n:], []byte{0x5a}) != len(dst)-n && n == len(plain) {
					t.Errorf("%s, %s: wrote behind %d", name, way, n)
				}
			}
		}
	}
}

func TestInflateAllocatesNothing(t *testing.T) {
	f := new(inflater)
	plain := textLike(rand.New(rand.NewSource(1)), 5000)
	dst := make([]byte, len(plain))
	for way, deflate := range deflaters {
		src := deflate(plain)
		if n := testing.AllocsPerRun(20, func() { f.inflate(dst, src) }); n != 0 {
			t.Errorf("%s: %v allocations", way, n)
		}
	}
}

func TestAdler32(t *testing.T) {
	b := bytes.Repeat([]byte{255}, 70000)
	noise := make([]byte, 70000)
	rand.New(rand.NewSource(1)).Read(noise)
	for n := range 1000 {
		for _, b := range [][]byte{b[:n], b[:70*n], noise[:n], noise[n:], noise[n : 2*n]} {
			if got, want := adler32(b), stdadler.Checksum(b); got != want {
				t.Fatalf("%d bytes: %08x, not %08x", len(b), got, want)
			}
		}
	}
}
