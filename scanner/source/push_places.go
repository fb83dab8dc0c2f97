package source

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// maxLooks is how many entries of trees are looked at for the places of what one
// commit adds, maxChanges how many files are remembered for them: a few trees can
// make up more files than there are bytes.
const (
	maxLooks   = 8 << 20
	maxChanges = 1 << 13
)

// attribute yields the places of what was added, the first for each secret and
// path. What commits are left is exact from here on.
func (p *push) attribute(ctx context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
	return func(yield func(scanner.Place, error) bool) {
		if p.diff == nil {
			return
		}
		p.done = false
		defer context.AfterFunc(ctx, func() { p.over.Store(true) })()
		p.yield = func(_ scanner.Blob, err error) bool { return yield(scanner.Place{}, err) }
		if err := guarded(func() { p.placeAll(ctx, holders, yield) }); err != nil && !p.done {
			yield(scanner.Place{}, err)
		}
		if p.over.Load() && !p.done {
			p.rest(holders, yield)
		}
	}
}

func (p *push) placeAll(ctx context.Context, holders scanner.Holders, yield func(scanner.Place, error) bool) {
	p.diff.settle(ctx)
	refs := p.refs()
	placed := map[spot]bool{}
	add := func(place scanner.Place) {
		s := spot{place.Secret, place.Kind, place.Path}
		if place.Kind == scanner.CommitMessage {
			s.path = place.Key
		}
		if !placed[s] && !p.done {
			p.done = !yield(place, nil)
		}
		placed[s] = true
	}
	for _, c := range p.commits {
		if p.isDone() {
			return
		}
		if p.diff.isFound(c) {
			p.placeCommit(p.diff.id(c.number), holders, func(place scanner.Place) {
				place.Ref = refs[c.number]
				add(place)
			})
		}
	}
	for _, from := range p.lone {
		p.placeLone(from, holders, add)
	}
}

// rest yields a place without a path for what was new and is yet to be placed
// when the time was over: that it is there is known.
func (p *push) rest(holders scanner.Holders, yield func(scanner.Place, error) bool) {
	for _, key := range slices.Sorted(maps.Keys(holders)) {
		id, ok := odb.ParseID(key)
		if !ok {
			continue
		}
		place := scanner.Place{Key: key, Kind: p.kind}
		if n := p.diff.number(id); p.diff.paint[n] != 0 {
			place.Kind, place.Commit = scanner.CommitMessage, &scanner.Commit{ID: key}
		} else if int(n) >= len(p.sent) || p.sent[n] != needed {
			continue
		}
		for _, place.Secret = range holders[key] {
			if !yield(place, nil) {
				return
			}
		}
	}
}

// refs returns, by the number of a commit, the first of the tips that leads to it.
// It also remembers the trees of the tips.
func (p *push) refs() map[int32]string {
	found := map[int32]*foundCommit{}
	for _, c := range p.commits {
		found[c.number] = c
	}
	refs := map[int32]string{}
	for _, from := range p.roots {
		if c, err := p.diff.header(from.hash); err == nil {
			p.trees = append(p.trees, c.tree)
		}
		for todo := []int32{p.diff.number(from.hash)}; len(todo) > 0; {
			n := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if _, again := refs[n]; found[n] == nil || again {
				continue
			}
			refs[n] = from.name
			todo = append(todo, found[n].parents...)
		}
	}
	return refs
}

// inTip returns what stands at a path in the end.
func (p *push) inTip(path string) entry {
	for _, tree := range p.trees {
		if e := p.repo.lookup(tree, path); e.isContent() {
			return e
		}
	}
	return entry{}
}

// placeCommit places what a commit adds.
func (p *push) placeCommit(id odb.ID, holders scanner.Holders, add func(scanner.Place)) {
	c, err := p.repo.commit(id)
	if err != nil {
		return // it was reported before
	}
	for _, secret := range holders[id.String()] {
		add(scanner.Place{Secret: secret, Key: id.String(), Kind: scanner.CommitMessage, Commit: c.origin})
	}
	set := p.changeset(c.tree, p.parentTrees(c), holders)
	set.origin = c.origin
	for _, place := range p.places(set, holders) {
		add(place)
	}
}

func (p *push) placeLone(from root, holders scanner.Holders, add func(scanner.Place)) {
	for _, secret := range holders[from.hash.String()] {
		add(scanner.Place{Secret: secret, Key: from.hash.String(), Kind: scanner.History, Ref: from.name})
	}
	if typ, _, err := p.repo.readAny(from.hash); err != nil || typ != odb.Tree {
		return
	}
	for _, place := range p.places(p.changeset(from.hash, nil, holders), holders) {
		place.Ref = from.name
		add(place)
	}
}

// changeset returns how a tree differs from the trees of the parents, as far as
// it is about what holds secrets.
func (p *push) changeset(tree odb.ID, parents []odb.ID, holders scanner.Holders) *changeset {
	if len(parents) == 0 {
		parents = []odb.ID{""}
	}
	set := &changeset{}
	for _, parent := range parents {
		set.parents = append(set.parents, newSide(parent, p.changes(tree, parent, holders)))
	}
	return set
}

// changes returns the files that differ between two trees where a secret is in
// one of the contents, or in the path.
func (p *push) changes(tree, parent odb.ID, holders scanner.Holders) (changes []change) {
	w := &treeDiff{push: p, parents: 1, left: maxLooks}
	w.entry = func(dir string, old []entry, new entry) {
		ch := change{path: dir + cmp.Or(new.name, old[0].name)}
		if new.isContent() {
			ch.new = new
		}
		if old[0].isContent() {
			ch.old = old[0]
		}
		if (ch.new.hash != "" || ch.old.hash != "") && p.holds(ch, holders) {
			changes = append(changes, ch)
		}
		if len(changes) == maxChanges {
			w.left = 0
		}
	}
	w.gone = func(dir string, old entry) { w.entry(dir, []entry{old}, entry{}) }
	w.walk(tree, []odb.ID{parent}, "", 0)
	if w.left <= 0 {
		p.skip(scanner.Skip{Object: tree.String(), Reason: "too many files were changed to tell where all secrets are"})
	}
	return changes
}

// holds tells whether a change is about a secret. One to something that is not
// here, as in a partial clone, is none: a secret may be there still.
func (p *push) holds(ch change, holders scanner.Holders) bool {
	was, is := holders[ch.old.hash.String()], holders[ch.new.hash.String()]
	if len(was) > 0 && ch.new.isContent() && !p.repo.storage().Has(ch.new.hash) {
		return false
	}
	return len(was)+len(is) > 0 || isNamed(ch.path, holders)
}

// sortedByName returns the entries in the order of their names.
func sortedByName(entries map[string]entry) []entry {
	sorted := make([]entry, 0, len(entries))
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		sorted = append(sorted, entries[name])
	}
	return sorted
}

// isNamed tells whether a secret is in the name of a file, or of a folder that it
// is in.
func isNamed(path string, holders scanner.Holders) bool {
	for name := range strings.SplitSeq(path, "/") {
		if len(holders[nameKey(name)]) > 0 {
			return true
		}
	}
	return false
}
