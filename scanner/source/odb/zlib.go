package odb

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

var (
	errLong     = errors.New("zlib stream is longer than its header says")
	errShort    = errors.New("zlib stream is shorter than its header says")
	errTooDense = errors.New("size in the header is more than the zlib stream can hold")
)

// large is the size from that on objects are not inflated in one go: they are
// streamed, or grow as bytes arrive.
const large = 32 << 20

// stream reads one zlib stream that has to have a certain size.
type stream struct {
	zip  io.ReadCloser
	left int64
	err  error // what ended it
}

// open begins the stream that src begins with.
func (s *stream) open(src io.Reader, size int64) error {
	s.left, s.err = size, nil
	if r, ok := s.zip.(zlib.Resetter); ok {
		s.err = r.Reset(src, nil)
	} else {
		s.zip, s.err = zlib.NewReader(src)
	}
	if s.err != nil {
		s.zip, s.err = nil, fmt.Errorf("zlib stream: %w", s.err)
	}
	return s.err
}

// Read reads on. It returns io.EOF only for a stream of the right size and
// checksum.
func (s *stream) Read(b []byte) (n int, err error) {
	if s.err != nil || len(b) == 0 {
		return 0, s.err
	}
	if s.left == 0 {
		s.err = s.finish()
		return 0, s.err
	}
	n, err = s.zip.Read(b[:min(int64(len(b)), s.left)])
	s.left -= int64(n)
	switch {
	case err == nil, err == io.EOF && n > 0: // it will come again
		return n, nil
	case err == io.EOF:
		s.err = errShort
	default:
		s.err = fmt.Errorf("zlib stream: %w", err)
	}
	return n, s.err
}

func (s *stream) finish() error {
	for range 4 { // a reader may return nothing, now and then
		n, err := s.zip.Read(make([]byte, 1))
		switch {
		case n > 0:
			return errLong
		case err == io.EOF:
			return io.EOF
		case err != nil:
			return fmt.Errorf("zlib stream: %w", err)
		}
	}
	return io.ErrNoProgress
}

// readAll returns the rest, in memory that grows as bytes arrive: the size is
// not believed before.
func (s *stream) readAll() ([]byte, error) {
	content := make([]byte, 0, min(s.left, 1<<20)+1)
	for {
		n, err := s.Read(content[len(content):cap(content)])
		content = content[:len(content)+n]
		if err == io.EOF {
			return content, nil
		}
		if err != nil {
			return nil, err
		}
		if len(content) == cap(content) {
			grown := make([]byte, len(content), min(2*int64(len(content)), int64(len(content))+s.left)+1)
			copy(grown, content)
			content = grown
		}
	}
}

// plausible tells whether a stream can have a size: deflate makes at most 1032
// bytes of one.
func plausible(size int64, src int) bool { return size <= 1032*int64(src) }

// inflateLarge returns what a stream holds, in memory that grows as it is read.
func inflateLarge(s *stream, src []byte, size int64) ([]byte, error) {
	if err := s.open(bytes.NewReader(src), size); err != nil {
		return nil, err
	}
	return s.readAll()
}
