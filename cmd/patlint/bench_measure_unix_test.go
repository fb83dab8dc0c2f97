//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// measured is a command with the best of its times and the most memory that it
// took.
type measured struct {
	name    string
	args    []string
	mayExit []int // the exit codes that are no failure; 0 if empty
	rounds  int   // after so many runs it is not run again; 0 is always
	peer    bool  // another scanner

	ran       int
	wall      time.Duration
	cpu       time.Duration // of all threads and of the commands that it waited for
	resident  int64         // bytes, mapped files included
	anonymous int64         // bytes beside mapped files, of the command itself; 0 if not known
}

// String returns the best times in seconds.
func (m *measured) String() string {
	return fmt.Sprintf("%.2f (%.2f)", m.wall.Seconds(), m.cpu.Seconds())
}

// run runs the command once and returns its standard error.
func (m *measured) run(b *testing.B) string {
	if m.rounds > 0 && m.ran >= m.rounds {
		return ""
	}
	cmd := exec.Command(m.args[0], m.args[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr // without Stdout it writes to the null device
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	done, most := make(chan struct{}), make(chan int64)
	go func() { most <- watchAnonymous(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	wall := time.Since(began)
	close(done)
	m.anonymous = max(m.anonymous, <-most)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		b.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 && !slices.Contains(m.mayExit, code) {
		b.Fatalf("%s: exit code %d\n%.2000s", strings.Join(m.args, " "), code, &stderr)
	}
	m.take(wall, cmd.ProcessState)
	return stderr.String()
}

func (m *measured) take(wall time.Duration, state *os.ProcessState) {
	cpu := state.UserTime() + state.SystemTime()
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		m.resident = max(m.resident, int64(usage.Maxrss)<<10) // kilobytes on Linux
	}
	if m.ran == 0 {
		m.wall, m.cpu = wall, cpu
	}
	m.wall, m.cpu = min(m.wall, wall), min(m.cpu, cpu)
	m.ran++
	fmt.Fprintf(os.Stderr, "%-40s %8.2f s %8.2f s of processors\n", m.name, wall.Seconds(), cpu.Seconds())
}

// watchAnonymous returns the most memory of a process that no file is mapped
// to, in bytes, looking again and again until done. It is 0 where there is no
// /proc.
func watchAnonymous(pid int, done <-chan struct{}) int64 {
	most := int64(0)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		most = max(most, anonymous(pid))
		select {
		case <-done:
			return most
		case <-tick.C:
		}
	}
}

func anonymous(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // gone when it has ended
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

func megabytes(n int64) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// table is a Markdown table with a column for each repository, and notes below.
type table struct{ rows, notes strings.Builder }

func (t *table) head(title string, repos []string) {
	t.row(title, len(repos), func(i int) string { return repoName(repos[i]) })
	t.rows.WriteString("|" + strings.Repeat("---|", len(repos)+1) + "\n")
}

func (t *table) row(title string, columns int, cell func(i int) string) {
	t.rows.WriteString("| " + title + " |")
	for i := range columns {
		t.rows.WriteString(" " + cell(i) + " |")
	}
	t.rows.WriteString("\n")
}

func (t *table) note(format string, args ...any) { fmt.Fprintf(&t.notes, format+"\n", args...) }

func (t *table) String() string { return t.rows.String() + "\n" + t.notes.String() }
