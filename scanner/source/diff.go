package source

import "github.com/patlint/patlint/scanner/source/odb"

// change is a path whose content differs between two trees. The entry on the
// side where the path is not there is zero.
type change struct {
	path     string
	old, new entry
}

// diff calls yield for the files that differ between two trees. A folder that
// is on one side only is walked through. What cannot be read goes to skip, and
// the rest is compared all the same.
func (r *Repo) diff(old, new odb.ID, dir string, yield func(change), skip func(error)) {
	if old == new {
		return
	}
	before, err := r.tree(old)
	if err != nil {
		skip(err)
	}
	after, err := r.tree(new)
	if err != nil {
		skip(err)
		return // or else everything in it would look deleted
	}
	was := make(map[string]entry, len(before))
	for _, e := range before {
		was[e.name] = e
	}
	for _, e := range after {
		r.diffEntries(was[e.name], e, dir+e.name, yield, skip)
		delete(was, e.name)
	}
	for _, e := range before {
		if _, gone := was[e.name]; gone {
			r.diffEntries(e, entry{}, dir+e.name, yield, skip)
		}
	}
}

// diffEntries compares what stands at one path.
func (r *Repo) diffEntries(old, new entry, path string, yield func(change), skip func(error)) {
	if old.isSame(new) {
		return
	}
	if old.isTree() || new.isTree() {
		var oldTree, newTree odb.ID
		if old.isTree() {
			oldTree, old = old.hash, entry{}
		}
		if new.isTree() {
			newTree, new = new.hash, entry{}
		}
		r.diff(oldTree, newTree, path+"/", yield, skip)
	}
	if old.isContent() || new.isContent() {
		yield(change{path, old, new})
	}
}
