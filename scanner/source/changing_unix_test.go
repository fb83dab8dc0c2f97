//go:build unix

package source

import (
	"context"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// interfering changes the files of a source exactly when one is opened, and when
// part of one was read.
func interfering(s scanner.Source, before, after func(path string)) scanner.Source {
	blobs := s.Blobs
	s.Blobs = func(ctx context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			for b, err := range blobs(ctx) {
				if err == nil && b.Kind == scanner.Worktree {
					open := b.Open
					b.Open = func() (io.ReadCloser, error) {
						before(b.Path)
						content, err := open()
						return &interfered{content, func() { after(b.Path) }}, err
					}
				}
				if !yield(b, err) {
					return
				}
			}
		}
	}
	return s
}

// interfered calls after once, behind the first bytes that are read.
type interfered struct {
	io.ReadCloser
	after func()
}

func (r *interfered) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if r.after != nil {
		r.after()
		r.after = nil
	}
	return n, err
}

// TestChangedBetween changes a file between its listing and its opening, and between
// its opening and its end. What is still there is found, and what cannot be read is
// named.
func TestChangedBetween(t *testing.T) {
	t.Parallel()
	const size = 20 << 20 // more than is read at once
	random := rand.New(rand.NewPCG(93, 94))
	early, late, added := randomToken(random), randomToken(random), randomToken(random)
	content := early + "\n" + strings.Repeat("text\n", size/5) + late + "\n"
	none := func(string) error { return nil }
	replace := func(with func(path string) error) func(string) error {
		return func(path string) error { return errors.Join(os.Remove(path), with(path)) }
	}
	cut := func(path string) error { return os.Truncate(path, 1<<20) }
	grow := func(path string) error {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = file.WriteString(added + "\n")
		return errors.Join(err, file.Close())
	}
	pipe := replace(func(path string) error { return syscall.Mkfifo(path, 0o644) })
	link := replace(func(path string) error { return os.Symlink("/dev/zero", path) })
	folder := replace(func(path string) error { return os.Mkdir(path, 0o755) })
	for name, c := range map[string]struct {
		before, after func(path string) error
		want          []string
		reason        string // why it is not complete
	}{
		"shrinks before": {cut, none, []string{early}, ""},
		"shrinks after":  {none, cut, []string{early}, ""},
		"empty after":    {none, func(path string) error { return os.Truncate(path, 0) }, []string{early}, ""},
		"grows before":   {grow, none, []string{early, late, added}, ""},
		"grows after":    {none, grow, []string{early, late}, ""},
		"vanishes after": {none, os.Remove, []string{early, late}, ""},
		"pipe before":    {pipe, none, nil, "not a regular file"},
		"pipe after":     {none, pipe, []string{early, late}, ""},
		"link before":    {link, none, nil, "symbolic links"},
		"link after":     {none, link, []string{early, late}, ""},
		"folder before":  {folder, none, nil, "not a regular file"},
		"folder after":   {none, folder, []string{early, late}, ""},
		"locked after":   {none, func(path string) error { return os.Chmod(path, 0) }, []string{early, late}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			path := filepath.Join(root, "file.env")
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
			doing := func(change func(string) error) func(string) {
				return func(string) {
					if err := change(path); err != nil {
						t.Error(err)
					}
				}
			}
			tree := interfering(Tree(root, nil, TreeOptions{Env: os.Getenv}), doing(c.before), doing(c.after))
			r := scan(t, tree)
			found := map[string]bool{}
			for _, f := range r.Findings {
				found[f.Secret.Reveal()] = true
			}
			for _, token := range c.want {
				if !found[token] {
					t.Error("a token is missing that was there when it was read")
				}
			}
			if name == "grows after" { // it may be read, up to what is read at once
				delete(found, added)
			}
			if len(found) != len(c.want) || r.Complete() != (c.reason == "") {
				t.Errorf("%d findings, want %d; complete: %t, %v", len(found), len(c.want), r.Complete(), r.Skipped)
			}
			if c.reason != "" && (len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0].Reason, c.reason)) {
				t.Errorf("skipped: %v, want %q", r.Skipped, c.reason)
			}
		})
	}
}
