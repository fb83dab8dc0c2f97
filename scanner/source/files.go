package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/patlint/patlint/scanner"
)

// Files returns the named files. Paths inside root are reported relative to
// it, others as they are given. Files that wanted declines are left out.
func Files(root string, paths []string, wanted func(string) bool) scanner.Source {
	return scanner.Source{Blobs: func(ctx context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			for _, path := range paths {
				name := relative(root, path)
				if wanted != nil && !wanted(name) {
					continue
				}
				if !yieldNamed(path, name, yield) {
					return
				}
			}
		}
	}}
}

// yieldNamed yields the names in a file's path and its content.
func yieldNamed(file, name string, yield func(scanner.Blob, error) bool) bool {
	info, err := os.Lstat(file)
	if err != nil {
		return yield(scanner.Blob{}, scanner.Skip{Path: name, Reason: reason(err)})
	}
	for p := name; p != "." && p != "/"; p = path.Dir(p) {
		if !yield(scanner.Blob{Kind: scanner.FileName, Path: p, Open: scanner.Bytes([]byte(path.Base(p)))}, nil) {
			return false
		}
	}
	open := func() (io.ReadCloser, error) { return openRegular(os.OpenFile, file) }
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(file)
		if err != nil {
			return yield(scanner.Blob{}, scanner.Skip{Path: name, Reason: reason(err)})
		}
		open = scanner.Bytes([]byte(target))
	case info.IsDir():
		return yield(scanner.Blob{}, scanner.Skip{Path: name, Reason: "is a folder, not a file"})
	}
	return yield(scanner.Blob{Kind: scanner.Worktree, Path: name, Open: open}, nil)
}

// relative returns path relative to root if it is inside, slash-separated.
func relative(root, path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	// The folder may be reached through a link; the file itself stays as named.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(dir, filepath.Base(abs))
	}
	rel, err := filepath.Rel(root, abs)
	if root == "" || err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

var errNotRegular = errors.New("not a regular file")

// openRegular opens a file if it is a regular one. It never waits for the other
// end of a pipe, which may have taken the place of the file meanwhile.
func openRegular(open func(string, int, fs.FileMode) (*os.File, error), path string) (*os.File, error) {
	file, err := open(path, os.O_RDONLY|nonBlock, 0)
	if err != nil {
		return nil, cause(err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// readFile reads a regular file of at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	file, err := openRegular(os.OpenFile, path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := readAll(file, 0, limit)
	return content, cause(err)
}

// readAll reads what is not larger than limit, in memory for the size that is
// expected, or in more if that was wrong.
func readAll(r io.Reader, size, limit int64) ([]byte, error) {
	content := bytes.NewBuffer(make([]byte, 0, min(max(size, 0), limit)+bytes.MinRead))
	_, err := content.ReadFrom(io.LimitReader(r, limit+1))
	if err == nil && int64(content.Len()) > limit {
		err = fmt.Errorf("larger than %d bytes", limit)
	}
	return content.Bytes(), err
}

// cause returns a file error without its path, which stands beside it.
func cause(err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

func reason(err error) string { return cause(err).Error() }

// Input returns what is read from r, called name in reports. A read that waits
// is given up when the scan is interrupted.
func Input(r io.Reader, name string) scanner.Source {
	return scanner.Source{Blobs: func(ctx context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			yield(scanner.Blob{Kind: scanner.Stdin, Path: name, Open: func() (io.ReadCloser, error) {
				in, out := io.Pipe()
				go func() {
					_, err := io.Copy(out, r)
					out.CloseWithError(err)
				}()
				context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
				return in, nil
			}}, nil)
		}
	}}
}

// maxMessage bounds a commit message, in bytes.
const maxMessage = 64 << 20

// scissors is the line below which git ignores the text of a message, written
// with any comment character (git-commit(1), --cleanup=scissors).
var scissors = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^. -{24} >8 -{24}\r?$`) })

// Message returns a commit message as a commit-msg hook gets it. What stands
// below git's scissors is no part of it. Comment lines are searched: whether
// git will strip them depends on how the commit is made.
func Message(path string) (scanner.Source, error) {
	file, err := openRegular(os.OpenFile, path)
	if err != nil {
		return scanner.Source{}, fmt.Errorf("open %s: %w", path, err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxMessage+1))
	if err != nil {
		return scanner.Source{}, fmt.Errorf("read %s: %s", path, reason(err))
	}
	if len(text) > maxMessage {
		return scanner.Source{}, fmt.Errorf("read %s: more than %d bytes are no commit message", path, maxMessage)
	}
	if cut := scissors().FindIndex(text); cut != nil {
		text = bytes.Clone(text[:cut[0]])
	}
	message := scanner.Blob{Kind: scanner.CommitMessage, Path: filepath.ToSlash(path), Open: scanner.Bytes(text)}
	return scanner.Source{Blobs: func(context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) { yield(message, nil) }
	}}, nil
}

// GitConfig returns the repository's own configuration, where remote addresses
// and extra headers keep credentials.
func GitConfig(r *Repo) scanner.Source {
	return scanner.Source{Blobs: func(context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			for _, path := range []string{filepath.Join(r.commonDir, "config"), filepath.Join(r.gitDir, "config.worktree")} {
				if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
					continue
				}
				open := func() (io.ReadCloser, error) { return openRegular(os.OpenFile, path) }
				if !yield(scanner.Blob{Kind: scanner.GitConfig, Path: relative(r.Root, path), Open: open}, nil) {
					return
				}
			}
		}
	}}
}
