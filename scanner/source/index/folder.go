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
	name    []byte
	id      []byte // of its tree; nil if something in it changed since
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
	var all []folder
	type open struct{ at, left int } // a folder, and how many in it are still to come
	var path []open
	for len(data) > 0 {
		f, inside, rest, ok := parseFolder(data, hash)
		if !ok || len(all) == maxFolders || len(path) == maxFolderDepth || (len(path) == 0) != (len(all) == 0) {
			return nil
		}
		data = rest
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

// parseFolder reads the folder that data begins with, and how many are in it:
// its name and a zero, the number of entries and a space, the number of folders
// and a line end, and the id of its tree unless the number of entries is
// negative.
func parseFolder(data []byte, hash int) (f folder, inside int, rest []byte, ok bool) {
	name, rest, ok := bytes.Cut(data, []byte{0})
	line, rest, found := bytes.Cut(rest, []byte{'\n'})
	entries, folders, spaced := bytes.Cut(line, []byte{' '})
	if !ok || !found || !spaced {
		return f, 0, nil, false
	}
	n, err := strconv.ParseInt(string(entries), 10, 32)
	inside, insideErr := strconv.Atoi(string(folders))
	if err != nil || insideErr != nil || inside < 0 || n >= 0 && len(rest) < hash {
		return f, 0, nil, false
	}
	f.name, f.entries = name, int32(n)
	if n >= 0 {
		f.id, rest = rest[:hash], rest[hash:]
	}
	return f, inside, rest, true
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
	f := &d.f.folders[d.at]
	return f.id, int(f.entries), f.id != nil
}

// Folders returns the folders in a folder by their names.
func (d Folder) Folders() map[string]Folder {
	if d.f == nil {
		return nil
	}
	inside := map[string]Folder{}
	for at := d.at + 1; at < int(d.f.folders[d.at].end); at = int(d.f.folders[at].end) {
		inside[string(d.f.folders[at].name)] = Folder{d.f, at}
	}
	return inside
}
