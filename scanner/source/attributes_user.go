package source

import (
	"errors"
	"path/filepath"
	"strings"
)

// userAttributes returns the path of the file that core.attributesFile names, or
// git's default for it, "" if there is none. It is an error if attributes may
// come from elsewhere, too.
func userAttributes(env func(string) string, dirs ignoreDirs) (string, error) {
	c := excludeConfig{env: env, dirs: dirs, includes: maxIncludes}
	if err := errors.Join(c.readAll(), c.readEnvironment(), c.unclear); err != nil {
		return "", err
	}
	if !c.attributesSet {
		if dir := c.userDir(); dir != "" {
			return filepath.Join(dir, "attributes"), nil
		}
		return "", nil
	}
	path, err := c.expand(strings.TrimPrefix(c.attributes, ":(optional)"))
	if path != "" && !filepath.IsAbs(path) {
		path = filepath.Join(c.dirs.root, path)
	}
	return path, err
}
