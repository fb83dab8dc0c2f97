//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/patlint/patlint/scanner/report"
)

// TestFewDescriptorsForMore scans many packs, and containers in containers, with
// next to no file descriptors.
func TestFewDescriptorsForMore(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	var tokens []string
	for n := range 40 {
		token := randomPAT()
		tokens = append(tokens, token)
		w.write(fmt.Sprintf("%d.env", n), "KEY="+token+"\n")
		w.commit("commit")
		w.git("repack", "-q", "-d")
	}
	for _, a := range archives(t) {
		w.write(a.name, a.content)
		tokens = append(tokens, a.token)
	}
	for _, limit := range []string{"8", "12", "24", "60", "200"} {
		for _, mode := range []string{"--history", "--worktree", "--staged"} {
			out := w.run("", "sh", "-c", "ulimit -n "+limit+" && exec patlint scan -f json --show-secrets "+mode)
			switch {
			case strings.Contains(out.stderr, "goroutine ") || out.code > exitIncomplete:
				t.Errorf("%s descriptors, %s: exit code %d\n%.2000s", limit, mode, out.code, out.stderr)
			case out.code == exitIncomplete && !strings.Contains(out.stderr, "too many open files"):
				t.Errorf("%s descriptors, %s: the reason is %s", limit, mode, out.stderr)
			case out.code == exitFound:
				r := parseReport(t, out.stdout)
				if want := map[string]int{"--history": 40, "--worktree": len(tokens)}[mode]; r.Complete && len(r.Findings) != want {
					t.Errorf("%s descriptors, %s: complete with %d findings", limit, mode, len(r.Findings))
				}
			case out.code == exitClean && mode != "--staged":
				t.Errorf("%s descriptors, %s: clean", limit, mode)
			}
		}
	}
}

// TestFullDiskOfFormats has no room for a report, of each format: the old one stays.
func TestFullDiskOfFormats(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.write("many.env", "A="+strings.Join(randomPATs(300), "\nA=")+"\n")
	script := `mount -t tmpfs -o size=16k none "$1" && cd "$2" || exit 77
for f in ` + strings.Join(report.Formats(), " ") + `; do
	rm -f "$1/fill"; echo old > "$1/r"; cat /dev/zero > "$1/fill" 2>/dev/null
	patlint scan -q -f $f="$1/r"; code=$?
	echo $f $code $(cat "$1/r") $(ls -A "$1" | wc -l)
done`
	out := w.run("", "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", t.TempDir(), w.dir)
	if out.code == 77 || strings.Contains(out.stderr, "unshare") {
		t.Skip("no file system can be mounted here: ", out.stderr)
	}
	for _, format := range report.Formats() {
		if want := fmt.Sprintf("%s %d old 2\n", format, exitFound); !strings.Contains(out.stdout, want) {
			t.Errorf("want %q\n%s%s", want, out.stdout, out.stderr)
		}
	}
}

// TestDevices names devices and loops of links wherever a file is expected.
func TestDevices(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.txt", "nothing\n")
	w.commit("first")
	w.symlink("loop-b", "loop-a")
	w.symlink("loop-a", "loop-b")
	w.write("deep/x", "nothing\n")
	w.symlink("..", "deep/up")
	w.symlink("/dev/zero", "zero")
	if err := syscall.Mknod(w.path("device"), syscall.S_IFCHR|0o666, 1<<8|5); err != nil && os.Getuid() == 0 {
		t.Log("no device can be made here:", err)
	}
	w.scan(exitClean).wantComplete(t)
	w.scan(exitClean, w.path(strings.Repeat("deep/up/", 30)+"deep")).wantComplete(t)
	for _, path := range []string{"/dev/zero", "zero", "loop-a", "deep/up/loop-b/x"} {
		for _, args := range [][]string{
			{"scan", path}, {"scan", "--files", path}, {"scan", "--config", path}, {"scan", "--baseline", path},
			{"scan", "--message", path}, {"verify", path}, {"revoke", "--yes", path}, {"rules", "--config", path}, {"hook", "run", "commit-msg", path},
		} {
			if args[0] == "verify" || args[0] == "revoke" {
				if strings.HasSuffix(path, "zero") {
					continue // a report may be a device, such as /dev/stdin
				}
			}
			w.wantEnd(args...)
		}
	}
	for _, name := range []string{".patlint.yaml", ".gitignore", ".git/index", ".git/HEAD", ".git/packed-refs", ".git/objects/info/alternates"} {
		other := newRepo(t)
		other.write("a.txt", "nothing\n")
		other.commit("first")
		other.remove(name)
		other.symlink("/dev/zero", name)
		other.wantEnd("scan")
		other.wantEnd("scan", "--staged")
	}
}

// TestNoHome runs every command without HOME or any other variable.
func TestNoHome(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	server := newIssuer(t, token)
	w.write("a.env", "KEY="+token+"\n")
	w.commit("leak")
	w.write("message", "text\n")
	w.write("report.json", w.patlint("scan", "-f", "json").stdout)
	program, err := exec.LookPath("patlint")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		args string
	}{
		{exitFound, "scan"}, {exitClean, "scan --staged"}, {exitFound, "scan --history"}, {exitClean, "scan --range HEAD..HEAD"},
		{exitClean, "rules"}, {exitClean, "rules qoder-pat"}, {exitClean, "version"}, {exitClean, "completion bash"}, {exitClean, "help"},
		{exitFound, "verify report.json --issuer-url " + server.URL},
		{exitUsage, "revoke --yes report.json --issuer-url " + server.URL}, // there is no place for the audit log
		{exitFound, "revoke report.json --dry-run --audit-log log --issuer-url " + server.URL},
		{exitClean, "hook install"}, {exitClean, "hook status"}, {exitClean, "hook run pre-commit"},
		{exitClean, "hook run commit-msg message"}, {exitClean, "hook run pre-receive"}, {exitClean, "hook uninstall"},
	} {
		out := w.run("", "env", append([]string{"-i", program}, strings.Fields(c.args)...)...)
		if out.code != c.code || strings.Contains(out.stderr, "goroutine ") {
			t.Errorf("%s: exit code %d, want %d\n%s", c.args, out.code, c.code, out.stderr)
		}
	}
}

// TestNoTemporaryFolder scans all there is without a folder for temporary files.
func TestNoTemporaryFolder(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	all := archives(t)
	for _, a := range all {
		w.write(a.name, a.content)
	}
	w = w.with("TMPDIR=" + w.path("../nowhere"))
	w.scan(exitFound, "-f", "sarif=../report.sarif").wantAt(t, all, "worktree %s")
	w.git("add", "--all")
	w.scan(exitFound, "--staged").wantAt(t, all, "index %s")
}

// TestReadOnlyLogAndHooks has no place for what patlint must write: nothing is sent
// without its audit log, and no hook is said to be installed.
func TestReadOnlyLogAndHooks(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	server := newIssuer(t, token)
	service := newService(t, server, nil)
	w = w.settings(httpSettings(service.URL))
	const script = `mount -t tmpfs none "$1" && mkdir "$1/log" && chmod 700 "$1/log" && mount -o remount,ro "$1" || exit 77
git config core.hooksPath "$1/hooks"
patlint hook install; echo install $?
shift; patlint revoke "$@"; echo revoke $?`
	disk := t.TempDir()
	out := w.run(token, "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", disk,
		"--audit-log", filepath.Join(disk, "log", "audit.jsonl"), "--issuer-url="+server.URL, "--provider=http", "--yes")
	if out.code == 77 || strings.Contains(out.stderr, "unshare") {
		t.Skip("no file system can be mounted here: ", out.stderr)
	}
	if !strings.HasSuffix(out.stdout, fmt.Sprintf("revoke %d\n", exitFound)) || strings.Contains(out.stdout, "install 0") {
		t.Errorf("%s%s", out.stdout, out.stderr)
	}
	if !strings.Contains(out.stderr, "read-only file system; commit-msg: ") {
		t.Errorf("of hooks: %s", out.stderr)
	}
	if !strings.Contains(out.stderr, "nothing was revoked: read-only file system") || len(service.received()) > 0 {
		t.Errorf("%d requests\n%s", len(service.received()), out.stderr)
	}
}

// TestOtherUsersRepository runs as root what belongs to another user: it is scanned
// without any setting, what git would run there is not run, and nothing is made.
func TestOtherUsersRepository(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root has files of other users")
	}
	w := newRepo(t)
	kept, gone := randomPAT(), randomPAT()
	w.write("gone.env", "KEY="+gone+"\n")
	w.commit("first")
	w.remove("gone.env")
	w.write("kept.env", "KEY="+kept+"\n")
	w.commit("second")
	wantNoTrace := w.hostile()
	w.run("", "chown", "-R", fmt.Sprint(nobody), w.dir)
	for _, args := range [][]string{{}, {"--history"}} {
		r := w.scan(exitFound, args...)
		r.wantSecrets(t, kept, gone)
		r.wantComplete(t)
	}
	w.scan(exitFound, "--range", "HEAD~1..HEAD").wantSecrets(t, kept)
	wantNoTrace(t)
	if made := w.run("", "find", w.dir, "-user", "root"); made.stdout != "" {
		t.Errorf("root has made %s", made.stdout)
	}
}

// TestWreckedRepository has a git folder that nobody can look into, or that lost what
// makes it one: its history does not pass for none. An empty one is none.
func TestWreckedRepository(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(w *workplace)
		code  int
	}{
		"unreadable":      {func(w *workplace) { w.chmod(".git", 0) }, exitIncomplete},
		"without HEAD":    {func(w *workplace) { w.remove(".git/HEAD") }, exitIncomplete},
		"without objects": {func(w *workplace) { w.remove(".git/objects") }, exitIncomplete},
		"without refs":    {func(w *workplace) { w.remove(".git/refs") }, exitIncomplete},
		"empty":           {func(w *workplace) { w.remove(".git"); w.write(".git/x", ""); w.remove(".git/x") }, exitClean},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			w.write("a.env", "KEY="+randomPAT()+"\n")
			w.commit("first")
			w.write("a.env", "nothing\n")
			w.commit("second")
			c.spoil(w)
			out := w.asUser("scan")
			if out.code != c.code || strings.Contains(out.stdout, "no leaks found") != (c.code == exitClean) {
				t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
			}
			token := randomPAT()
			w.write("a.env", "KEY="+token+"\n")
			out = w.asUser("scan", "-f", "json", "--show-secrets")
			r := parseReport(t, out.stdout)
			r.wantSecrets(t, token)
			if r.Complete != (c.code == exitClean) {
				t.Errorf("complete: %t", r.Complete)
			}
		})
	}
}

// TestOtherUsersFolderAbove scans a folder below one in which another user has made a
// repository that has everything left out: it is not taken for the folder's own.
func TestOtherUsersFolderAbove(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root has files of other users")
	}
	w := newRepo(t)
	token := randomPAT()
	w.write("mine/a.env", "KEY="+token+"\n")
	w.write(configName, "exclude: ['**']\n")
	w.write(".gitignore", "*\n")
	w.run("", "chown", "-R", fmt.Sprint(nobody), w.path(".git"), w.path(configName), w.path(".gitignore"))
	out := w.patlint("scan", "-f", "json", "--show-secrets", "mine")
	if out.code != exitFound || !strings.Contains(out.stderr, "belongs to another user") {
		t.Errorf("exit code %d\n%s", out.code, out.stderr)
	}
	r := parseReport(t, out.stdout)
	r.wantSecrets(t, token)
	if out := w.patlint("scan", "--staged", "mine"); out.code != exitIncomplete {
		t.Errorf("--staged: exit code %d\n%s", out.code, out.stderr)
	}
	// Who names the repository itself, or whose own it is, has it scanned as it is.
	w.scan(exitClean)
	w.run("", "chown", "-R", fmt.Sprint(nobody), w.path("mine"))
	w.scan(exitClean, "mine")
}
