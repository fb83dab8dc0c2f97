// Package index reads git's index, the list of what the next commit holds, from
// its bytes (gitformat-index(5)): versions 2 to 4, with ids of SHA-1 and SHA-256,
// split and sparse. It is part of floor 2, below the sources.
//
// An index of a large repository has millions of bytes, and a scan of what is
// staged needs a few of its entries. So nothing is made of an entry before it is
// asked for: a [Cursor] goes over the bytes, and what the index says of whole
// folders ([Folder]) tells where it may take long steps.
//
// The bytes are the attacker's. [Parse] looks at the form of every entry, so that
// a cursor stays inside of them, and what git would not read is an error.
package index

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// File is an index file. The zero File has no entries.
type File struct {
	content []byte
	hash    int // size of an id in bytes
	version uint32
	n       int    // entries in this file
	entries []byte // from the first one on, to their end

	tree    []byte   // what it says about folders
	folders []folder // the same; none if the index does not say anything about folders
	link    *link    // nil unless the index is split
	base    *File    // the shared index of a split one
}

var (
	errSignature = errors.New("it does not begin as an index")
	errCut       = errors.New("it ends in the middle of an entry")
	errName      = errors.New("malformed name of an entry")
	errFlags     = errors.New("an entry has flags that are not known")
	errExtension = errors.New("malformed extension")
	errChecksum  = errors.New("its checksum does not match")
)

const headerSize = 12

// Parse reads an index whose ids have so many bytes. The content is kept and
// must not be changed. Of a split index the other part is to be joined, see
// [File.Shared]. Whether the checksum matches only [File.Verify] tells.
func Parse(content []byte, hashSize int) (*File, error) {
	f := &File{content: content, hash: hashSize}
	if len(content) < headerSize || string(content[:4]) != "DIRC" {
		return nil, errSignature
	}
	if len(content) < headerSize+hashSize || len(content) > math.MaxInt32 {
		return nil, errCut
	}
	f.version = binary.BigEndian.Uint32(content[4:])
	if f.version < 2 || f.version > 4 {
		return nil, fmt.Errorf("version %d of the index is not supported", f.version)
	}
	f.n = int(binary.BigEndian.Uint32(content[8:]))
	f.entries = content[headerSize : len(content)-hashSize]
	r := f.reader()
	for r.left > 0 {
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	f.entries = f.entries[:len(f.entries)-len(r.rest)]
	return f, f.readExtensions(r.rest)
}

// readExtensions reads what stands behind the entries. An extension whose name
// begins with a capital may be passed over by who does not know it.
func (f *File) readExtensions(rest []byte) error {
	for len(rest) > 0 {
		if len(rest) < 8 {
			return errExtension
		}
		name, size := string(rest[:4]), int64(binary.BigEndian.Uint32(rest[4:]))
		if rest = rest[8:]; size > int64(len(rest)) {
			return errExtension
		}
		data := rest[:size]
		rest = rest[size:]
		switch {
		case name == "TREE":
			f.tree, f.folders = data, parseFolders(data, f.hash)
		case name == "link":
			var err error
			if f.link, err = parseLink(data, f.hash); err != nil {
				return err
			}
		case name == "sdir": // some entries are folders
		case name[0] < 'A' || name[0] > 'Z':
			return fmt.Errorf("its extension %q is not supported", name)
		}
	}
	return nil
}

// Verify compares the index with its checksum. One of zeros is none
// (index.skipHash in git-config(1)).
func (f *File) Verify() error {
	if len(f.content) == 0 { // the zero File
		return nil
	}
	end := len(f.content) - f.hash
	want := f.content[end:]
	if bytes.Count(want, []byte{0}) == f.hash {
		return nil
	}
	h := sha1.New()
	if f.hash == sha256.Size {
		h = sha256.New()
	}
	h.Write(f.content[:end])
	if !bytes.Equal(h.Sum(nil), want) {
		return errChecksum
	}
	if f.base != nil {
		return f.base.Verify()
	}
	return nil
}

// reader returns a reader of the entries of this file alone.
func (f *File) reader() reader {
	return reader{hash: f.hash, version: f.version, rest: f.entries, left: f.n}
}
