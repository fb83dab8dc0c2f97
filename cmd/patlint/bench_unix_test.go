//go:build unix

package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkHistory scans the histories of the repositories that
// PATLINT_BENCH_REPOS names, separated as in PATH, in turns with what others
// take to print or scan them, and prints a table with the ratios:
//
//	PATLINT_BENCH_REPOS=/path/redis:/path/git go test -run '^$' -bench History -benchtime 3x -timeout 0 ./cmd/patlint
//
// gitleaks and betterleaks take part if they are installed, with their own
// rules and with two like ours. They and git log are slow and run in the first
// PATLINT_BENCH_SLOW rounds only (1; 0 leaves them out).
// PATLINT_BENCH_PROGRAM is a patlint to measure instead of this one.
func BenchmarkHistory(b *testing.B) {
	bench := newBench(b)
	commands := make([][]*measured, len(bench.repos))
	for i, repo := range bench.repos {
		commands[i] = historyCommands(b, bench, repo)
		measured := b.Run(repoName(repo), func(b *testing.B) {
			for b.Loop() {
				for _, c := range commands[i] {
					c.run(b)
				}
			}
			patlint, catFile := commands[i][0], commands[i][1]
			b.ReportMetric(patlint.wall.Seconds()/catFile.wall.Seconds(), "of-cat-file")
		})
		if !measured {
			return
		}
	}
	fmt.Printf("\n%s\n", historyTable(bench.repos, commands))
}

// bench is what the benchmarks that run whole programs have in common.
type bench struct {
	repos   []string
	program string // patlint
	slow    int    // rounds of the slow commands
}

func newBench(b *testing.B) bench {
	repos := filepath.SplitList(os.Getenv("PATLINT_BENCH_REPOS"))
	if len(repos) == 0 {
		b.Skip("PATLINT_BENCH_REPOS names no repositories")
	}
	rounds, err := strconv.Atoi(cmp.Or(os.Getenv("PATLINT_BENCH_SLOW"), "1"))
	if err != nil {
		b.Fatal("PATLINT_BENCH_SLOW:", err)
	}
	return bench{repos, builtProgram(b), rounds}
}

// builtProgram returns the program to measure.
func builtProgram(b *testing.B) string {
	if program := os.Getenv("PATLINT_BENCH_PROGRAM"); program != "" {
		return program
	}
	program := filepath.Join(b.TempDir(), "patlint")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatal(err, string(out))
	}
	return program
}

func repoName(repo string) string {
	return strings.TrimSuffix(filepath.Base(strings.TrimSuffix(repo, "/repo")), ".git")
}

func scanArgs(program, repo string) []string {
	return []string{program, "scan", "--history", "-q", "--progress", "never", repo}
}

// historyCommands returns patlint's scan, what git takes to print the objects
// and the history, and the scans of the others: as they come, and as fast as
// they can be.
func historyCommands(b *testing.B, bench bench, repo string) []*measured {
	commands := []*measured{
		{name: "**patlint**", args: scanArgs(bench.program, repo), mayExit: []int{exitClean, exitFound}},
		{name: "`git cat-file`", args: []string{"git", "-C", repo, "cat-file", "--batch-all-objects", "--batch", "--unordered"}},
	}
	if bench.slow == 0 {
		return commands
	}
	config := filepath.Join(b.TempDir(), "two-rules.toml")
	if err := os.WriteFile(config, []byte(twoRules), 0o600); err != nil {
		b.Fatal(err)
	}
	add := func(name, program string, args ...string) {
		if _, err := exec.LookPath(program); err == nil {
			args = append([]string{program, "git", "--no-banner", "--log-level", "error", repo}, args...)
			commands = append(commands, &measured{name: name, args: args, rounds: bench.slow, mayExit: []int{0, 1}, peer: true})
		}
	}
	workers := strconv.Itoa(runtime.NumCPU())
	commands = append(commands, &measured{name: "`git log -p --all`", args: []string{"git", "-C", repo, "log", "-p", "--all"}, rounds: bench.slow})
	add("gitleaks", "gitleaks")
	add("gitleaks, two rules", "gitleaks", "--config", config)
	add("betterleaks", "betterleaks")
	add("betterleaks, two rules, "+workers+" workers", "betterleaks", "--config", config, "--git-workers", workers)
	return commands
}

// twoRules is a configuration of gitleaks and betterleaks that looks for about
// the same as our rules.
const twoRules = `[[rules]]
id = "qoder-pat"
regex = '''\b(pt-[A-Za-z0-9_-]{20,256})'''
keywords = ["pt-"]

[[rules]]
id = "bearer-literal"
regex = '''(?i)authorization[^\n]{0,160}bearer[\s"',]{1,8}([A-Za-z0-9._~+/-]{16,}=*)'''
keywords = ["bearer"]
`

// historyTable returns a Markdown table with a column for each repository.
func historyTable(repos []string, commands [][]*measured) string {
	var t table
	t.head("seconds (of processors)", repos)
	for n, c := range commands[0] {
		t.row(c.name, len(repos), func(i int) string { return commands[i][n].String() })
	}
	ratios := func(name string, of func(*measured) time.Duration) {
		product := 1.0
		t.row(name, len(repos), func(i int) string {
			ratio := of(commands[i][0]).Seconds() / of(commands[i][1]).Seconds()
			product *= ratio
			return fmt.Sprintf("%.3f", ratio)
		})
		t.note("%s, geometric mean: %.3f", name, math.Pow(product, 1/float64(len(repos))))
	}
	ratios("patlint to `cat-file`", func(m *measured) time.Duration { return m.wall })
	ratios("… in processor time", func(m *measured) time.Duration { return m.cpu })
	t.row("fastest peer to patlint", len(repos), func(i int) string { return fastestPeer(commands[i]) })
	t.row("patlint's memory beside the packs", len(repos), func(i int) string { return megabytes(commands[i][0].memory.anonymous) })
	t.row("… with the mapped packs", len(repos), func(i int) string { return megabytes(commands[i][0].memory.resident) })
	t.row("memory of `cat-file`", len(repos), func(i int) string { return megabytes(commands[i][1].memory.resident) })
	return t.String()
}

// fastestPeer returns how many times longer than patlint, the first command,
// the fastest of the other scanners takes.
func fastestPeer(commands []*measured) string {
	fastest := time.Duration(math.MaxInt64)
	for _, c := range commands {
		if c.peer {
			fastest = min(fastest, c.wall)
		}
	}
	if fastest == math.MaxInt64 {
		return "–"
	}
	return fmt.Sprintf("%.1f", fastest.Seconds()/commands[0].wall.Seconds())
}
