package source

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// errUnknownCondition is where a file may be included or not.
var errUnknownCondition = errors.New("a file is included on a condition that is not known here")

// include reads a file that another one names.
func (c *excludeConfig) include(path, from string, depth int) error {
	c.includes--
	if depth > maxIncludeDepth || c.includes < 0 {
		return errors.New("too many included files")
	}
	path, err := c.expand(path)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(from), path)
	}
	return c.readFile(path, depth)
}

// includedPath returns the path that an include names, if its condition holds.
// Of the conditions, those about the git directory are known here; branches and
// remotes are not.
func (c *excludeConfig) includedPath(key, value, from string) (string, bool) {
	if key == "include.path" {
		return value, true
	}
	condition, ok := strings.CutPrefix(key, "includeif.")
	if ok {
		condition, ok = strings.CutSuffix(condition, ".path")
	}
	if !ok {
		return "", false
	}
	pattern, fold := strings.CutPrefix(condition, "gitdir/i:")
	if !fold {
		if pattern, ok = strings.CutPrefix(condition, "gitdir:"); !ok {
			c.unclear = errUnknownCondition
			return "", false
		}
	}
	return value, c.inGitDir(pattern, from, fold)
}

// inGitDir tells whether the git directory matches the pattern of an includeIf.
func (c *excludeConfig) inGitDir(pattern, from string, fold bool) bool {
	if strings.HasSuffix(pattern, "/") {
		pattern += "**"
	}
	prefix := ""
	if rest, ok := strings.CutPrefix(pattern, "~/"); ok {
		pattern = filepath.ToSlash(resolve(c.home())) + "/" + rest
	} else if rest, ok := strings.CutPrefix(pattern, "./"); ok {
		prefix, pattern = filepath.ToSlash(filepath.Dir(resolve(from)))+"/", rest
	} else if !filepath.IsAbs(pattern) {
		pattern = "**/" + pattern
	}
	glob, ok := translate(pattern, false, fold)
	if !ok {
		return false
	}
	for _, dir := range []string{resolve(c.dirs.gitDir), c.dirs.gitDir} {
		dir = filepath.ToSlash(dir)
		if fold {
			dir, prefix = lowerASCII(dir), lowerASCII(prefix)
		}
		dir, ok = strings.CutPrefix(dir, prefix)
		if ok && doublestar.MatchUnvalidated(glob, widen(dir)) {
			return true
		}
	}
	return false
}

// resolve follows symbolic links as far as that is possible.
func resolve(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
