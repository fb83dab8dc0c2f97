package odb

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// crafted is a pack that no git would write.
type crafted struct {
	data    []byte
	objects []craftedObject
}

type craftedObject struct {
	id  ID
	off int
}

func newCrafted() *crafted { return &crafted{data: []byte("PACK\x00\x00\x00\x02\x00\x00\x00\x00")} }

func idOf(typ Type, content []byte) ID {
	h := objectHash(20, typ, int64(len(content)))
	h.Write(content)
	return ID(h.Sum(nil))
}

func deflate(content []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(content)
	w.Close()
	return b.Bytes()
}

// head writes the header of an entry that is to be known as id.
func (c *crafted) head(id ID, typ Type, size int) (off int) {
	off = len(c.data)
	c.objects = append(c.objects, craftedObject{id, off})
	b := byte(typ)<<4 | byte(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		c.data = append(c.data, b|0x80)
		b = byte(size & 0x7f)
	}
	c.data = append(c.data, b)
	return off
}

func (c *crafted) whole(typ Type, content []byte) (off int) {
	off = c.head(idOf(typ, content), typ, len(content))
	c.data = append(c.data, deflate(content)...)
	return off
}

func (c *crafted) ref(id, base ID, delta []byte) (off int) {
	off = c.head(id, refDelta, len(delta))
	c.data = append(append(c.data, base...), deflate(delta)...)
	return off
}

func (c *crafted) ofs(id ID, base int, delta []byte) (off int) {
	off = c.head(id, ofsDelta, len(delta))
	back := off - base
	var distance []byte
	for distance = []byte{byte(back & 0x7f)}; back >= 0x80; distance = append(distance, byte(back&0x7f)|0x80) {
		back = back>>7 - 1
	}
	slices.Reverse(distance)
	c.data = append(append(c.data, distance...), deflate(delta)...)
	return off
}

// crc returns the checksum of an entry.
func (c *crafted) crc(o craftedObject) uint32 {
	end := len(c.data) - 20
	for _, other := range c.objects {
		if other.off > o.off {
			end = min(end, other.off)
		}
	}
	if o.off >= end {
		return 0 // it is outside
	}
	return crc32.ChecksumIEEE(c.data[o.off:end])
}

// index returns the pack's index of version 2. The pack is finished with it.
func (c *crafted) index() []byte {
	binary.BigEndian.PutUint32(c.data[8:], uint32(len(c.objects)))
	h := newHash(20)
	h.Write(c.data)
	c.data = h.Sum(c.data)
	objects := slices.Clone(c.objects)
	slices.SortFunc(objects, func(a, b craftedObject) int { return bytes.Compare([]byte(a.id), []byte(b.id)) })
	idx := []byte("\xfftOc\x00\x00\x00\x02")
	for b := range 256 {
		n := 0
		for _, o := range objects {
			if int(o.id[0]) <= b {
				n++
			}
		}
		idx = binary.BigEndian.AppendUint32(idx, uint32(n))
	}
	for _, o := range objects {
		idx = append(idx, o.id...)
	}
	for _, o := range objects {
		idx = binary.BigEndian.AppendUint32(idx, c.crc(o))
	}
	for _, o := range objects {
		idx = binary.BigEndian.AppendUint32(idx, uint32(o.off))
	}
	idx = append(idx, c.data[len(c.data)-20:]...)
	h = newHash(20)
	h.Write(idx)
	return h.Sum(idx)
}

// write adds the pack to a folder of objects.
func (c *crafted) write(t testing.TB, objects string) (path string) {
	t.Helper()
	idx := c.index()
	os.MkdirAll(filepath.Join(objects, "pack"), 0o777)
	h := newHash(20)
	h.Write(idx)
	stem := filepath.Join(objects, "pack", fmt.Sprintf("pack-%x", h.Sum(nil)))
	for name, content := range map[string][]byte{stem + ".pack": c.data, stem + ".idx": idx} {
		if err := os.WriteFile(name, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return stem + ".pack"
}

// deltaOf makes a delta that copies what old and content begin and end with.
func deltaOf(old, content []byte) []byte {
	start := 0
	for start < min(len(old), len(content)) && old[start] == content[start] {
		start++
	}
	end := 0
	for end < min(len(old), len(content))-start && old[len(old)-1-end] == content[len(content)-1-end] {
		end++
	}
	d := binary.AppendUvarint(nil, uint64(len(old)))
	d = binary.AppendUvarint(d, uint64(len(content)))
	d = appendCopy(d, 0, start)
	d = appendInsert(d, content[start:len(content)-end])
	return appendCopy(d, len(old)-end, end)
}

func appendInsert(d, insert []byte) []byte {
	for len(insert) > 0 {
		n := min(len(insert), 127)
		d = append(append(d, byte(n)), insert[:n]...)
		insert = insert[n:]
	}
	return d
}

func appendCopy(d []byte, off, size int) []byte {
	for size > 0 {
		n := min(size, 1<<16)
		at := len(d)
		d = append(d, 0x80)
		for i := range 4 {
			if b := byte(off >> (8 * i)); b != 0 {
				d[at] |= 1 << i
				d = append(d, b)
			}
		}
		for i := range 2 {
			if b := byte(n >> (8 * i)); b != 0 {
				d[at] |= 16 << i
				d = append(d, b)
			}
		}
		off, size = off+n, size-n
	}
	return d
}
