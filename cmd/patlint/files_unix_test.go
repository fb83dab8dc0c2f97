//go:build unix

package main

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/patlint/patlint/scanner/report"
)

// nobody is a user whom files of mode 0 keep out, as they do not root.
const nobody = 65534

// asUser runs patlint as somebody who may not read everything: root becomes
// nobody.
func (w *workplace) asUser(args ...string) outcome {
	w.t.Helper()
	program, err := exec.LookPath("patlint")
	if err != nil {
		w.t.Fatal(err)
	}
	w.letIn(program)
	cmd := exec.CommandContext(w.t.Context(), program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env(), &stdout, &stderr
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	err = cmd.Run()
	exit := (*exec.ExitError)(nil)
	if errors.Is(err, syscall.EPERM) {
		w.t.Skip("root may not become another user here, and no file is unreadable to root:", err)
	}
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// letIn opens the way to the workplace and to the program for everybody.
func (w *workplace) letIn(program string) {
	w.t.Helper()
	bin := filepath.Dir(program)
	for _, dir := range []string{filepath.Dir(bin), bin, filepath.Dir(w.dir), w.dir, w.home} {
		if err := os.Chmod(dir, 0o755); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *workplace) chmod(name string, mode os.FileMode) {
	w.t.Helper()
	path := w.path(name)
	info, err := os.Lstat(path)
	if err == nil {
		err = os.Chmod(path, mode)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { os.Chmod(path, info.Mode()) }) // so that it can be removed
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		lock func(w *workplace)
		path string
	}{
		{"file", func(w *workplace) { w.chmod("dir/closed.env", 0) }, "dir/closed.env"},
		{"folder", func(w *workplace) { w.chmod("dir", 0) }, "dir"},
		{"folder without its files", func(w *workplace) { w.chmod("dir", 0o400) }, "dir"},
		{"tracked file", func(w *workplace) { w.git("add", "dir"); w.chmod("dir/closed.env", 0) }, "dir/closed.env"},
		{"tracked folder", func(w *workplace) { w.git("add", "dir"); w.chmod("dir", 0) }, "dir"},
		{"index", func(w *workplace) { w.git("add", "dir"); w.chmod(".git/index", 0) }, ".git/index"},
		{"folder of objects", func(w *workplace) { w.commit("first"); w.chmod(filepath.Dir(w.loose("HEAD")), 0) }, ""},
		{"object", func(w *workplace) { w.commit("first"); w.chmod(w.loose("HEAD"), 0) }, ""},
		{"pack", func(w *workplace) {
			w.commit("first")
			w.git("gc", "-q")
			w.chmod(w.onlyFile(".git/objects/pack/*.pack"), 0)
		}, ""},
		{"index of a pack", func(w *workplace) {
			w.commit("first")
			w.git("gc", "-q")
			w.chmod(w.onlyFile(".git/objects/pack/*.idx"), 0)
		}, ""},
		{"alternates", func(w *workplace) {
			w.write(".git/objects/info/alternates", "../../other\n")
			w.chmod(".git/objects/info/alternates", 0)
		}, "alternates"},
		{"objects", func(w *workplace) { w.commit("first"); w.chmod(".git/objects", 0) }, ""},
		{"refs", func(w *workplace) { w.commit("first"); w.chmod(".git/refs/heads", 0) }, "refs"},
		{"HEAD", func(w *workplace) { w.commit("first"); w.chmod(".git/HEAD", 0) }, "HEAD"},
		{"configuration of git", func(w *workplace) { w.chmod(".git/config", 0) }, "config"},
		{".gitignore", func(w *workplace) { w.write(".gitignore", "*.ign\n"); w.chmod(".gitignore", 0) }, ".gitignore"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			token := randomPAT()
			w.write("open.env", "nothing yet\n")
			w.write("dir/closed.env", "closed\n")
			c.lock(w)
			out := w.asUser("scan")
			if out.code != exitIncomplete || strings.Contains(out.stdout, "no leaks found") {
				t.Errorf("exit code %d, want 3\n%s", out.code, out.stdout)
			}
			wantOneLine(t, out.stderr, c.path)
			w.write("open.env", token)
			out = w.asUser("scan", "-f", "json", "--show-secrets")
			r := parseReport(t, out.stdout)
			r.wantSecrets(t, token)
			r.wantIncomplete(t, c.path)
		})
	}
}

func TestUnreadableArguments(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.write("closed.yaml", "exclude: [a]\n")
	w.write("closed.txt", "nothing\n")
	w.chmod("closed.yaml", 0)
	w.chmod("closed.txt", 0)
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"--config", "closed.yaml"}, exitUsage},
		{[]string{"--baseline", "closed.txt"}, exitUsage},
		{[]string{"--message", "closed.txt"}, exitUsage},
		{[]string{"--files", "closed.txt"}, exitIncomplete},
		{[]string{"closed.txt"}, exitIncomplete},
	} {
		out := w.asUser(append([]string{"scan"}, c.args...)...)
		if out.code != c.code || !strings.Contains(out.stderr, "permission denied") {
			t.Errorf("scan %v: exit code %d, want %d and the reason: %s", c.args, out.code, c.code, out.stderr)
		}
	}
}

// What is no file is never opened, and links are never followed.
func TestSpecialFiles(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	outside := newWorkplace(t)
	outside.write("secret.env", randomPAT())
	if err := syscall.Mkfifo(w.path("pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	socket, err := net.Listen("unix", w.path("socket"))
	if err != nil {
		t.Skip("no socket can be made here:", err)
	}
	defer socket.Close()
	w.symlink("pipe", "to-pipe")
	w.symlink(outside.dir, "out")
	w.symlink(outside.path("secret.env"), "out.env")
	w.symlink("loop-b", "loop-a")
	w.symlink("loop-a", "loop-b")
	w.symlink(".", "self")
	w.symlink("/nowhere", "broken")
	w.symlink("/dev/zero", "endless")

	r := w.scan(exitClean)
	r.wantComplete(t)
	for _, name := range []string{"pipe", "socket"} {
		if !strings.Contains(r.reasons(), name+"  device, pipe or socket") {
			t.Errorf("%s is not named as left out: %s", name, r.reasons())
		}
	}
	w.git("add", ".")
	w.git("commit", "-q", "-m", "links")
	w.scan(exitClean).wantComplete(t)
	w.scan(exitClean, "--files", "to-pipe", "out.env", "loop-a", "broken", "endless").wantComplete(t)
	if out := w.patlint("scan", "--files", "pipe"); out.code != exitIncomplete {
		t.Errorf("a pipe by name: exit code %d, want 3: %s", out.code, out.stderr)
	}

	w.remove("out.env")
	w.write("out.env/x", "a folder where git tracks a link\n")
	w.remove("self")
	w.symlink(outside.dir, "self")
	w.scan(exitClean).wantComplete(t)
}

// A folder that git tracks files in, replaced by a link to somewhere else, must
// not lead out.
func TestFolderReplacedByLink(t *testing.T) {
	t.Parallel()
	outside := newWorkplace(t)
	outside.write("a.env", randomPAT())
	w := newRepo(t)
	w.write("dir/a.env", "nothing\n")
	w.commit("first")
	w.remove("dir")
	w.symlink(outside.dir, "dir")
	r := w.scan(exitClean)
	r.wantComplete(t)
	w.scan(exitClean, "--staged").wantComplete(t)
}

// A reader that goes away, as head does, is no reason to hang or to claim success.
func TestFullOutput(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here:", err)
	}
	defer full.Close()
	w := newWorkplace(t)
	w.write("a.txt", "nothing\n")
	cmd := exec.CommandContext(t.Context(), "patlint", "scan")
	var stderr strings.Builder
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env(), full, &stderr
	_ = cmd.Run() // the exit code tells
	if code := cmd.ProcessState.ExitCode(); code != exitIncomplete || !strings.Contains(stderr.String(), "write the text report") {
		t.Errorf("exit code %d, want 3 and the reason: %s", code, stderr.String())
	}
}

func TestNoLeakOfUnreadable(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	folder, file := randomPAT(), randomPAT()
	w.write(folder+"/a.txt", "nothing\n")
	w.write("dir/"+file, "nothing\n")
	w.chmod(folder, 0)
	w.chmod("dir/"+file, 0)
	for _, format := range report.Formats() {
		out := w.asUser("scan", "-f", format)
		wantNoLeak(t, format, out.stdout, folder, file)
		wantNoLeak(t, format+" on stderr", out.stderr, folder, file)
	}
}
