package source

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// additions finds what commits, or the index as the next commit, add. A secret
// is added at a path if no parent has it there, nor at another path from which
// the same change takes it away: then it was moved.
type additions struct {
	repo *Repo
	kind scanner.Kind // of the places: History or Index
	sets []*changeset
	tip  func(path string) entry // what stands at a path in the end

	seen  map[odb.ID]bool
	names map[string]bool
}

// changeset is how one commit differs from its parents.
type changeset struct {
	origin  *scanner.Commit // nil for the index
	parents []side          // at least one; the empty tree if there is no parent

	moved *departures // nil until it is asked for
}

// departures are the secrets that a commit takes away from where a parent has them.
type departures struct{ fromContent, fromNames map[int]bool }

// side is the difference to one parent.
type side struct {
	tree    odb.ID
	changes []change
	old     map[string]entry // what the parent has at a changed path
}

func newSide(tree odb.ID, changes []change) side {
	s := side{tree, changes, map[string]entry{}}
	for _, c := range changes {
		s.old[c.path] = c.old
	}
	return s
}

// added returns the changes to content that differs from every parent's.
func (c *changeset) added() []change {
	var added []change
	for _, ch := range c.parents[0].changes {
		everywhere := !slices.ContainsFunc(c.parents[1:], func(s side) bool {
			_, differs := s.old[ch.path]
			return !differs
		})
		if ch.new.isContent() && everywhere {
			added = append(added, ch)
		}
	}
	return added
}

// send yields names and content on both sides of a changeset, each once.
func (a *additions) send(c *changeset, yield func(scanner.Blob, error) bool) bool {
	for _, s := range c.parents {
		for _, ch := range s.changes {
			if !a.sendNames(ch.path, yield) || !a.sendContent(ch.new, ch.path, yield) || !a.sendContent(ch.old, ch.path, yield) {
				return false
			}
		}
	}
	return true
}

func (a *additions) sendNames(path string, yield func(scanner.Blob, error) bool) bool {
	for name := range strings.SplitSeq(path, "/") {
		if !a.names[name] && !yield(scanner.Blob{Kind: scanner.FileName, Key: nameKey(name), Open: scanner.Bytes([]byte(name))}, nil) {
			return false
		}
		a.names[name] = true
	}
	return true
}

func (a *additions) sendContent(e entry, path string, yield func(scanner.Blob, error) bool) bool {
	if !e.isContent() || a.seen[e.hash] {
		return true
	}
	a.seen[e.hash] = true
	content, err := a.repo.blob(e.hash)
	if err != nil {
		skip := asSkip(err)
		skip.Path = path
		return yield(scanner.Blob{}, skip)
	}
	return yield(scanner.Blob{Kind: a.kind, Key: e.hash.String(), Open: scanner.Bytes(content)}, nil)
}

// attribute yields the places of what was added, the first for each secret and
// path.
func (a *additions) attribute(_ context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
	return func(yield func(scanner.Place, error) bool) {
		placed := map[spot]bool{}
		for _, c := range a.sets {
			for _, p := range a.places(c, holders) {
				s := spot{p.Secret, p.Kind, p.Path}
				if !placed[s] && !yield(p, nil) {
					return
				}
				placed[s] = true
			}
		}
	}
}

// places returns where a changeset adds secrets.
func (a *additions) places(c *changeset, holders scanner.Holders) []scanner.Place {
	var places []scanner.Place
	for _, ch := range c.added() {
		key := ch.new.hash.String()
		for _, secret := range holders[key] {
			if c.adds(secret, ch.path, holders) {
				p := scanner.Place{Secret: secret, Key: key, Kind: a.kind, Path: ch.path, Commit: c.origin, Before: c.before(ch.path)}
				if tip := a.tip(ch.path).hash.String(); slices.Contains(holders[tip], secret) {
					p.HeadKey = tip
				}
				places = append(places, p)
			}
		}
		for i, r := range ch.path + "/" {
			if r != '/' {
				continue
			}
			path := ch.path[:i]
			key := nameKey(path[strings.LastIndexByte(path, '/')+1:])
			for _, secret := range holders[key] {
				if !a.hadPath(c, path) && !c.renamed(secret, holders) {
					places = append(places, scanner.Place{Secret: secret, Key: key, Kind: scanner.FileName, Path: path, Commit: c.origin})
				}
			}
		}
	}
	return places
}

// before returns the keys of what the parents have at a path.
func (c *changeset) before(path string) []string {
	var keys []string
	for _, s := range c.parents {
		if old := s.old[path]; old.isContent() {
			keys = append(keys, old.hash.String())
		}
	}
	return keys
}

// adds tells whether no parent has the secret at the path, or had it elsewhere
// and lost it.
func (c *changeset) adds(secret int, path string, holders scanner.Holders) bool {
	return !c.departed(holders).fromContent[secret] && !slices.ContainsFunc(c.parents, func(s side) bool {
		return slices.Contains(secretsOf(s.old[path], holders), secret)
	})
}

// renamed tells whether a parent has the secret in the name of something that
// is gone.
func (c *changeset) renamed(secret int, holders scanner.Holders) bool {
	return c.departed(holders).fromNames[secret]
}

// departed goes once through all changes.
func (c *changeset) departed(holders scanner.Holders) *departures {
	if c.moved != nil {
		return c.moved
	}
	c.moved = &departures{map[int]bool{}, map[int]bool{}}
	for _, s := range c.parents {
		for _, ch := range s.changes {
			for _, secret := range secretsOf(ch.old, holders) {
				if !slices.Contains(secretsOf(ch.new, holders), secret) {
					c.moved.fromContent[secret] = true
				}
			}
			if ch.new.hash != "" {
				continue
			}
			for name := range strings.SplitSeq(ch.path, "/") {
				for _, secret := range holders[nameKey(name)] {
					c.moved.fromNames[secret] = true
				}
			}
		}
	}
	return c.moved
}

// secretsOf returns the secrets in the content of an entry.
func secretsOf(e entry, holders scanner.Holders) []int {
	if !e.isContent() {
		return nil
	}
	return holders[e.hash.String()]
}

// hadPath tells whether a parent of the changeset has a file or folder at path.
func (a *additions) hadPath(c *changeset, path string) bool {
	return slices.ContainsFunc(c.parents, func(s side) bool { return a.repo.lookup(s.tree, path).hash != "" })
}

// lookup returns what stands at a path of a tree, the zero entry if nothing does.
func (r *Repo) lookup(tree odb.ID, path string) entry {
	e, _ := r.find(tree, path) // what cannot be read is reported where it is walked
	return e
}

// find is lookup, with the reason why there may be something at the path all the
// same.
func (r *Repo) find(tree odb.ID, path string) (entry, error) {
	dir, rest, below := strings.Cut(path, "/")
	entries, err := r.tree(tree)
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == dir })
	switch {
	case i < 0:
		return entry{}, err
	case below && !entries[i].isTree():
		return entry{}, nil
	case below:
		return r.find(entries[i].hash, rest)
	}
	return entries[i], nil
}
