package unpack

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestWhole compares entries that are inflated at once with the same entries read
// in pieces, sound ones and damaged ones.
func TestWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(rand.Uint64(), 1))
	atOnce := 0
	for round := range 300 {
		content := strings.Repeat(text, r.IntN(20)) + strings.Repeat("x", r.IntN(70_000))
		packed := zipOf(zip.Deflate, "a", content, "dir/", "", "b", text)
		if directory := bytes.Index(packed, []byte("PK\x01\x02")); round%2 == 1 {
			packed[30+r.IntN(directory-30)] ^= 1 << r.IntN(8)
		}
		z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
		if err != nil {
			continue
		}
		w := &walker{whole: &whole{}}
		for _, f := range z.File {
			want, wantErr := readEntry(f.Open())
			got, err := readEntry(w.open(f))
			sound := crc32.ChecksumIEEE(got) == f.CRC32 // and only what is said once more behind it is not
			if !bytes.Equal(got, want) || (err == nil) != (wantErr == nil) && (err != nil || !sound) {
				t.Fatalf("round %d: %d bytes, %v; in pieces %d, %v", round, len(got), err, len(want), wantErr)
			}
			if w.whole.inflate(f) {
				atOnce++
			}
			if w.whole.inUse {
				t.Fatal("in use behind the end")
			}
		}
	}
	if atOnce < 300 {
		t.Errorf("%d entries were inflated at once", atOnce)
	}
}

func readEntry(r io.ReadCloser, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
