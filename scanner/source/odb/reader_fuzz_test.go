package odb

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// indexV1 returns the index of version 1 of the given ids, which are sorted.
func indexV1(ids []ID) []byte {
	var idx []byte
	for b := range 256 {
		n := 0
		for _, id := range ids {
			if int(id[0]) <= b {
				n++
			}
		}
		idx = binary.BigEndian.AppendUint32(idx, uint32(n))
	}
	for i, id := range ids {
		idx = append(binary.BigEndian.AppendUint32(idx, uint32(packHeader+100*i)), id...)
	}
	idx = append(idx, make([]byte, 20)...) // of the pack, which there is none of
	sum := sha1.Sum(idx)
	return append(idx, sum[:]...)
}

// FuzzIndex reads any bytes as an index of either version and hash, and compares
// the search in it with a look at every id.
func FuzzIndex(f *testing.F) {
	c, _ := chain(seeded(f, 10), 6, func() string { return token })
	f.Add(c.index(), false)
	f.Add(c.index(), true)
	f.Add(indexV1([]ID{ID(strings.Repeat("\x01", 20)), ID(strings.Repeat("\x02", 20)), ID(strings.Repeat("\xff", 20))}), false)
	large := newCrafted()
	large.objects = []craftedObject{{ID(strings.Repeat("\x07", 20)), 1<<31 | 5}} // an offset that is not there
	f.Add(large.index(), false)
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		hash := 20
		if long {
			hash = 32
		}
		x, err := parseIndex(data, hash)
		if err != nil {
			return
		}
		if x.n != int(x.fan(255)) {
			t.Fatalf("%d objects, the table says %d", x.n, x.fan(255))
		}
		x.pages = newPages(x.n, func(rank int) uint64 { return key(x.id(rank)) })
		sorted := isSorted(&x)
		for rank := range x.n {
			checkRank(t, &x, rank, sorted)
		}
		x.packChecksum()
		_ = x.verify() // mostly it does not match
		for _, id := range []string{"", "\x00", strings.Repeat("\x00", hash), strings.Repeat("\xff", hash)} {
			if rank, ok := x.find([]byte(id)); ok && string(x.id(rank)) != id {
				t.Fatalf("find(%x) = %x", id, x.id(rank))
			}
		}
	})
}

// checkRank checks what an index has of one object. That it is found by its id
// holds only where the ids are sorted.
func checkRank(t *testing.T, x *index, rank int, sorted bool) {
	t.Helper()
	if off := x.offset(rank); off < -1 {
		t.Fatalf("offset %d", off)
	}
	x.crc(rank)
	id := x.id(rank)
	if len(id) != x.hash {
		t.Fatalf("an id of %d bytes", len(id))
	}
	if found, ok := x.find(id); ok && !bytes.Equal(x.id(found), id) {
		t.Fatalf("find(%x) = %x", id, x.id(found))
	} else if !ok && sorted {
		t.Fatalf("%x at %d of %d is not found", id, rank, x.n)
	}
}

func isSorted(x *index) bool {
	for rank := 1; rank < x.n; rank++ {
		if bytes.Compare(x.id(rank-1), x.id(rank)) > 0 {
			return false
		}
	}
	return true
}

// FuzzLoose reads any bytes as a loose object, as they are or deflated, and
// compares what is visited with what its head says, read in the plainest way.
func FuzzLoose(f *testing.F) {
	for _, content := range []string{"blob 3\x00abc", "commit 0\x00", "tree 5\x00123456", "tag 6\x0012345", "blob 007\x00" + token, "blob -1\x00a", "bulb 1\x00a"} {
		f.Add([]byte(content), true)
		f.Add(deflate([]byte(content)), false)
	}
	f.Add(append(deflate([]byte("blob 3\x00abc")), "and more"...), false)
	f.Fuzz(func(t *testing.T, content []byte, plain bool) {
		sum := sha1.Sum(content)
		id := ID(sum[:])
		file := content
		if plain {
			file = deflate(content)
		}
		objects := t.TempDir()
		path := filepath.Join(objects, id.String()[:2], id.String()[2:])
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o666); err != nil {
			t.Fatal(err)
		}
		full, search := inspect(t, objects, EachOptions{}, token)
		want, ok := plainLoose(content)
		if got := full.found[id]; plain && ok && got != want || (!plain || !ok) && len(full.found) > 0 {
			t.Fatalf("%q: visited %v, want %v", content, full.found, want)
		}
		if len(full.found) == 0 && !full.lost[id] {
			t.Fatalf("%q is lost without a word", content)
		}
		if got, isBlob := search.found[id]; len(search.found) > 0 && got != full.found[id] ||
			full.found[id].typ == "blob" && isBlob != bytes.Contains(content, []byte(token)) {
			t.Fatalf("%q: the search visits %v, all are %v", content, search.found, full.found)
		}
	})
}

// plainLoose reads "TYPE SIZE\0CONTENT".
func plainLoose(content []byte) (object, bool) {
	head, body, _ := bytes.Cut(content, []byte{0})
	typ, digits, _ := strings.Cut(string(head), " ")
	_, known := ParseType(typ)
	return object{typ, sha256.Sum256(body)}, known && digits == strconv.FormatUint(uint64(len(body)), 10) && len(body) < len(content)-len(head)
}
