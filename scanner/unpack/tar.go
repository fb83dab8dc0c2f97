package unpack

import (
	"archive/tar"
	"bytes"
	"io"
	"strings"
)

// tar goes through the entries of a tar. What a link leads to is its content, as
// in a work tree.
func (w *walker) tar(path string, content io.Reader, depth int) error {
	in := &counted{r: content}
	l := &layer{in: in.count}
	body := &tarBody{in: in, empty: true}
	for r := tar.NewReader(in); ; body.empty = false {
		if w.stopped() {
			return errStopped
		}
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		body.r = r
		entry := &metered{w: w, layer: l, r: body}
		switch h.Typeflag {
		case tar.TypeDir, tar.TypeXGlobalHeader, tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
			if w.entries++; w.entries <= w.limits.Entries {
				continue
			}
		case tar.TypeLink, tar.TypeSymlink:
			entry.r = strings.NewReader(h.Linkname)
		}
		if err := w.entry(inside(path, h.Name), entry, depth); err != nil || body.cut {
			return err
		}
		if entry.err != io.EOF { // the next entry begins behind what is left of this one
			return errTold
		}
	}
}

// tarBody reads the content of an entry. A tar that ends inside its very first
// one, of which there are but NULs, never held anything, as in tests of programs
// that write tars: nothing is missing, and the entry ends there.
type tarBody struct {
	r     io.Reader
	in    *counted
	empty bool // it is the first, and nothing but NULs was read
	cut   bool
}

func (b *tarBody) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.empty = b.empty && len(bytes.TrimLeft(p[:n], "\x00")) == 0
	if err == io.ErrUnexpectedEOF && b.empty && b.in.err == io.EOF {
		b.cut, err = true, io.EOF
	}
	return n, err
}
