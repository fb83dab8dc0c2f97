package scanner

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patlint/patlint/rules"
)

// Options say how to scan. The zero value searches with no rule; every other
// zero is the sensible default.
type Options struct {
	Rules *rules.Set

	// Jobs is the number of goroutines that search; 0 means one a processor.
	Jobs int

	// MaxSize is the size in bytes above which content is skipped; 0 means
	// that there is none.
	MaxSize int64

	// MinConfidence is the least confidence that is reported; 0 means any.
	MinConfidence rules.Confidence

	// Now is the day of the scan: what has expired before is less severe. Without
	// it nothing has.
	Now time.Time

	// Wanted tells whether findings at a path are reported; nil means all.
	Wanted func(path string) bool

	// Allows are the suppressions of the configuration and the baseline.
	Allows []*Allow

	// Trusted, if not nil, limits the inline comments that count. Allows are
	// trusted as they are.
	Trusted *Trusted

	// NoInline lets inline comments count for nothing.
	NoInline bool

	// Whole is set if the scan sees all that suppressions may be about, so
	// that one without use is stale.
	Whole bool

	// NoArchives leaves out what is inside of archives and compressed files, but
	// for the bytes that these have.
	NoArchives bool

	// Counters, if not nil, follows the scan while it runs.
	Counters *Counters
}

// Counters count what was searched so far. They may be read at any time.
type Counters struct{ Files, Objects, Bytes, Commits atomic.Int64 }

// Scan searches all that the sources yield. When ctx ends, it returns what was
// found so far, as interrupted.
func Scan(ctx context.Context, sources []Source, opts Options) *Result {
	if opts.Counters == nil {
		opts.Counters = new(Counters)
	}
	m := newMerger(&opts)
	for i, source := range sources {
		for _, s := range searchAll(ctx, source, &opts) {
			m.add(i, s)
		}
	}
	for i, source := range sources {
		m.attribute(ctx, i, source)
	}
	m.vouch(ctx)
	result := m.result(ctx.Err() != nil)
	c := opts.Counters
	result.Stats = Stats{c.Files.Load(), c.Objects.Load(), c.Bytes.Load(), c.Commits.Load()}
	return result
}

// searchAll searches the blobs of a source with several goroutines and returns
// what is worth keeping, in no order.
func searchAll(ctx context.Context, source Source, opts *Options) []searched {
	jobs := opts.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	blobs := make(chan []Blob, 2*jobs)
	kept := make([][]searched, jobs+1) // one of each goroutine, the last of this one
	var workers sync.WaitGroup
	for i := range jobs {
		workers.Go(func() { kept[i] = searchFrom(ctx, blobs, opts) })
	}
	kept[jobs] = feed(ctx, source.Blobs(ctx), blobs)
	close(blobs)
	workers.Wait()
	var all []searched
	for _, k := range kept {
		all = append(all, k...)
	}
	return all
}

// batchSize is how many files of a work tree a worker gets at once: handing one over
// takes as long as searching it, if it is small.
const batchSize = 16

// feed sends blobs to the workers, and returns the errors between them.
func feed(ctx context.Context, from iter.Seq2[Blob, error], to chan<- []Blob) []searched {
	var failed []searched
	var batch []Blob
	for blob, err := range from {
		if err != nil {
			failed = append(failed, searched{err: err})
			continue
		}
		// A source may wait until other content was searched, before it has more.
		if batch = append(batch, blob); blob.Kind == Worktree && len(batch) < batchSize {
			continue
		}
		select {
		case to <- batch:
			batch = nil
		case <-ctx.Done():
			return failed
		}
	}
	to <- batch
	return failed
}

// searchFrom searches blobs until there are no more, and keeps what has
// findings, comments or an error.
func searchFrom(ctx context.Context, batches <-chan []Blob, opts *Options) []searched {
	s := searcher{set: opts.Rules, maxSize: opts.MaxSize, chunk: defaultChunk, noArchives: opts.NoArchives}
	if s.set != nil {
		s.set.Prepare() // while the first blob is on its way
	}
	var kept []searched
	for batch := range batches {
		for _, blob := range batch {
			if ctx.Err() != nil {
				break // what is left is drained, not searched
			}
			if out := s.search(ctx, blob); s.count(&out, opts.Counters) {
				out.blob.Open = nil
				kept = append(kept, out)
			}
		}
	}
	return kept
}

// count counts what was searched, and tells whether it is worth keeping.
func (s *searcher) count(out *searched, counters *Counters) bool {
	counters.count(out.blob, out.bytes)
	if out.err != nil {
		out.err = asSkip(out.err, out.blob)
	}
	return out.err != nil || len(out.sightings)+len(out.comments)+len(out.troubles) > 0
}

// asSkip returns err as a Skip about the blob.
func asSkip(err error, b Blob) error {
	if skip := (Skip{}); errors.As(err, &skip) {
		return skip
	}
	return Skip{Path: b.Path, Object: b.Key, Reason: err.Error()}
}

func (c *Counters) count(b Blob, bytes int64) {
	c.Bytes.Add(bytes)
	switch b.Kind {
	case Worktree, Index, Stdin, GitConfig:
		c.Files.Add(1)
	case History, Note, TagMessage:
		c.Objects.Add(1)
	case CommitMessage:
		c.Objects.Add(1)
		if b.Commit != nil {
			c.Commits.Add(1)
		}
	}
}
