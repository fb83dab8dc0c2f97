package unpack

import (
	"errors"
	"fmt"
	"io"
)

// Limits bound what one container may cost, with all that is nested in it. The
// zero value stands for the limits that suit content which people keep in a
// repository.
type Limits struct {
	// Depth is how many containers may be inside one another; 0 means 8.
	Depth int

	// Entries is how many entries there may be; 0 means 200000.
	Entries int

	// Bytes is how many there may be in all entries together; 0 means 2 GB.
	// Those of a container inside another count, and so do those of its entries.
	Bytes int64

	// Ratio is how many bytes may come out of each one of a container; 0 means
	// 200. The first four million are free.
	Ratio int64

	// Held is how many bytes of containers may be in memory at once, since what
	// is a zip has to be there as a whole; 0 means 64 MB. One that is in memory
	// or in a file anyway does not count.
	Held int64
}

const freeOfRatio = 4 << 20

// Shown is how many troubles of a container are told by name; behind them their
// number is.
const shown = 20

func (l Limits) withDefaults() Limits {
	if l.Depth == 0 {
		l.Depth = 8
	}
	if l.Entries == 0 {
		l.Entries = 200_000
	}
	if l.Bytes == 0 {
		l.Bytes = 2 << 30
	}
	if l.Ratio == 0 {
		l.Ratio = 200
	}
	if l.Held == 0 {
		l.Held = 64 << 20
	}
	return l
}

// trouble is why something was not unpacked that is no damage.
type trouble string

func (t trouble) Error() string { return string(t) }

var (
	// errStopped ends a walk: a limit of all entries together was reached, and
	// that was told; or nobody wants more.
	errStopped = errors.New("stopped")

	// errTold ends the container at hand, for a reason that was told.
	errTold = errors.New("told")
)

const (
	errEncrypted = trouble("encrypted")
	errDense     = trouble("expands too much for its size: what follows in it was not searched")
	errZipInside = trouble("too large to be unpacked inside another container, or from a stream")
	errWindow    = trouble("needs too much memory to be unpacked")
)

// layer counts what goes into a container and what comes out.
type layer struct {
	in  func() int64
	out int64
}

// counted counts the bytes that are read, and keeps the last error.
type counted struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.err = err
	return n, err
}

func (c *counted) count() int64 { return c.n }

// metered is the content of an entry while it is unpacked. Its first error
// stays: what reads it may hide it.
type metered struct {
	w     *walker
	layer *layer
	r     io.Reader
	err   error
}

func (m *metered) Read(p []byte) (n int, err error) {
	if m.err != nil {
		return 0, m.err
	}
	if m.w.stopped() {
		m.err = errStopped
		return 0, m.err
	}
	if n, err = (guarded{m.r}).Read(p); err == nil || err == io.EOF {
		if over := m.w.charge(m.layer, int64(n)); over != nil {
			n, err = 0, over
		}
	}
	m.err = err
	return n, err
}

// guarded reads what a decoder makes; that one panics on what is damaged is
// damage.
type guarded struct{ r io.Reader }

func (g guarded) Read(p []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, fmt.Errorf("%v", r)
		}
	}()
	return g.r.Read(p)
}

// charge counts bytes that came out of a container.
func (w *walker) charge(l *layer, n int64) error {
	l.out += n
	w.total += n
	switch {
	case w.total > w.limits.Bytes:
		return w.stop(fmt.Sprintf("more than %d MB in all are inside: what follows was not searched", w.limits.Bytes>>20))
	case l.out > max(freeOfRatio, w.limits.Ratio*l.in()):
		return errDense
	}
	return nil
}

// stop ends the walk, and tells why.
func (w *walker) stop(reason string) error {
	if !w.isOver {
		w.isOver = true
		w.opts.Skip(w.current, reason)
	}
	return errStopped
}
