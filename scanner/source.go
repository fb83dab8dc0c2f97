package scanner

import (
	"bytes"
	"context"
	"io"
	"iter"
	"time"
)

// Kind says what sort of place content comes from.
type Kind string

// The kinds of places.
const (
	Worktree      Kind = "worktree"
	Index         Kind = "index"
	History       Kind = "history"
	CommitMessage Kind = "commit-message"
	TagMessage    Kind = "tag-message"
	Note          Kind = "note"
	RefName       Kind = "ref-name"
	FileName      Kind = "file-name"
	GitConfig     Kind = "git-config"
	Stdin         Kind = "stdin"
)

// Reach says how content of a repository is reached, where no reference leads to
// it any more.
type Reach string

// The ways to content. What is in a reflog git keeps for a while, what nothing
// reaches until it cleans up; both can be fetched by who knows the name.
const (
	ByReference Reach = ""
	ByReflog    Reach = "reflog"
	ByNothing   Reach = "nothing"
)

// Commit tells who brought content in, and when.
type Commit struct {
	ID            string // hexadecimal
	Author, Email string
	Date          time.Time // when it was authored
}

// Blob is content to be searched.
type Blob struct {
	Kind Kind

	// Key names content whose places the source tells later, when it is known
	// to hold secrets; see [Source.Attribute]. A blob without a key stands
	// where Path, Ref and Commit say.
	Key string

	Path   string  // slash-separated, relative to the root of what is scanned
	Ref    string  // full name of the reference that it belongs to, if any
	Commit *Commit // nil if not committed
	Reach  Reach

	// Open returns the content; it is called once, from any goroutine.
	Open func() (io.ReadCloser, error)
}

// Bytes returns an Open for content that is in memory already.
func Bytes(content []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return memory{bytes.NewReader(content)}, nil }
}

// memory is content that is in memory, and can be read from any place.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// Source is one supply of content.
type Source struct {
	// Blobs yields content, each once. A [Skip] as the error tells of content
	// that could not be read, and the sequence goes on; any other error tells
	// of a source that failed from there on.
	Blobs func(ctx context.Context) iter.Seq2[Blob, error]

	// Attribute tells where secrets were introduced; nil if no blob has a key.
	// Errors are as for Blobs.
	Attribute func(ctx context.Context, holders Holders) iter.Seq2[Place, error]
}

// Holders tells which secrets a keyed content holds: from keys to numbers that
// stand for a rule and secret.
type Holders map[string][]int

// Place is where a secret was introduced: at Path, by Commit, with the content
// called Key.
type Place struct {
	Secret int
	Key    string
	Kind   Kind
	Path   string
	Ref    string
	Commit *Commit
	Reach  Reach

	// Before names the contents that stood at Path before: a comment that was
	// written for a secret there does not cover the one that replaced it.
	Before []string

	// InHead tells whether the checked-out commit still holds the secret at
	// Path, in the content called HeadKey; nil if that is not known.
	InHead  *bool
	HeadKey string

	// Commits is how many commits hold the secret at Path, as far as Reach leads
	// to them; 0 if that is not known.
	Commits int
}

// Skip is something that was not searched. It is the error of a source that
// can go on.
type Skip struct {
	Path   string // what it is, as far as known
	Object string // hexadecimal id of the git object, if it is one
	Reason string

	// Deliberate is set where the content is no part of what the user asked
	// to scan, as a submodule's: it is named, but the scan is complete.
	Deliberate bool
}

// Error returns the reason, behind what it is about.
func (s Skip) Error() string {
	switch {
	case s.Path != "":
		return s.Path + ": " + s.Reason
	case s.Object != "":
		return "object " + s.Object + ": " + s.Reason
	}
	return s.Reason
}
