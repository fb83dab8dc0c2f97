package odb

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// listing is what the folders of a storage have at one time. Somebody may
// repack meanwhile, and the system does not list a folder at one instant.
type listing struct {
	dirs    []string
	loose   []*looseDir
	packs   map[string]packFiles // by path without an ending
	damage  []Damage             // folders and lists that cannot be read
	promise bool                 // there is a pack of a partial clone
}

// packFiles tells which files there are of a pack. Others that lie beside a
// pack say how to read it faster (.rev, .bitmap), why to keep it (.keep) or since
// when nothing reaches its objects (.mtimes): they are not needed.
type packFiles struct{ pack, index bool }

// list lists all folders: an object is packed before its loose file is removed,
// so loose objects are listed first.
func (db *DB) list() *listing {
	l := &listing{packs: map[string]packFiles{}}
	l.dirs = l.folders(db.objects, db.opts.Alternates)
	for _, dir := range l.dirs {
		l.loose = append(l.loose, l.listLoose(dir, db.opts.HashSize))
		l.listPacks(filepath.Join(dir, "pack"))
	}
	return l
}

func (l *listing) damaged(path string, err error) {
	l.damage = append(l.damage, Damage{Path: path, Err: err})
}

func (l *listing) listPacks(dir string) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		l.damaged(dir, err)
	}
	for _, f := range files {
		ext := filepath.Ext(f.Name())
		stem := filepath.Join(dir, strings.TrimSuffix(f.Name(), ext))
		known := l.packs[stem]
		switch ext {
		case ".pack":
			known.pack = true
		case ".idx":
			known.index = true
		case ".promisor":
			l.promise = true
			continue
		default:
			continue
		}
		l.packs[stem] = known
	}
}

// stems returns the packs in order, without their endings.
func (l *listing) stems() []string { return slices.Sorted(maps.Keys(l.packs)) }

// equal tells whether two listings have the same objects in the same places.
func (l *listing) equal(other *listing) bool {
	return slices.Equal(l.dirs, other.dirs) && maps.Equal(l.packs, other.packs) &&
		slices.EqualFunc(l.loose, other.loose, func(a, b *looseDir) bool { return bytes.Equal(a.ids, b.ids) })
}

// isHalf tells whether a pack is without its index, as while git writes or
// removes it.
func (l *listing) isHalf() bool {
	for _, files := range l.packs {
		if files.pack && !files.index {
			return true
		}
	}
	return false
}
