package source

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/patlint/patlint/scanner"
)

// commit is what attribution needs to know of a commit.
type commit struct {
	hash, tree plumbing.Hash
	parents    []plumbing.Hash
	time       int64 // of the committer, seconds since 1970
	origin     *scanner.Commit
	message    string
}

func (r *Repo) commit(hash plumbing.Hash) (c *commit, err error) {
	_, err = r.read(plumbing.CommitObject, hash, func(encoded plumbing.EncodedObject) error {
		o, err := object.DecodeCommit(r.store, encoded)
		if err != nil {
			return err
		}
		c = &commit{
			hash: hash, tree: o.TreeHash, parents: o.ParentHashes, time: o.Committer.When.Unix(),
			origin:  origin(hash, o.Author),
			message: o.Message,
		}
		return nil
	})
	return c, err
}

func origin(hash plumbing.Hash, by object.Signature) *scanner.Commit {
	return &scanner.Commit{ID: hash.String(), Author: by.Name, Email: by.Email, Date: by.When.UTC()}
}

// entry is one entry of a tree. The zero entry stands for none.
type entry struct {
	name string
	hash plumbing.Hash
	mode filemode.FileMode
}

func (e entry) isTree() bool { return e.mode == filemode.Dir }

// isContent tells whether the entry has content of its own: a submodule's is
// in another repository.
func (e entry) isContent() bool {
	return !e.hash.IsZero() && e.mode != filemode.Dir && e.mode != filemode.Submodule
}

// tree returns the entries of a tree; the zero hash is an empty tree.
func (r *Repo) tree(hash plumbing.Hash) (entries []entry, err error) {
	if hash.IsZero() {
		return nil, nil
	}
	_, err = r.read(plumbing.TreeObject, hash, func(encoded plumbing.EncodedObject) error {
		t, err := object.DecodeTree(r.store, encoded)
		if err != nil {
			return err
		}
		for _, e := range t.Entries {
			entries = append(entries, entry{e.Name, e.Hash, e.Mode})
		}
		return nil
	})
	return entries, err
}

// blob returns the content of a blob.
func (r *Repo) blob(hash plumbing.Hash) (content []byte, err error) {
	return r.read(plumbing.BlobObject, hash, func(plumbing.EncodedObject) error { return nil })
}

// read reads an object, compares its content with its name, and lets decode
// have it. It turns what goes wrong, a panic over a damaged pack included, into
// a Skip that names the object.
func (r *Repo) read(kind plumbing.ObjectType, hash plumbing.Hash, decode func(plumbing.EncodedObject) error) (content []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = scanner.Skip{Object: hash.String(), Reason: fmt.Sprintf("damaged: %v", p)}
		}
	}()
	o, err := r.store.EncodedObject(kind, hash)
	if err == nil {
		content, err = readAll(o)
	}
	if err == nil && objectHash(o.Type(), content) != hash {
		err = errors.New("its content does not match its name")
	}
	if err == nil {
		err = decode(o)
	}
	switch {
	case err == nil:
		return content, nil
	case errors.Is(err, plumbing.ErrObjectNotFound) && r.isPartial():
		err = errors.New("not in this partial clone (git fetch --refetch --no-filter gets all objects)")
	case errors.Is(err, plumbing.ErrObjectNotFound):
		err = errors.New("missing from the repository")
	default:
		err = fmt.Errorf("damaged: %w", err)
	}
	return nil, scanner.Skip{Object: hash.String(), Reason: err.Error()}
}

func readAll(o plumbing.EncodedObject) ([]byte, error) {
	reader, err := o.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(reader)
}

// objectHash returns the name of an object. It is about damage, not about
// attacks on SHA-1, so the plain hash will do, which is several times faster
// than go-git's.
func objectHash(kind plumbing.ObjectType, content []byte) (hash plumbing.Hash) {
	h := sha1.New()
	fmt.Fprintf(h, "%s %d\x00", kind, len(content))
	h.Write(content)
	copy(hash[:], h.Sum(nil))
	return hash
}

// asSkip returns err as a Skip; read returns nothing else.
func asSkip(err error) (skip scanner.Skip) {
	errors.As(err, &skip)
	return skip
}

// change is a path whose content differs between two trees. The entry on the
// side where the path is not there is zero.
type change struct {
	path     string
	old, new entry
}

// diff calls yield for the files that differ between two trees. A folder that
// is on one side only is walked through. What cannot be read goes to skip, and
// the rest is compared all the same.
func (r *Repo) diff(old, new plumbing.Hash, dir string, yield func(change), skip func(error)) {
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
	if old.hash == new.hash && old.isTree() == new.isTree() {
		return
	}
	if old.isTree() || new.isTree() {
		var oldTree, newTree plumbing.Hash
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
