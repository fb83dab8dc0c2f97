package source

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
)

// A revision is a name with steps behind it: "main~3^2", "v1.0^{commit}".
var (
	stepsPattern = regexp.MustCompile(`^(.*?)((?:~\d*|\^\d*|\^\{(?:commit)?\})*)$`)
	stepPattern  = regexp.MustCompile(`~\d*|\^\d*|\^\{(?:commit)?\}`)
	atPattern    = regexp.MustCompile(`^(.*)@\{(.+)\}$`)
)

// revision returns the commit that a revision names, as git rev-parse does. It
// knows names of references, full and short object names, @, @{N}, @{upstream},
// ~N and ^N (gitrevisions(7)); what else git knows is an error. go-git resolves
// plain names alone: it takes no notice of the suffixes that it does not know
// (v5.19.3, 2026-11-23).
func (r *Repo) revision(name string) (plumbing.Hash, error) {
	hash, err := r.resolve(name)
	switch {
	case errors.Is(err, errUnknownRevision):
		return hash, fmt.Errorf("%w: no commit is called %q here (in a shallow clone, git fetch gets more)", ErrBadRange, name)
	case err != nil:
		return hash, fmt.Errorf("%w: %q: %w", ErrBadRange, name, err)
	}
	return hash, nil
}

var errUnknownRevision = errors.New("unknown revision")

func (r *Repo) resolve(name string) (plumbing.Hash, error) {
	m := stepsPattern.FindStringSubmatch(name)
	if m == nil {
		return plumbing.ZeroHash, errUnknownRevision
	}
	hash, err := r.resolveName(m[1])
	if err != nil {
		return hash, err
	}
	p, err := r.peel(hash)
	if err != nil || p.kind != plumbing.CommitObject {
		return p.hash, errors.New("not a commit that can be read")
	}
	hash = p.hash
	for _, step := range stepPattern.FindAllString(m[2], -1) {
		if hash, err = r.step(hash, step); err != nil {
			return hash, err
		}
	}
	return hash, nil
}

// step goes from a commit to an ancestor.
func (r *Repo) step(hash plumbing.Hash, step string) (plumbing.Hash, error) {
	if strings.HasPrefix(step, "^{") {
		return hash, nil // to the commit, which it is
	}
	n := 1
	if len(step) > 1 {
		var err error
		if n, err = strconv.Atoi(step[1:]); err != nil {
			return hash, errUnknownRevision
		}
	}
	generations, parent := n, 1
	if step[0] == '^' {
		generations, parent = min(n, 1), n
	}
	for range generations {
		c, err := r.commit(hash)
		if err != nil || len(c.parents) < parent {
			return hash, errUnknownRevision
		}
		hash = c.parents[parent-1]
	}
	return hash, nil
}

// resolveName returns the object that a name without steps stands for.
func (r *Repo) resolveName(name string) (hash plumbing.Hash, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errUnknownRevision
		}
	}()
	if name == "" || name == "@" {
		name = "HEAD"
	}
	if m := atPattern.FindStringSubmatch(name); m != nil {
		return r.resolveAt(m[1], strings.ToLower(m[2]))
	}
	if strings.ContainsAny(name, ":^~{}\\? *[") {
		return hash, errors.New("this kind of revision is not supported")
	}
	// Not git.Open, which refuses repositories for extensions that concern
	// neither references nor commits.
	found, err := (&git.Repository{Storer: r.store}).ResolveRevision(plumbing.Revision(name))
	if err != nil {
		return hash, errUnknownRevision
	}
	return *found, nil
}

// resolveAt returns what NAME@{WHAT} stands for.
func (r *Repo) resolveAt(name, what string) (plumbing.Hash, error) {
	ref := plumbing.ReferenceName(name)
	if name == "" || name == "@" {
		ref = plumbing.HEAD
	}
	if what == "u" || what == "upstream" {
		return r.upstream(ref)
	}
	n, err := strconv.Atoi(what)
	if err != nil || n < 0 {
		return plumbing.ZeroHash, errors.New("this kind of revision is not supported")
	}
	if ref == plumbing.HEAD && name == "" {
		ref = r.branch() // @{N} is about the branch, HEAD@{N} about HEAD
	} else if ref != plumbing.HEAD && !strings.HasPrefix(name, "refs/") {
		ref = plumbing.NewBranchReferenceName(name)
	}
	log := filepath.Join(r.commonDir, "logs", filepath.FromSlash(ref.String()))
	if ref == plumbing.HEAD {
		log = filepath.Join(r.gitDir, "logs", "HEAD")
	}
	var damaged error
	values := reflog(log, func(err error) { damaged = err })
	if damaged != nil || n >= len(values) {
		return plumbing.ZeroHash, errUnknownRevision
	}
	return values[len(values)-1-n], nil
}

// branch returns the reference that HEAD stands for, HEAD itself if detached.
func (r *Repo) branch() plumbing.ReferenceName {
	if head, err := r.store.Reference(plumbing.HEAD); err == nil && head.Type() == plumbing.SymbolicReference {
		return head.Target()
	}
	return plumbing.HEAD
}

// upstream returns what the branch that a name stands for follows.
func (r *Repo) upstream(ref plumbing.ReferenceName) (plumbing.Hash, error) {
	if ref == plumbing.HEAD {
		ref = r.branch()
	}
	name := strings.TrimPrefix(ref.String(), "refs/heads/")
	b := r.config.Branches[name]
	if b == nil || b.Remote == "" || b.Merge == "" {
		return plumbing.ZeroHash, errors.New("the branch has no upstream")
	}
	tracking := b.Merge
	if b.Remote != "." {
		remote := r.config.Remotes[b.Remote]
		if remote == nil {
			return plumbing.ZeroHash, errors.New("the branch has no upstream")
		}
		for _, spec := range remote.Fetch {
			if spec.Match(b.Merge) {
				tracking = spec.Dst(b.Merge)
			}
		}
	}
	hash, err := r.resolveRef(tracking)
	if err == nil && hash.IsZero() {
		err = errors.New("the branch's upstream is not here")
	}
	return hash, err
}
