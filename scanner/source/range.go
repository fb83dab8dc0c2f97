package source

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
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
	s := &rangeScan{additions: additions{
		repo: r, kind: scanner.History, seen: map[odb.ID]bool{}, names: map[string]bool{},
		tip: func(string) entry { return entry{} },
	}, base: base, head: tip}
	return scanner.Source{Blobs: s.blobs, Attribute: s.attribute}, nil
}

type rangeScan struct {
	additions
	base, head odb.ID
}

func (s *rangeScan) blobs(ctx context.Context) iter.Seq2[scanner.Blob, error] {
	return func(yield func(scanner.Blob, error) bool) {
		more := true
		skip := func(err error) { more = more && yield(scanner.Blob{}, err) }
		for _, err := range s.repo.damage() {
			skip(err)
		}
		known := s.repo.commits(ctx, []odb.ID{s.base}, nil, skip)
		g := s.repo.commits(ctx, []odb.ID{s.head}, func(h odb.ID) bool { return known.byHash[h] != nil }, skip)
		if tip := g.byHash[s.head]; tip != nil {
			s.tip = func(path string) entry { return s.repo.lookup(tip.tree, path) }
		}
		shallow := s.repo.shallow()
		for _, c := range g.commits {
			if !more || ctx.Err() != nil {
				return
			}
			if shallow[c.hash] {
				skip(scanner.Skip{Object: c.hash.String(), Reason: "shallow clone: the parents of this commit of the range are not here (git fetch --unshallow gets them)"})
			}
			set := s.changeset(c, g, known, skip)
			s.sets = append(s.sets, set)
			message := scanner.Blob{Kind: scanner.CommitMessage, Commit: c.origin, Open: scanner.Bytes(text(c.message, c.header))}
			more = more && yield(message, nil) && s.send(set, yield)
		}
	}
}

// changeset compares a commit with each of its parents, in the range or not.
func (s *rangeScan) changeset(c *commit, inside, outside *graph, skip func(error)) *changeset {
	set := &changeset{origin: c.origin}
	compare := func(tree odb.ID) {
		var changes []change
		s.repo.diff(tree, c.tree, "", func(ch change) { changes = append(changes, ch) }, skip)
		set.parents = append(set.parents, newSide(tree, changes))
	}
	for _, p := range c.parents {
		parent := inside.byHash[p]
		if parent == nil {
			parent = outside.byHash[p]
		}
		if parent != nil {
			compare(parent.tree)
		}
	}
	if len(set.parents) == 0 {
		compare("")
	}
	return set
}
