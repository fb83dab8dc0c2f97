package unpack

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// zip goes through the entries of a zip, as its directory lists them.
func (w *walker) zip(path string, content io.Reader, depth int) error {
	sized, ok := content.(Sized)
	if !ok {
		held, err := w.hold(content)
		defer func() { w.held -= int64(len(held)) }()
		if err != nil {
			return err
		}
		sized = bytes.NewReader(held)
	}
	r, err := w.openZip(sized)
	if err != nil {
		return err
	}
	l := &layer{in: sized.Size}
	for _, f := range r.File {
		if w.stopped() {
			return errStopped
		}
		if err := w.zipEntry(path, f, l, depth); err != nil {
			return err
		}
	}
	return nil
}

// zipEntry goes through one entry.
func (w *walker) zipEntry(path string, f *zip.File, l *layer, depth int) error {
	name := inside(path, f.Name)
	const encrypted = 1
	switch {
	case strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0:
		return nil
	case f.Flags&encrypted != 0:
		w.entries++
		w.tell(name, errEncrypted)
		return nil
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		w.total += 1 << 20 // as for a stream
	}
	content, err := w.open(f)
	if errors.Is(err, zip.ErrAlgorithm) {
		err = trouble(fmt.Sprintf("compressed by method %d, which is not known", f.Method))
	}
	if err != nil {
		w.entries++
		w.tell(name, err)
		return nil
	}
	defer content.Close()
	return w.entry(name, &metered{w: w, layer: l, r: content}, depth)
}

// openZip opens a zip with the methods of compression that are in use. That its
// directory makes the library panic is damage.
func (w *walker) openZip(content Sized) (r *zip.Reader, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	d := &directory{content, maxDirectory}
	r, err = zip.NewReader(d, content.Size())
	d.left = math.MaxInt64
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are text here
		return nil, err
	}
	const methodBzip2, methodZstd, methodXZ = 12, 93, 95 // APPNOTE.TXT 4.4.5
	r.RegisterDecompressor(zip.Deflate, w.inflate)
	r.RegisterDecompressor(methodBzip2, func(in io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(in)) })
	r.RegisterDecompressor(methodZstd, func(in io.Reader) io.ReadCloser {
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return z.IOReadCloser()
	})
	r.RegisterDecompressor(methodXZ, func(in io.Reader) io.ReadCloser {
		z, err := newXZReader(bufio.NewReader(in))
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return io.NopCloser(z)
	})
	return r, nil
}

// inflater reads what is deflated, and is used again when it is closed: archives
// have entries by the thousand, and most are small.
type inflater struct {
	io.ReadCloser
	in *bufio.Reader
	w  *walker
}

// inflate returns the content of an entry that is deflated. The standard library
// would take half as long again.
func (w *walker) inflate(in io.Reader) io.ReadCloser {
	n := len(w.inflaters)
	if n == 0 {
		buffered := bufio.NewReader(in)
		return &inflater{flate.NewReader(buffered), buffered, w}
	}
	f := w.inflaters[n-1]
	w.inflaters = w.inflaters[:n-1]
	f.in.Reset(in)
	_ = f.ReadCloser.(flate.Resetter).Reset(f.in, nil) // which does not fail
	return f
}

// Close ends the content; it is called once.
func (f *inflater) Close() error {
	f.w.inflaters = append(f.w.inflaters, f)
	return nil
}

// failing is content that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// hold reads a container into memory.
func (w *walker) hold(content io.Reader) ([]byte, error) {
	var held bytes.Buffer
	left := w.limits.Held - w.held
	_, err := held.ReadFrom(io.LimitReader(content, left+1))
	w.held += int64(held.Len())
	if err == nil && int64(held.Len()) > left {
		err = errZipInside
	}
	return held.Bytes(), err
}

// maxDirectory is how much of a zip may be read to find its entries, in bytes:
// the library makes a list of all of them, several times as large, before
// anybody is asked, and what the zip says of their number may be wrong.
const maxDirectory = 24 << 20

const errDirectory = trouble("a zip with too large a directory")

// directory is a zip of which only so much is read.
type directory struct {
	Sized
	left int64
}

func (d *directory) ReadAt(p []byte, at int64) (int, error) {
	if d.left -= int64(len(p)); d.left < 0 {
		return 0, errDirectory
	}
	return d.Sized.ReadAt(p, at)
}
