package index

import (
	"bytes"
	"encoding/binary"
)

// Entry is one entry. It is valid until its cursor moves.
type Entry struct {
	Name []byte // of a folder with a slash at its end
	ID   []byte
	Mode uint32

	// Stage is 0, or for a path that is not merged yet 1 for what both sides come
	// from, 2 for ours and 3 for theirs.
	Stage int

	// IntentToAdd says that the path is to be added, but not with which content:
	// a commit would not have it.
	IntentToAdd bool

	// SkipWorktree says that git is not to check the file out.
	SkipWorktree bool

	head []byte
}

// Stat is what git saw of a file: numbers of 32 bits, of larger ones the lowest
// bits.
type Stat struct {
	ChangedSeconds, ChangedNanoseconds   uint32
	ModifiedSeconds, ModifiedNanoseconds uint32
	Device, Inode, UID, GID, Size        uint32
}

// Stat returns what git saw of the file when it last looked.
func (e *Entry) Stat() Stat {
	at := func(i int) uint32 { return binary.BigEndian.Uint32(e.head[4*i:]) }
	return Stat{at(0), at(1), at(2), at(3), at(4), at(5), at(7), at(8), at(9)}
}

// FolderMode is the mode of an entry that is a folder, in a sparse index: its id
// is that of a tree, and all in it is not checked out.
const FolderMode = 0o040000

const (
	idAt     = 40 // after ten numbers: two times of two numbers, device, inode, mode, owner, group, size
	modeAt   = 24
	nameMask = 0xfff // how long the name is; this stands for all that are longer

	isExtended   = 1 << 14 // 16 more flags follow
	isSkipped    = 1 << 14 // of these
	isToBeAdded  = 1 << 13
	knownFlags   = isSkipped | isToBeAdded
	alignment    = 8 // of entries before version 4, which end in 1 to 8 zeros
	stageShift   = 12
	maxVarintLen = 5
)

// reader goes over the entries of one file.
type reader struct {
	hash    int
	version uint32
	rest    []byte
	left    int

	head  []byte // of the entry that it stands on
	name  []byte
	flags uint16
	more  uint16 // of version 3
}

// advance goes to the next entry, of which there has to be one.
func (r *reader) advance() error {
	size := idAt + r.hash + 2
	if len(r.rest) < size+2 {
		return errCut
	}
	r.head = r.rest[:size]
	r.flags, r.more = binary.BigEndian.Uint16(r.rest[size-2:]), 0
	if r.flags&isExtended != 0 {
		r.more = binary.BigEndian.Uint16(r.rest[size:])
		if size += 2; r.version < 3 || r.more&^knownFlags != 0 {
			return errFlags
		}
	}
	var err error
	if r.version == 4 {
		size, err = r.compressedName(size)
	} else {
		size, err = r.plainName(size)
	}
	if err != nil {
		return err
	}
	r.rest = r.rest[size:]
	r.left--
	return nil
}

// plainName reads the name at a place of the rest, and returns the size of the
// entry.
func (r *reader) plainName(at int) (size int, err error) {
	length := int(r.flags & nameMask)
	if length == nameMask {
		length = bytes.IndexByte(r.rest[at:], 0)
	}
	size = (at + length + alignment) &^ (alignment - 1)
	if length < 0 || size > len(r.rest) {
		return 0, errCut
	}
	r.name = r.rest[at : at+length : at+length]
	if r.rest[at+length] != 0 {
		return 0, errName
	}
	return size, nil
}

// compressedName is plainName in version 4: of the name before, so many bytes are
// taken away, and others put in their place.
func (r *reader) compressedName(at int) (size int, err error) {
	cut, used := varint(r.rest[at:])
	if used == 0 || cut > len(r.name) {
		return 0, errName
	}
	at += used
	length := bytes.IndexByte(r.rest[at:], 0)
	if length < 0 {
		return 0, errCut
	}
	r.name = append(r.name[:len(r.name)-cut], r.rest[at:at+length]...)
	if told := int(r.flags & nameMask); told != min(len(r.name), nameMask) {
		return 0, errName
	}
	return at + length + 1, nil
}

// varint reads a number and how many bytes it takes, 0 if it is malformed or
// too large.
func varint(data []byte) (n, used int) {
	for used < len(data) && used < maxVarintLen {
		b := data[used]
		n = n<<7 | int(b&0x7f)
		used++
		if b&0x80 == 0 {
			return n, used
		}
		n++
	}
	return 0, 0
}

// stage returns the stage of the entry that the reader stands on.
func (r *reader) stage() int { return int(r.flags >> stageShift & 3) }

// entry stores what the reader stands on, under a name.
func (r *reader) entry(e *Entry, name []byte) {
	e.Name, e.head = name, r.head
	e.ID = r.head[idAt : idAt+r.hash : idAt+r.hash]
	e.Mode = binary.BigEndian.Uint32(r.head[modeAt:])
	e.Stage = r.stage()
	e.SkipWorktree, e.IntentToAdd = r.more&isSkipped != 0, r.more&isToBeAdded != 0
}
