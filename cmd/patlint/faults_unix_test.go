//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestFullDisk writes a report to a disk that has no room for it: the old report
// stays as it was, and nothing else is left.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("many.env", "A="+strings.Join(randomPATs(300), "\nA=")+"\n")
	const script = `mount -t tmpfs -o size=64k none "$1" && cd "$2" && echo old > "$1/report.json" || exit 77
patlint scan -f json="$1/report.json" -f text="$PWD/report.txt"; code=$?
cat "$1/report.json"; ls -A "$1"; exit $code`
	disk := t.TempDir()
	out := w.run("", "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", disk, w.dir)
	if out.code == 77 || strings.Contains(out.stderr, "unshare") {
		t.Skip("no file system can be mounted here: ", out.stderr)
	}
	if out.code != exitFound || out.stdout != "old\nreport.json\n" || !strings.Contains(out.stderr, "no space left on device") {
		t.Errorf("exit code %d\n%.300s\n%.300s", out.code, out.stdout, out.stderr)
	}
}

// TestReportIntoPipe writes a report into what is no file, and leaves it what it is;
// a link is replaced, since what it leads to may be anything.
func TestReportIntoPipe(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.write("a.env", "KEY="+randomPAT()+"\n")
	pipe, victim := filepath.Join(w.home, "pipe"), filepath.Join(w.home, "victim")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	w.write(victim, "mine\n")
	w.symlink(victim, "report.json")
	out := w.run("", "sh", "-c", `cat "$1" & patlint scan -f json="$1" -f json=report.json -f jsonl=/dev/stderr; code=$?; wait; exit $code`, "sh", pipe)
	if out.code != exitFound || !strings.Contains(out.stdout, `"complete": true`) || !strings.Contains(out.stderr, `"rule_id":"qoder-pat"`) {
		t.Errorf("exit code %d\n%s%s", out.code, out.stdout, out.stderr)
	}
	info, err := os.Lstat(pipe)
	if err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("the pipe is %v now, %v", info.Mode(), err)
	}
	if w.read(victim) != "mine\n" || !strings.Contains(w.read("report.json"), "qoder-pat") {
		t.Error("the report was written through the link")
	}
}

func randomPATs(n int) (all []string) {
	for range n {
		all = append(all, randomPAT())
	}
	return all
}

// TestChangingFiles scans files that shrink, grow, vanish and become something else
// meanwhile: what stays is found each time, and no scan waits.
func TestChangingFiles(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	w.write("stays.env", "KEY="+token+"\n")
	stop := make(chan struct{})
	var workers sync.WaitGroup
	for n := range 2 {
		workers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					change(w.path(fmt.Sprintf("f%d-%d", n, i%20)), i)
				}
			}
		})
	}
	for range 30 {
		r := w.scan(exitFound)
		r.wantSecrets(t, token)
	}
	close(stop)
	workers.Wait()
}

// change makes something else of what is at a path; others may do so, too.
func change(path string, n int) {
	switch n / 20 % 6 {
	case 0:
		_ = os.WriteFile(path, bytes.Repeat([]byte("text\n"), 1+n%70000), 0o644)
	case 1:
		_ = os.Truncate(path, int64(n%100))
	case 2:
		_ = os.Remove(path)
		_ = syscall.Mkfifo(path, 0o644)
	case 3:
		_ = os.Remove(path)
		_ = os.Symlink("/dev/zero", path)
	case 4:
		_ = os.Remove(path)
		_ = os.Mkdir(path, 0o755)
	case 5:
		_ = os.RemoveAll(path)
	}
}

// TestNames finds tokens in files with names that are long, deep, many, and no text.
func TestNames(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	var tokens []string
	leak := func(dir, name string) {
		token := randomPAT()
		if err := os.WriteFile(filepath.Join(dir, name), []byte("KEY="+token+"\n"), 0o644); err != nil {
			if runtime.GOOS == "darwin" && strings.Contains(err.Error(), "illegal byte sequence") {
				return // its file systems have names of text alone
			}
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	leak(w.dir, "\xff\xfe\x80.env")
	leak(w.dir, "new\nline\ttab\x1b[31m.env")
	leak(w.dir, "-q")
	leak(w.dir, strings.Repeat("n", 250)+".env")
	deep := w.deep(t, 255)
	leak(deep.Name(), "deep.env")
	many := 100_000
	if testing.Short() {
		many = 3000
	}
	if err := os.Mkdir(w.path("many"), 0o755); err != nil {
		t.Fatal(err)
	}
	for n := range many {
		if err := os.WriteFile(w.path(fmt.Sprintf("many/%d", n)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	leak(w.path("many"), "last.env")
	r := w.scan(exitFound)
	r.wantComplete(t)
	r.wantSecrets(t, tokens...)
	out := w.patlint("scan")
	if strings.ContainsAny(out.stdout, "\x1b\t") || strings.Contains(out.stdout, "\xff") {
		t.Error("a name is shown as it is")
	}
}

// deep makes folders in folders, and returns the last.
func (w *workplace) deep(t *testing.T, levels int) *os.Root {
	t.Helper()
	at, err := os.OpenRoot(w.dir)
	for n := range levels {
		name := fmt.Sprintf("%012d", n) // the path becomes longer than 3,000 bytes
		if err == nil {
			err = at.Mkdir(name, 0o755)
		}
		if err == nil {
			at, err = at.OpenRoot(name)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestLongPath has a file whose path is longer than the system takes: it is found
// anyway, since it is reached from folder to folder.
func TestLongPath(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	at, err := os.OpenRoot(w.dir)
	for range 20 { // 5,000 bytes
		if err == nil {
			err = at.Mkdir(strings.Repeat("d", 250), 0o755)
		}
		if err == nil {
			at, err = at.OpenRoot(strings.Repeat("d", 250))
		}
	}
	token := randomPAT()
	if err == nil {
		err = at.WriteFile("a.env", []byte("KEY="+token+"\n"), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command("rm", "-rf", w.dir).Run() })
	r := w.scan(exitFound)
	r.wantComplete(t)
	r.wantSecrets(t, token)
}

// TestFewDescriptors scans deep folders with next to no file descriptors.
func TestFewDescriptors(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	if err := w.deep(t, 60).WriteFile("deep.env", []byte("KEY="+token+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []string{"12", "24", "48", "96"} {
		out := w.run("", "sh", "-c", "ulimit -n "+limit+" && exec patlint scan -f json --show-secrets")
		if out.code == exitFound {
			parseReport(t, out.stdout).wantSecrets(t, token)
		} else if out.code != exitIncomplete || !strings.Contains(out.stderr, "too many open files") {
			t.Errorf("%s descriptors: exit code %d\n%s%s", limit, out.code, out.stdout, out.stderr)
		}
	}
}

// TestReadOnly scans where nothing can be written: it needs not to, but for reports.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	w.write("a.env", "KEY="+token+"\n")
	w.commit("leak")
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(path, 0o555)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command("chmod", "-R", "u+w", w.dir).Run() })
	out := w.asUser("scan", "-f", "json", "--show-secrets")
	if out.code != exitFound {
		t.Fatalf("exit code %d\n%s", out.code, out.stderr)
	}
	parseReport(t, out.stdout).wantSecrets(t, token)
	out = w.asUser("scan", "-f", "json=report.json")
	if out.code != exitFound || !strings.Contains(out.stderr, "write report.json: ") {
		t.Errorf("exit code %d\n%s", out.code, out.stderr)
	}
}

// TestNoEnvironment scans without any variable, HOME among them.
func TestNoEnvironment(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("a.env", "KEY="+randomPAT()+"\n")
	w.commit("leak")
	program, err := exec.LookPath("patlint")
	if err != nil {
		t.Fatal(err)
	}
	out := w.run("", "env", "-i", program, "scan")
	if out.code != exitFound || strings.Contains(out.stderr, "panic") {
		t.Errorf("exit code %d\n%s", out.code, out.stderr)
	}
}

// TestReaderGoes ends when nobody reads the report any more.
func TestReaderGoes(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("many.env", "A="+strings.Join(randomPATs(3000), "\nA=")+"\n")
	for _, format := range []string{"text", "json", "jsonl", "sarif", "github"} {
		out := w.run("", "sh", "-c", "{ patlint scan -f "+format+"; echo $? >&2; } | head -c 10")
		code := strings.TrimSpace(out.stderr)
		if code != "141" && !strings.HasSuffix(code, "1") && !strings.HasSuffix(code, "3") || strings.Contains(code, "goroutine") {
			t.Errorf("%s: %s", format, out.stderr)
		}
	}
}

// TestInterruptAtAnyTime sends SIGINT after a random time: whatever was written is
// whole, and it is complete only if nothing is missing from it. It does so 500 times
// with PATLINT_SOAK.
func TestInterruptAtAnyTime(t *testing.T) {
	t.Parallel()
	rounds := 60
	if os.Getenv("PATLINT_SOAK") != "" {
		rounds = 500
	}
	w := newRepo(t)
	var tokens []string
	for n := range 20 {
		token := randomPAT()
		tokens = append(tokens, token)
		w.write(fmt.Sprintf("d%d/a.env", n), "KEY="+token+"\n"+strings.Repeat("text\n", 5000))
		w.commit("commit")
	}
	seen := map[int]int{}
	for range rounds {
		cmd := exec.CommandContext(t.Context(), "patlint", "scan", "-f", "json", "--show-secrets")
		var stdout, stderr bytes.Buffer
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env(), &stdout, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(40 * time.Millisecond))
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait() // the exit code tells
		code := cmd.ProcessState.ExitCode()
		seen[code]++
		switch {
		case code == -1 && stdout.Len() == 0: // before the program had begun
		case code != exitInterrupted && code != exitFound:
			t.Fatalf("exit code %d\n%s", code, &stderr)
		default:
			r := parseReport(t, stdout.String())
			if r.Complete != (code == exitFound) || r.Complete && len(r.Findings) != len(tokens) {
				t.Fatalf("exit code %d, complete: %t, %d findings", code, r.Complete, len(r.Findings))
			}
		}
	}
	t.Logf("exit codes: %v", seen)
}
