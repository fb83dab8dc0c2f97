package source

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// ignoreRepo is a repository of real git, which is the oracle of what is
// ignored. Nothing of the machine's own configuration reaches it.
type ignoreRepo struct {
	t    testing.TB
	root string
	home string
	vars map[string]string
}

func newIgnoreRepo(t testing.TB) *ignoreRepo {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the names need a file system that keeps case and any bytes")
	}
	r := &ignoreRepo{t: t, root: t.TempDir(), home: t.TempDir()}
	r.vars = map[string]string{
		"HOME": r.home, "GIT_CONFIG_SYSTEM": os.DevNull, "PATH": os.Getenv("PATH"),
	}
	r.git(nil, "init", "-q", "--template=")
	return r
}

func (r *ignoreRepo) env(name string) string { return r.vars[name] }

// git runs git and returns what it prints; an exit code of 1 is an answer.
func (r *ignoreRepo) git(stdin []byte, args ...string) string {
	r.t.Helper()
	cmd := r.command(args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && (cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 1) {
		r.t.Fatalf("git %q: %v\n%s", args, err, stderr.Bytes())
	}
	return string(out)
}

func (r *ignoreRepo) command(args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.root
	for name, value := range r.vars {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

func (r *ignoreRepo) path(name string) string { return filepath.Join(r.root, name) }

func (r *ignoreRepo) write(name, content string) {
	r.t.Helper()
	writeIgnoreTest(r.t, r.path(name), content)
}

func writeIgnoreTest(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatalf("%q: %v", path, err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatalf("%q: %v", path, err)
	}
}

func (r *ignoreRepo) dirs() ignoreDirs {
	dir := r.path(".git")
	return ignoreDirs{root: r.root, gitDir: dir, commonDir: dir}
}

// clear empties the work tree, so that one repository serves many trees.
func (r *ignoreRepo) clear() {
	entries, err := os.ReadDir(r.root)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			if err := os.RemoveAll(r.path(e.Name())); err != nil {
				r.t.Fatal(err)
			}
		}
	}
}

// compare lets git and the package list the untracked files.
func (r *ignoreRepo) compare(what string) {
	r.t.Helper()
	want := splitZero(r.git(nil, "ls-files", "--others", "--exclude-standard", "-z"))
	chain, fold, err := standardIgnores(r.env, r.dirs())
	if err != nil {
		r.t.Fatal(err)
	}
	tracked := splitZero(r.git(nil, "ls-files", "--cached", "-z"))
	got := slices.DeleteFunc(r.walk("", chain, fold), func(name string) bool {
		return slices.ContainsFunc(tracked, func(other string) bool {
			return name == other || fold && lowerASCII(name) == lowerASCII(other)
		})
	})
	slices.Sort(got)
	if !slices.Equal(got, want) {
		r.t.Errorf("%s:\ngot  %q\nwant %q", what, got, want)
	}
}

func splitZero(out string) []string {
	var names []string
	for name := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		if name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// walk is the plainest use of a chain.
func (r *ignoreRepo) walk(dir string, chain *ignores, fold bool) []string {
	r.t.Helper()
	content, err := readIgnoreFile(r.path(filepath.Join(dir, ".gitignore")), false)
	if err != nil {
		r.t.Fatal(err)
	}
	chain = chain.push(parseIgnore(content, dir, fold))
	entries, err := os.ReadDir(r.path(dir))
	if err != nil {
		r.t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		if dir != "" {
			name = dir + "/" + name
		}
		switch {
		case name == ".git" || chain.match(name, e.IsDir()):
		case e.IsDir():
			files = append(files, r.walk(name, chain, fold)...)
		default:
			files = append(files, name)
		}
	}
	return files
}

// ignored tells what a walker would: whether path, or a folder above it, is
// ignored. The files of patterns are those given, by their folders.
func ignored(path string, chain *ignores, files map[string]*ignoreFile) bool {
	chain = chain.push(files[""])
	for i := range len(path) {
		if path[i] == '/' {
			if chain.match(path[:i], true) {
				return true
			}
			chain = chain.push(files[path[:i]])
		}
	}
	return chain.match(path, false)
}
