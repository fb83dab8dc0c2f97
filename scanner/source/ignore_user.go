package source

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// userExcludes returns the path of the file that core.excludesFile names, or
// git's default for it, "" if there is none, and the value of core.ignoreCase.
// Both are read as git does, from the configuration of the system, the user, the
// repository and the work tree, the files that these include and the
// environment; later ones win. With an error, the values are those of the files
// that could be read.
func userExcludes(env func(string) string, dirs ignoreDirs) (path string, foldCase bool, err error) {
	if env == nil {
		env = func(string) string { return "" }
	}
	c := excludeConfig{env: env, dirs: dirs, includes: maxIncludes}
	err = errors.Join(c.readAll(), c.readEnvironment())
	path, expandErr := c.path()
	return path, c.foldCase, errors.Join(err, expandErr)
}

// maxIncludes bounds how many files a configuration includes; maxIncludeDepth,
// how deeply, is git's own.
const (
	maxIncludes     = 200
	maxIncludeDepth = 10
)

// excludeConfig gathers what git's configuration says about ignoring.
type excludeConfig struct {
	env      func(string) string
	dirs     ignoreDirs
	includes int // how many more files may be included

	file           string // core.excludesFile
	fileSet        bool
	attributes     string // core.attributesFile
	attributesSet  bool
	unclear        error // why attributes may come from elsewhere
	foldCase       bool
	worktreeConfig bool

	scope  Scope  // of the files that are being read
	origin string // the file that is being read
	hooks  hooksSetting
}

// readAll reads the configuration files in git's order.
func (c *excludeConfig) readAll() error {
	var errs []error
	c.scope = ScopeSystem
	for _, name := range c.systemFiles() {
		errs = append(errs, c.readFile(name, 0))
	}
	c.scope = ScopeGlobal
	for _, name := range c.globalFiles() {
		errs = append(errs, c.readFile(name, 0))
	}
	c.scope = ScopeLocal
	c.worktreeConfig = false // is for the repository to say
	errs = append(errs, c.readFile(filepath.Join(c.dirs.commonDir, "config"), 0))
	if c.worktreeConfig {
		errs = append(errs, c.readFile(filepath.Join(c.dirs.gitDir, "config.worktree"), 0))
	}
	return errors.Join(errs...)
}

// systemFiles names the configuration of the system. Git has the path compiled
// in; a git with another one than these has to be told of in GIT_CONFIG_SYSTEM.
func (c *excludeConfig) systemFiles() []string {
	if skip, err := configBool(c.env("GIT_CONFIG_NOSYSTEM"), true); err == nil && skip {
		return nil
	}
	if name := c.env("GIT_CONFIG_SYSTEM"); name != "" {
		return []string{name}
	}
	if runtime.GOOS == "windows" {
		return []string{filepath.Join(c.env("ProgramFiles"), "Git", "etc", "gitconfig")}
	}
	return []string{"/etc/gitconfig"}
}

// globalFiles names the user's configuration.
func (c *excludeConfig) globalFiles() []string {
	if name := c.env("GIT_CONFIG_GLOBAL"); name != "" {
		return []string{name}
	}
	var files []string
	if dir := c.userDir(); dir != "" {
		files = append(files, filepath.Join(dir, "config"))
	}
	if home := c.home(); home != "" {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	return files
}

// userDir is where git keeps files of the user, "" if that is nowhere.
func (c *excludeConfig) userDir() string {
	if dir := c.env("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, "git")
	}
	if home := c.home(); home != "" {
		return filepath.Join(home, ".config", "git")
	}
	return ""
}

func (c *excludeConfig) home() string {
	home := c.env("HOME")
	if home == "" && runtime.GOOS == "windows" {
		home = c.env("USERPROFILE")
	}
	return home
}

// readFile reads one file and those that it includes.
func (c *excludeConfig) readFile(name string, depth int) error {
	content, err := readRegular(name, maxConfigFile)
	if err != nil {
		return err
	}
	err = readGitConfig(content, func(key, value string, ok bool) error {
		if path, included := c.includedPath(key, value, name); included && ok {
			return c.include(path, name, depth+1)
		}
		c.origin = name
		return c.set(key, value, ok)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// set takes over a variable that says something about ignoring.
func (c *excludeConfig) set(key, value string, ok bool) (err error) {
	switch key {
	case "core.excludesfile":
		if !ok {
			return errors.New("core.excludesFile has no value")
		}
		if optional, is := strings.CutPrefix(value, ":(optional)"); is {
			value = optional
			c.fileSet = c.exists(value)
		} else {
			c.fileSet = true
		}
		c.file = value
	case "core.attributesfile":
		c.attributes, c.attributesSet = value, true
	case "core.hookspath":
		c.hooks = hooksSetting{value, ok, c.scope, c.origin}
	case "attr.tree":
		c.unclear = errors.New("attr.tree is set")
	case "core.ignorecase":
		if c.foldCase, err = configBool(value, ok); err != nil {
			return fmt.Errorf("core.ignoreCase: %w", err)
		}
	case "extensions.worktreeconfig":
		if c.worktreeConfig, err = configBool(value, ok); err != nil {
			return fmt.Errorf("extensions.worktreeConfig: %w", err)
		}
	}
	return nil
}

// readEnvironment takes over what GIT_CONFIG_COUNT and its companions set.
func (c *excludeConfig) readEnvironment() error {
	count, err := strconv.Atoi(c.env("GIT_CONFIG_COUNT"))
	if err != nil {
		return nil
	}
	c.scope, c.origin = ScopeEnvironment, "GIT_CONFIG_COUNT"
	for n := range min(count, maxIncludes) {
		suffix := strconv.Itoa(n)
		key := lowerASCII(c.env("GIT_CONFIG_KEY_" + suffix))
		if err := c.set(key, c.env("GIT_CONFIG_VALUE_"+suffix), true); err != nil {
			return err
		}
	}
	return nil
}

// path returns the file of the user's patterns, "" if there is none. To git, a
// relative one is in the current folder, which is by then the root of the work
// tree; an empty one is no file, and not the default either.
func (c *excludeConfig) path() (string, error) {
	if !c.fileSet {
		if dir := c.userDir(); dir != "" {
			return filepath.Join(dir, "ignore"), nil
		}
		return "", nil
	}
	path, err := c.expand(c.file)
	if err != nil {
		return "", fmt.Errorf("core.excludesFile: %w", err)
	}
	if path != "" && !filepath.IsAbs(path) {
		path = filepath.Join(c.dirs.root, path)
	}
	return path, nil
}

// expand replaces ~ and ~name at the beginning of a path.
func (c *excludeConfig) expand(path string) (string, error) {
	if strings.HasPrefix(path, "%(prefix)/") {
		return "", errors.New("%(prefix) is known to git alone")
	}
	if !strings.HasPrefix(path, "~") {
		return path, nil
	}
	name, rest, _ := strings.Cut(path[1:], "/")
	home := c.home()
	if name != "" {
		account, err := user.Lookup(name)
		if err != nil {
			return "", errors.New("no such user")
		}
		home = account.HomeDir
	}
	if home == "" {
		return "", errors.New("there is no home folder")
	}
	return filepath.Join(home, rest), nil
}

// exists tells whether an optional file is there.
func (c *excludeConfig) exists(path string) bool {
	path, err := c.expand(path)
	if err != nil {
		return false
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.dirs.root, path)
	}
	_, err = os.Stat(path)
	return err == nil
}

// configBool reads a truth value of git's; a variable without a value is true.
func configBool(value string, ok bool) (bool, error) {
	if !ok {
		return true, nil
	}
	switch lowerASCII(value) {
	case "true", "yes", "on":
		return true, nil
	case "", "false", "no", "off":
		return false, nil
	}
	n, err := strconv.Atoi(strings.TrimRight(value, "kKmMgG"))
	if err != nil {
		return false, errors.New("neither true nor false")
	}
	return n != 0, nil
}
