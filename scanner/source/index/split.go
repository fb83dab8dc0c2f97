package index

import (
	"bytes"
	"encoding/hex"
	"errors"
)

// link is what a split index says of the shared index that it changes.
type link struct {
	shared   []byte // its checksum, by which it is called
	deleted  []byte // bitmaps as they are stored
	replaced []byte

	isDeleted, isReplaced bitmap // of the entries of the shared index
}

var (
	errLink   = errors.New("malformed extension of a split index")
	errNested = errors.New("the shared index is split itself")
	errShared = errors.New("the shared index is another one than it names")
)

// parseLink reads the extension: the checksum of the shared index, and bitmaps
// of its entries that are gone and that are replaced.
func parseLink(data []byte, hash int) (*link, error) {
	if len(data) < hash {
		return nil, errLink
	}
	l := &link{shared: data[:hash]}
	if data = data[hash:]; len(data) == 0 {
		return l, nil
	}
	n, ok := bitmapSize(data)
	if !ok {
		return nil, errLink
	}
	l.deleted, l.replaced = data[:n], data[n:]
	if n, ok := bitmapSize(l.replaced); !ok || n != len(l.replaced) {
		return nil, errLink
	}
	return l, nil
}

// Shared returns the checksum of the shared index that this one changes, in
// hexadecimal digits; "" if it is whole. The shared index is the file
// "sharedindex.CHECKSUM" of the git directory, and is to be joined.
func (f *File) Shared() string {
	if f.link == nil || bytes.Count(f.link.shared, []byte{0}) == f.hash {
		return ""
	}
	return hex.EncodeToString(f.link.shared)
}

// Join adds the shared index.
func (f *File) Join(base *File) error {
	switch end := base.content[len(base.content)-base.hash:]; {
	case base.link != nil:
		return errNested
	case f.hash != base.hash || !bytes.Equal(end, f.link.shared) && bytes.Count(end, []byte{0}) != base.hash:
		return errShared
	}
	var ok [2]bool
	f.link.isDeleted, ok[0] = expand(f.link.deleted, base.n)
	f.link.isReplaced, ok[1] = expand(f.link.replaced, base.n)
	if !ok[0] || !ok[1] || f.link.isReplaced.count() > f.n {
		return errLink
	}
	f.base = base
	return nil
}

// splitReader goes over the entries of a shared index and of the one that changes
// it. The latter has first what replaces entries, without a name, in their order,
// and then what is added.
type splitReader struct {
	link  *link
	base  reader
	at    int // the number of the entry that base stands on
	other reader
	added reader

	hasBase, hasAdded bool // that they stand on an entry which is to come
	replaces          bool // that other stands on what replaces the entry of base
}

func newSplitReader(f *File) *splitReader {
	s := &splitReader{link: f.link, base: f.base.reader(), at: -1, other: f.reader(), added: f.reader()}
	for range f.link.isReplaced.count() {
		_ = s.added.advance() // Parse did it before
	}
	return s
}

// next stores the next entry, and tells whether there is one.
func (s *splitReader) next(e *Entry) (bool, error) {
	for {
		if err := s.fill(); err != nil {
			return false, err
		}
		if !s.hasAdded || s.hasBase && s.added.compare(&s.base) > 0 {
			return s.takeBase(e), nil
		}
		if !s.hasBase || !s.displaces() {
			break
		}
		s.hasBase = false
	}
	s.hasAdded = false
	s.added.entry(e, s.added.name)
	return true, nil
}

// displaces tells whether what is added takes the place of the entry of base: the
// same one, or any that is not merged where the added one is.
func (s *splitReader) displaces() bool {
	return bytes.Equal(s.added.name, s.base.name) && (s.added.stage() == 0 || s.added.stage() == s.base.stage())
}

func (s *splitReader) takeBase(e *Entry) bool {
	if !s.hasBase {
		return false
	}
	s.hasBase = false
	if s.replaces {
		s.other.entry(e, s.base.name)
	} else {
		s.base.entry(e, s.base.name)
	}
	return true
}

// fill goes to the entries that may come next.
func (s *splitReader) fill() error {
	if !s.hasAdded && s.added.left > 0 {
		if err := s.added.advance(); err != nil {
			return err
		}
		s.hasAdded = true
	}
	for !s.hasBase && s.base.left > 0 {
		if err := s.base.advance(); err != nil {
			return err
		}
		s.at++
		if s.replaces = s.link.isReplaced.has(s.at); s.replaces {
			if err := s.other.advance(); err != nil {
				return err
			}
		}
		s.hasBase = !s.link.isDeleted.has(s.at)
	}
	return nil
}
