//go:build unix

package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// importCommits makes commits on the branch "many" with git fast-import: each
// changes one of some hundred files in folders, and the leaks that are asked for.
func (s *server) importCommits(n int, leaks map[int]string) {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "stream")
	file, err := os.Create(path)
	if err != nil {
		s.t.Fatal(err)
	}
	writeCommits(file, n, leaks)
	if err := file.Close(); err != nil {
		s.t.Fatal(err)
	}
	if out := s.run("", "sh", "-c", `git fast-import --quiet <"$1"`, "sh", path); out.code != 0 {
		s.t.Fatal(out.stderr)
	}
}

func writeCommits(to *os.File, n int, leaks map[int]string) {
	w := bufio.NewWriter(to)
	defer w.Flush()
	random := rand.New(rand.NewPCG(5, 6))
	content := map[string][]string{}
	for i := range n {
		name := fmt.Sprintf("src/package%d/file%d.go", random.IntN(20), random.IntN(20))
		lines := append(content[name], fmt.Sprintf("func f%d() string { return %q }\n", i, fmt.Sprintf("%x", random.Uint64())))
		if len(lines) > 200 {
			lines = lines[100:]
		}
		content[name] = lines
		if leaks[i] != "" {
			name, lines = fmt.Sprintf("leak%d.env", i), []string{"TOKEN=" + leaks[i] + "\n"}
		}
		text := strings.Join(lines, "")
		message := fmt.Sprintf("change %d\n", i)
		fmt.Fprintf(w, "commit refs/heads/many\ncommitter %s <%s> %s\ndata %d\n%s", authorName, authorEmail, commitTime(i), len(message), message)
		if leaks[i-1] != "" {
			fmt.Fprintf(w, "D leak%d.env\n", i-1)
		}
		fmt.Fprintf(w, "M 100644 inline %s\ndata %d\n%s\n", name, len(text), text)
	}
}

// BenchmarkPreReceive lets the hook search a push of 5,000 commits, which are in
// the repository and reached by nothing, in turns with git, which prints the same
// objects:
//
//	go test -run '^$' -bench PreReceive -benchtime 5x ./cmd/patlint
//
// PATLINT_BENCH_PUSH is a repository of which all that HEAD reaches is pushed to
// an empty one instead.
func BenchmarkPreReceive(b *testing.B) {
	program := benchProgram(b)
	bare, tip, objects := benchPush(b)
	const byGit = `git rev-list --objects "$2" --not --all | cut -d" " -f1 | git cat-file --batch --buffer`
	hook := &measured{name: "patlint hook run pre-receive", args: []string{"sh", "-c", `cd "$1" && exec "$2" hook run pre-receive --timeout 0 <line`, "sh", bare, program}}
	git := &measured{name: "git rev-list | git cat-file", args: []string{"sh", "-c", `cd "$1" && ` + byGit, "sh", bare, tip}}
	for b.Loop() {
		hook.run(b)
		git.run(b)
	}
	b.ReportMetric(hook.wall.Seconds()/git.wall.Seconds(), "of-git")
	fmt.Printf("\n%d objects: patlint %s s, git %s s, ratio %.2f, memory beside files %d MB\n",
		objects, hook, git, hook.wall.Seconds()/git.wall.Seconds(), hook.memory.anonymous>>20)
}

// benchProgram returns a patlint to measure: PATLINT_BENCH_PROGRAM, or this one.
func benchProgram(b *testing.B) string {
	if program := os.Getenv("PATLINT_BENCH_PROGRAM"); program != "" {
		return program
	}
	program := filepath.Join(b.TempDir(), "patlint")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return program
}

// benchPush returns a bare repository that has the objects of a push, and in its
// file "line" what git gives to the hook, the commit that is pushed, and how many
// objects there are.
func benchPush(b *testing.B) (bare, tip string, objects int) {
	git := func(dir string, args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			b.Fatalf("git %v: %v", args, err)
		}
		return strings.TrimSpace(string(out))
	}
	bare = filepath.Join(b.TempDir(), "bare.git")
	from := os.Getenv("PATLINT_BENCH_PUSH")
	if from == "" {
		from = filepath.Join(b.TempDir(), "from.git")
		git(".", "init", "-q", "--bare", from)
		stream, err := os.Create(filepath.Join(b.TempDir(), "stream"))
		if err != nil {
			b.Fatal(err)
		}
		writeCommits(stream, 5000, nil)
		_, _ = stream.Seek(0, 0)
		cmd := exec.Command("git", "-C", from, "fast-import", "--quiet")
		cmd.Stdin = stream
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("git fast-import: %v\n%s", err, out)
		}
		stream.Close()
		git(from, "symbolic-ref", "HEAD", "refs/heads/many")
	}
	git(".", "init", "-q", "--bare", bare)
	tip = git(from, "rev-parse", "HEAD")
	git(bare, "fetch", "-q", "--no-tags", "file://"+from, "HEAD")
	objects = strings.Count(git(bare, "rev-list", "--objects", tip), "\n") + 1
	line := strings.Repeat("0", len(tip)) + " " + tip + " refs/heads/many\n"
	if err := os.WriteFile(filepath.Join(bare, "line"), []byte(line), 0o600); err != nil {
		b.Fatal(err)
	}
	return bare, tip, objects
}
