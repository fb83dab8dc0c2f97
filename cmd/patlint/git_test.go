package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// gitConfig is the only configuration that git sees in the tests, whatever the
// machine has.
const gitConfig = `[init]
	defaultBranch = main
[protocol "file"]
	allow = always
[advice]
	detachedHead = false
[gc]
	auto = 0
`

// author stands in every commit of the tests.
const (
	authorName  = "Ann Author"
	authorEmail = "ann@example.com"
)

// gitEnv returns the variables that make git the same on every machine, with
// home as the user's folder.
func gitEnv(home string) []string {
	return []string{
		"HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, ".config"),
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + filepath.Join(home, ".gitconfig"),
		"GIT_AUTHOR_NAME=" + authorName, "GIT_AUTHOR_EMAIL=" + authorEmail,
		"GIT_COMMITTER_NAME=" + authorName, "GIT_COMMITTER_EMAIL=" + authorEmail,
		"GIT_TERMINAL_PROMPT=0", "LC_ALL=C.UTF-8", "TZ=UTC",
		"GORACE=atexit_sleep_ms=0", // or else the race detector takes a second for every run
	}
}

// commitTime returns the date of the n-th command: one second after the other,
// so that no order is left to chance.
func commitTime(n int) string {
	return fmt.Sprintf("%d +0000", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Unix()+int64(n))
}

// workplace is a folder that git and patlint run in, with a home of its own.
type workplace struct {
	t     *testing.T
	dir   string
	home  string
	extra []string      // of the environment
	clock *atomic.Int64 // commands so far
}

// newWorkplace returns an empty folder.
func newWorkplace(t *testing.T) *workplace {
	t.Helper()
	home, dir := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte(gitConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	return &workplace{t: t, dir: dir, home: home, clock: new(atomic.Int64)}
}

// newRepo returns a new git repository.
func newRepo(t *testing.T, initArgs ...string) *workplace {
	t.Helper()
	w := newWorkplace(t)
	w.git(append([]string{"init", "-q"}, initArgs...)...)
	return w
}

// in returns the same workplace with another folder, relative to this one.
func (w *workplace) in(dir string) *workplace {
	other := *w
	other.dir = w.path(dir)
	return &other
}

// of returns the same workplace for another test.
func (w *workplace) of(t *testing.T) *workplace {
	other := *w
	other.t = t
	return &other
}

// with returns the same workplace with more variables.
func (w *workplace) with(env ...string) *workplace {
	other := *w
	other.extra = append(append([]string{}, w.extra...), env...)
	return &other
}

func (w *workplace) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(w.dir, filepath.FromSlash(name))
}

// env is the environment of a command: PATH from outside, nothing else.
func (w *workplace) env() []string {
	now := commitTime(int(w.clock.Add(1)))
	env := append(gitEnv(w.home), "PATH="+os.Getenv("PATH"), "TMPDIR="+os.TempDir(),
		"GIT_AUTHOR_DATE="+now, "GIT_COMMITTER_DATE="+now)
	if cover := os.Getenv("GOCOVERDIR"); cover != "" {
		env = append(env, "GOCOVERDIR="+cover)
	}
	return append(env, w.extra...)
}

// git runs git and returns its output without the last line feed.
func (w *workplace) git(args ...string) string {
	w.t.Helper()
	out := w.run("", "git", args...)
	if out.code != 0 {
		w.t.Fatalf("git %s: exit code %d\n%s%s", strings.Join(args, " "), out.code, out.stdout, out.stderr)
	}
	return strings.TrimSuffix(out.stdout, "\n")
}

// write writes a file with the folders on the way to it.
func (w *workplace) write(name, content string) {
	w.t.Helper()
	path := w.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workplace) read(name string) string {
	w.t.Helper()
	content, err := os.ReadFile(w.path(name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(content)
}

func (w *workplace) remove(name string) {
	w.t.Helper()
	if err := os.RemoveAll(w.path(name)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workplace) symlink(target, name string) {
	w.t.Helper()
	if err := os.Symlink(target, w.path(name)); err != nil {
		w.t.Skip("this file system has no symbolic links:", err)
	}
}

// commit commits all files that git does not ignore and returns the commit.
func (w *workplace) commit(message string) string {
	w.t.Helper()
	w.git("add", "--all")
	w.git("commit", "-q", "--allow-empty", "-m", message)
	return w.git("rev-parse", "HEAD")
}

// outcome is what a command left behind.
type outcome struct {
	code           int
	stdout, stderr string
}

// patience is how long a command may take: far more than any needs, so that one
// that hangs fails its test.
const patience = 60 * time.Second

// run runs a command with the given standard input.
func (w *workplace) run(stdin, name string, args ...string) outcome {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = w.dir, w.env(), strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	exit := (*exec.ExitError)(nil)
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		w.t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), errors.Join(err, ctx.Err()), &stdout, &stderr)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}
