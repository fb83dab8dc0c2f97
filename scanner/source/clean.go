package source

import (
	"cmp"
	"io/fs"
	"math"
	"strings"
	"time"

	"github.com/patlint/patlint/scanner/source/index"
)

// trackedFile is a file that the index names.
type trackedFile struct {
	entry

	// seen is what git saw of the file on disk when it last knew its content to
	// be that of the entry; nil if it saw nothing that proves anything.
	seen *fileStat
}

// fileStat is what an index keeps of a file's state: numbers of 32 bits, of
// larger ones the lowest bits (gitformat-index(5)). Both times are in
// nanoseconds.
type fileStat struct {
	changed, modified moment
	inode, uid, gid   uint32
	size              uint32
}

type moment struct{ seconds, nanoseconds uint32 }

func momentOf(t time.Time) moment { return moment{uint32(t.Unix()), uint32(t.Nanosecond())} }

func (m moment) before(other moment) bool {
	return cmp.Or(cmp.Compare(m.seconds, other.seconds), cmp.Compare(m.nanoseconds, other.nanoseconds)) < 0
}

// trackedFiles returns what the index names; see [Repo.index]. Of the folders of a
// sparse index, which are not checked out, only those are looked into that exist.
func (r *Repo) trackedFiles(exists func(folder string) bool, skip func(error)) ([]trackedFile, error) {
	var files []trackedFile
	written, err := r.eachEntry(r.indexFile, func(e *index.Entry) {
		f := trackedFile{entry: entryOf(e), seen: seenBy(e)}
		if !f.isTree() {
			files = append(files, f)
		} else if exists(strings.TrimSuffix(f.name, "/")) {
			for _, inside := range r.below(f.entry, skip) {
				files = append(files, trackedFile{entry: inside})
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for i := range files {
		files[i].seen = files[i].seen.provenBy(momentOf(written))
	}
	return files, nil
}

// seenBy returns what git saw of the file of an entry. It saw none of one that is
// unmerged, or intended to be added.
//
// That an entry is assumed unchanged or not to be checked out says what git is
// not to look at, not what it saw.
func seenBy(e *index.Entry) *fileStat {
	s := e.Stat()
	changed, modified := moment{s.ChangedSeconds, s.ChangedNanoseconds}, moment{s.ModifiedSeconds, s.ModifiedNanoseconds}
	if e.Stage != 0 || e.IntentToAdd || changed == (moment{}) || modified == (moment{}) {
		return nil
	}
	return &fileStat{changed, modified, s.Inode, s.UID, s.GID, s.Size}
}

// provenBy returns what an index that was written at a time proves about a file,
// nil if nothing. It proves nothing if the file may have changed after git looked
// and before it wrote the index, within one tick of the file system's clock: that
// entry is "racily clean", and git itself would read the file again.
func (s *fileStat) provenBy(written moment) *fileStat {
	if s == nil || !s.changed.before(written) || !s.modified.before(written) {
		return nil
	}
	return s
}

// regularFile is the type in the mode of an entry that is a file.
const regularFile, typeOfFile = 0o100000, 0o170000

// isClean tells whether a file is as git left it, when its content was that of
// the entry, or git's filters made it so.
//
// What is trusted is git on this machine, and the file system: that whatever
// writes to a file, or puts another one in its place, changes its ctime or its
// inode. An index that came with an archive knows neither, since no program can
// choose them: unpacking gives every file new ones. So it does not help to write
// into it what the files look like. Everything that differs from what git saw
// makes the file one to be read, also where git is told to care less
// (core.trustCtime, core.checkStat). The device is left out, as in git: its
// number is another one after a restart.
func (f *trackedFile) isClean(info fs.FileInfo) bool {
	if f == nil || f.seen == nil || f.mode&typeOfFile != regularFile || !info.Mode().IsRegular() || info.Size() > math.MaxUint32 {
		return false
	}
	now, ok := statOf(info)
	return ok && now == *f.seen
}
