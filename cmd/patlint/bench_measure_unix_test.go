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

	ran    int
	wall   time.Duration
	cpu    time.Duration // of all threads and of the commands that it waited for
	memory memory        // of the command itself
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
	done, most := make(chan struct{}), make(chan memory)
	go func() { most <- watchMemory(cmd.Process.Pid, done) }()
	err := cmd.Wait()
	wall := time.Since(began)
	close(done)
	m.memory = m.memory.most(<-most)
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
	if m.ran == 0 {
		m.wall, m.cpu = wall, cpu
	}
	m.wall, m.cpu = min(m.wall, wall), min(m.cpu, cpu)
	m.ran++
	fmt.Fprintf(os.Stderr, "%-40s %8.2f s %8.2f s of processors\n", m.name, wall.Seconds(), cpu.Seconds())
}

// memory is what a process had of it at most, in bytes; 0 where there is no
// /proc. Rusage would count what the benchmark itself had when it forked.
type memory struct {
	resident  int64 // mapped files included
	anonymous int64 // beside mapped files
}

func (m memory) most(other memory) memory {
	return memory{max(m.resident, other.resident), max(m.anonymous, other.anonymous)}
}

// watchMemory looks at a process again and again until done.
func watchMemory(pid int, done <-chan struct{}) memory {
	var m memory
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		m = m.most(memoryOf(pid))
		select {
		case <-done:
			return m
		case <-tick.C:
		}
	}
}

func memoryOf(pid int) memory {
	var m memory
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // gone when it has ended
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line) // a name, a number, kB
		if len(fields) < 2 {
			continue
		}
		kilobytes, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "VmHWM:":
			m.resident = kilobytes << 10
		case "RssAnon:":
			m.anonymous = kilobytes << 10
		}
	}
	return m
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
