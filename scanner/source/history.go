package source

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/patlint/patlint/scanner"
)

// History returns everything that the references of a repository reach, its
// stashes and its index: files, names of files, messages of commits and
// annotated tags, notes, names of references.
func History(r *Repo) scanner.Source {
	h := &history{repo: r}
	return scanner.Source{Blobs: h.blobs, Attribute: h.attribute}
}

// history is one walk over a repository. It reads with go-git, every commit
// and every tree once.
type history struct {
	repo *Repo

	walks []walk
	seen  map[plumbing.Hash]bool // trees and blobs
	names map[string]bool
	yield func(scanner.Blob, error) bool
	done  bool // the consumer wants no more
}

// walk is a part of the history whose content is of one kind.
type walk struct {
	graph *graph
	kind  scanner.Kind // History or Note
	ref   string       // the notes reference
}

// nameKey is the key of the content that is a file's name. Keys of objects are
// hexadecimal, so it is none of those.
func nameKey(name string) string { return "name " + name }

func (h *history) blobs(ctx context.Context) iter.Seq2[scanner.Blob, error] {
	return func(yield func(scanner.Blob, error) bool) {
		h.seen, h.names, h.yield = map[plumbing.Hash]bool{}, map[string]bool{}, yield
		if h.repo.unreadable != "" {
			h.skip(scanner.Skip{Path: h.repo.gitDir, Reason: "history not read: " + h.repo.unreadable})
			return
		}
		if n := len(h.repo.shallow()); n > 0 {
			h.skip(scanner.Skip{Reason: "shallow clone: the history before " + count(n, "commit") +
				" is not here (git fetch --unshallow gets it)"})
		}
		commits, notes := h.walkRoots()
		h.walkCommits(ctx, commits, scanner.History, "")
		for _, n := range notes {
			h.walkCommits(ctx, []plumbing.Hash{n.hash}, scanner.Note, n.name)
		}
		h.walkIndex()
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// send yields a blob, unless the consumer has had enough.
func (h *history) send(b scanner.Blob) {
	if !h.done {
		h.done = !h.yield(b, nil)
	}
}

func (h *history) skip(err error) {
	if !h.done {
		h.done = !h.yield(scanner.Blob{}, err)
	}
}

// walkRoots yields names of references and messages of tags, and returns the
// commits that lead to everything else, those of notes apart.
func (h *history) walkRoots() (commits []plumbing.Hash, notes []root) {
	tagged := map[string]bool{}
	for _, from := range h.repo.roots(h.skip) {
		h.send(scanner.Blob{Kind: scanner.RefName, Ref: from.name, Open: scanner.Bytes([]byte(from.name))})
		p, err := h.repo.peel(from.hash)
		for _, t := range p.tags {
			if id := t.target.String() + t.message; !tagged[id] {
				tagged[id] = true
				h.send(scanner.Blob{Kind: scanner.TagMessage, Ref: from.name, Commit: t.origin, Open: scanner.Bytes([]byte(t.message))})
			}
		}
		switch {
		case err != nil:
			h.skip(err)
		case p.kind == plumbing.CommitObject && strings.HasPrefix(from.name, notesPrefix):
			notes = append(notes, root{from.name, p.hash})
		case p.kind == plumbing.CommitObject:
			commits = append(commits, p.hash)
		case p.kind == plumbing.TreeObject:
			h.walkTagged(p.hash, "", from.name)
		case p.kind == plumbing.BlobObject:
			h.sendBlob(p.hash, scanner.Blob{Kind: scanner.History, Ref: from.name})
		}
	}
	return commits, notes
}

// walkTagged yields the files of a tree that a reference names without a commit.
func (h *history) walkTagged(hash plumbing.Hash, dir, ref string) {
	entries, err := h.repo.tree(hash)
	if err != nil {
		h.skip(err)
	}
	for _, e := range entries {
		path := dir + e.name
		h.send(scanner.Blob{Kind: scanner.FileName, Path: path, Ref: ref, Open: scanner.Bytes([]byte(e.name))})
		if e.isTree() {
			h.walkTagged(e.hash, path+"/", ref)
		} else if e.isContent() {
			h.sendBlob(e.hash, scanner.Blob{Kind: scanner.History, Path: path, Ref: ref})
		}
	}
}

// walkCommits yields the messages of the commits that the roots reach and were
// not reached before, and all that their trees hold.
func (h *history) walkCommits(ctx context.Context, roots []plumbing.Hash, kind scanner.Kind, ref string) {
	g := h.repo.commits(ctx, roots, h.walked, h.skip)
	h.walks = append(h.walks, walk{g, kind, ref})
	for _, c := range g.commits {
		if h.done || ctx.Err() != nil {
			return
		}
		h.send(scanner.Blob{Kind: scanner.CommitMessage, Commit: c.origin, Open: scanner.Bytes([]byte(c.message))})
		h.walkTree(ctx, c.tree, kind)
	}
}

// walked tells whether a commit is in a walk already.
func (h *history) walked(hash plumbing.Hash) bool {
	return slices.ContainsFunc(h.walks, func(w walk) bool { return w.graph.byHash[hash] != nil })
}

func (h *history) walkTree(ctx context.Context, hash plumbing.Hash, kind scanner.Kind) {
	if h.seen[hash] || h.done || ctx.Err() != nil {
		return
	}
	h.seen[hash] = true
	entries, err := h.repo.tree(hash)
	if err != nil {
		h.skip(err)
	}
	for _, e := range entries {
		if !h.names[e.name] {
			h.names[e.name] = true
			h.send(scanner.Blob{Kind: scanner.FileName, Key: nameKey(e.name), Open: scanner.Bytes([]byte(e.name))})
		}
		if e.isTree() {
			h.walkTree(ctx, e.hash, kind)
		} else if e.isContent() && !h.seen[e.hash] {
			h.seen[e.hash] = true
			h.sendBlob(e.hash, scanner.Blob{Kind: kind, Key: e.hash.String()})
		}
	}
}

// walkIndex yields what is staged and in no commit.
func (h *history) walkIndex() {
	entries, err := h.repo.index()
	if err != nil {
		h.skip(err)
	}
	for _, e := range entries {
		if e.isContent() && !h.seen[e.hash] {
			h.seen[e.hash] = true
			h.sendBlob(e.hash, scanner.Blob{Kind: scanner.Index, Path: e.name})
		}
	}
}

// sendBlob yields the content of an object.
func (h *history) sendBlob(hash plumbing.Hash, b scanner.Blob) {
	content, err := h.repo.blob(hash)
	if err != nil {
		skip := asSkip(err)
		skip.Path = b.Path
		h.skip(skip)
		return
	}
	b.Open = scanner.Bytes(content)
	h.send(b)
}

// attribute tells, for each secret and path, the first commit whose tree holds
// it there.
func (h *history) attribute(ctx context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
	return func(yield func(scanner.Place, error) bool) {
		a := &attribution{repo: h.repo, holders: holders, yield: yield}
		a.run(ctx, h.walks)
	}
}
