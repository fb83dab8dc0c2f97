package source

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
	"github.com/patlint/patlint/scanner/unpack"
)

// HistoryOptions say what the history is searched for.
type HistoryOptions struct {
	// Rules are what is searched for. Content without a needle of theirs is
	// mostly not even made of the deltas that git stores, and a file in which
	// they find nothing is not yielded.
	Rules *rules.Set

	// Counters, if not nil, counts what is passed over.
	Counters *scanner.Counters

	// NoArchives leaves out what is inside of archives and compressed files.
	// Without, each one is yielded, since only who unpacks it knows what it holds.
	NoArchives bool

	// Searched, if not nil, is told in which objects nothing was found.
	Searched *Searched
}

// needles returns what the engine looks for: what the rules do and, where it
// matters which files have inline comments, what every such comment names; and
// what containers begin with, wherever it stands, since the engine looks at
// pieces of objects.
func (o *HistoryOptions) needles() odb.Needles {
	set := o.Rules
	if o.Searched != nil {
		set = set.WithNames()
	}
	if !o.NoArchives {
		set = set.WithNeedles(unpack.Signs()...)
	}
	return odb.Needles{Present: set.Present, Longest: set.Width()}
}

// History returns every object that a repository holds: files, names of files,
// messages of commits and annotated tags, notes, and the names of references;
// what references reach and what they reach no more.
func History(r *Repo, opts HistoryOptions) scanner.Source {
	h := &history{repo: r, opts: opts}
	return scanner.Source{Blobs: h.blobs, Attribute: h.attribute}
}

// history is one walk over a repository: the engine goes through all objects,
// and what it finds is put into the order of the commits afterwards.
type history struct {
	repo *Repo
	opts HistoryOptions

	names    map[string]bool // that were sent
	messages []event         // of commits and tags
	sent     tally

	shallow map[odb.ID]bool // commits without their parents
	grafts  map[odb.ID][]odb.ID
	roots   []root

	ancestry *ancestry
	walks    []walk
	wanted   *wanted         // what was sent and what is missing
	forest   *forest         // grown for that, when it is needed
	lost     map[string]bool // objects that could not be read
	late     []error         // about trees that could be read at first
	yield    func(scanner.Blob, error) bool
	done     bool // the consumer wants no more
}

// walk is a part of the history whose content is of one kind.
type walk struct {
	nodes []int32      // of the ancestry, in no order
	lone  odb.ID       // instead of nodes: the tree or blob that a reference names
	kind  scanner.Kind // History or Note
	ref   string       // the notes reference, or the one of what is no commit
	reach scanner.Reach
}

// nameKey is the key of the content that is a file's name. Keys of objects are
// hexadecimal, so it is none of those.
func nameKey(name string) string { return "name " + name }

func (h *history) blobs(ctx context.Context) iter.Seq2[scanner.Blob, error] {
	return func(yield func(scanner.Blob, error) bool) {
		h.yield, h.wanted = yield, newWanted()
		if h.repo.unreadable != "" {
			h.skip(scanner.Skip{Path: h.repo.gitDir, Reason: "history not read: " + h.repo.unreadable})
			return
		}
		// What references lead to was stored before them. So if the objects are
		// listed after they were read, all of it is there.
		h.shallow, h.grafts = h.repo.shallow(), h.repo.grafts(h.skip)
		h.roots = h.repo.roots(h.skip)
		h.repo.storage().Refresh()
		for _, err := range h.repo.damage() {
			h.skip(err)
		}
		if n := len(h.shallow); n > 0 {
			h.skip(scanner.Skip{Reason: "shallow clone: the history before " + count(n, "commit") +
				" is not here (git fetch --unshallow gets it)"})
		}
		h.names, h.lost = map[string]bool{}, map[string]bool{}
		all, size := h.harvestAll(ctx, h.receive)
		if ctx.Err() != nil {
			return
		}
		if err := guarded(func() { h.relate(ctx, all) }); err != nil {
			h.skip(err)
		}
		h.count(size)
		if !h.done {
			h.opts.Searched.finish(h.repo, all)
		}
	}
}

// relate finds out what leads to what the harvests found, and what is missing.
func (h *history) relate(ctx context.Context, all []*harvest) {
	h.ancestry = newAncestry(h.repo.storage(), all)
	h.sendMessages(h.walkRoots())
	h.reportMissing(ctx, missingObjects(all, h.ancestry))
}

// receive sends on what the engine came upon, and tells whether the consumer
// wants more. Messages wait until it is known what leads to them.
func (h *history) receive(e event) bool {
	h.sent.add(e)
	h.opts.Searched.note(e)
	name := string(e.content)
	switch {
	case e.err != nil:
		h.lost[asSkip(e.err).Object] = true
		h.skip(e.err)
	case e.typ == odb.Blob:
		h.wanted.addID(e.id)
		h.send(scanner.Blob{Kind: scanner.History, Key: e.id.String(), Open: e.open})
	case e.typ != odb.Tree:
		h.messages = append(h.messages, e)
	case !h.names[name]:
		h.names[name] = true
		h.wanted.names[name] = true
		h.send(scanner.Blob{Kind: scanner.FileName, Key: nameKey(name), Open: scanner.Bytes(e.content)})
	}
	return !h.done
}

func (e event) open() (io.ReadCloser, error) {
	if e.stream != nil {
		return e.stream, nil
	}
	return scanner.Bytes(e.content)()
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

// sendMessages yields the messages of commits and tags that may hold a secret.
func (h *history) sendMessages(tags map[odb.ID]tag) {
	for _, e := range h.messages {
		if e.typ == odb.Commit {
			c, _ := parseCommit(e.id, e.content)
			h.send(scanner.Blob{Kind: scanner.CommitMessage, Commit: c.origin, Reach: h.reachOf(e.id), Open: scanner.Bytes(text(c.message, c.header))})
			continue
		}
		t, ok := tags[e.id]
		if !ok {
			t, _ = parseTag(e.content)
			t.reach = scanner.ByNothing
		}
		h.send(scanner.Blob{Kind: scanner.TagMessage, Ref: t.ref, Commit: t.origin, Reach: t.reach, Open: scanner.Bytes(text(t.message, t.header))})
	}
}

// text returns what people wrote into a commit or tag: its message and, behind
// it so that the message's lines count from one, its header.
func text(message string, header []byte) []byte { return append([]byte(message+"\n"), header...) }

// count adds what was passed over to the counters: all but what was sent. size is
// that of all objects, in bytes.
func (h *history) count(size int64) {
	if h.opts.Counters == nil {
		return
	}
	h.opts.Counters.Objects.Add(int64(h.repo.storage().Len()) - h.sent.objects)
	h.opts.Counters.Bytes.Add(size - h.sent.bytes)
	if h.ancestry != nil {
		h.opts.Counters.Commits.Add(int64(len(h.ancestry.nodes)) - h.sent.commits)
	}
}

// tally counts what goes to the scanner, which counts it itself.
type tally struct{ objects, bytes, commits int64 }

func (t *tally) add(e event) {
	if e.id == "" {
		return
	}
	t.objects++
	t.bytes += e.size
	if e.typ == odb.Commit {
		t.commits++
	}
}
