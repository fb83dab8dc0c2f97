package source

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Scope is the level of git's configuration that a value stands in.
type Scope string

// The scopes.
const (
	ScopeDefault     Scope = "" // no configuration has it
	ScopeSystem      Scope = "system"
	ScopeGlobal      Scope = "global"
	ScopeLocal       Scope = "local" // of this repository, or this work tree of it
	ScopeEnvironment Scope = "environment"
)

// HooksDir is where git looks for the hooks of a repository.
type HooksDir struct {
	Path    string // absolute
	Default string // where they are without core.hooksPath; absolute
	Setting string // core.hooksPath as it is written, "" if it is not set
	Scope   Scope  // of core.hooksPath
	Origin  string // the file that sets core.hooksPath
	Shared  bool   // all repositories of the user, or of the system, have it

	// Unclear says why git may look elsewhere: a file of its configuration is
	// included on a condition that is not known here. Nil if that is not so.
	Unclear error
}

// ErrHooksOff is returned where core.hooksPath names no folder, which is how
// hooks are turned off.
var ErrHooksOff = errors.New("core.hooksPath names no folder, so that git runs no hooks")

// hooksSetting is core.hooksPath as it is configured.
type hooksSetting struct {
	value  string
	ok     bool // it has a value
	scope  Scope
	origin string
}

// HooksDir returns where git looks for the hooks of the repository: in the
// folder that core.hooksPath names on any level of git's configuration, or else
// in that which all work trees of the repository share. To git, a relative path
// begins where it runs the hooks, at the root of the work tree (git-config(1)).
func (r *Repo) HooksDir(env func(string) string) (HooksDir, error) {
	dir := HooksDir{Default: filepath.Join(r.commonDir, "hooks")}
	dir.Path = dir.Default
	c := excludeConfig{env: env, dirs: ignoreDirs{r.Root, r.gitDir, r.commonDir}, includes: maxIncludes}
	if err := errors.Join(c.readAll(), c.readEnvironment()); err != nil {
		return dir, fmt.Errorf("where hooks are is not known: %w", err)
	}
	set := c.hooks
	if errors.Is(c.unclear, errUnknownCondition) {
		dir.Unclear = c.unclear
	}
	if set.scope == ScopeDefault {
		return dir, nil
	}
	value := set.value
	if optional, is := strings.CutPrefix(value, ":(optional)"); is {
		if value = optional; !c.exists(value) {
			return dir, nil
		}
	}
	dir.Setting, dir.Scope, dir.Origin = set.value, set.scope, set.origin
	path, err := c.expand(value)
	switch {
	case !set.ok:
		return dir, fmt.Errorf("core.hooksPath in %s has no value", set.origin)
	case err != nil:
		return dir, fmt.Errorf("core.hooksPath in %s: %w", set.origin, err)
	case path == "" || path == "/dev/null" || path == "NUL":
		return dir, fmt.Errorf("%w (%s)", ErrHooksOff, set.origin)
	case filepath.IsAbs(path):
		dir.Shared = set.scope == ScopeSystem || set.scope == ScopeGlobal
	case r.Root == "":
		path = filepath.Join(r.gitDir, path)
	default:
		path = filepath.Join(r.Root, path)
	}
	dir.Path = filepath.Clean(path)
	return dir, nil
}
