package odb

import "encoding/hex"

// ID names an object: 20 bytes of SHA-1 or 32 of SHA-256. As a string of bytes
// it can be compared and be the key of a map.
type ID string

// String returns the hexadecimal form.
func (id ID) String() string { return hex.EncodeToString([]byte(id)) }

// ParseID reads the hexadecimal form.
func ParseID(s string) (ID, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 20 && len(b) != 32 {
		return "", false
	}
	return ID(b), true
}

// Type is the type of an object, as packs number it.
type Type uint8

// The types of objects, and the two ways to store a delta.
const (
	Commit   Type = 1
	Tree     Type = 2
	Blob     Type = 3
	Tag      Type = 4
	ofsDelta Type = 6
	refDelta Type = 7
)

var typeNames = [...]string{Commit: "commit", Tree: "tree", Blob: "blob", Tag: "tag", 7: ""}

// String returns git's name of the type, "" for none.
func (t Type) String() string { return typeNames[t&7] }

// ParseType is the inverse of [Type.String].
func ParseType(s string) (Type, bool) {
	for t := Commit; t <= Tag; t++ {
		if typeNames[t] == s {
			return t, true
		}
	}
	return 0, false
}
