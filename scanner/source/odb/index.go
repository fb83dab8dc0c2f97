package odb

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
)

// index is a pack's index (gitformat-pack(5)): the ids of its objects in their
// order, each with its offset in the pack. The place of an id in it is its rank.
type index struct {
	data []byte
	hash int // size of an id in bytes
	n    int // objects

	fanout  []byte
	ids     []byte // from the first id on
	idStep  int    // from one id to the next
	offs    []byte // from the first offset on
	offStep int
	large   []byte // 8-byte offsets; nil in version 1
	crcs    []byte // of the entries as they are stored; nil in version 1

	pages pages // of the ids, once they are paged
}

var (
	errIndex         = errors.New("index is damaged")
	errIndexChecksum = errors.New("index is damaged: its checksum does not match")
	errIndexVersion  = errors.New("index is of an unknown version")
)

const fanoutSize = 256 * 4

// parseIndex reads an index of version 1 or 2. It believes nothing: what the
// methods touch lies inside data.
func parseIndex(data []byte, hash int) (index, error) {
	x := index{data: data, hash: hash}
	if len(data) < 8+fanoutSize+2*hash {
		return x, errIndex
	}
	v2 := string(data[:4]) == "\xfftOc"
	head := 0
	if v2 {
		if binary.BigEndian.Uint32(data[4:]) != 2 {
			return x, errIndexVersion
		}
		head = 8
	}
	x.fanout = data[head : head+fanoutSize]
	rest := data[head+fanoutSize : len(data)-2*hash]
	n := int64(x.fan(255))
	step := int64(hash) + 4
	if v2 {
		step += 4
	}
	if n > int64(len(rest))/step || n > 1<<31-2 {
		return x, errIndex
	}
	x.n = int(n)
	if v2 {
		x.ids, x.idStep = rest[:x.n*hash], hash
		x.crcs = rest[x.n*hash : x.n*(hash+4)]
		x.offs, x.offStep = rest[x.n*(hash+4):x.n*(hash+8)], 4
		x.large = rest[x.n*(hash+8):]
	} else {
		x.offs, x.offStep = rest, hash+4
		x.ids, x.idStep = rest[min(4, len(rest)):], hash+4
	}
	for b := 1; b < 256; b++ {
		if x.fan(b-1) > x.fan(b) {
			return x, errIndex
		}
	}
	return x, nil
}

// fan returns how many ids have a first byte of at most b.
func (x *index) fan(b int) uint32 { return binary.BigEndian.Uint32(x.fanout[4*b:]) }

// id returns the id at a rank. It is part of the mapped file.
func (x *index) id(rank int) []byte {
	at := rank * x.idStep
	return x.ids[at : at+x.hash : at+x.hash]
}

// offset returns where the pack has the object, -1 if the index does not say.
func (x *index) offset(rank int) int64 {
	off := binary.BigEndian.Uint32(x.offs[rank*x.offStep:])
	if x.large == nil || off < 1<<31 {
		return int64(off)
	}
	at := 8 * int64(off&(1<<31-1))
	if at+8 > int64(len(x.large)) {
		return -1
	}
	return int64(binary.BigEndian.Uint64(x.large[at:]) & (1<<63 - 1))
}

// crc returns the checksum of an entry, header and all.
func (x *index) crc(rank int) (crc uint32, ok bool) {
	if x.crcs == nil {
		return 0, false
	}
	return binary.BigEndian.Uint32(x.crcs[4*rank:]), true
}

// find returns the rank of an id.
func (x *index) find(id []byte) (rank int, ok bool) {
	if len(id) != x.hash {
		return 0, false
	}
	low, high := x.around(id)
	for low < high {
		mid := int(uint(low+high) / 2)
		switch bytes.Compare(x.id(mid), id) {
		case 0:
			return mid, true
		case -1:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0, false
}

// around returns the ranks between which an id stands, if it is there.
func (x *index) around(id []byte) (low, high int) {
	if x.pages.starts != nil {
		return x.pages.around(key(id))
	}
	if b := int(id[0]); b > 0 {
		low = int(x.fan(b - 1))
	}
	return low, int(x.fan(int(id[0])))
}

// key returns the beginning of an id, as a number.
func key(id []byte) uint64 { return binary.BigEndian.Uint64(id) }

// packChecksum returns what the index says of the end of its pack.
func (x *index) packChecksum() []byte { return x.data[len(x.data)-2*x.hash : len(x.data)-x.hash] }

// verify compares the index with its checksum. An offset that changed would
// hide an object and show another one twice.
func (x *index) verify() error {
	h := newHash(x.hash)
	end := len(x.data) - x.hash
	h.Write(x.data[:end])
	if !bytes.Equal(h.Sum(nil), x.data[end:]) {
		return errIndexChecksum
	}
	return nil
}

// newHash returns the hash whose sums have the given size. It is about damage,
// not about attacks on SHA-1, so the plain hash will do.
func newHash(size int) hash.Hash {
	if size == sha256.Size {
		return sha256.New()
	}
	return sha1.New()
}
