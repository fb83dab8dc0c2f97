package source

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/patlint/patlint/scanner/source/odb"
)

const (
	idA = "0123456789012345678901234567890123456789"
	idB = "abcdefabcdefabcdefabcdefabcdefabcdefabcd"
)

// headerValues returns the values of all lines of a header with a key.
func headerValues(header, key string) (values []string) {
	for line := range strings.SplitSeq(header, "\n") {
		if value, ok := strings.CutPrefix(line, key+" "); ok {
			values = append(values, value)
		}
	}
	return values
}

// idsOf returns the values that are ids.
func idsOf(values []string) (ids []odb.ID) {
	for _, value := range values {
		if id, ok := odb.ParseID(value); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// FuzzObject reads any bytes as a commit, as an annotated tag and as a tree.
func FuzzObject(f *testing.F) {
	const person = "A <a@example.com> 1700000000 +0100\n"
	id := strings.Repeat("\x01", 20)
	for _, content := range []string{
		"tree " + idA + "\nauthor " + person + "committer " + person + "\nmessage\n",
		"tree " + idA + "\nparent " + idA + "\nparent " + idB + "\nauthor " + person + "committer " + person + "gpgsig a\n b\n\nmessage\n\nmore",
		"tree " + idA + idA[:24] + "\nparent " + idB + idB[:24] + "\nparent " + idB + idB[:24],
		"parent \ntree \nauthor <<>> 99999999999999999999 +9\ncommitter\n\n",
		"tree x\nparent x\nparent x",
		"object " + idA + "\ntype commit\ntag v1\ntagger " + person + "\nmessage\n",
		"object " + idA + idA[:24] + "\ntype tag\n\nmessage\n\nmore",
		"object \ntagger >\n",
		"100644 a\x00" + id + "40000 dir\x00" + id + "120000 l\x00" + id + "160000 m\x00" + id,
		"100644  \x00" + id, "1006440 a\x00" + id, "100644 \x00" + id, "9 a\x00" + id,
	} {
		f.Add([]byte(content), 20)
	}
	f.Add([]byte("040000 a b\x00"+id+id[:12]+"100755 \xff\x00"+id+id[:12]), 32)
	f.Fuzz(func(t *testing.T, content []byte, hash int) {
		if hash != 20 && hash != 32 {
			return
		}
		checkCommit(t, content)
		checkTag(t, content)
		checkTree(t, content, hash)
	})
}

// checkCommit: what leads to other objects is what the lines of a commit's header
// say, and no byte is left out of what is searched.
func checkCommit(t *testing.T, content []byte) {
	c, ok := parseCommit("id", content)
	header, message, divided := strings.Cut(string(content), "\n\n")
	if c.message != message || string(c.header) != header {
		t.Fatalf("%q is divided into %q and %q", content, c.header, c.message)
	}
	if text := string(text(c.message, c.header)); !strings.Contains(text, header) || divided && !strings.Contains(text, message) {
		t.Fatalf("%q is searched as %q", content, text)
	}
	trees := idsOf(headerValues(header, "tree"))
	if ok != (len(trees) > 0) || ok && c.tree != trees[0] {
		t.Fatalf("%q: tree %v, %v, want %v", content, c.tree, ok, trees)
	}
	if parents := idsOf(headerValues(header, "parent")); !slices.Equal(c.parents, parents) {
		t.Fatalf("%q: parents %v, want %v", content, c.parents, parents)
	}
}

func checkTag(t *testing.T, content []byte) {
	tag, ok := parseTag(content)
	header, message, _ := strings.Cut(string(content), "\n\n")
	var target odb.ID
	if objects := headerValues(header, "object"); len(objects) > 0 {
		target, _ = odb.ParseID(objects[0])
	}
	if tag.target != target || ok != (target != "") || tag.message != message || tag.origin == nil {
		t.Fatalf("%q: %+v, %v", content, tag, ok)
	}
}

// checkTree compares the entries of a tree with those that go-git reads, and
// with the bytes that they are written as.
func checkTree(t *testing.T, content []byte, hash int) {
	var written []byte
	ok := eachEntry(content, hash, func(mode, name, id []byte) bool {
		if len(mode) == 0 || len(mode) > maxMode || len(name) == 0 || len(id) != hash || bytes.IndexByte(name, 0) >= 0 {
			t.Fatalf("%q: entry %q %q %x", content, mode, name, id)
		}
		written = append(append(append(append(append(written, mode...), ' '), name...), 0), id...)
		return true
	})
	if !bytes.HasPrefix(content, written) || ok != (len(written) == len(content)) {
		t.Fatalf("%q is read as %q, %v", content, written, ok)
	}
	entries, ok := parseTree(content, hash)
	for i := range entries {
		entries[i].mode = 0 // go-git drops the permissions
	}
	if want, sound := gitTree(content); ok && hash == 20 && (!sound || !slices.Equal(entries, want)) {
		t.Fatalf("%q: entries %v, go-git has %v, %v", content, entries, want, sound)
	}
}

// gitTree reads a tree with go-git.
func gitTree(content []byte) (entries []entry, ok bool) {
	o := new(plumbing.MemoryObject)
	o.SetType(plumbing.TreeObject)
	o.Write(content)
	tree := new(object.Tree)
	if err := tree.Decode(o); err != nil {
		return nil, false
	}
	for _, e := range tree.Entries {
		entries = append(entries, entry{name: e.Name, hash: odb.ID(e.Hash[:])})
	}
	return entries, true
}
