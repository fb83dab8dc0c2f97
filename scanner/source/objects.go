package source

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// commit is what attribution needs to know of a commit.
type commit struct {
	hash, tree odb.ID
	parents    []odb.ID
	time       int64 // of the committer, seconds since 1970
	origin     *scanner.Commit
	header     []byte // all of it: author, signed tags that were merged, …
	message    string
}

func (r *Repo) commit(id odb.ID) (*commit, error) {
	content, err := r.read(odb.Commit, id)
	if err != nil {
		return nil, err
	}
	c, ok := parseCommit(id, content)
	if !ok {
		return nil, malformed(id)
	}
	return c, nil
}

func malformed(id odb.ID) error {
	return scanner.Skip{Object: id.String(), Reason: "damaged: malformed content"}
}

// parseCommit reads a commit; it is not one without a tree.
func parseCommit(id odb.ID, content []byte) (*commit, bool) {
	header, message, _ := bytes.Cut(content, []byte("\n\n"))
	c, ok := parseHeader(id, header)
	c.header, c.message = header, string(message)
	author, _ := headerLine(header, "author")
	c.origin = origin(id, string(author))
	return c, ok
}

// parseHeader reads of a commit what leads to other objects, and its date.
func parseHeader(id odb.ID, header []byte) (c *commit, ok bool) {
	c = &commit{hash: id, time: commitTime(header)}
	for key, id := range headerIDs(header) {
		switch {
		case key == "parent":
			c.parents = append(c.parents, odb.ID(id))
		case !ok:
			c.tree, ok = odb.ID(id), true
		}
	}
	return c, ok
}

// headerIDs yields the ids on the lines "tree" and "parent" of a commit's header.
// An id is valid only until the next one.
func headerIDs(header []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		var raw [sha256.Size]byte
		for len(header) > 0 {
			line := header
			if end := bytes.IndexByte(header, '\n'); end >= 0 {
				line, header = header[:end], header[end+1:]
			} else {
				header = nil
			}
			key, digits := "tree", line[min(len(line), len("tree ")):]
			if bytes.HasPrefix(line, []byte("parent ")) {
				key, digits = "parent", line[len("parent "):]
			} else if !bytes.HasPrefix(line, []byte("tree ")) {
				continue
			}
			if n := len(digits); n != 2*sha1.Size && n != 2*sha256.Size {
				continue
			}
			if n, err := hex.Decode(raw[:], digits); err == nil && !yield(key, raw[:n]) {
				return
			}
		}
	}
}

// commitTime returns the committer's date, in seconds since 1970.
func commitTime(header []byte) int64 {
	committer, _ := headerLine(header, "committer")
	return seconds(committer)
}

// headerLine returns the value of the first line of a header with a key.
func headerLine(header []byte, key string) (value []byte, ok bool) {
	for len(header) > 0 {
		line, rest, _ := bytes.Cut(header, []byte{'\n'})
		if value, ok := bytes.CutPrefix(line, []byte(key+" ")); ok {
			return value, true
		}
		header = rest
	}
	return nil, false
}

// origin returns who made a commit or tag, from its author or tagger.
func origin(id odb.ID, by string) *scanner.Commit {
	name, rest, _ := strings.Cut(by, "<")
	email := rest[:max(0, strings.LastIndexByte(rest, '>'))]
	return &scanner.Commit{ID: id.String(), Author: strings.TrimSpace(name), Email: email, Date: when([]byte(by))}
}

// when returns the date at the end of "NAME <EMAIL> SECONDS ZONE", in UTC; one
// that is none is 1970, as for git.
func when(signature []byte) time.Time { return time.Unix(seconds(signature), 0).UTC() }

// seconds is when, in seconds since 1970.
func seconds(signature []byte) int64 {
	end := bytes.LastIndexByte(signature, '>')
	digits, _, _ := bytes.Cut(bytes.TrimSpace(signature[end+1:]), []byte{' '})
	n, _ := strconv.ParseInt(string(digits), 10, 64)
	return n
}

// entry is one entry of a tree. The zero entry stands for none.
type entry struct {
	name string
	hash odb.ID
	mode uint32
}

func (e entry) isTree() bool { return e.mode == folder }

// isSame tells whether two entries lead to the same. Of a file and a submodule
// they do not, whatever their ids are: anybody can name a content's id as that of
// a submodule's commit first, and then make a file of it.
func (e entry) isSame(other entry) bool {
	return e.hash == other.hash && e.isTree() == other.isTree() && e.isContent() == other.isContent()
}

// isContent tells whether the entry has content of its own: a submodule's is
// in another repository.
func (e entry) isContent() bool {
	return e.hash != "" && e.mode != folder && e.mode != submodule
}

// tree returns the entries of a tree; "" is an empty tree.
func (r *Repo) tree(id odb.ID) ([]entry, error) {
	if id == "" {
		return nil, nil
	}
	content, err := r.read(odb.Tree, id)
	if err != nil {
		return nil, err
	}
	entries, ok := parseTree(content, len(id))
	if !ok {
		return entries, malformed(id)
	}
	return entries, nil
}

// parseTree reads the entries of a tree, up to what is malformed.
func parseTree(content []byte, hashSize int) (entries []entry, ok bool) {
	bad := false
	ok = eachEntry(content, hashSize, func(mode, name, id []byte) bool {
		number, ok := parseMode(mode)
		bad = bad || !ok
		entries = append(entries, entry{string(name), odb.ID(id), number})
		return !bad
	})
	return entries, ok && !bad
}

// blob returns the content of a blob.
func (r *Repo) blob(id odb.ID) ([]byte, error) { return r.read(odb.Blob, id) }

// read reads an object of a type. The error is a Skip that names it.
func (r *Repo) read(want odb.Type, id odb.ID) ([]byte, error) {
	typ, content, err := r.readAny(id)
	if err == nil && typ != want {
		return nil, scanner.Skip{Object: id.String(), Reason: "damaged: a " + typ.String() + " where a " + want.String() + " belongs"}
	}
	return content, err
}

// readAny reads an object of any type. The error is a Skip that names it.
func (r *Repo) readAny(id odb.ID) (odb.Type, []byte, error) {
	if typ, content, ok := r.lookUp(id); ok {
		return typ, content, nil
	}
	r.storage() // has the reader
	return r.readWith(r.reader, id)
}

// readWith is readAny for a goroutine that has a reader of its own.
func (r *Repo) readWith(reader *odb.Reader, id odb.ID) (odb.Type, []byte, error) {
	typ, content, err := reader.Read(id)
	switch {
	case errors.Is(err, odb.ErrMissing) && r.isPartial():
		err = errors.New("not in this partial clone (git fetch --refetch --no-filter gets all objects)")
	case errors.Is(err, odb.ErrMissing):
		err = errors.New("missing from the repository")
	case isNoDamage(err):
	case err != nil:
		err = errors.New("damaged: " + err.Error())
	}
	if err != nil {
		return 0, nil, scanner.Skip{Object: id.String(), Reason: err.Error()}
	}
	return typ, content, nil
}

// damage returns a Skip for each part of the object storage that could not be
// opened.
func (r *Repo) damage() []error {
	r.storage()
	return r.knownDamage()
}

// knownDamage is damage as far as anything needed the storage.
func (r *Repo) knownDamage() []error {
	if r.db == nil {
		return nil
	}
	var skips []error
	for _, d := range r.db.Damage() {
		skips = append(skips, r.damageSkip(d))
	}
	return skips
}

// isNoDamage tells whether an object cannot be read though nothing of it is
// damaged.
func isNoDamage(err error) bool {
	return errors.Is(err, odb.ErrGone) || errors.Is(err, odb.ErrTooLarge) || errors.Is(err, odb.ErrExpands)
}

func (r *Repo) damageSkip(d odb.Damage) error {
	skip := scanner.Skip{Object: d.ID.String(), Reason: "damaged: " + d.Err.Error()}
	if isNoDamage(d.Err) {
		skip.Reason = d.Err.Error()
	}
	if d.ID == "" {
		skip.Path = d.Path
		if rel, err := filepath.Rel(r.commonDir, d.Path); err == nil && filepath.IsLocal(rel) {
			skip.Path = ".git/" + filepath.ToSlash(rel)
		}
	}
	return skip
}

// asSkip returns err as a Skip; read returns nothing else.
func asSkip(err error) (skip scanner.Skip) {
	errors.As(err, &skip)
	return skip
}
