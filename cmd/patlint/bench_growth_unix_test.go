//go:build unix

package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/scanner/report"
)

// BenchmarkGrowth measures how the time and the memory of the whole program grow
// with what there is to scan, and prints a table with the exponent from row to row:
// 1 is linear, 0 is flat.
//
//	go test -run '^$' -bench Growth -benchtime 2x -timeout 0 ./cmd/patlint
//
// With PATLINT_BENCH_LARGE=1 it goes on to a million files and 4 GB of text.
func BenchmarkGrowth(b *testing.B) {
	program := builtProgram(b)
	var t growthTable
	for _, g := range growths() {
		if os.Getenv("PATLINT_BENCH_LARGE") == "" {
			g.sizes = g.sizes[:len(g.sizes)-g.large]
		}
		measured := b.Run(g.name, func(b *testing.B) {
			rows := make([]*measured, len(g.sizes))
			for i, n := range g.sizes {
				dir := b.TempDir()
				args := append([]string{program, "scan", "-q", "--progress", "never"}, g.build(&ground{b, dir}, n)...)
				rows[i] = &measured{name: fmt.Sprint(g.name, " ", n), mayExit: []int{exitFound}, args: append(args, dir)}
			}
			for b.Loop() {
				for _, m := range rows {
					m.run(b)
				}
			}
			last := len(rows) - 1
			b.ReportMetric(exponent(g.sizes, last, func(i int) float64 { return rows[i].cpu.Seconds() }), "exponent")
			t.add(g, rows)
		})
		if !measured {
			return
		}
	}
	fmt.Printf("\n%s\n", t.String())
}

// growth is something that there can be more and more of.
type growth struct {
	name  string
	sizes []int
	large int // so many of the last sizes are for a machine with room
	// build makes a folder in which there are n of it, and returns flags of the scan.
	build func(g *ground, n int) []string
}

func growths() []growth {
	files, megabytes, findings := []int{1e3, 1e4, 1e5, 1e6}, []int{1, 16, 256, 4096}, []int{10, 100, 1e3, 1e4, 1e5}
	rules := []int{3, 10, 100, 1000}
	return []growth{
		{"files", files, 1, (*ground).files},
		{"files, one commit", files, 1, (*ground).committedFiles},
		{"MB, hole", megabytes, 0, (*ground).hole},
		{"MB, text", megabytes, 1, (*ground).text},
		{"MB, text in gzip", megabytes[:3], 0, (*ground).compressed},
		{"findings, one file", findings, 0, (*ground).findingsInFile},
		{"findings, a file each", findings, 0, (*ground).findingsInFiles},
		{"findings, ten a commit", findings, 0, (*ground).findingsInCommits},
		{"findings, all formats", findings, 0, (*ground).findingsInReports},
		{"places of one secret", findings, 0, (*ground).places},
		{"allowed, one file", findings, 0, (*ground).allowed},
		{"allowed, other commit", findings, 0, (*ground).allowedAgain},
		{"rules, absent", rules, 0, (*ground).rulesOfNothing},
		{"rules, needles everywhere", rules, 0, (*ground).rulesOfWords},
	}
}

// formatFlags writes a report of each format.
func (g *ground) formatFlags() []string {
	reports := g.b.TempDir()
	args := []string{"--worktree"}
	for _, format := range report.Formats() {
		args = append(args, "-f", format+"="+filepath.Join(reports, format))
	}
	return args
}

// growthTable is a Markdown table with a row for each size.
type growthTable struct{ strings.Builder }

func (t *growthTable) add(g growth, rows []*measured) {
	if t.Len() == 0 {
		t.WriteString("| number of | | seconds | of processors | exponent | MB | exponent |\n|---|---|---|---|---|---|---|\n")
	}
	for i, m := range rows {
		cpu := exponent(g.sizes, i, func(i int) float64 { return rows[i].cpu.Seconds() })
		memory := exponent(g.sizes, i, func(i int) float64 { return float64(rows[i].memory.resident) })
		fmt.Fprintf(t, "| %s | %d | %.3f | %.3f | %s | %s | %s |\n", g.name, g.sizes[i],
			m.wall.Round(time.Millisecond).Seconds(), m.cpu.Seconds(), shown(cpu), strings.TrimSuffix(megabytes(m.memory.resident), " MB"), shown(memory))
	}
}

// exponent returns by which power of the size a value grew from the row before.
func exponent(sizes []int, i int, of func(int) float64) float64 {
	if i == 0 {
		return math.NaN()
	}
	return math.Log(of(i)/of(i-1)) / math.Log(float64(sizes[i])/float64(sizes[i-1]))
}

func shown(exponent float64) string {
	if math.IsNaN(exponent) {
		return ""
	}
	return fmt.Sprintf("%.2f", exponent)
}
