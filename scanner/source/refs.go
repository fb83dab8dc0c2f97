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
	"syscall"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// root is an object that a reference, or something like one, names.
type root struct {
	name string
	hash odb.ID
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
		} else if hash != "" {
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
			if r.isForgotten(name, string(value)) {
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
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.hash, b.hash))
	})
}

// isForgotten tells whether a reference is one of those that keep nothing, as
// ORIG_HEAD, and its object was cleaned up: git does not miss it (git-gc(1)).
func (r *Repo) isForgotten(name, value string) bool {
	if name == "HEAD" || !slices.Contains(pseudoRefs, name) {
		return false
	}
	id, err := parseRef(value)
	if err != nil || id == "" {
		return false
	}
	return !r.storage().Has(id)
}

// maxSymbolic is how many symbolic references git follows.
const maxSymbolic = 5

// resolveRef returns the object that a reference names, "" if it or its target
// is not there.
func (r *Repo) resolveRef(name string) (odb.ID, error) {
	for range maxSymbolic {
		value, err := r.readRef(name)
		if err != nil || value == "" {
			return "", err
		}
		target, symbolic := strings.CutPrefix(value, "ref:")
		if !symbolic {
			return parseRef(value)
		}
		name = strings.TrimSpace(target)
	}
	return "", fmt.Errorf("%s: too many symbolic references", name)
}

// readRef returns the content of a reference, "" if there is none.
func (r *Repo) readRef(name string) (string, error) {
	// What a symbolic reference names comes from the repository.
	if !filepath.IsLocal(name) || strings.Contains(name, "/") && !strings.HasPrefix(name, "refs/") {
		return "", nil
	}
	for _, dir := range []string{r.gitDir, r.commonDir} {
		content, err := readFile(filepath.Join(dir, filepath.FromSlash(name)), maxSmallFile)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, errNotRegular), errors.Is(err, syscall.ENOTDIR):
			continue
		case err != nil:
			return "", err
		case len(bytes.TrimSpace(content)) == 0:
			return "", errors.New("it names no object")
		}
		return strings.TrimSpace(string(content)), nil
	}
	for _, ref := range r.packedRefs(func(error) {}) { // what cannot be read of them is reported by roots
		if ref.name == name {
			return ref.hash.String(), nil
		}
	}
	return "", nil
}

// parseRef returns the object that the content of a reference names. A symbolic
// reference gives the zero hash: what it names is a reference of its own.
func parseRef(content string) (odb.ID, error) {
	line, _, _ := strings.Cut(content, "\n")
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "ref:") {
		return "", nil
	}
	id, ok := odb.ParseID(line)
	if !ok || strings.Trim(line, "0") == "" {
		return "", errors.New("it names no object")
	}
	return id, nil
}

// looseRefs returns the names of the references that are files of their own.
func looseRefs(gitDir string, skip func(error)) []string {
	var names []string
	for _, path := range filesBelow(filepath.Join(gitDir, "refs"), skip) {
		if rel, err := filepath.Rel(gitDir, path); err == nil && !strings.HasSuffix(path, ".lock") {
			names = append(names, filepath.ToSlash(rel))
		}
	}
	return names
}

// filesBelow returns the paths of all files in a folder, if it is there.
func filesBelow(top string, skip func(error)) (paths []string) {
	_ = filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error { // the function fails never
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			skip(scanner.Skip{Path: ".git/" + filepath.Base(top), Reason: "unreadable references: " + reason(err)})
		case !e.IsDir():
			paths = append(paths, path)
		}
		return nil
	})
	return paths
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
		if hash == "" || hash[0] == '#' || hash[0] == '^' {
			continue
		}
		id, isID := odb.ParseID(hash)
		if !ok || !isID {
			skip(scanner.Skip{Path: name, Reason: fmt.Sprintf("unreadable reference in line %d", n)})
			continue
		}
		refs = append(refs, root{ref, id})
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
func reflog(path string, skip func(error)) []odb.ID {
	file, err := openRegular(os.OpenFile, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		skip(scanner.Skip{Path: path, Reason: "unreadable reflog: " + err.Error()})
		return nil
	}
	defer file.Close()
	var hashes []odb.ID
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxReflogLine)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		if id, ok := odb.ParseID(fields[1]); ok {
			hashes = append(hashes, id)
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
	id      odb.ID
	ref     string // that leads to it, if any
	reach   scanner.Reach
	target  odb.ID
	message string
	header  []byte
	origin  *scanner.Commit // the tagger, and what is tagged in the end
}

// peeled is what a root leads to through annotated tags.
type peeled struct {
	tags []tag
	hash odb.ID
	kind odb.Type
}

// maxTagDepth bounds how many tags of tags are followed.
const maxTagDepth = 100

// peel follows annotated tags from an object to something else.
func (r *Repo) peel(id odb.ID) (p peeled, err error) {
	p.hash = id
	for range maxTagDepth {
		var content []byte
		if p.kind, content, err = r.readAny(p.hash); err != nil || p.kind != odb.Tag {
			break
		}
		t, ok := parseTag(content)
		if !ok {
			err = malformed(p.hash)
			break
		}
		t.id = p.hash
		p.tags = append(p.tags, t)
		p.hash = t.target
	}
	if err == nil && p.kind == odb.Tag {
		err = scanner.Skip{Object: id.String(), Reason: fmt.Sprintf("a tag of a tag, more than %d deep", maxTagDepth)}
	}
	for i := range p.tags {
		p.tags[i].origin.ID = p.hash.String()
	}
	return p, err
}

// parseTag reads an annotated tag; it is not one without what it tags.
func parseTag(content []byte) (t tag, ok bool) {
	header, message, _ := bytes.Cut(content, []byte("\n\n"))
	t.header, t.message = header, string(message)
	if target, found := headerLine(header, "object"); found {
		t.target, ok = odb.ParseID(string(target))
	}
	tagger, _ := headerLine(header, "tagger")
	t.origin = origin(t.target, string(tagger))
	return t, ok
}
