package source

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
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
// of every linked work tree, operations in progress, all stashes. They are read
// one by one: go-git gives up on all references if one is damaged.
func (r *Repo) roots(skip func(error)) []root {
	found := map[root]bool{}
	add := func(name, value string) {
		if hash, err := parseRef(value); err != nil {
			skip(scanner.Skip{Path: name, Reason: "unreadable reference: " + err.Error()})
		} else if !hash.IsZero() {
			found[root{name, hash}] = true
		}
	}
	loose := map[string]bool{}
	for _, dir := range r.gitDirs() {
		for _, name := range append(looseRefs(dir, skip), pseudoRefs...) {
			value, err := readFile(filepath.Join(dir, filepath.FromSlash(name)), maxSmallFile)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				continue
			case err != nil:
				skip(scanner.Skip{Path: name, Reason: "unreadable reference: " + reason(err)})
				continue
			}
			loose[name] = loose[name] || dir == r.commonDir && len(bytes.TrimSpace(value)) > 0
			add(name, string(value))
		}
	}
	for _, ref := range r.packedRefs(skip) {
		if !loose[ref.name] { // a loose one is newer
			found[ref] = true
		}
	}
	for _, hash := range reflog(filepath.Join(r.commonDir, "logs", stashRef), skip) {
		found[root{stashRef, hash}] = true
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b root) int {
		return cmp.Or(strings.Compare(a.name, b.name), bytes.Compare(a.hash[:], b.hash[:]))
	})
}

// parseRef returns the object that the content of a reference names. A symbolic
// reference gives the zero hash: what it names is a reference of its own.
func parseRef(content string) (plumbing.Hash, error) {
	line, _, _ := strings.Cut(content, "\n")
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "ref:") {
		return plumbing.ZeroHash, nil
	}
	if !plumbing.IsHash(line) || plumbing.NewHash(line).IsZero() {
		return plumbing.ZeroHash, errors.New("it names no object")
	}
	return plumbing.NewHash(line), nil
}

// looseRefs returns the names of the references that are files of their own.
func looseRefs(gitDir string, skip func(error)) []string {
	var names []string
	top := filepath.Join(gitDir, "refs")
	err := filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			skip(scanner.Skip{Path: "refs", Reason: "unreadable references: " + reason(err)})
		case !e.IsDir() && !strings.HasSuffix(path, ".lock"):
			if rel, err := filepath.Rel(gitDir, path); err == nil {
				names = append(names, filepath.ToSlash(rel))
			}
		}
		return nil
	})
	if err != nil {
		skip(scanner.Skip{Path: "refs", Reason: "unreadable references: " + reason(err)})
	}
	return names
}

// packedRefs returns the references in packed-refs.
func (r *Repo) packedRefs(skip func(error)) []root {
	const name = "packed-refs"
	file, err := openRegular(os.OpenFile, filepath.Join(r.commonDir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		skip(scanner.Skip{Path: name, Reason: "unreadable references: " + err.Error()})
		return nil
	}
	defer file.Close()
	var refs []root
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		hash, ref, ok := strings.Cut(strings.TrimRight(lines.Text(), "\r"), " ")
		switch {
		case hash == "" || hash[0] == '#' || hash[0] == '^':
		case !ok || !plumbing.IsHash(hash):
			skip(scanner.Skip{Path: name, Reason: fmt.Sprintf("unreadable reference in line %d", n)})
		default:
			refs = append(refs, root{ref, plumbing.NewHash(hash)})
		}
	}
	if err := lines.Err(); err != nil {
		skip(scanner.Skip{Path: name, Reason: "unreadable references: " + err.Error()})
	}
	return refs
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

// reflog returns the objects that a reference named, the oldest first, from the
// file of its log.
func reflog(path string, skip func(error)) []plumbing.Hash {
	file, err := openRegular(os.OpenFile, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		skip(scanner.Skip{Path: path, Reason: "unreadable reflog: " + err.Error()})
		return nil
	}
	defer file.Close()
	var hashes []plumbing.Hash
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxReflogLine)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && plumbing.IsHash(fields[1]) {
			hashes = append(hashes, plumbing.NewHash(fields[1]))
		}
	}
	if err := lines.Err(); err != nil {
		skip(scanner.Skip{Path: path, Reason: "unreadable reflog: " + err.Error()})
	}
	return hashes
}

// maxReflogLine bounds a line of a reflog, in bytes; it holds a message.
const maxReflogLine = 16 << 20

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
		_, err = r.read(plumbing.AnyObject, p.hash, func(o plumbing.EncodedObject) error {
			if p.kind = o.Type(); p.kind != plumbing.TagObject {
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
