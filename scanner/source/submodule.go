package source

import (
	"context"
	"iter"
	"path/filepath"

	"github.com/patlint/patlint/scanner"
)

// Submodule is a repository that is checked out inside another.
type Submodule struct {
	Path string // from the outermost repository, slash-separated
	Repo *Repo
}

// Submodules opens the submodules of a repository and theirs. The errors
// are a Skip for each that is not checked out or cannot be opened.
func (r *Repo) Submodules() (found []Submodule, skips []error) {
	entries, err := r.index()
	if err != nil {
		skips = append(skips, err)
	}
	for _, e := range entries {
		if e.mode != submodule {
			continue
		}
		dir := filepath.Join(r.Root, filepath.FromSlash(e.name))
		sub, err := Open(dir, nil, r.jobs)
		switch {
		case err != nil:
			skips = append(skips, scanner.Skip{Path: e.name, Reason: "submodule: " + reason(err)})
			continue
		case !sameFile(sub.Root, dir): // what was found is the repository around it
			sub.Close()
			skips = append(skips, scanner.Skip{Path: e.name, Reason: "submodule that is not checked out (git submodule update --init)"})
			continue
		}
		found = append(found, Submodule{e.name, sub})
		inner, more := sub.Submodules()
		for _, m := range inner {
			found = append(found, Submodule{e.name + "/" + m.Path, m.Repo})
		}
		for _, err := range more {
			skip := asSkip(err)
			skip.Path = e.name + "/" + skip.Path
			skips = append(skips, skip)
		}
	}
	return found, skips
}

// Unreadable returns a source of which nothing could be read, for the given
// reasons.
func Unreadable(errs ...error) scanner.Source {
	return scanner.Source{Blobs: func(context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			for _, err := range errs {
				if !yield(scanner.Blob{}, err) {
					return
				}
			}
		}
	}}
}

// Below returns a source whose paths are in a folder.
func Below(dir string, s scanner.Source) scanner.Source {
	in := func(path string) string {
		if path == "" {
			return ""
		}
		return dir + "/" + path
	}
	below := scanner.Source{Blobs: func(ctx context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			for b, err := range s.Blobs(ctx) {
				b.Path = in(b.Path)
				if !yield(b, skipIn(in, err)) {
					return
				}
			}
		}
	}}
	if s.Attribute != nil {
		below.Attribute = func(ctx context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
			return func(yield func(scanner.Place, error) bool) {
				for p, err := range s.Attribute(ctx, holders) {
					p.Path = in(p.Path)
					if !yield(p, skipIn(in, err)) {
						return
					}
				}
			}
		}
	}
	return below
}

// skipIn returns err with its path, if it is a Skip, in a folder.
func skipIn(in func(string) string, err error) error {
	if skip, ok := err.(scanner.Skip); ok {
		skip.Path = in(skip.Path)
		return skip
	}
	return err
}
