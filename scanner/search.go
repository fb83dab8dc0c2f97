package scanner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/unpack"
)

// sighting is one match in one blob, or something in it that was not searched.
type sighting struct {
	inner   string // where it is inside the blob, if that is a container; see [unpack.Join]
	trouble string // why it was not searched; nothing else is set then

	rule       *rules.Rule
	secret     rules.Secret
	confidence rules.Confidence
	expires    int64    // as of rules.Match
	decoded    []string // see rules.Match
	start, end position
	excerpt    Excerpt
	hosts      []string      // see [hosts]
	behind     []*rules.Rule // which have the bytes where they apply
	comment    *directive    // the inline comment that is about it
}

// allowedBy returns the inline comment that suppresses the sighting, or nil.
func (s *sighting) allowedBy() *directive {
	if s.comment != nil && s.comment.works() {
		return s.comment
	}
	return nil
}

// searched is what the search of one blob gave.
type searched struct {
	blob      Blob
	sightings []sighting
	comments  []*directive
	troubles  []sighting // what was not searched inside a container
	format    unpack.Format
	bytes     int64
	err       error
}

// defaultChunk is enough for all text that people write, and little beside what
// a repository takes.
const defaultChunk = 8 << 20

// margin is how far a match must be from an artificial end of the bytes at hand
// for its answer to be the one that the whole content gives: a secret lies
// within Reach of its needle, the needle sees Reach further, and the same again
// decides whether it overlaps another. Text that may be encoded is looked at from
// further away. It is even, see [windowSearch.search].
const margin = 3*rules.Reach + rules.DecodeReach

// searcher searches blobs one after the other, in one goroutine.
type searcher struct {
	set     *rules.Set
	maxSize int64 // of content, in bytes; 0 means no limit
	chunk   int   // how many bytes are searched at once; content up to this size is searched whole
	buffer  []byte

	noArchives bool
	limits     unpack.Limits
	free       [][]byte // buffers for entries of containers
}

var (
	errTooLarge = errors.New("larger than the maximum file size")
	errTooMany  = errors.New("too many findings inside one container: what follows was not searched")
)

// search opens, reads and searches a blob.
func (s *searcher) search(ctx context.Context, b Blob) searched {
	out := searched{blob: b}
	content, err := b.Open()
	if err != nil {
		out.err = err
		return out
	}
	defer content.Close()
	if s.buffer == nil {
		s.buffer = make([]byte, min(s.chunk, 64<<10))
	}
	out.err = s.searchContent(ctx, content, &out)
	return out
}

// searchIn searches content a window at a time. A window begins a margin before
// the place up to which the one before it was searched.
func (s *searcher) searchIn(ctx context.Context, content io.Reader, out *searched) error {
	window := windowSearch{out: out, cursor: newCursor()}
	kept := 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := s.fill(content, kept)
		last := err == io.EOF
		if err != nil && !last {
			return err
		}
		out.bytes += int64(n - kept)
		if s.maxSize > 0 && out.bytes > s.maxSize {
			out.sightings, out.comments = nil, nil
			return errTooLarge
		}
		text := s.buffer[:n]
		if kept == 0 {
			out.format = unpack.Detect(text)
		}
		done := window.search(s.set, text, kept > 0, last)
		if last {
			return nil
		}
		kept = copy(s.buffer, text[done-margin:])
	}
}

// fill reads behind the first kept bytes of the buffer until it holds a chunk
// or the content ends, and returns how many bytes it holds. The buffer grows
// with what has arrived, not with what was announced.
func (s *searcher) fill(content io.Reader, kept int) (int, error) {
	n := kept
	for n < s.chunk {
		if n == len(s.buffer) {
			grown := make([]byte, min(s.chunk, 2*len(s.buffer)))
			copy(grown, s.buffer[:n])
			s.buffer = grown
		}
		m, err := content.Read(s.buffer[n:])
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// windowSearch searches the windows of one content in their order.
type windowSearch struct {
	out    *searched
	cursor cursor
}

// search searches text, the first margin bytes of which were searched before if
// another window came before it, and returns up to where: a margin before the
// end if more is to come, and never inside a character. It keeps to even offsets
// where it can, so that a window of UTF-16 begins with a whole unit.
func (w *windowSearch) search(set *rules.Set, text []byte, again, last bool) int {
	from, to := 0, len(text)
	if again {
		from = margin
	}
	if !last {
		to = divide(text, len(text)-margin)
	}
	matches, marked := set.FindMarked(text)
	if marked {
		w.comment(text, from, to)
	}
	at := from // where the cursor stands
	var named hostIndex
	for i, m := range matches {
		if m.Start < from || m.Start >= to {
			continue
		}
		w.cursor.advance(text[at:m.Start])
		at = m.Start
		s := w.sight(text, m, at)
		s.excerpt = excerpt(text, matches, i)
		s.hosts = hosts(text, matches, i, &named)
		w.out.sightings = append(w.out.sightings, s)
		w.also(text, m, s)
	}
	if !last { // nobody asks what line the end is in
		w.cursor.advance(text[at:to])
	}
	return to
}

// divide returns the last even offset up to to at which a character begins, or if
// there is none near, the last at which one does.
func divide(text []byte, to int) int {
	for at := to; at > to-2*utf8.UTFMax; at-- {
		if at%2 == 0 && utf8.RuneStart(text[at]) {
			return at
		}
	}
	for i := 0; i < utf8.UTFMax-1 && !utf8.RuneStart(text[to]); i++ {
		to--
	}
	return to
}

// sight returns the sighting of a match in text; the cursor stands at text[at],
// not behind it.
func (w *windowSearch) sight(text []byte, m rules.Match, at int) sighting {
	start := w.cursor
	start.advance(text[at:m.Start])
	end := start
	end.advance(text[m.Start:m.End])
	return sighting{
		rule: m.Rule, secret: m.Secret, confidence: m.Confidence, expires: m.Expires, decoded: m.Decoded,
		start: start.at, end: end.at,
	}
}

// also notes the matches that stand for m, which is seen, where its rule does not
// apply.
func (w *windowSearch) also(text []byte, m rules.Match, seen sighting) {
	for i, other := range m.Also {
		s := w.sight(text, other, m.Start)
		if other.Start == m.Start && other.End == m.End {
			s.excerpt, s.hosts = seen.excerpt, seen.hosts
		}
		s.behind = []*rules.Rule{m.Rule}
		for _, before := range m.Also[:i] {
			if before.Start < other.End && other.Start < before.End {
				s.behind = append(s.behind, before.Rule)
			}
		}
		w.out.sightings = append(w.out.sightings, s)
	}
}

// comment notes the inline comments that begin in text[from:to].
func (w *windowSearch) comment(text []byte, from, to int) {
	cursor := w.cursor
	at := from
	for {
		i := bytes.Index(text[at:], directiveNeedle)
		if i < 0 || at+i >= to {
			return
		}
		cursor.advance(text[at : at+i])
		at += i
		if d, ok := parseDirective(text, at); ok {
			d.line = cursor.at.line
			w.out.comments = append(w.out.comments, d)
		}
		cursor.advance(text[at : at+len(directiveNeedle)])
		at += len(directiveNeedle)
	}
}
