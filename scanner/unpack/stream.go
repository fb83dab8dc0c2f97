package unpack

import (
	"bufio"
	"compress/bzip2"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxWindow is how far back compressed content may refer, in bytes: what xz -9
// uses. Decoders hold so much in memory.
const maxWindow = 64 << 20

// costOf is what it costs to begin with compressed content, in bytes that could
// have been unpacked instead: without, very many that are tiny would take long.
func costOf(f Format) int64 {
	if f == Gzip {
		return 64 << 10
	}
	return 1 << 20
}

// stream unpacks compressed content. If that is a tar, it takes the place of the
// content: no one says "a.tar.gz!/a.tar!/b".
func (w *walker) stream(path string, f Format, content io.Reader, depth int) error {
	if w.total += costOf(f); w.total > w.limits.Bytes {
		return w.charge(&layer{in: func() int64 { return 0 }}, 0)
	}
	in := &counted{r: content}
	plain, name, done, err := w.decoder(f, bufio.NewReader(in))
	if err != nil {
		return err
	}
	defer done()
	peeked := bufio.NewReaderSize(guarded{plain}, HeadSize)
	out := &metered{w: w, layer: &layer{in: in.count}, r: peeked}
	if head, _ := peeked.Peek(HeadSize); Detect(head) == Tar {
		return w.compressedTar(path, out, depth)
	}
	if name == "" && path != "" {
		name = Inner(path)
	}
	return w.entry(path+Between+name, out, depth)
}

// compressedTar goes through a tar that content was unpacked to, and lets its
// bytes be searched, too: names of entries and what stands behind the last.
func (w *walker) compressedTar(path string, content *metered, depth int) error {
	sink := w.opts.Entry(path + Between)
	defer sink.Close()
	in := io.TeeReader(content, sink)
	err := w.tar(path, in, depth)
	if w.stopped() {
		return errStopped
	}
	_, _ = io.Copy(io.Discard, in)
	if err == nil && content.err != io.EOF {
		return content.err
	}
	return err
}

// decoder returns what reads the content, how it is called if that is known, and
// what ends the reading.
func (w *walker) decoder(f Format, in *bufio.Reader) (r io.Reader, name string, done func(), err error) {
	done = func() {}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	switch f {
	case Gzip:
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, "", done, err
		}
		z.Multistream(false)
		return &members{in, z}, z.Name, done, nil
	case Bzip2:
		return bzip2.NewReader(in), "", done, nil
	case XZ:
		z, err := newXZReader(in)
		return z, "", done, err
	}
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, "", done, err
	}
	return z, "", z.Close, nil
}

// members reads the members of a gzip file one after the other. What stands
// behind the last and begins none is padding, as for gzip(1).
type members struct {
	in *bufio.Reader
	z  *gzip.Reader
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if n > 0 || err != io.EOF {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		if head, _ := m.in.Peek(len(signGzip)); string(head) != signGzip {
			return 0, io.EOF
		}
		if err := m.z.Reset(m.in); err != nil {
			return 0, err
		}
		m.z.Multistream(false)
	}
}
