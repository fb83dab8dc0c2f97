package source

import "bytes"

// eachEntry calls yield for the entries of a tree, until it returns false. It
// returns false if the tree is malformed.
func eachEntry(content []byte, hashSize int, yield func(mode, name, id []byte) bool) bool {
	for len(content) > 0 {
		end := bytes.IndexByte(content, 0) + 1 + hashSize
		space := bytes.IndexByte(content[:min(maxMode+1, len(content))], ' ')
		if end <= hashSize || end > len(content) || space <= 0 || space+1 >= end-hashSize-1 {
			return false
		}
		if !yield(content[:space], content[space+1:end-hashSize-1], content[end-hashSize:end]) {
			return true
		}
		content = content[end:]
	}
	return true
}

// What the mode of an entry says that it is. The rest of it are permissions,
// which git leaves out for what is no file, but reads.
const (
	typeMask  = 0o170000
	folder    = 0o040000
	file      = 0o100000
	link      = 0o120000
	submodule = 0o160000 // and whatever else is none of these
)

// parseMode returns the mode of an entry as git takes it: of what is no file
// without permissions.
func parseMode(digits []byte) (mode uint32, ok bool) {
	for _, c := range digits {
		if c < '0' || c > '7' {
			return 0, false
		}
		mode = mode<<3 | uint32(c-'0')
	}
	switch mode & typeMask {
	case file:
		return mode, true
	case folder, link:
		return mode & typeMask, true
	}
	return submodule, true
}

// isFolder tells the mode of a subtree.
func isFolder(digits []byte) bool {
	mode, ok := parseMode(digits)
	return ok && mode == folder
}

// maxMode is the length of the longest mode of an entry, in digits.
const maxMode = 6
