//go:build unix

package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkHistory scans the histories of the repositories that
// PATLINT_BENCH_REPOS names, separated as in PATH, in turns with what others
// take to print or scan them, and prints the ratios:
//
//	PATLINT_BENCH_REPOS=/path/redis:/path/git go test -run '^$' -bench History -benchtime 3x ./cmd/patlint
//
// gitleaks and betterleaks take part if they are installed. A time is the best
// of the runs, memory the most that was resident, mapped packs included.
func BenchmarkHistory(b *testing.B) {
	repos := filepath.SplitList(os.Getenv("PATLINT_BENCH_REPOS"))
	if len(repos) == 0 {
		b.Skip("PATLINT_BENCH_REPOS has no repositories")
	}
	patlint := filepath.Join(b.TempDir(), "patlint")
	if out, err := exec.Command("go", "build", "-o", patlint, ".").CombinedOutput(); err != nil {
		b.Fatal(err, string(out))
	}
	var ratios []float64 // patlint to cat-file
	for _, repo := range repos {
		b.Run(filepath.Base(strings.TrimSuffix(repo, "/repo")), func(b *testing.B) {
			commands := historyCommands(patlint, repo)
			for range b.N {
				for _, c := range commands {
					c.run(b)
				}
			}
			for _, c := range commands {
				b.Logf("%-12s %8.2f s  %6.2f of cat-file  %5d MB", c.name, c.best.Seconds(), c.best.Seconds()/commands[1].best.Seconds(), c.memory>>20)
			}
			ratio := commands[0].best.Seconds() / commands[1].best.Seconds()
			b.ReportMetric(ratio, "of-cat-file")
			ratios = append(ratios, ratio)
		})
	}
	product := 1.0
	for _, r := range ratios {
		product *= r
	}
	b.Logf("geometric mean: %.2f of cat-file", math.Pow(product, 1/float64(len(ratios))))
}

// measured is a command with the best of its times.
type measured struct {
	name   string
	args   []string
	best   time.Duration
	memory int64 // bytes
}

func historyCommands(patlint, repo string) []*measured {
	commands := []*measured{
		{name: "patlint", args: []string{patlint, "scan", "--history", "-q", "--progress", "never", repo}},
		{name: "cat-file", args: []string{"git", "-C", repo, "cat-file", "--batch-all-objects", "--batch", "--unordered"}},
		{name: "log -p", args: []string{"git", "-C", repo, "log", "-p", "--all"}},
	}
	for _, peer := range []string{"gitleaks", "betterleaks"} {
		if path, err := exec.LookPath(peer); err == nil {
			commands = append(commands, &measured{name: peer, args: []string{path, "git", "--no-banner", "--log-level", "error", repo}})
		}
	}
	return commands
}

// run runs the command once. That a scanner finds something is no failure.
func (m *measured) run(b *testing.B) {
	cmd := exec.Command(m.args[0], m.args[1:]...)
	began := time.Now()
	err := cmd.Run() // without Stdout it writes to the null device
	took := time.Since(began)
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		b.Fatal(err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.memory = max(m.memory, int64(usage.Maxrss)<<10) // kilobytes on Linux
	}
	if m.best == 0 {
		m.best = took
	}
	m.best = min(m.best, took)
	fmt.Fprintf(os.Stderr, "%-12s %v\n", m.name, took.Round(time.Millisecond))
}
