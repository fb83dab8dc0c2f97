package source

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/index"
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
		file, err := s.repo.openIndex(s.repo.indexFile)
		if err != nil {
			skip(err)
			return
		}
		if file == nil {
			file = &openedIndex{File: new(index.File)}
		}
		defer file.close()
		verified := file.verify()
		fault := guarded(func() { err = s.compare(file.File, skip) })
		for _, set := range s.sets {
			more = more && s.send(set, yield)
		}
		if err := cmp.Or(verified(), fault, err); err != nil {
			skip(s.repo.indexSkip(err))
		}
		for _, err := range s.repo.knownDamage() {
			skip(err)
		}
	}
}

// compare finds out how the index differs from what the next commit would have as
// parents.
func (s *stagedScan) compare(file *index.File, skip func(error)) (err error) {
	set := &changeset{}
	tips := map[string]entry{}
	for _, parent := range s.repo.nextParents(skip) {
		w := stagedWalk{repo: s.repo, skip: skip, tips: tips}
		err = cmp.Or(err, w.run(file, parent))
		set.parents = append(set.parents, newSide(parent, w.changes))
	}
	s.sets = []*changeset{set}
	s.tip = func(path string) entry { return tips[path] }
	return err
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
