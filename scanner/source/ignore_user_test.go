package source

import (
	"math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// TestUserExcludes compares where the user's patterns are with what git says,
// for each place that can name them.
func TestUserExcludes(t *testing.T) {
	type files map[string]string // ~ is the home folder, . the git directory
	const to = "[core]\nexcludesFile = "
	account, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ files, env files }{
		"nothing":             {},
		"home":                {files{"~/.gitconfig": to + "/h"}, nil},
		"tilde":               {files{"~/.gitconfig": to + "~/h"}, nil},
		"tilde and a name":    {files{"~/.gitconfig": to + "~" + account.Username + "/h"}, nil},
		"quoted":              {files{"~/.gitconfig": to + `"~/a b;c" # d`}, nil},
		"xdg":                 {files{"~/.config/git/config": to + "/x"}, nil},
		"home beats xdg":      {files{"~/.config/git/config": to + "/x", "~/.gitconfig": to + "/h"}, nil},
		"xdg elsewhere":       {files{"~/else/git/config": to + "/x"}, files{"XDG_CONFIG_HOME": "~/else"}},
		"global elsewhere":    {files{"~/.gitconfig": to + "/h", "~/g": to + "/g"}, files{"GIT_CONFIG_GLOBAL": "~/g"}},
		"system":              {files{"~/s": to + "/s"}, files{"GIT_CONFIG_SYSTEM": "~/s"}},
		"home beats system":   {files{"~/s": to + "/s", "~/.gitconfig": to + "/h"}, files{"GIT_CONFIG_SYSTEM": "~/s"}},
		"no system":           {files{"~/s": to + "/s"}, files{"GIT_CONFIG_SYSTEM": "~/s", "GIT_CONFIG_NOSYSTEM": "1"}},
		"repository":          {files{"~/.gitconfig": to + "/h", "./config": to + "/r"}, nil},
		"work tree":           {files{"./config": to + "/r\n[extensions]\nworktreeConfig", "./config.worktree": to + "/w"}, nil},
		"no work tree":        {files{"./config": to + "/r", "./config.worktree": to + "/w"}, nil},
		"another's work tree": {files{"~/.gitconfig": "[extensions]\nworktreeConfig", "./config.worktree": to + "/w"}, nil},
		"environment":         {files{"./config": to + "/r"}, files{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.excludesfile", "GIT_CONFIG_VALUE_0": "/e"}},
		"include":             {files{"~/.gitconfig": to + "/h\n[include]\npath = i/c", "~/i/c": to + "/i"}, nil},
		"order of include":    {files{"~/.gitconfig": "[include]\npath = ~/i\n" + to + "/h", "~/i": to + "/i"}, nil},
		"include in include":  {files{"~/.gitconfig": "[include]\npath = a/b", "~/a/b": "[include]\npath = c", "~/a/c": to + "/i"}, nil},
		"no such include":     {files{"~/.gitconfig": to + "/h\n[include]\npath = none"}, nil},
		"gitdir":              {files{"~/.gitconfig": "[includeIf \"gitdir:ROOT/\"]\npath = i", "~/i": to + "/i"}, nil},
		"gitdir with a star":  {files{"~/.gitconfig": "[includeIf \"gitdir:/**/.gi*\"]\npath = i", "~/i": to + "/i"}, nil},
		"gitdir by name":      {files{"~/.gitconfig": "[includeIf \"gitdir:.git\"]\npath = i", "~/i": to + "/i"}, nil},
		"gitdir and case":     {files{"~/.gitconfig": "[includeIf \"gitdir/i:.GIT\"]\npath = i", "~/i": to + "/i"}, nil},
		"gitdir without case": {files{"~/.gitconfig": "[includeIf \"gitdir:.GIT\"]\npath = i", "~/i": to + "/i"}, nil},
		"gitdir at home":      {files{"~/.gitconfig": "[includeIf \"gitdir:~/\"]\npath = i", "~/i": to + "/i"}, nil},
		"gitdir here":         {files{"./config": "[includeIf \"gitdir:./\"]\npath = i", "./i": to + "/i"}, nil},
		"gitdir of its folder": {files{"./config": "[includeIf \"gitdir:./*\"]\npath = i\n[includeIf \"gitdir:./**\"]\npath = i",
			"./i": to + "/i"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := newIgnoreRepo(t)
			place := strings.NewReplacer("~", r.home)
			for name, content := range c.files {
				content = strings.ReplaceAll(content, "ROOT", r.root)
				if rest, ok := strings.CutPrefix(name, "./"); ok {
					name = r.path(".git/" + rest)
					old, _ := os.ReadFile(name)
					content = string(old) + content
				}
				writeIgnoreTest(t, place.Replace(name), content)
			}
			for name, value := range c.env {
				r.vars[name] = place.Replace(value)
			}
			got, _, err := userExcludes(r.env, r.dirs())
			want := strings.TrimSuffix(r.git(nil, "config", "--includes", "--type=path", "--get", "core.excludesFile"), "\n")
			if want == "" {
				want = filepath.Join(r.home, ".config/git/ignore")
				if dir := r.env("XDG_CONFIG_HOME"); dir != "" {
					want = filepath.Join(dir, "git/ignore")
				}
			}
			if err != nil || got != want {
				t.Errorf("got %q, %v, git says %q", got, err, want)
			}
		})
	}
}

// TestUserExcludesAreUsed compares what is ignored, for values that git config
// does not explain.
func TestUserExcludesAreUsed(t *testing.T) {
	for name, value := range map[string]string{
		"relative": "patterns", "empty": "", "nothing": "none", "a device": "/dev/null", "up": "sub/../patterns",
	} {
		r := newIgnoreRepo(t)
		r.git(nil, "config", "core.excludesFile", value)
		r.write("patterns", "a\n")
		r.write("sub/patterns", "b\n")
		writeIgnoreTest(t, r.home+"/.config/git/ignore", "c\n")
		for _, file := range []string{"a", "b", "c", "sub/c"} {
			r.write(file, "")
		}
		r.compare(name)
	}
}

// TestUserExcludesErrors checks that a file that cannot be used is told of,
// without what is in it, and that the others count.
func TestUserExcludesErrors(t *testing.T) {
	const secret = "not-for-your-eyes"
	for name, config := range map[string]string{
		"syntax":        "[core]\nexcludesFile = " + secret + "\\x\n",
		"section":       "[" + secret + "!\n",
		"include loop":  "[include]\npath = config\n",
		"include bomb":  strings.Repeat("[include]\npath = config\n", 40),
		"home":          "[core]\nexcludesFile = ~" + secret + "/x\n",
		"no value":      "[core]\nexcludesFile\n",
		"prefix":        "[core]\nexcludesFile = %(prefix)/" + secret,
		"no truth":      "[core]\nignoreCase = " + secret,
		"large":         strings.Repeat("#", maxConfigFile+1),
		"large include": "[core]\nexcludesFile = " + "large",
	} {
		dir := t.TempDir()
		writeIgnoreTest(t, dir+"/config", config)
		writeIgnoreTest(t, dir+"/info/exclude", "a\n")
		writeIgnoreTest(t, dir+"/large", "")
		if err := os.Truncate(dir+"/large", maxPatternFile+1); err != nil {
			t.Fatal(err)
		}
		vars := map[string]string{"GIT_CONFIG_NOSYSTEM": "yes", "HOME": dir}
		chain, _, err := standardIgnores(func(name string) string { return vars[name] },
			ignoreDirs{root: dir, gitDir: dir, commonDir: dir})
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: got error %v", name, err)
		}
		if !chain.match("a", false) {
			t.Errorf("%s: info/exclude does not count", name)
		}
	}
	if path, _, err := userExcludes(nil, ignoreDirs{}); path != "" || err != nil {
		t.Errorf("without an environment: %q, %v", path, err)
	}
}

// configLines are the beginnings of random lines, configValues what follows.
const (
	configLines = "[core]\n|[core]k = |[a.B]\n|[a \"B\"]\n|[ a]|[a  \"b\\\"\\\\c]\"] k=|[a \"b]|[a-1]\r\n|[1]\n|" +
		"k = |k=|K2-x =|k = |k=|K2-x =|k =|\tk|k\n|=|\n|\r\n| # c|;|1k = |-k =|excludesFile = "
	configValues = "v|v|w| | |  |\"v\"|\"#; \\n \"|\"|\\\"|\\\\|\\n|\\t|\\x|\\\n|\\\r\n|#|;|é|\xff|'|[x]|=|1"
)

// TestReadGitConfig compares random configuration files.
func TestReadGitConfig(t *testing.T) {
	r := newIgnoreRepo(t)
	lines, values := strings.Split(configLines, "|"), strings.Split(configValues, "|")
	failed := 0
	cases := ignoreCases(t, 120)
	for seed := range cases {
		m := rand.New(rand.NewPCG(uint64(seed), 2))
		var b strings.Builder
		b.WriteString([]string{"", "\ufeff", "[core]\n", "[x]\n"}[m.IntN(4)])
		for range 1 + m.IntN(4) {
			b.WriteString(lines[m.IntN(len(lines))])
			for range m.IntN(4) {
				b.WriteString(values[m.IntN(len(values))])
			}
			b.WriteString([]string{"\n", "\n", "\r\n", " \n"}[m.IntN(4)])
		}
		r.write("config", b.String())
		want, valid := r.list()
		var got strings.Builder
		err := readGitConfig([]byte(b.String()), func(key, value string, ok bool) error {
			got.WriteString(key)
			if ok {
				got.WriteString("\n" + value)
			}
			got.WriteByte(0)
			return nil
		})
		if !valid {
			failed++
		}
		if (err == nil) != valid || valid && got.String() != want {
			t.Errorf("seed %d: %q\ngot  %q, %v\nwant %q, %v", seed, b.String(), got.String(), err, want, valid)
		}
	}
	if failed > cases*3/4 {
		t.Errorf("%d of %d files were not valid: little was compared", failed, cases)
	}
}

// list lets git list the variables of the file config, if it is valid.
func (r *ignoreRepo) list() (out string, valid bool) {
	cmd := r.command("config", "-f", "config", "-l", "-z")
	content, err := cmd.Output()
	return string(content), err == nil
}
