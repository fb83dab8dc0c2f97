package unpack

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// An xzReader reads the blocks of an xz file (The .xz File Format, 1.2.1) and
// leaves their content to the library. The library would read all of the file,
// but makes room for as much as a block says that it refers back to, up to 4 GB,
// and takes no limit (version 0.5.17).
type xzReader struct {
	in    *byteCounter
	block io.Reader // nil between two blocks
	check hash.Hash // of the block; nil if it has none that is known
	size  int       // of a check, in bytes
	err   error     // stays
}

var (
	errXZ       = errors.New("malformed xz")
	errXZFilter = trouble("compressed with a filter that is not known")
)

// byteCounter counts what is read of a stream, and reads no more than asked.
type byteCounter struct {
	*bufio.Reader
	n int64
}

func (c *byteCounter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *byteCounter) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// take reads n bytes.
func (c *byteCounter) take(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(c, b); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return b, nil
}

// align reads up to a multiple of four bytes.
func (c *byteCounter) align() error {
	_, err := c.take(int(-c.n & 3))
	return err
}

func newXZReader(in *bufio.Reader) (*xzReader, error) {
	x := &xzReader{in: &byteCounter{Reader: in}}
	return x, x.streamHeader()
}

func (x *xzReader) Read(p []byte) (n int, err error) {
	if x.err == nil {
		n, x.err = x.read(p)
	}
	return n, x.err
}

func (x *xzReader) read(p []byte) (int, error) {
	for {
		if x.block == nil {
			if err := x.next(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := x.block.Read(p)
		if x.check != nil {
			x.check.Write(p[:n])
		}
		if err == io.EOF {
			err = x.endBlock()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// streamHeader begins a stream.
func (x *xzReader) streamHeader() error {
	head, err := x.in.take(12)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(head, []byte(signXZ)) || crc32.ChecksumIEEE(head[6:8]) != binary.LittleEndian.Uint32(head[8:]) {
		return errXZ
	}
	x.size = []int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[head[7]&15]
	switch head[7] & 15 {
	case 1:
		x.check = crc32.NewIEEE()
	case 4:
		x.check = crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		x.check = sha256.New()
	default:
		x.check = nil
	}
	return nil
}

// next begins the next block, of the next stream if there is none in this one.
func (x *xzReader) next() error {
	size, err := x.in.ReadByte()
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	if size == 0 {
		return x.nextStream()
	}
	rest, err := x.in.take(4*int(size) + 3)
	if err != nil {
		return err
	}
	head, sum := append([]byte{size}, rest[:len(rest)-4]...), rest[len(rest)-4:]
	if crc32.ChecksumIEEE(head) != binary.LittleEndian.Uint32(sum) {
		return errXZ
	}
	window, err := blockWindow(head)
	if err != nil {
		return err
	}
	if x.check != nil {
		x.check.Reset()
	}
	x.block, err = lzma.Reader2Config{DictCap: int(max(window, lzma.MinDictCap))}.NewReader2(x.in)
	return err
}

// blockWindow returns how far back a block refers that has a header.
func blockWindow(head []byte) (int64, error) {
	const filters, hasSize, hasContentSize = 3, 0x40, 0x80
	flags, at := head[1], 2
	for _, has := range []byte{hasSize, hasContentSize} {
		if flags&has == 0 {
			continue
		}
		_, n := binary.Uvarint(head[at:])
		if n <= 0 {
			return 0, errXZ
		}
		at += n
	}
	const lzma2 = 0x21
	if flags&filters != 0 || at+3 > len(head) || head[at] != lzma2 || head[at+1] != 1 {
		return 0, errXZFilter
	}
	window, err := lzma.DecodeDictCap(head[at+2])
	if err == nil && window > maxWindow {
		err = errWindow
	}
	return window, err
}

// endBlock reads what stands behind the content of a block.
func (x *xzReader) endBlock() error {
	x.block = nil
	if err := x.in.align(); err != nil {
		return err
	}
	sum, err := x.in.take(x.size)
	if err != nil || x.check == nil {
		return err
	}
	want := x.check.Sum(nil)
	if len(want) <= 8 { // a number, which xz writes the other way round
		for i, j := 0, len(want)-1; i < j; i, j = i+1, j-1 {
			want[i], want[j] = want[j], want[i]
		}
	}
	if !bytes.Equal(sum, want) {
		return errors.New("wrong checksum")
	}
	return nil
}

// nextStream reads the end of a stream, the index of its blocks and its footer,
// and begins the next; the error is io.EOF if there is none.
func (x *xzReader) nextStream() error {
	x.in.n = 1 // of the index
	records, err := binary.ReadUvarint(x.in)
	for i := uint64(0); err == nil && i < 2*records; i++ {
		_, err = binary.ReadUvarint(x.in)
	}
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	if err := x.in.align(); err != nil {
		return err
	}
	const sum, footer = 4, 12
	end, err := x.in.take(sum + footer)
	if err != nil || !bytes.HasSuffix(end, []byte("YZ")) {
		return errXZ
	}
	for {
		pad, err := x.in.Peek(4)
		if len(pad) == 0 && err == io.EOF {
			return io.EOF
		}
		if !bytes.Equal(pad, []byte{0, 0, 0, 0}) {
			break
		}
		_, _ = x.in.take(len(pad))
	}
	x.in.n = 0
	return x.streamHeader()
}
