package inflate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand"
	"os"
	"strconv"
	"testing"
	"time"

	stdadler "hash/adler32"
)

func TestInflateTruncated(t *testing.T) {
	f := new(Inflater)
	for _, d := range streams() {
		if len(d.plain) > 4096 {
			continue
		}
		dst := make([]byte, len(d.plain))
		for n := range d.src {
			used, err := f.Inflate(dst, d.src[:n:n])
			if used != 0 || !errors.Is(err, errTruncated) {
				t.Fatalf("%s, %d of %d bytes: %d, %v", d.name, n, len(d.src), used, err)
			}
		}
	}
}

// budget is how long the tests with random damage take: PATLINT_INFLATE_TIME, or
// a second each.
func budget(t *testing.T) time.Duration {
	if d, err := time.ParseDuration(os.Getenv("PATLINT_INFLATE_TIME")); err == nil {
		return d
	}
	if testing.Short() {
		return 100 * time.Millisecond
	}
	return time.Second // enough for some 300,000 streams
}

func TestInflateCorrupt(t *testing.T) {
	seed := time.Now().UnixNano()
	if s, err := strconv.ParseInt(os.Getenv("PATLINT_INFLATE_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Log("seed", seed)
	r := rand.New(rand.NewSource(seed))
	f, oracle := new(Inflater), new(zlibOracle)
	total, valid := 0, 0
	for end := time.Now().Add(budget(t)); time.Now().Before(end); {
		plain := textLike(r, r.Intn(1+r.Intn(700)))
		if r.Intn(4) == 0 {
			r.Read(plain[:len(plain)/(1+r.Intn(8))])
		}
		for _, deflate := range deflaters {
			src := deflate(plain)
			for range 500 {
				bad := bytes.Clone(src)
				bad[r.Intn(len(bad))] = byte(r.Int())
				if r.Intn(3) == 0 {
					bad[2+r.Intn(min(20, len(bad)-2))] ^= 1 << r.Intn(8)
				}
				if sameAnswer(t, f, oracle, bad, len(plain)) {
					valid++
				}
				total++
			}
		}
	}
	t.Log(total, "streams, of which all but the sum was valid in", valid)
}

// sameAnswer compares the Inflater with the standard library's. As next to no
// damaged stream has the right sum, the sum is set right where the rest is valid
// for either of them, and the comparison is made again.
func sameAnswer(t *testing.T, f *Inflater, oracle *zlibOracle, src []byte, n int) (valid bool) {
	t.Helper()
	got, want := make([]byte, n), make([]byte, n)
	for range 2 {
		used, err := f.Inflate(got, src)
		wantUsed, ok := oracle.inflate(want, src)
		if (err == nil) != ok || used != wantUsed || ok && !bytes.Equal(got, want) {
			t.Fatalf("%x to %d bytes: %d, %v, but compress/zlib says %d, %v", src, n, used, err, wantUsed, ok)
		}
		if ok {
			return true
		}
		end, plain := len(src)-oracle.src.Len(), want
		switch {
		case err == errChecksum:
			s := bitStream{src: src, end: len(src), dst: got}
			f.run(&s)
			end, plain = s.taken()+zlibTrailerSize, got
		case !oracle.sum:
			return false
		}
		binary.BigEndian.PutUint32(src[end-zlibTrailerSize:], stdadler.Checksum(plain))
	}
	return true
}
