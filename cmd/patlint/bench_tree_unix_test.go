//go:build unix

package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// ours is what the rules look for, as ripgrep takes it.
var ours = []string{"-e", `pt-[A-Za-z0-9_-]{20,256}`, "-e", `(?i)bearer[\s"',]{1,8}[A-Za-z0-9._~+/-]{16,}=*`}

// BenchmarkTree scans the files below the folders that PATLINT_BENCH_TREES names,
// separated as in PATH, in turns with ripgrep, cat and gitleaks, and prints a table:
//
//	PATLINT_BENCH_TREES=/path/redis:/path/node_modules go test -run '^$' -bench Tree -benchtime 20x ./cmd/patlint
//
// A folder in a repository is scanned as if there were none: all files are read.
func BenchmarkTree(b *testing.B) {
	trees := filepath.SplitList(os.Getenv("PATLINT_BENCH_TREES"))
	if len(trees) == 0 {
		b.Skip("PATLINT_BENCH_TREES names no folders")
	}
	program := builtProgram(b)
	commands := make([][]*measured, len(trees))
	for i, tree := range trees {
		commands[i] = treeCommands(program, tree)
		measured := b.Run(repoName(tree), func(b *testing.B) {
			for b.Loop() {
				for _, c := range commands[i] {
					c.runQuietly(b)
				}
			}
			if rg := commands[i][1]; rg.ran > 0 {
				b.ReportMetric(commands[i][0].wall.Seconds()/rg.wall.Seconds(), "of-ripgrep")
			}
		})
		if !measured {
			return
		}
		commands[i][0].run(b) // which watches the memory
	}
	fmt.Printf("\n%s\n", treeTable(trees, commands))
}

func treeCommands(program, tree string) []*measured {
	commands := []*measured{
		{name: "**patlint**", args: []string{program, "scan", "--worktree", "--no-ignore", "-q", "--progress", "never", tree}, mayExit: []int{exitClean, exitFound, exitIncomplete}},
		{name: "ripgrep", args: append(append([]string{"rg", "-uu", "-c"}, ours...), tree), mayExit: []int{0, 1}},
		{name: "cat", args: []string{"sh", "-c", `find "$1" -type f -print0 | xargs -0 cat >/dev/null`, "sh", tree}},
		{name: "gitleaks", args: []string{"gitleaks", "dir", "--no-banner", "--log-level", "error", tree}, mayExit: []int{0, 1}, rounds: 3, peer: true},
		{name: "betterleaks", args: []string{"betterleaks", "dir", "--no-banner", "--log-level", "error", tree}, mayExit: []int{0, 1}, rounds: 3, peer: true},
	}
	return slices.DeleteFunc(commands, func(m *measured) bool {
		_, err := exec.LookPath(m.args[0])
		return err != nil
	})
}

// runQuietly runs the command once, without looking at its memory: what takes some
// milliseconds would notice.
func (m *measured) runQuietly(b *testing.B) {
	if m.rounds > 0 && m.ran >= m.rounds {
		return
	}
	cmd := exec.Command(m.args[0], m.args[1:]...)
	began := time.Now()
	_ = cmd.Run() // the exit code tells
	wall := time.Since(began)
	if code := cmd.ProcessState.ExitCode(); code != 0 && !slices.Contains(m.mayExit, code) {
		b.Fatalf("%s: exit code %d", strings.Join(m.args, " "), code)
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if m.ran == 0 {
		m.wall, m.cpu = wall, cpu
	}
	m.wall, m.cpu = min(m.wall, wall), min(m.cpu, cpu)
	m.ran++
}

// treeTable returns a Markdown table with a column for each folder.
func treeTable(trees []string, commands [][]*measured) string {
	var t table
	t.head("milliseconds (of processors)", trees)
	for n, c := range commands[0] {
		t.row(c.name, len(trees), func(i int) string {
			m := commands[i][n]
			return fmt.Sprintf("%.1f (%.1f)", m.wall.Seconds()*1e3, m.cpu.Seconds()*1e3)
		})
	}
	for n, c := range commands[0][1:] {
		product := 1.0
		t.row("patlint to "+c.name, len(trees), func(i int) string {
			ratio := commands[i][0].wall.Seconds() / commands[i][n+1].wall.Seconds()
			product *= ratio
			return fmt.Sprintf("%.2f", ratio)
		})
		t.note("patlint to %s, geometric mean: %.2f", c.name, math.Pow(product, 1/float64(len(trees))))
	}
	t.row("patlint's memory", len(trees), func(i int) string {
		return megabytes(commands[i][0].memory.resident)
	})
	return t.String()
}
