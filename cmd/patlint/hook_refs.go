package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source"
)

// refUpdate is a line that git gives to a hook about a push: a reference of the
// repository that is pushed to, what it was and what it shall be. The ids are
// hexadecimal, and "" where there is no reference.
type refUpdate struct{ ref, was, is string }

// maxRefLine bounds a line about a reference, in bytes.
const maxRefLine = 1 << 20

// readUpdates reads the lines that git gives to a hook. parse gets the last fields
// of a line, as many as fields says; what stands before them may hold blanks.
func readUpdates(c *console, hook string, fields int, parse func(words []string) refUpdate) ([]refUpdate, error) {
	var updates []refUpdate
	lines := bufio.NewScanner(c.in)
	lines.Buffer(nil, maxRefLine)
	size := 0
	for n := 1; lines.Scan(); n++ {
		words, ok := lastFields(lines.Text(), fields)
		if !ok {
			return nil, usage("%s: line %d of standard input is not what git gives to this hook", hook, n)
		}
		u := parse(words)
		for _, id := range []*string{&u.was, &u.is} {
			if !isObjectID(*id) || size > 0 && len(*id) != size {
				return nil, usage("%s: line %d of standard input: want the ids of objects in full", hook, n)
			}
			size = len(*id)
			if strings.Trim(*id, "0") == "" {
				*id = ""
			}
		}
		updates = append(updates, u)
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, usage("%s: a line of standard input has more than %d bytes", hook, maxRefLine)
		}
		return nil, &exitError{exitIncomplete, err}
	}
	return updates, nil
}

// lastFields returns the last n fields of a line; the first of them is all that
// is left.
func lastFields(line string, n int) ([]string, bool) {
	fields := make([]string, n)
	for i := n - 1; i > 0; i-- {
		at := strings.LastIndexByte(line, ' ')
		if at < 0 {
			return nil, false
		}
		line, fields[i] = line[:at], line[at+1:]
	}
	fields[0] = line
	return fields, !slices.Contains(fields, "")
}

// isObjectID tells whether a word is an id, of SHA-1 or of SHA-256.
func isObjectID(word string) bool {
	return (len(word) == 40 || len(word) == 64) && strings.Trim(word, "0123456789abcdef") == ""
}

// refScan is the scan of a hook that is about references.
type refScan struct {
	flags scanFlags
	where string // the secrets stand in

	inline bool // whether inline comments count
}

// open opens the repository that a hook runs in.
func (s *refScan) open(c *console) (*target, error) {
	s.flags.color, s.flags.progress = "never", "never"
	repo, err := source.Open(".", c.env, s.flags.jobs)
	switch {
	case errors.Is(err, source.ErrNoRepository):
		return nil, &exitError{exitUsage, err}
	case err != nil:
		return nil, &exitError{exitIncomplete, err}
	}
	return &target{flags: &s.flags, path: ".", root: repo.Root, repo: repo, modes: []string{"push"}}, nil
}

// run scans what the tips bring to where the known objects are.
func (s *refScan) run(ctx context.Context, t *target, tips []source.Tip, known []string) (*scanner.Result, error) {
	opts, err := s.flags.options(t)
	if err != nil {
		return nil, err
	}
	opts.NoInline = opts.NoInline || !s.inline
	return scanner.Scan(ctx, []scanner.Source{source.Push(t.repo, tips, known, opts.MaxSize)}, opts), nil
}

// warn writes what a person has to know beside what was found.
func (s *refScan) warn(c *console, r *scanner.Result) {
	s.flags.warnAll(c, r.Warnings)
	for _, reason := range r.Failed {
		c.warn("%s", reason)
	}
	if !r.Complete() && !r.Interrupted {
		c.warn("%s", incomplete(r))
	}
}

// ids returns the objects that references lead to, each once.
func ids(refs []source.Ref) []string {
	var all []string
	for _, r := range refs {
		all = append(all, r.ID)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// drained reads what git may still write, so that it does not fail in doing so.
func drained(r io.Reader) { _, _ = io.Copy(io.Discard, r) }
