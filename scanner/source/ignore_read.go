package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// maxPatternFile bounds, in bytes, a file of patterns. Git reads up to 100 MB,
// whose patterns would take gigabytes here; a file that is larger than this is
// an error and hides nothing.
const maxPatternFile = 4 << 20

// maxConfigFile bounds, in bytes, a file of git's configuration.
const maxConfigFile = 1 << 20

// readIgnoreFile reads a file of patterns, or nothing if there is none. What is
// no regular file has no pattern to git either, and opening it could wait for
// ever or do something. A .gitignore that is a symbolic link is not followed by
// git since 2.32, one that the user named or that is in the git directory is.
func readIgnoreFile(name string, follow bool) ([]byte, error) {
	if !follow {
		info, err := os.Lstat(name)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return nil, nil
		}
	}
	return readRegular(name, maxPatternFile)
}

// readRegular reads a regular file of at most limit bytes. It returns nothing
// for what is not there or not a regular file.
func readRegular(name string, limit int64) ([]byte, error) {
	content, err := readFile(name, limit)
	switch {
	case err == nil:
		return content, nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, errNotRegular):
		return nil, nil
	}
	return nil, fmt.Errorf("read %s: %w", name, err)
}

// ignoreDirs says where a repository lies.
type ignoreDirs struct {
	root      string // of the work tree
	gitDir    string // of this work tree
	commonDir string // shared by all linked work trees
}

// standardIgnores returns the patterns that hold for a whole work tree, the
// user's and those of info/exclude, and whether the case of letters does not
// count in them and in every .gitignore. What could be read is returned also
// with an error, which tells of what could not: patlint then looks at more files
// than git would, never at fewer.
func standardIgnores(env func(string) string, dirs ignoreDirs) (chain *ignores, foldCase bool, err error) {
	user, foldCase, err := userExcludes(env, dirs)
	errs := []error{err}
	for _, name := range []string{user, filepath.Join(dirs.commonDir, "info", "exclude")} {
		if name == "" {
			continue
		}
		content, err := readIgnoreFile(name, true)
		errs = append(errs, err)
		chain = chain.push(parseIgnore(content, "", foldCase))
	}
	return chain, foldCase, errors.Join(errs...)
}
