package source

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync/atomic"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// Tip is an object that a push wants a reference to lead to.
type Tip struct {
	ID  string // hexadecimal
	Ref string // the full name of the reference, "" if it is not known

	// IsNew is set if there is no such reference yet where it is pushed to, so
	// that its name is searched, too.
	IsNew bool
}

// Push returns what a push of the tips brings to where the known objects are:
// what each commit that the tips reach and the known objects do not adds by
// itself, compared with every parent, the messages of these commits, annotated
// tags, trees and blobs that a tip leads to directly, and the names of new
// references. Known objects, by hexadecimal id, are left out if they are not
// here or cannot be read: then more is searched. Content of more than maxSize bytes
// is not read into memory to be skipped; 0 means that there is no limit.
func Push(r *Repo, tips []Tip, known []string, maxSize int64) scanner.Source {
	p := newPush(r, tips, known)
	p.maxSize = maxSize
	return scanner.Source{Blobs: p.blobs, Attribute: p.attribute}
}

func newPush(r *Repo, tips []Tip, known []string) *push {
	p := &push{tips: tips, known: known, readers: make(chan *odb.Reader, spareReaders)}
	p.additions = additions{repo: r, kind: scanner.History, names: map[string]bool{}, tip: p.inTip}
	return p
}

// push is one walk over the commits of a push.
type push struct {
	additions
	tips    []Tip
	known   []string
	maxSize int64

	// isRange is set if the commits are those that git log shows, by grafts, and
	// it is a gap that something is not here that they are compared with.
	isRange bool

	diff    *difference
	commits []*foundCommit
	roots   []root   // of the tips: what annotated tags lead to
	lone    []root   // roots that are trees and blobs
	trees   []odb.ID // of the commits among the roots

	sent    []uint8 // by the number of a content: how it was sent
	stored  map[odb.ID][]byte
	memory  int // bytes in stored
	readers chan *odb.Reader

	yield func(scanner.Blob, error) bool
	done  bool        // the consumer wants no more
	over  atomic.Bool // the context has ended
}

// spareReaders is how many readers are kept for the goroutines that search.
const spareReaders = 64

func (p *push) blobs(ctx context.Context) iter.Seq2[scanner.Blob, error] {
	return func(yield func(scanner.Blob, error) bool) {
		p.yield = yield
		defer context.AfterFunc(ctx, func() { p.over.Store(true) })()
		if p.repo.unreadable != "" {
			p.skip(scanner.Skip{Path: p.repo.gitDir, Reason: "history not read: " + p.repo.unreadable})
			return
		}
		// What the ids name was stored before they were told.
		p.repo.storage().Refresh()
		if err := guarded(func() { p.search(ctx) }); err != nil {
			p.skip(err)
		}
	}
}

func (p *push) search(ctx context.Context) {
	p.diff, p.stored = newDifference(p.repo), map[odb.ID][]byte{}
	if p.isRange {
		p.diff.grafts = p.repo.grafts(p.skip)
		for _, err := range p.repo.damage() {
			p.skip(err)
		}
	}
	p.enterTips(p.enterKnown())
	p.diff.walk(ctx)
	p.commits = p.diff.commits()
	for _, err := range p.diff.missing() {
		p.skip(err)
	}
	for _, from := range p.lone {
		p.sendLone(from)
	}
	for _, c := range p.commits {
		if p.isDone() {
			return
		}
		p.sendCommit(p.diff.id(c.number))
	}
}

// enterKnown begins with the objects that are known, and returns those of them,
// and on the way from them, that are no commits.
func (p *push) enterKnown() map[odb.ID]bool {
	others := map[odb.ID]bool{}
	for _, hex := range p.known {
		id, ok := odb.ParseID(hex)
		if !ok {
			continue
		}
		at, _ := p.repo.peel(id) // as far as it can be read
		for _, t := range at.tags {
			others[t.id] = true
		}
		if at.kind == odb.Tree || at.kind == odb.Blob {
			others[at.hash] = true
			continue
		}
		p.diff.enter(at.hash, isKnown)
	}
	return others
}

// enterTips begins with the tips, apart from what is known of them, and yields
// the names and the tags on the way.
func (p *push) enterTips(known map[odb.ID]bool) {
	for _, tip := range p.tips {
		id, ok := odb.ParseID(tip.ID)
		if !ok {
			p.skip(scanner.Skip{Path: tip.Ref, Reason: "it names no object"})
			continue
		}
		if tip.IsNew {
			p.send(scanner.Blob{Kind: scanner.RefName, Ref: tip.Ref, Open: scanner.Bytes([]byte(tip.Ref))})
		}
		at, err := p.repo.peel(id)
		for _, t := range at.tags {
			if !known[t.id] {
				known[t.id] = true
				p.send(scanner.Blob{Kind: scanner.TagMessage, Ref: tip.Ref, Commit: t.origin, Open: scanner.Bytes(text(t.message, t.header))})
			}
		}
		switch from := (root{tip.Ref, at.hash}); {
		case err != nil:
			p.skip(err)
		case at.kind == odb.Commit:
			p.roots = append(p.roots, from)
			p.diff.enter(at.hash, isAsked)
		case !known[at.hash]:
			known[at.hash] = true
			p.lone = append(p.lone, from)
		}
	}
}

func (p *push) isDone() bool { return p.done || p.over.Load() }

func (p *push) send(b scanner.Blob) {
	if !p.done {
		p.done = !p.yield(b, nil)
	}
}

func (p *push) skip(err error) {
	if !p.done {
		p.done = !p.yield(scanner.Blob{}, err)
	}
}

// sendLone yields what a tree or blob holds that a tip leads to without a commit.
func (p *push) sendLone(from root) {
	typ, _, err := p.repo.readAny(from.hash)
	switch {
	case err != nil:
		p.skip(err)
	case typ == odb.Blob:
		p.sendContent(entry{name: from.name, hash: from.hash, mode: file}, "", needed)
	default:
		p.sendTrees(from.hash, nil)
	}
}

// sendCommit yields the message of a commit and what it adds.
func (p *push) sendCommit(id odb.ID) {
	c, err := p.repo.commit(id)
	if err != nil {
		p.skip(err)
		return
	}
	p.send(scanner.Blob{Kind: scanner.CommitMessage, Key: id.String(), Commit: c.origin, Open: scanner.Bytes(text(c.message, c.header))})
	if p.isRange && p.diff.shallow[id] {
		p.skip(scanner.Skip{Object: id.String(), Reason: "shallow clone: the parents of this commit of the range are not here (git fetch --unshallow gets them)"})
	}
	p.sendTrees(c.tree, p.parentTrees(c))
}

// parentTrees returns the trees of the parents that are here. Compared with no
// parent more is new.
func (p *push) parentTrees(c *commit) (trees []odb.ID) {
	for _, id := range p.diff.parents(c) {
		if parent, err := p.diff.header(id); err == nil {
			trees = append(trees, parent.tree)
		}
	}
	return trees
}

// How a content was sent. One that was only sent to know what stood somewhere
// before, and could not be read, is sent again where it is new.
const (
	helpful uint8 = 1 + iota // it may be missing
	needed
)

// sendContent yields a content, unless it was sent before.
func (p *push) sendContent(e entry, dir string, as uint8) {
	if !e.isContent() {
		return
	}
	n := int(p.diff.number(e.hash))
	if n >= len(p.sent) {
		p.sent = append(p.sent, make([]uint8, max(n+1, p.repo.storage().Numbers())-len(p.sent))...)
	}
	if p.isRange {
		as = needed
	}
	if p.sent[n] >= as {
		return
	}
	p.sent[n] = as
	path := dir + e.name
	p.send(scanner.Blob{Kind: p.kind, Key: e.hash.String(), Open: func() (io.ReadCloser, error) {
		content, err := p.read(e.hash)
		if err != nil && as == needed {
			skip := asSkip(err)
			skip.Path = path
			return nil, skip
		}
		return scanner.Bytes(content)()
	}})
}

// read returns the content of a blob; any goroutine may call it.
func (p *push) read(id odb.ID) ([]byte, error) {
	var reader *odb.Reader
	select {
	case reader = <-p.readers:
	default:
		reader = p.repo.storage().NewReader()
	}
	defer func() {
		select {
		case p.readers <- reader:
		default:
		}
	}()
	if size, err := reader.Size(id); err == nil && p.maxSize > 0 && size > p.maxSize { // else reading it says why
		return nil, scanner.Skip{Object: id.String(), Reason: "larger than the maximum file size"}
	}
	typ, content, err := p.repo.readWith(reader, id)
	if err == nil && typ != odb.Blob {
		return nil, scanner.Skip{Object: id.String(), Reason: "damaged: a " + typ.String() + " where a blob belongs"}
	}
	return content, err
}

// sendName yields the name of a file or folder, unless it was sent before.
func (p *push) sendName(name string) {
	if !p.names[name] {
		p.names[name] = true
		p.send(scanner.Blob{Kind: scanner.FileName, Key: nameKey(name), Open: scanner.Bytes([]byte(name))})
	}
}

var errTooDeep = errors.New("folders nested too deep to be followed")
