package source

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// TestHooksDir compares where hooks are with what git says, for each place that
// can name them.
func TestHooksDir(t *testing.T) {
	type files map[string]string // ~ is the home folder, . the git directory
	const to = "[core]\nhooksPath = "
	for name, c := range map[string]struct {
		files, env files
		scope      Scope
	}{
		"nothing":          {nil, nil, ScopeDefault},
		"relative":         {files{"./config": to + ".husky/_"}, nil, ScopeLocal},
		"a step up":        {files{"./config": to + "../hooks/./x/"}, nil, ScopeLocal},
		"absolute":         {files{"./config": to + "/hooks"}, nil, ScopeLocal},
		"tilde":            {files{"./config": to + "~/hooks"}, nil, ScopeLocal},
		"quoted":           {files{"./config": to + `"a b;c" # d`}, nil, ScopeLocal},
		"home":             {files{"~/.gitconfig": to + "~/hooks"}, nil, ScopeGlobal},
		"home, relative":   {files{"~/.gitconfig": to + ".githooks"}, nil, ScopeGlobal},
		"xdg":              {files{"~/.config/git/config": to + "~/hooks"}, nil, ScopeGlobal},
		"system":           {files{"~/s": to + "/s"}, files{"GIT_CONFIG_SYSTEM": "~/s"}, ScopeSystem},
		"home and here":    {files{"~/.gitconfig": to + "~/hooks", "./config": to + ".hooks"}, nil, ScopeLocal},
		"work tree":        {files{"./config": to + "r\n[extensions]\nworktreeConfig", "./config.worktree": to + "w"}, nil, ScopeLocal},
		"environment":      {nil, files{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/e"}, ScopeEnvironment},
		"included at home": {files{"~/.gitconfig": "[include]\npath = i", "~/i": to + "/i"}, nil, ScopeGlobal},
		"after an include": {files{"~/.gitconfig": "[include]\npath = i\n" + to + "/h", "~/i": to + "/i"}, nil, ScopeGlobal},
		"included here":    {files{"./config": "[include]\npath = i", "./i": to + "i"}, nil, ScopeLocal},
	} {
		t.Run(name, func(t *testing.T) {
			r := newIgnoreRepo(t)
			place := strings.NewReplacer("~", r.home)
			for name, content := range c.files {
				if rest, ok := strings.CutPrefix(name, "./"); ok {
					name = r.path(".git/" + rest)
					content = "[core]\nrepositoryFormatVersion = 1\nbare = false\n" + content
				}
				writeIgnoreTest(t, place.Replace(name), content)
			}
			for name, value := range c.env {
				r.vars[name] = place.Replace(value)
			}
			want := strings.TrimSuffix(r.git(nil, "rev-parse", "--git-path", "hooks"), "\n")
			if !filepath.IsAbs(want) {
				want = r.path(want)
			}
			dir := hooksDirOf(t, r)
			if dir.Path != filepath.Clean(want) || dir.Scope != c.scope {
				t.Errorf("got %+v, git says %q", dir, want)
			}
			if shared := (c.scope == ScopeGlobal || c.scope == ScopeSystem) && name != "home, relative"; dir.Shared != shared {
				t.Errorf("shared: %t, want %t", dir.Shared, shared)
			}
			if dir.Default != r.path(".git/hooks") {
				t.Errorf("the default is %q", dir.Default)
			}
		})
	}
}

func hooksDirOf(t *testing.T, r *ignoreRepo) HooksDir {
	t.Helper()
	repo, err := Open(r.root, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	dir, err := repo.HooksDir(r.env)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestHooksDirUnclear has configurations of which nobody can say where the hooks
// are, or which turn them off.
func TestHooksDirUnclear(t *testing.T) {
	for name, c := range map[string]struct {
		config string
		off    bool
	}{
		"off by a device": {"[core]\nhooksPath = /dev/null\n", true},
		"off by nothing":  {"[core]\nhooksPath =\n", true},
		"no value":        {"[core]\nhooksPath\n", false},
		"nobody's home":   {"[core]\nhooksPath = ~no-such-user/x\n", false},
		"broken":          {"[core\n", false},
	} {
		r := newIgnoreRepo(t)
		repo, err := Open(r.root, nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		writeIgnoreTest(t, filepath.Join(r.home, ".gitconfig"), c.config)
		if dir, err := repo.HooksDir(r.env); err == nil || errors.Is(err, ErrHooksOff) != c.off {
			t.Errorf("%s: %+v, %v", name, dir, err)
		}
		repo.Close()
	}
	r := newIgnoreRepo(t)
	writeIgnoreTest(t, filepath.Join(r.home, ".gitconfig"), "[includeIf \"onbranch:main\"]\npath = i\n")
	if dir := hooksDirOf(t, r); dir.Unclear == nil {
		t.Error("a condition that is not known says nothing")
	}
}
