//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hostileConfig is a repository's own configuration that names a command
// wherever git would run one, and hides what git can be told to hide. %[1]s is
// a command that leaves a trace, %[2]s a folder of such commands.
const hostileConfig = `
[color]
	ui = always
	diff = always
[core]
	fsmonitor = %[1]s fsmonitor
	hooksPath = %[2]s
	sshCommand = %[1]s ssh
	pager = %[1]s pager
	editor = %[1]s editor
	askPass = %[1]s askpass
	gitProxy = %[1]s proxy
	alternateRefsCommand = %[1]s alternates
	attributesFile = %[2]s/attributes
	quotePath = true
	untrackedCache = keep
	worktree = /nowhere
	sparseCheckout = true
	ignoreStat = true
[diff]
	external = %[1]s diff-external
	noPrefix = true
[diff "leak"]
	textconv = %[1]s textconv
	command = %[1]s diff-command
	cachetextconv = true
[filter "leak"]
	clean = %[1]s clean
	smudge = %[1]s smudge
	process = %[1]s process
	required = true
[merge "leak"]
	driver = %[1]s merge
[alias]
	ls-files = !%[1]s ls-files
	log = !%[1]s log
	cat-file = !%[1]s cat-file
	rev-list = !%[1]s rev-list
	status = !%[1]s status
[pager]
	log = %[1]s pager-log
[credential]
	helper = !%[1]s credential
[gpg]
	program = %[1]s gpg
[log]
	showSignature = true
[sequence]
	editor = %[1]s sequence
[uploadpack]
	packObjectsHook = %[1]s pack-objects
[remote "origin"]
	url = ext::%[1]s remote
	promisor = true
	uploadpack = %[1]s upload
[trace2]
	eventTarget = %[2]s/trace
[status]
	showUntrackedFiles = no
[transfer]
	hideRefs = refs/
[include]
	path = %[2]s/included
[includeIf "gitdir:/"]
	path = %[2]s/included
`

// hostile gives a repository a configuration that runs commands, and returns a
// function that fails if any was run.
func (w *workplace) hostile() (wantNoTrace func(*testing.T)) {
	w.t.Helper()
	traces := w.path(filepath.Join(w.home, "traces"))
	commands := filepath.Join(w.home, "commands")
	program := filepath.Join(commands, "trap")
	script := "#!/bin/sh\ntouch '" + traces + "/'\"$(basename \"$0\")-$1\"\ncat\n"
	w.write(filepath.Join(traces, "README"), "what ran\n")
	for _, name := range []string{"trap", "git", "post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman", "post-checkout"} {
		w.write(filepath.Join(commands, name), script)
		if err := os.Chmod(filepath.Join(commands, name), 0o755); err != nil {
			w.t.Fatal(err)
		}
	}
	w.write(filepath.Join(commands, "included"), fmt.Sprintf("[core]\n\tfsmonitor = %s included\n\tpager = %s included\n", program, program))
	w.write(filepath.Join(commands, "attributes"), "* diff=leak filter=leak merge=leak\n")
	w.write(".git/info/attributes", "* diff=leak filter=leak merge=leak working-tree-encoding=UTF-16\n")
	w.write(".git/config", w.read(".git/config")+fmt.Sprintf(hostileConfig, program, commands))
	w.write(".git/info/sparse-checkout", "/nothing\n")
	return func(t *testing.T) {
		t.Helper()
		left, err := os.ReadDir(traces)
		if err != nil || len(left) != 1 {
			t.Errorf("something was run: %v, %v", left, err)
		}
	}
}

func TestHostileConfiguration(t *testing.T) {
	t.Parallel()
	p := plantedRepo(t)
	wantNoTrace := p.hostile()
	trapped := *p
	trapped.workplace = p.with("PATH="+filepath.Join(p.home, "commands")+":"+os.Getenv("PATH"),
		"GIT_PAGER=trap", "PAGER=trap", "GIT_EXTERNAL_DIFF=trap", "GIT_ASKPASS=trap", "GIT_SSH_COMMAND=trap")
	rows := p.rows(func(place string) string { return place })
	trapped.wantPlaces(t, trapped.scan(exitFound), rows)
	for _, args := range [][]string{
		{"--staged"}, {"--range", "main~2..main"}, {"--worktree", "--no-ignore"}, {"--history"}, {"--submodules"}, {"--files", "crlf.env"},
	} {
		trapped.scan(exitFound, args...).wantComplete(t)
	}
	wantNoTrace(t)

	// The trap works: git itself falls into it.
	trapped.in(p.dir).run("", "sh", "-c", "git --version")
	if left, _ := os.ReadDir(filepath.Join(p.home, "traces")); len(left) == 1 {
		t.Error("not even git left a trace: the test tests nothing")
	}
}

// Replacements and grafts show another history to who asks git. What the
// repository holds is found all the same.
func TestHostileReplacement(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	blob, commit := randomPAT(), randomPAT()
	w.write("a.env", blob)
	w.commit("first")
	w.write("a.env", "nothing\n")
	w.commit("second " + commit)
	w.commit("third")
	clean := w.run("nothing\n", "git", "hash-object", "-w", "--stdin")
	w.git("replace", w.git("rev-parse", "HEAD~2:a.env"), strings.TrimSpace(clean.stdout))
	w.git("replace", "--graft", "HEAD")
	r := w.scan(exitFound)
	r.wantSecrets(t, blob, commit)
	r.wantComplete(t)
}

// A pipe in the place of a file that git keeps must not stop the scan for ever.
func TestPipesInGitFolder(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		".git/HEAD", ".git/config", ".git/index", ".git/packed-refs", ".git/shallow", ".git/info/exclude", ".git/refs/heads/pipe",
		".git/logs/refs/stash", ".git/ORIG_HEAD", ".git/MERGE_HEAD", ".git/commondir", ".git/objects/info/alternates", ".git",
		".gitignore", ".patlint.yaml", "dir/.git", "../home/ignore", "../home/include", "blob",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			w.write("dir/a.txt", "nothing\n")
			w.commit("first")
			w.git("config", "core.excludesFile", w.path("../home/ignore"))
			w.git("config", "include.path", w.path("../home/include"))
			if err := os.MkdirAll(w.path("../home"), 0o755); err != nil {
				t.Fatal(err)
			}
			path := w.path(name)
			if name == "blob" {
				path = w.path(w.loose("HEAD:dir/a.txt"))
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(path, 0o644); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"scan"}, {"scan", "--staged"}} {
				w.wantEnd(args...)
			}
		})
	}
}

// wantEnd fails if patlint does not come to an end soon.
func (w *workplace) wantEnd(args ...string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "patlint", args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env(), &out, &out
	_ = cmd.Run() // the exit code depends on what is missing
	if ctx.Err() != nil {
		w.t.Errorf("patlint %s hangs: %s", strings.Join(args, " "), &out)
	} else if code := cmd.ProcessState.ExitCode(); code < 0 || code > exitIncomplete {
		w.t.Errorf("patlint %s: exit code %d: %s", strings.Join(args, " "), code, &out)
	}
}
