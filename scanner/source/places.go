package source

import (
	"maps"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// place keeps a place for each secret in its content, unless its path has it
// from an earlier commit, and returns them all.
func (a *attribution) place(at position, p scanner.Place) (spots []spot) {
	for _, secret := range a.holders[p.Key] {
		a.placed[held{secret, p.Key}] = true
		s := spot{secret, p.Kind, p.Path}
		spots = append(spots, s)
		if a.first[s] {
			continue
		}
		a.first[s] = true
		p := p
		p.Secret, p.Ref, p.Reach = secret, at.walk.ref, at.walk.reach
		if at.node != noNode {
			p.Commit = a.origin(at.node)
			p.Before = a.before(at.node, p.Path)
		}
		if a.head != "" && at.node != noNode && p.Kind != scanner.Note {
			p.HeadKey = a.inHead(secret, p.Path, p.Kind)
			inHead := p.HeadKey != ""
			p.InHead = &inHead
		}
		a.places = append(a.places, p)
	}
	return spots
}

// origin reads who made a commit, which the engine passed over.
func (a *attribution) origin(node int32) *scanner.Commit {
	if a.origins[node] == nil {
		id := a.ancestry.id(node)
		a.origins[node] = &scanner.Commit{ID: id.String()}
		if c, err := a.repo.commit(id); err == nil { // else it is reported where it was searched
			a.origins[node] = c.origin
		}
	}
	return a.origins[node]
}

// before returns the keys of what a commit's parents have at a path.
func (a *attribution) before(node int32, path string) []string {
	var keys []string
	for _, link := range a.ancestry.parents(node) {
		if p, err := a.repo.commit(a.ancestry.linked(link)); err == nil {
			if old := a.repo.lookup(p.tree, path); old.isContent() {
				keys = append(keys, old.hash.String())
			}
		}
	}
	return keys
}

// inHead returns the key of the content that holds a secret at a path of HEAD,
// or "".
func (a *attribution) inHead(secret int, path string, kind scanner.Kind) string {
	now := a.repo.lookup(a.head, path)
	key := now.hash.String()
	if kind == scanner.FileName && now.hash != "" {
		key = nameKey(now.name)
	}
	if slices.Contains(a.holders[key], secret) {
		return key
	}
	return ""
}

// walkIndex places what is staged, in this work tree or a linked one, and in no
// commit of a reference.
func (a *attribution) walkIndex() {
	var entries []entry
	for _, file := range a.repo.indexFiles() {
		staged, _ := a.repo.readIndex(file) // without it, what is staged is reached by nothing
		for _, e := range staged {
			if e.isTree() { // of a sparse index; what cannot be read is reported where it is searched
				entries = append(entries, a.repo.below(e, func(error) {})...)
			}
		}
		entries = append(entries, staged...)
	}
	for _, e := range entries {
		for _, secret := range a.holders[e.hash.String()] {
			s := spot{secret, scanner.History, e.name}
			a.placed[held{secret, e.hash.String()}] = true
			if e.isContent() && !a.first[s] && !a.done {
				a.first[s] = true
				a.done = !a.yield(scanner.Place{Secret: secret, Key: e.hash.String(), Kind: scanner.Index, Path: e.name}, nil)
			}
		}
	}
}

// rest yields a place without a path for secrets that have none: no tree names
// what holds them, or the walk was interrupted or could not read the trees.
func (a *attribution) rest() {
	for _, key := range slices.Sorted(maps.Keys(a.holders)) {
		for _, secret := range a.holders[key] {
			if a.placed[held{secret, key}] || a.done {
				continue
			}
			p := scanner.Place{Secret: secret, Key: key, Kind: scanner.History, Reach: scanner.ByNothing}
			if name, ok := strings.CutPrefix(key, nameKey("")); ok {
				p.Kind, p.Path = scanner.FileName, name
			}
			a.done = !a.yield(p, nil)
		}
	}
}
