package unpack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Options say what becomes of what is unpacked. Both functions are needed.
type Options struct {
	Limits Limits

	// Entry returns what takes the content of an entry; it is closed behind it,
	// also if the content breaks off. Paths begin with [Between] and have it
	// between the names of nested containers. The content of a compressed file
	// may have no name: see [Join]. Entries overlap where they are nested.
	Entry func(path string) io.WriteCloser

	// Skip is told what could not be unpacked, in whole or in part, and why. The
	// path is as for Entry; it is empty for the outermost container.
	Skip func(path, reason string)
}

// Sized is content that can be read from any place. A zip needs it: other content
// that is a zip is read into memory, as far as [Limits] allow.
type Sized interface {
	io.Reader
	io.ReaderAt
	Size() int64
}

// Walk goes through all entries of a container, and of those inside it. Content
// that is no container has none.
func Walk(ctx context.Context, content io.Reader, opts Options) {
	w := &walker{opts: opts, limits: opts.Limits.withDefaults()}
	w.stopped = func() bool { return w.isOver || ctx.Err() != nil }
	in := bufio.NewReaderSize(content, HeadSize)
	if sized, ok := content.(Sized); ok {
		head := make([]byte, HeadSize)
		n, _ := sized.ReadAt(head, 0) // its error comes again
		w.tell("", w.unpack("", Detect(head[:n]), content, 1))
	} else {
		head, _ := in.Peek(HeadSize)
		w.tell("", w.unpack("", Detect(head), in, 1))
	}
	if n := w.troubles - shown; n > 0 {
		opts.Skip("", fmt.Sprintf("%d more entries could not be unpacked", n))
	}
}

// walker is one walk through a container.
type walker struct {
	opts    Options
	limits  Limits
	stopped func() bool
	isOver  bool // a limit of all entries together was reached

	current  string // the entry at hand, for what concerns all
	entries  int
	total    int64 // bytes that were unpacked
	held     int64 // bytes of containers that are in memory
	troubles int

	inflaters []*inflater // that are not in use
	whole     *whole
}

// unpack goes through the container at path. The error is why it was not gone
// through to its end; depth is how many containers are around its entries.
func (w *walker) unpack(path string, f Format, content io.Reader, depth int) error {
	if f != None && depth > w.limits.Depth {
		return trouble(fmt.Sprintf("more than %d containers inside one another", w.limits.Depth))
	}
	switch f {
	case None:
		return nil
	case Zip:
		return w.zip(path, content, depth)
	case Tar:
		return w.tar(path, content, depth)
	}
	return w.stream(path, f, content, depth)
}

// entry lets the content of an entry be searched, and goes through it if it is a
// container. What is wrong with it is told; the error, errStopped or errTold,
// ends the container that it is in.
func (w *walker) entry(path string, content *metered, depth int) error {
	if w.entries++; w.entries > w.limits.Entries {
		return w.stop(fmt.Sprintf("more than %d entries: what follows was not searched", w.limits.Entries))
	}
	w.current = path
	sink := w.opts.Entry(path)
	defer sink.Close()
	in := bufio.NewReaderSize(io.TeeReader(content, sink), HeadSize)
	head, _ := in.Peek(HeadSize) // its error comes again
	inside := w.unpack(path, Detect(head), in, depth+1)
	if !errors.Is(inside, errStopped) {
		_, _ = io.Copy(io.Discard, in) // what was not unpacked is searched
	}
	switch {
	case w.stopped() || errors.Is(content.err, errStopped):
		return errStopped
	case content.err != nil && content.err != io.EOF:
		w.tell(path, content.err)
		if content.err == errDense {
			return errTold
		}
	default:
		w.tell(path, inside)
	}
	return nil
}

// tell tells why something could not be unpacked, if there is a reason.
func (w *walker) tell(path string, err error) {
	known := trouble("")
	switch {
	case err == nil || errors.Is(err, errStopped), errors.Is(err, errTold):
		return
	case errors.As(err, &known):
	default:
		known = trouble("damaged: " + err.Error())
	}
	if w.troubles++; w.troubles <= shown {
		w.opts.Skip(path, string(known))
	}
}

// longestName is how much of an entry's name is kept, in bytes.
const longestName = 4096

// inside returns the path of an entry in the container at path.
func inside(path, name string) string {
	if name = strings.TrimPrefix(name, "./"); name == "" {
		name = "(no name)"
	}
	return path + Between + name[:min(len(name), longestName)]
}
