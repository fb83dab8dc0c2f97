package source

import (
	"context"

	"github.com/patlint/patlint/scanner/source/odb"
)

// Resolve returns the id of the commit that a revision names, as git rev-parse
// does; see [Range] for what it knows. The error wraps [ErrBadRange].
func (r *Repo) Resolve(revision string) (string, error) {
	if r.unreadable != "" {
		return "", ErrBadRange
	}
	id, err := r.revision(revision)
	return id.String(), err
}

// Parents returns the ids of a commit's parents as it names them, be they here or
// not, and whether the commit itself is here.
func (r *Repo) Parents(id string) (parents []string, here bool) {
	hash, ok := odb.ParseID(id)
	if !ok || r.unreadable != "" {
		return nil, false
	}
	c, err := r.commit(hash)
	if err != nil {
		return nil, false
	}
	for _, p := range c.parents {
		parents = append(parents, p.String())
	}
	return parents, true
}

// IsShallow tells whether the repository is a clone without its older commits.
func (r *Repo) IsShallow() bool { return len(r.shallow()) > 0 }

// Reaches tells whether a commit is another one or has it among its ancestors, as
// far as they are here.
func (r *Repo) Reaches(ctx context.Context, from, to string) bool {
	tip, ok := odb.ParseID(from)
	end, ok2 := odb.ParseID(to)
	if !ok || !ok2 || r.unreadable != "" {
		return false
	}
	found := false
	r.commits(ctx, []odb.ID{tip}, func(id odb.ID) bool {
		found = found || id == end
		return found
	}, func(error) {})
	return found
}

// IsWhole tells whether all commits that head reaches and base does not are here,
// so that what they add is known. It is false where a shallow clone ends among
// them: base may reach what it left out.
func (r *Repo) IsWhole(ctx context.Context, base, head string) bool {
	from, ok := odb.ParseID(base)
	to, ok2 := odb.ParseID(head)
	if !ok || !ok2 || r.unreadable != "" {
		return false
	}
	missing := false
	lost := func(error) { missing = true }
	known := r.commits(ctx, []odb.ID{from}, nil, func(error) {}) // what the base lacks makes the range larger, not smaller
	g := r.commits(ctx, []odb.ID{to}, func(id odb.ID) bool { return known.byHash[id] != nil }, lost)
	if known.byHash[from] == nil {
		return false
	}
	shallow := r.shallow()
	for _, c := range g.commits {
		missing = missing || shallow[c.hash]
	}
	return !missing
}
