package source

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner/source/odb"
)

// Searched is what the search of a history tells the one of a work tree: in
// which objects nothing was found. A file that is the same as one of them need
// not be read. [History] fills it, and [Tree] uses it if it comes later; the
// zero value knows of no object.
//
// It knows only whole histories: a storage in which anything is damaged, or that
// was not gone through to its end, tells nothing. What is not in the storage, as
// in a partial clone, takes nothing from what is.
type Searched struct {
	repo    *Repo // nil until its history was searched
	damaged bool

	// held are the objects that a work tree would be asked about again: those
	// with a match, whose places have to be found, and those with an inline
	// comment, which a person is told of if it covers nothing.
	held map[odb.ID]bool
}

// note takes what the engine sends on, or fails to read.
func (s *Searched) note(e event) {
	switch {
	case s == nil:
	case e.err != nil:
		s.damaged = true
	case e.typ == odb.Blob:
		s.hold(e.id)
	}
}

func (s *Searched) hold(id odb.ID) {
	if s.held == nil {
		s.held = map[odb.ID]bool{}
	}
	s.held[id] = true
}

// finish says that all objects of a repository were searched.
func (s *Searched) finish(r *Repo, all []*harvest) {
	if s == nil || s.damaged || len(r.storage().Damage()) > 0 {
		return
	}
	for _, v := range all {
		for _, id := range v.commented {
			s.hold(id)
		}
	}
	s.repo = r
}

// hasNothing tells whether an object was searched, is of the given size, and
// holds nothing.
func (s *Searched) hasNothing(r *Repo, id odb.ID, size int64) bool {
	if s == nil || s.repo != r || s.held[id] {
		return false
	}
	stored, err := r.reader.Size(id)
	return err == nil && stored == size
}

// isReplaced tells whether git puts other objects in the place of some
// (git-replace(1)): what it checks out is then not what the index names.
func (r *Repo) isReplaced() bool {
	const prefix = "refs/replace/"
	unsure := false
	skip := func(error) { unsure = true }
	loose := filesBelow(filepath.Join(r.commonDir, filepath.FromSlash(prefix)), skip)
	packed := slices.ContainsFunc(r.packedRefs(skip), func(ref root) bool { return strings.HasPrefix(ref.name, prefix) })
	return unsure || packed || len(loose) > 0
}
