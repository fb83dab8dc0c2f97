package scanner

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner/unpack"
)

// entryChunk is defaultChunk for an entry of a container: several of them are
// searched at once where they are nested.
const entryChunk = 1 << 20

// maxInside is how many sightings there may be inside one container: a small one
// can hold the same secret a million times.
const maxInside = 10_000

// anywhere is content that can be read from any place.
type anywhere interface {
	io.ReaderAt
	Size() int64
}

// sized returns content that can be read from any place, if it is some, else nil.
func sized(content io.Reader) anywhere {
	switch c := content.(type) {
	case anywhere:
		return c
	case interface {
		io.ReaderAt
		Stat() (fs.FileInfo, error)
	}:
		if info, err := c.Stat(); err == nil && info.Mode().IsRegular() {
			return io.NewSectionReader(c, 0, info.Size())
		}
	}
	return nil
}

// searchContent searches content and, if it is a container, what is inside.
func (s *searcher) searchContent(ctx context.Context, content io.Reader, out *searched) error {
	if whole := sized(content); s.noArchives || whole != nil {
		err := s.searchIn(ctx, content, out)
		resolveDirectives(out)
		if err == nil && out.format != unpack.None && !s.noArchives {
			s.searchInside(ctx, io.NewSectionReader(whole, 0, whole.Size()), out) // from the beginning on
		}
		return err
	}
	in := bufio.NewReaderSize(content, unpack.HeadSize)
	head, _ := in.Peek(unpack.HeadSize) // its error comes again
	if unpack.Detect(head) == unpack.None {
		err := s.searchIn(ctx, in, out)
		resolveDirectives(out)
		return err
	}
	return s.searchStream(ctx, in, out)
}

// searchStream searches a container and what is inside while it is read once.
func (s *searcher) searchStream(ctx context.Context, in io.Reader, out *searched) error {
	raw := s.newTap("", out)
	s.searchInside(ctx, io.TeeReader(in, raw), out)
	_, err := io.Copy(raw, in)
	raw.Close()
	if raw.found.err != nil {
		out.sightings, out.comments, out.troubles = nil, nil, nil
		return raw.found.err
	}
	out.bytes = raw.found.bytes
	out.dropRepeated()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// searchInside searches the entries of a container.
func (s *searcher) searchInside(ctx context.Context, content io.Reader, out *searched) {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	unpack.Walk(ctx, content, unpack.Options{
		Limits: s.limits,
		Entry: func(path string) io.WriteCloser {
			t := s.newTap(path, out)
			t.enough = enough
			return t
		},
		Skip: func(path, reason string) { out.trouble(path, reason) },
	})
	out.dropRepeated()
}

// trouble notes that something inside was not searched.
func (s *searched) trouble(path, reason string) {
	s.troubles = append(s.troubles, sighting{inner: path, trouble: reason})
}

// tap searches what is written to it.
type tap struct {
	searcher *searcher
	enough   context.CancelFunc // nil for the outermost container
	inner    string
	to       *searched // gets what was found in the end

	found  searched
	window windowSearch
	buffer []byte
	n      int  // bytes in the buffer
	again  bool // the buffer begins with what was searched before
}

func (s *searcher) newTap(inner string, to *searched) *tap {
	t := &tap{searcher: s, inner: inner, to: to}
	t.window = windowSearch{out: &t.found, cursor: newCursor()}
	if n := len(s.free); n > 0 {
		t.buffer, s.free = s.free[n-1], s.free[:n-1]
	} else {
		t.buffer = make([]byte, 64<<10)
	}
	return t
}

// Write takes more of the content. It does not fail: content that is too large
// is noted, and no more of it searched.
func (t *tap) Write(p []byte) (int, error) {
	size := len(p)
	t.found.bytes += int64(size)
	if limit := t.searcher.maxSize; limit > 0 && t.found.bytes > limit {
		t.found.err = errTooLarge
	}
	for len(p) > 0 && t.found.err == nil {
		if t.n == len(t.buffer) {
			t.makeRoom()
		}
		m := copy(t.buffer[t.n:], p)
		t.n += m
		p = p[m:]
	}
	return size, nil
}

// makeRoom makes the full buffer larger, or searches what is in it.
func (t *tap) makeRoom() {
	if len(t.buffer) < entryChunk {
		grown := make([]byte, 2*len(t.buffer))
		copy(grown, t.buffer)
		t.buffer = grown
		return
	}
	done := t.window.search(t.searcher.set, t.buffer, t.again, false)
	t.n = copy(t.buffer, t.buffer[done-margin:])
	t.again = true
	if t.isTooMuch() {
		t.found.err = errTooMany
	}
}

func (t *tap) isTooMuch() bool {
	return t.enough != nil && len(t.to.sightings)+len(t.found.sightings) > maxInside
}

// Close ends the content, and hands over what was found.
func (t *tap) Close() error {
	if t.found.err == nil {
		t.window.search(t.searcher.set, t.buffer[:t.n], t.again, true)
		if t.isTooMuch() {
			t.found.err = errTooMany
		}
	}
	t.searcher.free = append(t.searcher.free, t.buffer)
	t.buffer = nil
	switch {
	case t.found.err == nil:
	case t.enough == nil:
		return nil
	case t.found.err == errTooLarge:
		t.to.trouble(t.inner, t.found.err.Error())
		return nil
	default:
		t.to.trouble(t.inner, t.found.err.Error())
		t.enough()
	}
	resolveDirectives(&t.found)
	for i := range t.found.sightings {
		t.found.sightings[i].inner = t.inner
	}
	for _, c := range t.found.comments {
		c.inner = t.inner
	}
	t.to.sightings = append(t.to.sightings, t.found.sightings...)
	t.to.comments = append(t.to.comments, t.found.comments...)
	return nil
}

// around calls visit for the paths of all that an entry is inside of, which
// hold its bytes where nothing compresses them.
func around(inner string, visit func(path string)) {
	for at := 0; ; at += len(unpack.Between) {
		i := strings.Index(inner[at:], unpack.Between)
		if i < 0 {
			return
		}
		at += i
		visit(inner[:at])
		if behind := at + len(unpack.Between); behind < len(inner) {
			visit(inner[:behind])
		}
	}
}

// dropRepeated drops what was found in the bytes of a container if it was found
// in an entry of it, too: a place in a file says more than one in an archive.
func (s *searched) dropRepeated() {
	type place struct {
		id   identity
		path string
	}
	type comment struct{ rule, fingerprint, reason, path string }
	deeper := map[place]bool{}
	for _, x := range s.sightings {
		around(x.inner, func(path string) { deeper[place{x.identity(), path}] = true })
	}
	said := map[comment]bool{}
	for _, c := range s.comments {
		around(c.inner, func(path string) { said[comment{c.rule, c.fingerprint, c.reason, path}] = true })
	}
	if len(deeper) > 0 {
		s.sightings = slices.DeleteFunc(s.sightings, func(x sighting) bool { return deeper[place{x.identity(), x.inner}] })
	}
	if len(said) > 0 {
		s.comments = slices.DeleteFunc(s.comments, func(c *directive) bool {
			return said[comment{c.rule, c.fingerprint, c.reason, c.inner}]
		})
	}
}
