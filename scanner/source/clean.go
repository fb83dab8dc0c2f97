package source

import (
	"cmp"
	"io/fs"
	"math"
	"time"

	"github.com/go-git/go-git/v5/plumbing/format/index"

	"github.com/patlint/patlint/scanner/source/odb"
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

// trackedFiles returns what the index names; see [Repo.index].
func (r *Repo) trackedFiles() ([]trackedFile, error) {
	decoded, written, err := r.decodeIndex(r.indexFile)
	files := make([]trackedFile, 0, len(decoded))
	for _, e := range decoded {
		f := trackedFile{entry: entry{e.Name, odb.ID(e.Hash[:]), uint32(e.Mode)}}
		f.seen = seenBy(e, momentOf(written))
		files = append(files, f)
	}
	return files, err
}

// seenBy returns what an entry of an index proves about its file. It proves
// nothing if the file may have changed after git looked and before it wrote the
// index, within one tick of the file system's clock: that entry is "racily
// clean", and git itself would read the file again. Nor does an entry for which
// git has not looked: one that is unmerged, or intended to be added.
//
// That an entry is assumed unchanged or not to be checked out says what git is
// not to look at, not what it saw.
func seenBy(e *index.Entry, written moment) *fileStat {
	if e.Stage != 0 || e.IntentToAdd || e.CreatedAt.IsZero() || e.ModifiedAt.IsZero() {
		return nil
	}
	s := fileStat{momentOf(e.CreatedAt), momentOf(e.ModifiedAt), e.Inode, e.UID, e.GID, e.Size}
	if !s.changed.before(written) || !s.modified.before(written) {
		return nil
	}
	return &s
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
