//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An interrupted scan stops within a second, says that it is not complete, and
// reports what it found.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			cmd := exec.CommandContext(t.Context(), "patlint", "scan", "--stdin")
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			interrupt(t, w, cmd, signal)
		})
	}
}

// A report that does not come to its end is not waited for.
func TestInterruptReport(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"verify", "report"}, {"revoke", "--yes", "report"}} {
		w := newRepo(t)
		if err := syscall.Mkfifo(w.path("report"), 0o600); err != nil {
			t.Skip("this file system has no pipes:", err)
		}
		var output bytes.Buffer
		cmd := exec.CommandContext(t.Context(), "patlint", args...)
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env(), &output, &output
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stuck := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		pipe, err := os.OpenFile(w.path("report"), os.O_WRONLY, 0) // when it is read
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // the exit code tells
		pipe.Close()
		if !stuck.Stop() || cmd.ProcessState.ExitCode() != exitInterrupted {
			t.Errorf("%v: exit code %d\n%s", args, cmd.ProcessState.ExitCode(), &output)
		}
	}
}

// What never ends is searched as it comes, so that a token at its beginning is
// in the report of an interrupted scan.
func TestInterruptWithFindings(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	w.write("a.env", token)
	w.commit("first")
	huge, err := os.Create(w.path("z.bin"))
	if err == nil {
		err = huge.Truncate(1 << 42) // a hole, which takes no room and hours to read
		huge.Close()
	}
	if err != nil {
		t.Skip("this file system has no large files with holes:", err)
	}
	cmd := exec.CommandContext(t.Context(), "patlint", "scan", "-f", "json", "--show-secrets", "--worktree")
	stdout := interrupt(t, w, cmd, syscall.SIGINT)
	r := parseReport(t, stdout)
	r.wantSecrets(t, token)
	r.wantIncomplete(t, "interrupted")
}

// A long history is left as fast as a long file.
func TestInterruptHistory(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	var stream strings.Builder
	for n := range 1500 {
		stream.WriteString("commit refs/heads/main\ncommitter A <a@b> " + commitTime(n) + "\ndata 1\nx\n")
		for f := range 20 {
			text := strings.Repeat(randomText(8)+" ", 20) + "pt-" + randomText(61)
			stream.WriteString("M 100644 inline d" + string(rune('a'+f)) + "/f\ndata <<E\n" + text + "\nE\n")
		}
	}
	if out := w.run(stream.String(), "git", "fast-import", "--quiet"); out.code != 0 {
		t.Fatal(out.stderr)
	}
	cmd := exec.CommandContext(t.Context(), "patlint", "scan", "-f", "json", "--history")
	r := parseReport(t, interrupt(t, w, cmd, syscall.SIGINT))
	r.wantIncomplete(t, "interrupted")
}

// stoppingTime is how long an interrupted program may take to end on a machine that
// is busy with other tests, under the race detector.
const stoppingTime = 5 * time.Second

// interrupt starts patlint, sends it a signal when it is at work, and returns
// the report.
func interrupt(t *testing.T, w *workplace, cmd *exec.Cmd, signal syscall.Signal) string {
	t.Helper()
	var stdout bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout = w.dir, w.env(), &stdout
	cmd.Args = append(cmd.Args, "--progress=always") // says that the scan has begun
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stderr.Read(make([]byte, 1)); err != nil {
		t.Fatalf("the scan ended too early: %v\n%s", err, &stdout)
	}
	go io.Copy(io.Discard, stderr)
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	signalled := time.Now()
	stuck := time.AfterFunc(2*stoppingTime, func() { cmd.Process.Kill() })
	defer stuck.Stop()
	_ = cmd.Wait() // the exit code tells
	// It takes less than a second; what waits for an input takes for ever.
	if took := time.Since(signalled); took > stoppingTime {
		t.Errorf("it took %v to stop", took)
	}
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want 130\n%s", code, &stdout)
	}
	if text := stdout.String(); !strings.Contains(text, "interrupted") {
		t.Errorf("the report does not say that the scan was interrupted:\n%s", text)
	}
	return stdout.String()
}
