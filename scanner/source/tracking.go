package source

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"

	"github.com/patlint/patlint/scanner"
)

// Ref is a reference and the object that it leads to.
type Ref struct {
	Name string // in full
	ID   string // hexadecimal
}

// Refs returns the references of a repository whose names begin with one of some
// prefixes, as "refs/heads/", in order of their names. Those that cannot be read
// are named by the errors, each a Skip.
func (r *Repo) Refs(prefixes ...string) (refs []Ref, skips []error) {
	skip := func(err error) { skips = append(skips, err) }
	loose := map[string]bool{}
	var found []root
	for _, name := range looseRefs(r.commonDir, skip) {
		value, err := readFile(filepath.Join(r.commonDir, filepath.FromSlash(name)), maxSmallFile)
		if err != nil || len(bytes.TrimSpace(value)) == 0 {
			continue // it was deleted meanwhile, or is about to be written
		}
		loose[name] = true
		id, err := parseRef(string(value))
		if err != nil {
			skip(scanner.Skip{Path: name, Reason: "unreadable reference: " + err.Error()})
		} else if id != "" { // what a symbolic one leads to has a name of its own
			found = append(found, root{name, id})
		}
	}
	for _, ref := range r.packedRefs(skip) {
		if !loose[ref.name] { // a loose one is newer
			found = append(found, ref)
		}
	}
	for _, ref := range found {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(ref.name, p) }) {
			refs = append(refs, Ref{ref.name, ref.hash.String()})
		}
	}
	slices.SortFunc(refs, func(a, b Ref) int { return strings.Compare(a.Name, b.Name) })
	return refs, skips
}

// Commit returns the hexadecimal id of the commit that a revision names. The
// error wraps ErrBadRange.
func (r *Repo) Commit(revision string) (string, error) {
	id, err := r.revision(revision)
	return id.String(), err
}

const remotesPrefix = "refs/remotes/"

// Tracking returns the references that stand for what a remote repository has, as
// far as is known here. It is called by its name, or, where it has none, by its
// address, which then may be that of several. References that the remote shares
// with one of a longer name, as "origin/fork", are that one's.
func (r *Repo) Tracking(remote, url string) []Ref {
	refs, _ := r.Refs(remotesPrefix) // without one of them more is searched
	names := r.remotesAt(remote, url)
	return slices.DeleteFunc(refs, func(ref Ref) bool {
		return !slices.ContainsFunc(names, func(name string) bool {
			best := trackedBy(r.fetches(name), ref.Name)
			return best > 0 && !slices.ContainsFunc(r.config.remotes(), func(other string) bool {
				return !slices.Contains(names, other) && trackedBy(r.fetches(other), ref.Name) > best
			})
		})
	})
}

// remotesAt returns the names of the remotes that are meant: git calls one
// without a name by its address.
func (r *Repo) remotesAt(remote, url string) []string {
	if remote != url {
		return []string{remote}
	}
	var names []string
	for _, name := range r.config.remotes() {
		if slices.Contains(slices.Concat(r.config["remote."+name+".url"], r.config["remote."+name+".pushurl"]), url) {
			names = append(names, name)
		}
	}
	return names
}

// fetches returns the refspecs from where what is fetched from a remote is kept here
// to what it is there. One that the repository's own configuration does not know has
// the usual place.
func (r *Repo) fetches(remote string) (kept []config.RefSpec) {
	specs := r.config["remote."+remote+".fetch"]
	if !slices.Contains(r.config.remotes(), remote) {
		specs = []string{"refs/heads/*:" + remotesPrefix + remote + "/*"}
	}
	for _, spec := range specs {
		if fetch := config.RefSpec(spec); fetch.Validate() == nil { // others take nothing
			kept = append(kept, fetch.Reverse())
		}
	}
	return kept
}

// trackedBy returns how many bytes of a reference's name refspecs prescribe, 0 if
// none is about it. A mirror keeps what it fetches where branches of this
// repository are: what is there need not be known elsewhere.
func trackedBy(kept []config.RefSpec, ref string) (length int) {
	for _, spec := range kept {
		pattern := spec.Src()
		if strings.HasPrefix(pattern, remotesPrefix) && spec.Match(plumbing.ReferenceName(ref)) {
			length = max(length, len(strings.Replace(pattern, "*", "", 1)))
		}
	}
	return length
}

// IsReference tells whether a full name is one that git takes for a reference
// (git-check-ref-format(1)).
func IsReference(name string) bool {
	return strings.HasPrefix(name, "refs/") && plumbing.ReferenceName(name).Validate() == nil
}
