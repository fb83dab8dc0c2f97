package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
	"github.com/patlint/patlint/scanner/unpack"
)

// ErrBadRevision is returned for a revision that names no commit.
var ErrBadRevision = errors.New("bad revision")

// Snapshot is the tree of one commit, whatever is checked out.
type Snapshot struct {
	repo         *Repo
	commit, tree odb.ID
	known        *graph // the commit with its ancestors; nil until somebody asks
}

// Snapshot returns the tree of the commit that a revision names, which is read as
// those of a range are, but never stands for HEAD by being empty. The error wraps
// ErrBadRevision where the user is to blame.
func (r *Repo) Snapshot(revision string) (*Snapshot, error) {
	if r.unreadable != "" {
		return nil, errors.New(r.unreadable)
	}
	if revision == "" || strings.HasPrefix(revision, "^") || strings.HasPrefix(revision, "~") {
		return nil, fmt.Errorf("%w %q: want the name of a commit", ErrBadRevision, revision)
	}
	id, err := r.resolve(revision)
	switch {
	case errors.Is(err, errUnknownRevision):
		return nil, fmt.Errorf("%w: no commit is called %q here (in a shallow clone, git fetch gets more)", ErrBadRevision, revision)
	case err != nil:
		return nil, fmt.Errorf("%w %q: %w", ErrBadRevision, revision, err)
	}
	c, err := r.commit(id)
	if err != nil {
		return nil, err
	}
	return &Snapshot{repo: r, commit: id, tree: c.tree}, nil
}

// Submodule returns the tree of the commit of a submodule that the snapshot has
// at a path. It is empty if there is none, or if the submodule lacks it.
func (s *Snapshot) Submodule(path string, of *Repo) *Snapshot {
	inner := &Snapshot{repo: of}
	if e := s.repo.lookup(s.tree, path); e.mode == submodule && of.unreadable == "" {
		if c, err := of.commit(e.hash); err == nil {
			inner.commit, inner.tree = e.hash, c.tree
		}
	}
	return inner
}

// Commit returns the hexadecimal id of the commit.
func (s *Snapshot) Commit() string { return s.commit.String() }

// ReadFile returns the content of a regular file of at most limit bytes, by its
// slash-separated path. The error is [fs.ErrNotExist] if nothing has the path,
// and a [scanner.Skip] if an object that it takes cannot be read.
func (s *Snapshot) ReadFile(path string, limit int64) ([]byte, error) {
	e, err := s.repo.find(s.tree, path)
	switch {
	case err != nil:
		return nil, err
	case e.hash == "":
		return nil, fs.ErrNotExist
	}
	return s.repo.small(e, limit)
}

// ReadStaged is [Snapshot.ReadFile] for what the next commit would hold.
func (r *Repo) ReadStaged(path string, limit int64) ([]byte, error) {
	entries, err := r.index()
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.name == path {
			return r.small(e, limit)
		}
	}
	return nil, fs.ErrNotExist
}

// small returns the content of an entry that is a regular file of at most limit
// bytes.
func (r *Repo) small(e entry, limit int64) ([]byte, error) {
	if e.mode&typeMask != file {
		return nil, errNotRegular
	}
	r.storage()
	if size, err := r.reader.Size(e.hash); err == nil && size > limit { // else reading it says why
		return nil, fmt.Errorf("larger than %d bytes", limit)
	}
	return r.blob(e.hash)
}

// Contains tells whether a commit, by its hexadecimal id, is that of the snapshot
// or one of its ancestors, as far as they are here.
func (s *Snapshot) Contains(ctx context.Context, commit string) bool {
	id, ok := odb.ParseID(commit)
	if !ok || s.commit == "" {
		return false
	}
	if s.known == nil {
		s.known = s.repo.commits(ctx, []odb.ID{s.commit}, nil, func(error) {}) // what is not here contains nothing
	}
	return s.known.byHash[id] != nil
}

// Commented returns the files of a snapshot, and their names, that may hold an
// inline comment: those in which one can be read, and containers.
func (s *Snapshot) Commented() scanner.Source {
	return scanner.Source{Blobs: func(ctx context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			w := commentWalk{repo: s.repo, seen: map[odb.ID]bool{}, yield: yield}
			s.repo.diff("", s.tree, "", func(ch change) {
				w.done = w.done || ctx.Err() != nil
				w.take(ch)
			}, func(err error) { w.send(scanner.Blob{}, err) })
		}
	}}
}

// commentWalk is one walk over the files of a snapshot.
type commentWalk struct {
	repo  *Repo
	seen  map[odb.ID]bool
	yield func(scanner.Blob, error) bool
	done  bool // the consumer wants no more
}

func (w *commentWalk) send(b scanner.Blob, err error) {
	if !w.done {
		w.done = !w.yield(b, err)
	}
}

// take yields what may hold a comment in a file and in the names on its path.
func (w *commentWalk) take(ch change) {
	if strings.Contains(ch.path, rules.InlineComment) {
		for name := range strings.SplitSeq(ch.path, "/") {
			w.send(scanner.Blob{Kind: scanner.FileName, Path: ch.path, Open: scanner.Bytes([]byte(name))}, nil)
		}
	}
	if w.done || !ch.new.isContent() || w.seen[ch.new.hash] {
		return
	}
	w.seen[ch.new.hash] = true
	content, err := w.repo.blob(ch.new.hash)
	if err != nil {
		skip := asSkip(err)
		skip.Path = ch.path
		w.send(scanner.Blob{}, skip)
		return
	}
	container := unpack.Detect(content[:min(len(content), unpack.HeadSize)]) != unpack.None
	if container || bytes.Contains(content, []byte(rules.InlineComment)) {
		w.send(scanner.Blob{Kind: scanner.History, Path: ch.path, Open: scanner.Bytes(content)}, nil)
	}
}
