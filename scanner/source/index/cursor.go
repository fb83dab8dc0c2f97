package index

import (
	"bytes"
	"cmp"
	"errors"
)

var errOrder = errors.New("its entries are not in order")

// Cursor goes over the entries of an index, by name and stage. It stands before
// the first one until [Cursor.Next] is called.
type Cursor struct {
	Entry

	own   reader
	split *splitReader // nil if the index is not split
	err   error

	last []byte // name of the entry before; of version 4 a copy
}

// Cursor returns a cursor.
func (f *File) Cursor() *Cursor {
	c := &Cursor{own: f.reader()}
	if f.base != nil {
		c.split = newSplitReader(f)
	}
	return c
}

// Next goes to the next entry, and tells whether there is one.
func (c *Cursor) Next() bool {
	if !c.step() {
		return false
	}
	switch last := len(c.Name) - 1; {
	case last < 0 || (c.Name[last] == '/') != (c.Mode == FolderMode):
		c.err = errName
		return false
	case bytes.Compare(c.last, c.Name) > 0: // equal are those of a path that is not merged, and git may double others
		c.err = errOrder
		return false
	}
	c.remember()
	return true
}

// Skip goes over n entries, and stands on the last of them. It tells whether
// there are so many. That they are in order is not looked at.
func (c *Cursor) Skip(n int) bool {
	for range n {
		if !c.step() {
			return false
		}
	}
	if n > 0 {
		c.remember()
	}
	return true
}

// Err returns why the cursor came to an end before the entries did; nil if it
// did not.
func (c *Cursor) Err() error { return c.err }

// step goes to the next entry.
func (c *Cursor) step() bool {
	switch {
	case c.err != nil:
		return false
	case c.split != nil:
		var ok bool
		ok, c.err = c.split.next(&c.Entry)
		return ok && c.err == nil
	case c.own.left == 0:
		return false
	}
	if c.err = c.own.advance(); c.err != nil {
		return false
	}
	c.own.entry(&c.Entry, c.own.name)
	return true
}

// remember keeps the name that the next one has to follow.
func (c *Cursor) remember() {
	if c.split == nil && c.own.version < 4 {
		c.last = c.Name
	} else {
		c.last = append(c.last[:0], c.Name...)
	}
}

// compare compares two entries by name and stage.
func (r *reader) compare(other *reader) int {
	return cmp.Or(bytes.Compare(r.name, other.name), cmp.Compare(r.stage(), other.stage()))
}
