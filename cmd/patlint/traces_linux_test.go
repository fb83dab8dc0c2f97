package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// watcher looks at what others can see of a process and of all that it starts.
type watcher struct {
	seen map[string]string // /proc/PID/cmdline and /proc/PID/environ to what stood in them
}

// look notes a process with its children.
func (w *watcher) look(pid int) {
	for _, name := range []string{"cmdline", "environ", "comm"} {
		path := fmt.Sprintf("/proc/%d/%s", pid, name)
		content, _ := os.ReadFile(path)
		if !strings.Contains(w.seen[path], string(content)) { // it may start as another program
			w.seen[path] += string(content) + "\n"
		}
	}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		for _, child := range strings.Fields(readOr(list)) {
			if n, err := strconv.Atoi(child); err == nil {
				w.look(n)
			}
		}
	}
}

// children counts the processes that were seen, without the first.
func (w *watcher) children() (n int) {
	for path := range w.seen {
		if strings.HasSuffix(path, "/environ") {
			n++
		}
	}
	return n - 1
}

// runWatched runs patlint and looks at it until it ends. It makes the file noted, if
// one is named, when it has seen a child.
func (w *workplace) runWatched(stdin, noted string, args ...string) (outcome, *watcher) {
	w.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(w.t.Context(), "patlint", args...)
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = w.dir, w.env(), strings.NewReader(stdin), &stdout, &stderr
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	stuck := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer stuck.Stop()
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the exit code tells
		close(ended)
	}()
	all := &watcher{seen: map[string]string{}}
	for {
		all.look(cmd.Process.Pid)
		if all.children() > 0 && noted != "" {
			_ = os.WriteFile(noted, nil, 0o600)
		}
		select {
		case <-ended:
			return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}, all
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// wantNoTrace wants that a token is nowhere but where the test put it: not in what
// patlint writes, in any file that it may have made, or in what /proc shows.
func (w *workplace) wantNoTrace(t *testing.T, name string, out outcome, all *watcher, tokens ...string) {
	t.Helper()
	wantNoLeak(t, name+": the output", out.stdout+out.stderr, tokens...)
	for path, content := range all.seen {
		wantNoLeak(t, name+": "+path, content, tokens...)
	}
	planted := []string{w.path("a.env"), w.path("deploy.sh")}
	for _, folder := range []string{w.home, w.dir, w.path("../tmp")} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && !slices.Contains(planted, path) {
				wantNoLeak(t, name+": "+path, readOr(path), tokens...)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoTrace takes a token through all ways in which it is sent somewhere, and some
// in which that fails, and looks for it everywhere.
func TestNoTrace(t *testing.T) {
	t.Parallel()
	for name, c := range traceCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, world := newRepo(t), &traceWorld{token: randomPAT(), other: randomPAT(), bearer: randomBearer()}
			w.write("../tmp/.keep", "")
			w.write("a.env", "QODER_PAT="+world.token+"\nB="+world.other+"\n")
			w.write("deploy.sh", "curl -H 'Authorization: Bearer "+world.bearer+"' https://api.corp.example/\n")
			w = w.with("TMPDIR="+w.path("../tmp"), "GODEBUG=http2debug=2,netdns=2")
			world.start(t, w)
			w = world.settings(w)
			stdin := ""
			if c.stdin {
				stdin = world.token + "\n" + world.other + "\n"
			}
			noted := ""
			if c.child {
				noted = w.path("../noted")
				w = w.with("MY_TOKEN=" + world.other) // the user's own doing, not for a child
			}
			args := append(slices.Clone(c.args), "--verify-rate=1000", "--progress=always", "-f", "json", "-f", "text="+w.path("../tmp/report.txt"))
			for i := range args {
				args[i] = world.fill(args[i])
			}
			for i := range c.env {
				w = w.with(world.fill(c.env[i]))
			}
			out, all := w.runWatched(stdin, noted, args...)
			if out.code != c.code || !strings.Contains(out.stdout+out.stderr, c.says) {
				t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
			}
			if c.child && all.children() == 0 {
				t.Error("no child was seen")
			}
			if c.child { // it looked itself: between fork and exec it has its parent's
				maps.DeleteFunc(all.seen, func(path, _ string) bool { return strings.HasSuffix(path, "/environ") })
				if seen := readOr(w.path("../tmp/seen")); !strings.Contains(seen, "HOME=") {
					t.Errorf("the child saw %.100q", seen)
				}
			}
			w.wantNoTrace(t, name, out, all, world.token, world.other, world.bearer)
			world.wantDirect(t)
		})
	}
}
