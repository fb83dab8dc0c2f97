package unpack

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io"
	"strings"

	"github.com/patlint/patlint/scanner/unpack/inflate"
)

// maxWhole is the size in bytes up to which an entry of a zip is inflated at once,
// compressed and not.
const maxWhole = 8 << 20

// whole is room for one entry that is inflated at once, which takes half of the
// time that reading it in pieces takes. An entry inside of one is read in pieces,
// so that there is one such room, however deep containers are nested.
type whole struct {
	zip     inflate.Inflater
	in, out []byte
	inUse   bool
}

// open returns the content of an entry. One that is damaged is read in pieces,
// which tells how. Damage to what a zip may say of an entry once more behind it
// harms nothing: the content is the one whose sum the directory has.
func (w *walker) open(f *zip.File) (io.ReadCloser, error) {
	if w.whole == nil {
		w.whole = &whole{}
	}
	if !w.whole.inUse && w.whole.inflate(f) {
		w.whole.inUse = true
		return inMemory{bytes.NewReader(w.whole.out), w.whole}, nil
	}
	return f.Open()
}

// inMemory is the content of an entry that was inflated at once.
type inMemory struct {
	*bytes.Reader
	room *whole
}

func (m inMemory) Close() error {
	m.room.inUse = false
	return nil
}

// inflate inflates an entry, and tells whether it is sound. No room is made for a
// size that deflate cannot make of so little.
func (w *whole) inflate(f *zip.File) bool {
	const mostOfOne = 1032
	in, out := f.CompressedSize64, f.UncompressedSize64
	if f.Method != zip.Deflate || max(in, out) > maxWhole || out > mostOfOne*in || strings.HasSuffix(f.Name, "/") {
		return false
	}
	raw, err := f.OpenRaw()
	if err != nil {
		return false
	}
	w.in, w.out = sizedTo(w.in, in), sizedTo(w.out, out)
	if _, err := io.ReadFull(raw, w.in); err != nil {
		return false
	}
	_, err = w.zip.InflateRaw(w.out, w.in)
	return err == nil && crc32.ChecksumIEEE(w.out) == f.CRC32
}

// sizedTo returns a buffer of a size, the same one if it is large enough.
func sizedTo(buffer []byte, size uint64) []byte {
	if uint64(cap(buffer)) < size {
		return make([]byte, size)
	}
	return buffer[:size]
}
