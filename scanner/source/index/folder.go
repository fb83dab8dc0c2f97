package index

import (
	"bytes"
	"strconv"
)

// Folder is what an index says of a folder: the cache-tree extension, which git
// keeps so that a commit need not make the trees again that did not change. Git
// believes it: of a folder whose tree is known, the next commit has that tree,
// whatever the entries say. Of the zero Folder nothing is known.
type Folder struct {
	f  *File
	at int
}

// folder is a folder in the extension, before those that are in it.
type folder struct {
	name    uint32 // where its name begins
	id      uint32 // where the id of its tree does; 0 if something in it changed since
	entries int32
	end     int32 // the number of the first folder behind it that is not in it
}

const (
	// maxFolders bounds how many folders are taken in. Without them an index is
	// read all the same, only slower.
	maxFolders = 1 << 21

	// maxFolderDepth bounds how deep they may be nested.
	maxFolderDepth = 4096
)

// parseFolders reads the extension. If anything is wrong with it, it says
// nothing: all of it is in the entries, too.
func parseFolders(data []byte, hash int) []folder {
	if len(data) == 0 {
		return nil
	}
	all := make([]folder, 0, min(maxFolders, len(data)/(hash+8)+1)) // mostly enough
	type open struct{ at, left int }                                // a folder, and how many in it are still to come
	var path []open
	for at := 0; at < len(data); {
		f, inside, next, ok := parseFolder(data, at, hash)
		if !ok || len(all) == maxFolders || len(path) == maxFolderDepth || (len(path) == 0) != (len(all) == 0) {
			return nil
		}
		at = next
		all = append(all, f)
		path = append(path, open{len(all) - 1, inside})
		for len(path) > 0 && path[len(path)-1].left == 0 {
			all[path[len(path)-1].at].end = int32(len(all))
			path = path[:len(path)-1]
		}
		if len(path) > 0 {
			path[len(path)-1].left--
		}
	}
	if len(path) > 0 {
		return nil
	}
	return all
}

// parseFolder reads the folder at a place of the extension, and returns how many
// are in it and where the next one begins. It has its name and a zero, the number
// of entries and a space, the number of folders and a line end, and the id of its
// tree unless the number of entries is negative.
func parseFolder(data []byte, at, hash int) (f folder, inside, next int, ok bool) {
	f.name = uint32(at)
	name := bytes.IndexByte(data[at:], 0)
	at += name + 1
	end := bytes.IndexByte(data[at:], '\n')
	if name < 0 || end < 0 {
		return f, 0, 0, false
	}
	entries, folders, ok := bytes.Cut(data[at:at+end], []byte{' '})
	n, err := strconv.ParseInt(string(entries), 10, 32)
	inside, insideErr := strconv.Atoi(string(folders))
	next = at + end + 1
	if !ok || err != nil || insideErr != nil || inside < 0 || n >= 0 && len(data)-next < hash {
		return f, 0, 0, false
	}
	if f.entries = int32(n); n >= 0 {
		f.id = uint32(next)
		next += hash
	}
	return f, inside, next, true
}

// Root returns what is said of the outermost folder.
func (f *File) Root() Folder {
	if len(f.folders) == 0 {
		return Folder{}
	}
	return Folder{f, 0}
}

// Tree returns the id of a folder's tree, and how many entries are in it. It is
// not ok if something in it changed since the tree was made, or nothing is known
// of the folder.
func (d Folder) Tree() (id []byte, entries int, ok bool) {
	if d.f == nil {
		return nil, 0, false
	}
	f := d.f.folders[d.at]
	if f.id == 0 {
		return nil, 0, false
	}
	return d.f.tree[f.id:][:d.f.hash], int(f.entries), true
}

// Folders returns the folders in a folder by their names.
func (d Folder) Folders() map[string]Folder {
	if d.f == nil {
		return nil
	}
	inside := map[string]Folder{}
	for at := d.at + 1; at < int(d.f.folders[d.at].end); at = int(d.f.folders[at].end) {
		name, _, _ := bytes.Cut(d.f.tree[d.f.folders[at].name:], []byte{0})
		inside[string(name)] = Folder{d.f, at}
	}
	return inside
}
