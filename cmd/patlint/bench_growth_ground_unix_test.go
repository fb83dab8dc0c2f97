//go:build unix

package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ground is a folder that BenchmarkGrowth fills.
type ground struct {
	b   *testing.B
	dir string
}

func (g *ground) must(err error) {
	g.b.Helper()
	if err != nil {
		g.b.Fatal(err)
	}
}

// create calls write with a new file.
func (g *ground) create(name string, write func(w io.Writer)) {
	g.b.Helper()
	path := filepath.Join(g.dir, name)
	g.must(os.MkdirAll(filepath.Dir(path), 0o755))
	file, err := os.Create(path)
	g.must(err)
	w := bufio.NewWriter(file)
	write(w)
	g.must(w.Flush())
	g.must(file.Close())
}

func (g *ground) git(stdin func(w io.Writer), args ...string) {
	g.b.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = g.dir, append(gitEnv(g.dir), "PATH="+os.Getenv("PATH"))
	in, err := cmd.StdinPipe()
	g.must(err)
	g.must(cmd.Start())
	if stdin != nil {
		w := bufio.NewWriterSize(in, 1<<20)
		stdin(w)
		g.must(w.Flush())
	}
	g.must(in.Close())
	g.must(cmd.Wait())
}

// history imports commits: files returns the files of the n-th, by name and content.
func (g *ground) history(commits int, files func(n int) (pairs []string)) []string {
	g.git(nil, "init", "-q")
	g.git(func(w io.Writer) {
		for n := range commits {
			fmt.Fprintf(w, "commit refs/heads/main\ncommitter A <a@b> %s\ndata 1\nx\n", commitTime(n))
			pairs := files(n)
			for i := 0; i < len(pairs); i += 2 {
				fmt.Fprintf(w, "M 100644 inline %s\ndata %d\n%s\n", pairs[i], len(pairs[i+1]), pairs[i+1])
			}
		}
	}, "fast-import", "--quiet")
	return []string{"--history"}
}

// proseLine is a line of about a hundred bytes with nothing in it.
func proseLine(n int) string {
	return fmt.Sprintf("func f%d(a, b string) error { return fmt.Errorf(\"value %d of %%s: %%s\", a, b) } // as it was\n", n, n*7)
}

func fileName(n int) string { return fmt.Sprintf("d%d/f%d.go", n/1000, n) }

func (g *ground) files(n int) []string {
	for i := range n {
		g.create(fileName(i), func(w io.Writer) { io.WriteString(w, proseLine(i)) })
	}
	return nil
}

func (g *ground) committedFiles(n int) []string {
	return g.history(1, func(int) (pairs []string) {
		for i := range n {
			pairs = append(pairs, fileName(i), proseLine(i))
		}
		return pairs
	})
}

func (g *ground) hole(n int) []string {
	g.create("hole", func(io.Writer) {})
	g.must(os.Truncate(filepath.Join(g.dir, "hole"), int64(n)<<20))
	return nil
}

// prose writes so many megabytes of lines, which repeat after the first thousands.
func prose(w io.Writer, n int) {
	var lines strings.Builder
	for i := 0; lines.Len() < 1<<20; i++ {
		lines.WriteString(proseLine(i))
	}
	for range n {
		io.WriteString(w, lines.String()[:1<<20])
	}
}

func (g *ground) text(n int) []string {
	g.create("text.go", func(w io.Writer) { prose(w, n) })
	return nil
}

func (g *ground) compressed(n int) []string {
	g.create("text.go.gz", func(w io.Writer) {
		z := gzip.NewWriter(w)
		prose(z, n)
		g.must(z.Close())
	})
	return nil
}

func (g *ground) findingsInFile(n int) []string {
	g.create("a.env", func(w io.Writer) {
		for range n {
			io.WriteString(w, "KEY="+randomPAT()+"\n")
		}
	})
	return nil
}

func (g *ground) findingsInFiles(n int) []string {
	for i := range n {
		g.create(fileName(i), func(w io.Writer) { io.WriteString(w, "KEY="+randomPAT()+"\n") })
	}
	return nil
}

func (g *ground) findingsInCommits(n int) []string {
	return g.history(n/10, func(commit int) []string {
		return []string{fmt.Sprintf("d%d/f%d.env", commit%10, commit%100), "KEY=" + strings.Join(randomPATs(10), "\nKEY=") + "\n"}
	})
}

func (g *ground) findingsInReports(n int) []string {
	g.findingsInFiles(n)
	return g.formatFlags()
}

func (g *ground) places(n int) []string {
	token := randomPAT()
	for i := range n {
		g.create(fileName(i), func(w io.Writer) { io.WriteString(w, "KEY="+token+"\n") })
	}
	return nil
}

// allowedLines returns n tokens with a comment each, which all say the same.
func allowedLines(n int) string {
	var lines strings.Builder
	for range n {
		lines.WriteString("KEY=" + randomPAT() + " # " + "patlint:" + "allow qoder-pat -- of a test\n")
	}
	return lines.String()
}

func (g *ground) allowed(n int) []string {
	g.create("a.env", func(w io.Writer) { io.WriteString(w, allowedLines(n)) })
	return nil
}

// allowedAgain is two commits with other tokens below the same comments, so that
// those of the first are what the second inherits.
func (g *ground) allowedAgain(n int) []string {
	return g.history(2, func(int) []string { return []string{"a.env", allowedLines(n)} })
}

// ownRules returns a configuration with rules beside the three built-in ones, so that
// there are n of all, over 64 MB of text.
func (g *ground) ownRules(n int, pattern string) []string {
	g.text(64)
	config := &ground{g.b, g.b.TempDir()}
	config.create(configName, func(w io.Writer) {
		io.WriteString(w, "min-confidence: low\nrules:\n  - id: first\n    title: First\n    pattern: 'first_(?P<secret>[0-9]{24})'\n")
		for i := range n - 4 {
			fmt.Fprintf(w, "  - id: own-%d\n    title: Own %d\n"+pattern, i, i, i)
		}
	})
	if n == 3 {
		return nil
	}
	return []string{"--config", filepath.Join(config.dir, configName)}
}

func (g *ground) rulesOfNothing(n int) []string {
	return g.ownRules(n, "    pattern: '\\b(?P<secret>acme%dkey_[a-z0-9]{24})\\b'\n")
}

// rulesOfWords are rules whose needle stands on each line of the text, where nothing
// is found.
func (g *ground) rulesOfWords(n int) []string {
	return g.ownRules(n, "    pattern: 'own%d_(?P<secret>[a-z0-9]{24})'\n    needles: [return fmt]\n")
}
