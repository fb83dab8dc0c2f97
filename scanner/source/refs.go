package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/patlint/patlint/scanner"
)

// root is an object that a reference, or something like one, names.
type root struct {
	name string
	hash plumbing.Hash
}

// pseudoRefs are the files beside HEAD that name commits while git is in the
// middle of something.
var pseudoRefs = []string{"HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "BISECT_HEAD"}

const (
	notesPrefix = "refs/notes/"
	stashRef    = "refs/stash"
)

// roots returns what keeps objects reachable, sorted by name: references, HEAD
// of every linked work tree, operations in progress, all stashes.
func (r *Repo) roots(skip func(error)) []root {
	var roots []root
	add := func(name string, hash plumbing.Hash, err error) {
		switch {
		case err != nil:
			skip(scanner.Skip{Path: name, Reason: "unreadable reference: " + err.Error()})
		case !hash.IsZero():
			roots = append(roots, root{name, hash})
		}
	}
	refs, err := r.store.IterReferences()
	if err != nil {
		skip(scanner.Skip{Path: "refs", Reason: "unreadable references: " + err.Error()})
	} else {
		_ = refs.ForEach(func(ref *plumbing.Reference) error { // the function fails never
			if ref.Type() == plumbing.HashReference {
				err := error(nil)
				if ref.Hash().IsZero() {
					err = errors.New("it names no object")
				}
				add(ref.Name().String(), ref.Hash(), err)
			}
			return nil
		})
	}
	for _, dir := range r.gitDirs() {
		for _, name := range pseudoRefs {
			hash, err := r.pseudoRef(filepath.Join(dir, name))
			add(name, hash, err)
		}
	}
	for _, hash := range r.reflog(stashRef) {
		add(stashRef, hash, nil)
	}
	slices.SortStableFunc(roots, func(a, b root) int { return strings.Compare(a.name, b.name) })
	return roots
}

// gitDirs returns the git directories of all work trees of the repository.
func (r *Repo) gitDirs() []string {
	linked, _ := filepath.Glob(filepath.Join(escapeGlob(r.commonDir), "worktrees", "*")) // the pattern is valid
	return append([]string{r.commonDir}, linked...)
}

// escapeGlob returns a pattern for filepath.Glob that matches path alone.
func escapeGlob(path string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`).Replace(path)
}

// pseudoRef reads the object id in a file like HEAD. A symbolic reference and
// a missing file give the zero hash: what they name is a reference of its own.
func (r *Repo) pseudoRef(path string) (plumbing.Hash, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return plumbing.ZeroHash, nil
	}
	if err != nil {
		return plumbing.ZeroHash, err
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	text := strings.TrimSpace(string(line))
	if strings.HasPrefix(text, "ref:") {
		return plumbing.ZeroHash, nil
	}
	if !plumbing.IsHash(text) {
		return plumbing.ZeroHash, errors.New("it names no object")
	}
	return plumbing.NewHash(text), nil
}

// reflog returns the objects that a reference named before.
func (r *Repo) reflog(ref string) []plumbing.Hash {
	file, err := os.Open(filepath.Join(r.commonDir, "logs", filepath.FromSlash(ref)))
	if err != nil {
		return nil
	}
	defer file.Close()
	var hashes []plumbing.Hash
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && plumbing.IsHash(fields[1]) {
			hashes = append(hashes, plumbing.NewHash(fields[1]))
		}
	}
	return hashes
}

// tag is an annotated tag.
type tag struct {
	target  plumbing.Hash
	message string
	origin  *scanner.Commit // the tagger, and what is tagged in the end
}

// peeled is what a root leads to through annotated tags.
type peeled struct {
	tags []tag
	hash plumbing.Hash
	kind plumbing.ObjectType
}

// maxTagDepth bounds how many tags of tags are followed.
const maxTagDepth = 100

// peel follows annotated tags from hash to something else.
func (r *Repo) peel(hash plumbing.Hash) (p peeled, err error) {
	p.hash = hash
	for range maxTagDepth {
		err = r.read(p.hash, func() error {
			o, err := r.store.EncodedObject(plumbing.AnyObject, p.hash)
			if err != nil {
				return err
			}
			p.kind = o.Type()
			if p.kind != plumbing.TagObject {
				return nil
			}
			t := &object.Tag{}
			if err := t.Decode(o); err != nil {
				return err
			}
			p.tags = append(p.tags, tag{t.Target, t.Message, origin(t.Target, t.Tagger)})
			p.hash = t.Target
			return nil
		})
		if err != nil || p.kind != plumbing.TagObject {
			break
		}
	}
	if err == nil && p.kind == plumbing.TagObject {
		err = scanner.Skip{Object: hash.String(), Reason: fmt.Sprintf("a tag of a tag, more than %d deep", maxTagDepth)}
	}
	for i := range p.tags {
		p.tags[i].origin.ID = p.hash.String()
	}
	return p, err
}
