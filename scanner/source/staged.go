package source

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// Staged returns what the next commit would add: the content of the index, not
// of the files on disk, compared with HEAD and with what is being merged.
func Staged(r *Repo) scanner.Source {
	s := &stagedScan{additions{
		repo: r, kind: scanner.Index, seen: map[odb.ID]bool{}, names: map[string]bool{},
		tip: func(string) entry { return entry{} },
	}}
	return scanner.Source{Blobs: s.blobs, Attribute: s.attribute}
}

type stagedScan struct{ additions }

func (s *stagedScan) blobs(context.Context) iter.Seq2[scanner.Blob, error] {
	return func(yield func(scanner.Blob, error) bool) {
		more := true
		skip := func(err error) { more = more && yield(scanner.Blob{}, err) }
		if s.repo.unreadable != "" {
			skip(scanner.Skip{Path: s.repo.gitDir, Reason: "index not read: " + s.repo.unreadable})
			return
		}
		index, err := s.repo.index()
		if err != nil {
			skip(err)
			return
		}
		byPath := make(map[string]entry, len(index))
		for _, e := range index {
			byPath[e.name] = e
		}
		s.tip = func(path string) entry { return byPath[path] }
		set := &changeset{}
		for _, parent := range s.repo.nextParents(skip) {
			set.parents = append(set.parents, s.compare(parent, index, byPath, skip))
		}
		s.sets = []*changeset{set}
		more = more && s.send(set, yield)
		for _, err := range s.repo.knownDamage() {
			skip(err)
		}
	}
}

// nextParents returns the trees of the commits that the next commit would have
// as parents; the empty tree if there is none.
func (r *Repo) nextParents(skip func(error)) []odb.ID {
	head, err := r.resolveRef("HEAD")
	if err != nil {
		skip(scanner.Skip{Path: "HEAD", Reason: "unreadable reference: " + err.Error()})
	}
	hashes := []odb.ID{head}
	merging, err := readFile(filepath.Join(r.gitDir, "MERGE_HEAD"), maxSmallFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		skip(scanner.Skip{Path: "MERGE_HEAD", Reason: "unreadable reference: " + err.Error()})
	}
	for line := range strings.Lines(string(merging)) {
		if id, ok := odb.ParseID(strings.TrimSpace(line)); ok {
			hashes = append(hashes, id)
		}
	}
	var trees []odb.ID
	for _, h := range hashes {
		if h == "" {
			continue
		}
		c, err := r.commit(h)
		if err != nil {
			skip(err)
			continue
		}
		trees = append(trees, c.tree)
	}
	if len(trees) == 0 {
		trees = []odb.ID{""}
	}
	return trees
}

// compare returns how the index differs from a tree.
func (s *stagedScan) compare(tree odb.ID, index []entry, byPath map[string]entry, skip func(error)) side {
	was := map[string]entry{}
	s.repo.diff("", tree, "", func(ch change) { was[ch.path] = ch.new }, skip)
	var changes []change
	for _, e := range index {
		if old := was[e.name]; old.hash != e.hash {
			changes = append(changes, change{e.name, old, e})
		}
	}
	var gone []change
	for path, old := range was {
		if _, kept := byPath[path]; !kept {
			gone = append(gone, change{path: path, old: old})
		}
	}
	slices.SortFunc(gone, func(a, b change) int { return strings.Compare(a.path, b.path) })
	return newSide(tree, append(changes, gone...))
}
