package inflate

import (
	"bytes"
	"encoding/binary"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// packedStream is a zlib stream, with what comes behind it in its pack.
type packedStream struct {
	src  []byte
	size int
}

// generatedStreams are texts of the sizes that are common in packs.
func generatedStreams() (all []packedStream) {
	r := rand.New(rand.NewSource(1))
	for range 300 {
		n := 20 + int(r.ExpFloat64()*r.ExpFloat64()*3000)
		all = append(all, packedStream{append(deflateLevel(textLike(r, n), 6), make([]byte, 20)...), n})
	}
	return all
}

// packedStreams reads streams from the packs of the repository that
// PATLINT_INFLATE_REPO names, evenly spread and 24 MB at most.
func packedStreams(tb testing.TB) (all []packedStream) {
	repo := os.Getenv("PATLINT_INFLATE_REPO")
	if repo == "" {
		tb.Skip("PATLINT_INFLATE_REPO names no git directory")
	}
	names, _ := filepath.Glob(filepath.Join(repo, "objects/pack/*.idx"))
	for _, name := range names {
		idx, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		pack, err := os.Open(name[:len(name)-len("idx")] + "pack")
		if err != nil {
			tb.Fatal(err)
		}
		defer pack.Close()
		all = append(all, readStreams(tb, idx, pack)...)
	}
	return all
}

func readStreams(tb testing.TB, idx []byte, pack *os.File) (all []packedStream) {
	const fanout = 8 + 256*4
	n := int(binary.BigEndian.Uint32(idx[fanout-4:]))
	offsets := make([]int, n+1)
	for i := range n {
		offsets[i] = int(binary.BigEndian.Uint32(idx[fanout+n*24+4*i:])) // of a pack below 2 GB
	}
	info, err := pack.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	offsets[n] = int(info.Size()) - 20
	slices.Sort(offsets)
	step := max(1, int(info.Size()>>20)/24)
	for i := 0; i < n; i += step {
		b := make([]byte, offsets[i+1]-offsets[i]+20)
		if _, err := pack.ReadAt(b, int64(offsets[i])); err != nil {
			tb.Fatal(err)
		}
		all = append(all, skipEntryHeader(b))
	}
	return all
}

func skipEntryHeader(b []byte) packedStream {
	kind, size, shift, at := b[0]>>4&7, int(b[0]&15), 4, 1
	for ; b[at-1]&0x80 != 0; at++ {
		size |= int(b[at]&0x7f) << shift
		shift += 7
	}
	switch kind {
	case 6:
		for b[at]&0x80 != 0 {
			at++
		}
		at++
	case 7:
		at += 20
	}
	return packedStream{b[at:], size}
}

// benchmarkStreams runs an Inflater over all streams; MB/s are of what comes out.
func benchmarkStreams(b *testing.B, all []packedStream, inflate func(dst, src []byte) bool) {
	total, largest := 0, 0
	for _, s := range all {
		total += s.size
		largest = max(largest, s.size)
	}
	dst := make([]byte, largest)
	b.SetBytes(int64(total))
	for b.Loop() {
		for _, s := range all {
			if !inflate(dst[:s.size], s.src) {
				b.Fatal("refused")
			}
		}
	}
	b.ReportMetric(float64(total)/float64(len(all)), "B/stream")
}

func BenchmarkInflate(b *testing.B) {
	for _, from := range []struct {
		name    string
		streams func(testing.TB) []packedStream
	}{
		{"generated", func(testing.TB) []packedStream { return generatedStreams() }},
		{"packed", packedStreams},
	} {
		b.Run(from.name, func(b *testing.B) {
			all := from.streams(b)
			b.Run("ours", func(b *testing.B) {
				f := new(Inflater)
				benchmarkStreams(b, all, func(dst, src []byte) bool { _, err := f.Inflate(dst, src); return err == nil })
			})
			b.Run("std", func(b *testing.B) {
				o := new(zlibOracle)
				benchmarkStreams(b, all, func(dst, src []byte) bool { _, ok := o.inflate(dst, src); return ok })
			})
		})
	}
}

// TestInflatePacked compares the results on real streams.
func TestInflatePacked(t *testing.T) {
	f, oracle := new(Inflater), new(zlibOracle)
	for _, s := range packedStreams(t) {
		got, want := make([]byte, s.size), make([]byte, s.size)
		used, err := f.Inflate(got, s.src)
		wantUsed, ok := oracle.inflate(want, s.src)
		if err != nil || !ok || used != wantUsed || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes: took %d and %d, %v", s.size, used, wantUsed, err)
		}
	}
}
