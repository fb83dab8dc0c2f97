package unpack

import (
	"archive/tar"
	"io"
	"strings"
)

// tar goes through the entries of a tar. What a link leads to is its content, as
// in a work tree.
func (w *walker) tar(path string, content io.Reader, depth int) error {
	in := &counted{r: content}
	l := &layer{in: in.count}
	for r := tar.NewReader(in); ; {
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
		entry := &metered{w: w, layer: l, r: r}
		switch h.Typeflag {
		case tar.TypeDir, tar.TypeXGlobalHeader, tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
			if w.entries++; w.entries <= w.limits.Entries {
				continue
			}
		case tar.TypeLink, tar.TypeSymlink:
			entry.r = strings.NewReader(h.Linkname)
		}
		if err := w.entry(inside(path, h.Name), entry, depth); err != nil {
			return err
		}
		if entry.err != io.EOF { // the next entry begins behind what is left of this one
			return errTold
		}
	}
}
