package source

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"

	"github.com/patlint/patlint/scanner/source/odb"
)

// A revision is a name with steps behind it: "main~3^2", "v1.0^{commit}".
var (
	stepsPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*?)((?:~\d*|\^\d*|\^\{(?:commit)?\})*)$`) })
	stepPattern  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`~\d*|\^\d*|\^\{(?:commit)?\}`) })
	atPattern    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*)@\{(.+)\}$`) })
)

// revision returns the commit that a revision names, as git rev-parse does. It
// knows names of references, full and short object names, @, @{N}, @{upstream},
// ~N and ^N (gitrevisions(7)); what else git knows is an error.
func (r *Repo) revision(name string) (odb.ID, error) {
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

func (r *Repo) resolve(name string) (odb.ID, error) {
	m := stepsPattern().FindStringSubmatch(name)
	if m == nil {
		return "", errUnknownRevision
	}
	hash, err := r.resolveName(m[1])
	if err != nil {
		return hash, err
	}
	p, err := r.peel(hash)
	if err != nil || p.kind != odb.Commit {
		return p.hash, errors.New("not a commit that can be read")
	}
	hash = p.hash
	for _, step := range stepPattern().FindAllString(m[2], -1) {
		if hash, err = r.step(hash, step); err != nil {
			return hash, err
		}
	}
	return hash, nil
}

// step goes from a commit to an ancestor.
func (r *Repo) step(hash odb.ID, step string) (odb.ID, error) {
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

// refRules are the places where git looks for a reference that is not named in
// full, in their order (gitrevisions(7)).
var refRules = []string{"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"}

// resolveName returns the object that a name without steps stands for.
func (r *Repo) resolveName(name string) (odb.ID, error) {
	if name == "" || name == "@" {
		name = "HEAD"
	}
	if m := atPattern().FindStringSubmatch(name); m != nil {
		return r.resolveAt(m[1], strings.ToLower(m[2]))
	}
	if strings.ContainsAny(name, ":^~{}\\? *[") {
		return "", errors.New("this kind of revision is not supported")
	}
	if id, ok := odb.ParseID(name); ok {
		return id, nil
	}
	for _, rule := range refRules {
		if id, err := r.resolveRef(fmt.Sprintf(rule, name)); err != nil || id != "" {
			return id, err
		}
	}
	return r.abbreviated(name)
}

// minAbbreviation is the least number of digits that git takes for an object.
const minAbbreviation = 4

// abbreviated returns the only commit whose id begins with the given digits.
func (r *Repo) abbreviated(digits string) (found odb.ID, err error) {
	if len(digits) < minAbbreviation || strings.Trim(digits, "0123456789abcdefABCDEF") != "" {
		return "", errUnknownRevision
	}
	for _, id := range r.storage().Find(strings.ToLower(digits)) {
		if p, err := r.peel(id); err != nil || p.kind != odb.Commit {
			continue
		}
		if found != "" {
			return "", errors.New("more than one commit begins like that")
		}
		found = id
	}
	if found == "" {
		return "", errUnknownRevision
	}
	return found, nil
}

// resolveAt returns what NAME@{WHAT} stands for.
func (r *Repo) resolveAt(name, what string) (odb.ID, error) {
	ref := name
	if name == "" || name == "@" {
		ref = "HEAD"
	}
	if what == "u" || what == "upstream" {
		return r.upstream(ref)
	}
	n, err := strconv.Atoi(what)
	if err != nil || n < 0 {
		return "", errors.New("this kind of revision is not supported")
	}
	if ref == "HEAD" && name == "" {
		ref = r.branch() // @{N} is about the branch, HEAD@{N} about HEAD
	} else if ref != "HEAD" && !strings.HasPrefix(name, "refs/") {
		ref = branchPrefix + name
	}
	if !filepath.IsLocal(ref) {
		return "", errUnknownRevision
	}
	log := filepath.Join(r.commonDir, "logs", filepath.FromSlash(ref))
	if ref == "HEAD" {
		log = filepath.Join(r.gitDir, "logs", "HEAD")
	}
	var damaged error
	values := reflog(log, func(err error) { damaged = err })
	if damaged != nil || n >= len(values) {
		return "", errUnknownRevision
	}
	return values[len(values)-1-n], nil
}

const branchPrefix = "refs/heads/"

// branch returns the reference that HEAD stands for, HEAD itself if detached.
func (r *Repo) branch() string {
	value, _ := r.readRef("HEAD") // without it HEAD is no branch
	if target, ok := strings.CutPrefix(value, "ref:"); ok {
		return strings.TrimSpace(target)
	}
	return "HEAD"
}

// fetched returns where a reference of the other side is kept that a refspec like
// "+refs/heads/*:refs/remotes/origin/*" takes (git-fetch(1)).
func fetched(spec, ref string) (to string, ok bool) {
	fetch, name := config.RefSpec(spec), plumbing.ReferenceName(ref)
	if fetch.Validate() != nil || !fetch.Match(name) {
		return "", false
	}
	return fetch.Dst(name).String(), true
}

// upstream returns what the branch that a name stands for follows.
func (r *Repo) upstream(ref string) (odb.ID, error) {
	if ref == "HEAD" {
		ref = r.branch()
	}
	name := strings.TrimPrefix(ref, branchPrefix)
	remote, merge := r.config.last("branch."+name+".remote"), r.config.last("branch."+name+".merge")
	if remote == "" || merge == "" {
		return "", errors.New("the branch has no upstream")
	}
	tracking := merge
	if remote != "." {
		specs := r.config["remote."+remote+".fetch"]
		if len(specs) == 0 {
			return "", errors.New("the branch has no upstream")
		}
		for _, spec := range specs {
			if to, ok := fetched(spec, merge); ok {
				tracking = to
			}
		}
	}
	hash, err := r.resolveRef(tracking)
	if err == nil && hash == "" {
		err = errors.New("the branch's upstream is not here")
	}
	return hash, err
}
