package source

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner/source/index"
	"github.com/patlint/patlint/scanner/source/odb"
)

// stagedWalk goes over an index and a tree together, and finds what differs. Both
// have the same order. A folder of which the index says that its tree is the same
// is passed over: neither its tree nor its entries are looked at.
type stagedWalk struct {
	repo *Repo
	skip func(error)
	tips map[string]entry // what is staged at the paths that were looked at closely

	cursor  *index.Cursor
	more    bool // the cursor stands on an entry
	changes []change
	err     error
}

var (
	errFolders = errors.New("what it says of folders does not fit its entries")
	errDeep    = errors.New("its folders are nested too deeply")
)

// run compares an index with a tree.
func (w *stagedWalk) run(file *index.File, tree odb.ID) error {
	w.walk(file, tree, file.Root())
	if w.err == errFolders { // the entries are what counts for git, too, when it shows what is staged
		w.err, w.changes = nil, nil
		w.walk(file, tree, index.Folder{})
	}
	return cmp.Or(w.cursor.Err(), w.err)
}

func (w *stagedWalk) walk(file *index.File, tree odb.ID, known index.Folder) {
	w.cursor = file.Cursor()
	w.next()
	w.folder("", tree, known, 0)
	if w.more {
		w.err = cmp.Or(w.err, errFolders)
	}
}

// next goes to the next entry that a commit would have.
func (w *stagedWalk) next() {
	w.more = w.cursor.Next()
	for w.more && w.cursor.IntentToAdd {
		w.more = w.cursor.Next()
	}
}

// isIn tells whether the cursor stands on an entry of a folder, whose name ends
// with a slash unless it is the root.
func (w *stagedWalk) isIn(dir string) bool {
	return w.more && w.err == nil && len(w.cursor.Name) >= len(dir) && string(w.cursor.Name[:len(dir)]) == dir
}

// folder compares the entries in a folder, on the first of which the cursor
// stands, with a tree, "" for none.
func (w *stagedWalk) folder(dir string, tree odb.ID, known index.Folder, depth int) {
	id, n, ok := known.Tree()
	switch {
	case depth > maxDepth:
		w.err = errDeep
	case ok && n > 0 && string(id) == string(tree):
		w.pass(dir, n)
	case w.isIn(dir) && w.cursor.Mode == index.FolderMode && len(w.cursor.Name) == len(dir): // of a sparse index
		w.repo.diff(tree, odb.ID(w.cursor.ID), dir, w.add, w.skip)
		w.next()
	default:
		w.lookInto(dir, tree, known, depth)
	}
}

// pass passes over n entries, which have to be those of a folder.
func (w *stagedWalk) pass(dir string, n int) {
	if !w.isIn(dir) || !w.cursor.Skip(n-1) || !w.isIn(dir) {
		w.err = errFolders
		return
	}
	w.next()
}

// lookInto compares what stands in a folder with a tree.
func (w *stagedWalk) lookInto(dir string, tree odb.ID, known index.Folder, depth int) {
	was, err := w.repo.tree(tree)
	if err != nil {
		w.skip(err)
	}
	if !slices.IsSortedFunc(was, inOrder) { // as git writes no tree
		slices.SortStableFunc(was, inOrder)
	}
	folders := known.Folders()
	for w.isIn(dir) || len(was) > 0 && w.err == nil {
		now, order := entry{}, 1 // what is staged, and whether it comes before what was there
		if w.isIn(dir) {
			now, order = w.standing(len(dir)), -1
			if len(was) > 0 {
				order = inOrder(now, was[0])
			}
		}
		old := entry{}
		if order >= 0 {
			old, was = was[0], was[1:]
		}
		switch {
		case order > 0:
			w.gone(dir, old)
		case now.isTree():
			w.folder(dir+now.name+"/", old.hash, folders[now.name], depth+1)
		default:
			w.file(dir+now.name, old)
		}
	}
}

// standing returns what the cursor stands on in a folder whose name has so many
// bytes: a file or another folder.
func (w *stagedWalk) standing(dir int) entry {
	name := w.cursor.Name[dir:]
	if end := bytes.IndexByte(name, '/'); end >= 0 {
		return entry{name: string(name[:end]), mode: folder}
	}
	return entry{name: string(name)}
}

// inOrder compares entries of a folder as trees and an index have them: by name,
// that of a folder with a slash behind it.
func inOrder(a, b entry) int {
	n := min(len(a.name), len(b.name))
	if order := strings.Compare(a.name[:n], b.name[:n]); order != 0 {
		return order
	}
	return cmp.Compare(a.byteAt(n), b.byteAt(n))
}

// byteAt returns what follows on n bytes of an entry's name, 0 if nothing does.
func (e entry) byteAt(n int) byte {
	switch {
	case n < len(e.name):
		return e.name[n]
	case e.isTree():
		return '/'
	}
	return 0
}

// file compares what is staged at a path with what was there. A path that is not
// merged yet has several entries.
func (w *stagedWalk) file(path string, old entry) {
	for w.more && string(w.cursor.Name) == path {
		if string(w.cursor.ID) != string(old.hash) {
			w.add(change{path, old, entryOf(&w.cursor.Entry)})
		} else if w.cursor.Stage != 0 {
			w.tips[path] = entryOf(&w.cursor.Entry)
		}
		w.next()
	}
}

// gone notes what stood in a folder and is not staged any more.
func (w *stagedWalk) gone(dir string, old entry) {
	if old.isTree() {
		w.repo.diff(old.hash, "", dir+old.name+"/", w.add, w.skip)
	} else if old.isContent() {
		w.add(change{path: dir + old.name, old: old})
	}
}

func (w *stagedWalk) add(ch change) {
	if ch.new.hash != "" {
		w.tips[ch.path] = ch.new
	}
	w.changes = append(w.changes, ch)
}
