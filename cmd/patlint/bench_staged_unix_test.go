//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkStaged scans what is staged, a change of one line, in turns with
// "git diff --cached --quiet", which looks for the same without reading it, and
// prints the times and what is above one and a half of git's: in a repository of
// 60,000 files that it makes, and in clones of those that PATLINT_BENCH_REPOS names.
//
//	PATLINT_BENCH_REPOS=/path/git go test -run '^$' -bench Staged -benchtime 50x ./cmd/patlint
//
// gitleaks takes part if it is installed.
func BenchmarkStaged(b *testing.B) {
	program := builtProgram(b)
	repos := []string{manyFiles(b, 60_000)}
	for _, origin := range filepath.SplitList(os.Getenv("PATLINT_BENCH_REPOS")) {
		clone := filepath.Join(b.TempDir(), repoName(origin))
		gitIn(b, ".", nil, "clone", "-q", origin, clone)
		repos = append(repos, clone)
	}
	var t table
	t.head("milliseconds, least (median)", repos)
	var all [][]*timed
	for _, repo := range repos {
		stageOneLine(b, repo)
		commands := []*timed{
			{name: "`git diff --cached --quiet`", args: []string{"git", "diff", "--cached", "--quiet"}},
			{name: "**patlint scan --staged**", args: []string{program, "scan", "--staged"}},
		}
		if _, err := exec.LookPath("gitleaks"); err == nil {
			commands = append(commands, &timed{name: "gitleaks", args: []string{"gitleaks", "git", "--staged", "--no-banner"}})
		}
		all = append(all, commands)
		b.Run(repoName(repo), func(b *testing.B) {
			runInTurns(b, repo, commands)
			git, patlint := commands[0].median(), commands[1].median()
			b.ReportMetric(patlint.Seconds()/git.Seconds(), "of-git-diff")
			b.ReportMetric(milliseconds(patlint-git*3/2), "ms-above-1.5x")
		})
	}
	if len(all[0][0].took) > 0 {
		for n, c := range all[0] {
			t.row(c.name, len(repos), func(i int) string { return all[i][n].String() })
		}
		t.row("patlint to git", len(repos), func(i int) string {
			return fmt.Sprintf("%.2f", all[i][1].median().Seconds()/all[i][0].median().Seconds())
		})
		t.row("above 1.5 times git", len(repos), func(i int) string {
			return fmt.Sprintf("%.1f", milliseconds(all[i][1].median()-all[i][0].median()*3/2))
		})
		fmt.Printf("\n%s\n", &t)
	}
}

// BenchmarkStart starts patlint to do nothing, and in an empty folder, in turns
// with a Go program that prints a line.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	for name, content := range map[string]string{
		"go.mod":  "module hello\n",
		"main.go": "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, world\") }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-o", "hello", ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatal(err, string(out))
	}
	program := builtProgram(b)
	commands := []*timed{
		{name: "hello", args: []string{filepath.Join(dir, "hello")}},
		{name: "version", args: []string{program, "version"}},
		{name: "empty", args: []string{program, "scan", "-q"}},
	}
	runInTurns(b, b.TempDir(), commands)
	for _, c := range commands {
		b.ReportMetric(milliseconds(c.median()), c.name+"-ms")
	}
	b.ReportMetric(milliseconds(commands[1].median()-commands[0].median()), "version-above-hello-ms")
}

// timed is a short command with its times.
type timed struct {
	name string
	args []string
	took []time.Duration
}

func (c *timed) median() time.Duration {
	sorted := slices.Sorted(slices.Values(c.took))
	return sorted[len(sorted)/2]
}

func (c *timed) String() string {
	return fmt.Sprintf("%.1f (%.1f)", milliseconds(slices.Min(c.took)), milliseconds(c.median()))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// runInTurns runs commands in a folder, one after the other, again and again.
// Nobody watches their memory: that would take as long as they do.
func runInTurns(b *testing.B, dir string, commands []*timed) {
	for b.Loop() {
		for _, c := range commands {
			cmd := exec.Command(c.args[0], c.args[1:]...)
			cmd.Dir = dir
			var out bytes.Buffer
			cmd.Stderr = &out
			began := time.Now()
			err := cmd.Run()
			c.took = append(c.took, time.Since(began))
			exit := (*exec.ExitError)(nil)
			if differs := c.args[0] == "git" && errors.As(err, &exit) && exit.ExitCode() == 1; err != nil && !differs {
				b.Fatal(strings.Join(c.args, " "), err, out.String())
			}
		}
	}
}

// manyFiles makes a repository of n files in many folders, in one pack.
func manyFiles(b *testing.B, n int) string {
	dir := filepath.Join(b.TempDir(), fmt.Sprintf("%d-files", n))
	gitIn(b, ".", nil, "init", "-q", "-b", "main", dir)
	var in bytes.Buffer
	for i := range n {
		text := strings.Repeat(fmt.Sprintf("%d is the number of this line and of many others\n", i*i), 4+i%40)
		fmt.Fprintf(&in, "blob\nmark :%d\ndata %d\n%s\n", i+1, len(text), text)
	}
	in.WriteString("commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 5\nfirst\n")
	for i := range n {
		fmt.Fprintf(&in, "M 100644 :%d %d/part%d/section%d/file_%d.txt\n", i+1, i%37, i/37%23, i/851%57, i)
	}
	gitIn(b, dir, &in, "fast-import", "--quiet")
	gitIn(b, dir, nil, "reset", "-q", "--hard")
	return dir
}

// stageOneLine adds a line to a file in the middle of a repository.
func stageOneLine(b *testing.B, repo string) {
	names := strings.Split(gitIn(b, repo, nil, "ls-files", "-z"), "\x00")
	name := filepath.Join(repo, names[len(names)/2])
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := f.WriteString("one more line\n"); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	gitIn(b, repo, nil, "add", "--", names[len(names)/2])
}

func gitIn(b *testing.B, dir string, in *bytes.Buffer, args ...string) string {
	b.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if in != nil {
		cmd.Stdin = in
	}
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}
