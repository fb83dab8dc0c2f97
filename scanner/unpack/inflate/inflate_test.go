package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"sync"
	"testing"

	stdadler "hash/adler32"
)

// zlibOracle is the standard library's answer to Inflater.inflate.
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

// deflated is one of the inputs in one of the ways.
type deflated struct {
	name       string
	plain, src []byte
}

// streams returns all inputs in all ways. Deflating takes most of the time.
var streams = sync.OnceValue(func() (all []deflated) {
	for name, plain := range inputs() {
		for way, deflate := range deflaters {
			all = append(all, deflated{name + ", " + way, plain, deflate(plain)})
		}
	}
	return all
})

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
	f := new(Inflater)
	for _, d := range streams() {
		dst := make([]byte, len(d.plain))
		for _, rest := range []int{0, 1, 5, 100} {
			long := append(d.src[:len(d.src):len(d.src)], bytes.Repeat([]byte{0xa5}, rest)...)
			clear(dst)
			used, err := f.Inflate(dst, long)
			if err != nil || used != len(d.src) || !bytes.Equal(dst, d.plain) {
				t.Fatalf("%s, %d more: took %d of %d, equal %v, %v", d.name, rest, used, len(d.src), bytes.Equal(dst, d.plain), err)
			}
		}
	}
}

// Small sizes, all of them, since most of what is special is near an end.
func TestInflateSizes(t *testing.T) {
	f := new(Inflater)
	text := textLike(rand.New(rand.NewSource(2)), 600)
	for n := range text {
		for _, src := range [][]byte{deflateLevel(text[:n], 6), zlibWrap(fixedBlock(text[:n]), text[:n])} {
			dst := make([]byte, n)
			if used, err := f.Inflate(dst, src); err != nil || used != len(src) || !bytes.Equal(dst, text[:n]) {
				t.Fatalf("%d bytes: took %d of %d, %v", n, used, len(src), err)
			}
		}
	}
}

func TestInflateOtherSize(t *testing.T) {
	f := new(Inflater)
	for _, d := range streams() {
		size := len(d.plain)
		for _, n := range []int{0, 1, size / 2, size - 1, size + 1, 2*size + 300} {
			if n < 0 || n == size {
				continue
			}
			if used, err := f.Inflate(make([]byte, n), d.src); used != 0 || !errors.Is(err, errSize) {
				t.Errorf("%s, %d for %d bytes: %d, %v", d.name, n, size, used, err)
			}
		}
	}
}

func TestInflatePrefix(t *testing.T) {
	f := new(Inflater)
	for _, d := range streams() {
		for _, n := range []int{0, 1, 10, 32, 300, len(d.plain), len(d.plain) + 9} {
			dst := make([]byte, n)
			got, err := f.InflatePrefix(dst, d.src)
			if err != nil || got != min(n, len(d.plain)) || !bytes.Equal(dst[:got], d.plain[:got]) {
				t.Errorf("%s, %d of %d bytes: %d, %v", d.name, n, len(d.plain), got, err)
			}
		}
	}
}

// Nothing is written behind dst, even if its array is longer.
func TestInflateStaysInside(t *testing.T) {
	f := new(Inflater)
	behind := bytes.Repeat([]byte{0x5a}, 400)
	for _, d := range streams() {
		for _, n := range []int{len(d.plain), len(d.plain) / 2, len(d.plain) * 9 / 10} {
			dst := append(make([]byte, n), behind...)
			f.Inflate(dst[:n], d.src)
			if !bytes.Equal(dst[n:], behind) {
				t.Errorf("%s: wrote behind %d", d.name, n)
			}
		}
	}
}

func TestInflateAllocatesNothing(t *testing.T) {
	f := new(Inflater)
	plain := textLike(rand.New(rand.NewSource(1)), 5000)
	dst := make([]byte, len(plain))
	for way, deflate := range deflaters {
		src := deflate(plain)
		if n := testing.AllocsPerRun(20, func() { f.Inflate(dst, src) }); n != 0 {
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
