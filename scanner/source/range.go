package source

import (
	"errors"
	"fmt"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// ErrBadRange is returned for a range that names no commits.
var ErrBadRange = errors.New("bad range")

// Range returns what the commits that are in to but not in from add, each by
// itself: their files, names of files, and messages. spec is "FROM..TO"; an
// empty side means HEAD. The error wraps ErrBadRange where the user is to blame.
func Range(r *Repo, spec string) (scanner.Source, error) {
	from, to, ok := strings.Cut(spec, "..")
	if !ok || strings.HasPrefix(to, ".") {
		return scanner.Source{}, fmt.Errorf("%w %q: want FROM..TO", ErrBadRange, spec)
	}
	if r.unreadable != "" {
		return scanner.Source{}, errors.New(r.unreadable)
	}
	base, err := r.revision(from)
	if err != nil {
		return scanner.Source{}, err
	}
	tip, err := r.revision(to)
	if err != nil {
		return scanner.Source{}, err
	}
	p := newPush(r, []Tip{{ID: tip.String()}}, []string{base.String()})
	p.isRange = true
	return scanner.Source{Blobs: p.blobs, Attribute: p.attribute}, nil
}
