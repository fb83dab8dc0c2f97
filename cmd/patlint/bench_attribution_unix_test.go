//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkAttribution measures what it costs to tell where findings come from:
// it plants 5 and 1,000 secrets in copies of the repositories that
// PATLINT_BENCH_REPOS names (see BenchmarkHistory), and scans each copy in turns
// with a twin that differs by nothing but that its secrets are none.
func BenchmarkAttribution(b *testing.B) {
	bench := newBench(b)
	var t table
	t.head("attribution", bench.repos)
	for _, secrets := range []int{5, 1000} {
		with, without := make([]*measured, len(bench.repos)), make([]*measured, len(bench.repos))
		for i, repo := range bench.repos {
			places := choosePlaces(b, repo, secrets)
			found, twin := plant(b, repo, places, "QODER_PAT=pt-"), plant(b, repo, places, "WORD_LIST=pt_")
			wantFindings(b, bench.program, found, countFindings(b, bench.program, twin)+secrets)
			with[i] = &measured{name: "with findings", args: scanArgs(bench.program, found), mayExit: []int{exitFound}}
			without[i] = &measured{name: "without", args: scanArgs(bench.program, twin), mayExit: []int{exitClean, exitFound}}
			measured := b.Run(fmt.Sprint(repoName(repo), "/", secrets), func(b *testing.B) {
				for b.Loop() {
					without[i].run(b)
					with[i].run(b)
				}
				b.ReportMetric(with[i].wall.Seconds()/without[i].wall.Seconds()-1, "of-scan")
			})
			if !measured {
				return
			}
		}
		columns := len(bench.repos)
		t.row(fmt.Sprintf("%d secrets planted", secrets), columns, func(i int) string { return with[i].String() })
		t.row(fmt.Sprintf("… none of the %d", secrets), columns, func(i int) string { return without[i].String() })
		t.row("… cost to the scan", columns, func(i int) string {
			return fmt.Sprintf("%.2f (%.2f)", with[i].wall.Seconds()/without[i].wall.Seconds()-1, with[i].cpu.Seconds()/without[i].cpu.Seconds()-1)
		})
		t.row("… memory beside the packs", columns, func(i int) string { return megabytes(with[i].memory.anonymous) })
	}
	fmt.Printf("\n%s\n", t.String())
}

// place is a file of an old commit, which a new commit on top of it changes.
type place struct{ commit, path string }

// bases is how many old commits the places are chosen from at most.
const bases = 50

// choosePlaces returns n files in commits from all times of the history.
func choosePlaces(b *testing.B, repo string, n int) []place {
	commits := strings.Fields(gitOutput(b, repo, nil, "rev-list", "--topo-order", "HEAD"))
	places := make([]place, 0, n)
	each := max(1, n/bases)
	for len(places) < n {
		at := len(places) / each * len(commits) * each / n
		var files []string
		for entry := range strings.SplitSeq(gitOutput(b, repo, nil, "ls-tree", "-r", "-z", commits[at]), "\x00") {
			mode, path, _ := strings.Cut(entry, "\t")
			if strings.HasPrefix(mode, "100") && !strings.ContainsAny(path, "\"\n\\ ") {
				files = append(files, path)
			}
		}
		for i := range min(each, n-len(places)) {
			places = append(places, place{commits[at], files[i*len(files)/each]})
		}
	}
	return places
}

// followers is how many commits carry the first planted secret on.
const followers = 1000

// plant returns a copy of the repository with its objects as an alternate and a
// new branch for each place, whose file ends with a new value behind the prefix.
func plant(b *testing.B, repo string, places []place, prefix string) string {
	planted := filepath.Join(b.TempDir(), repoName(repo)+".git")
	gitOutput(b, repo, nil, "clone", "-q", "--mirror", "--shared", repo, planted)
	contents := readPlaces(b, repo, places)
	var stream bytes.Buffer
	commit := func(branch int, from string) {
		fmt.Fprintf(&stream, "commit refs/heads/planted-%d\ncommitter %s <%s> %s\ndata 0\n%s", branch, authorName, authorEmail, commitTime(branch), from)
	}
	for i, p := range places {
		content := fmt.Appendf(contents[i], "\n%s%s\n", prefix, randomText(61))
		commit(i, "from "+p.commit+"\n")
		fmt.Fprintf(&stream, "M 100644 inline %s\ndata %d\n%s\n", p.path, len(content), content)
	}
	for i := range followers {
		commit(0, "")
		line := fmt.Sprintf("line %d\n", i)
		fmt.Fprintf(&stream, "M 100644 inline planted.txt\ndata %d\n%s\n", len(line), line)
	}
	gitOutput(b, planted, &stream, "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet")
	return planted
}

// readPlaces returns the contents of the files.
func readPlaces(b *testing.B, repo string, places []place) [][]byte {
	var names strings.Builder
	for _, p := range places {
		fmt.Fprintf(&names, "%s:%s\n", p.commit, p.path)
	}
	out := bufio.NewReader(strings.NewReader(gitOutput(b, repo, strings.NewReader(names.String()), "cat-file", "--batch")))
	contents := make([][]byte, len(places))
	for i := range contents {
		var id, kind string
		var size int
		if _, err := fmt.Fscanf(out, "%s %s %d\n", &id, &kind, &size); err != nil {
			b.Fatalf("%v: %v", places[i], err)
		}
		contents[i] = make([]byte, size+1) // with the line feed that ends it
		if _, err := io.ReadFull(out, contents[i]); err != nil {
			b.Fatal(err)
		}
		contents[i] = contents[i][:size]
	}
	return contents
}

func gitOutput(b *testing.B, dir string, stdin io.Reader, args ...string) string {
	b.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, stdin
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// countFindings returns how many secrets a scan finds.
func countFindings(b *testing.B, program, repo string) int {
	b.Helper()
	args := append(scanArgs(program, repo), "-f", "json")
	out, _ := exec.Command(args[0], args[1:]...).Output() // it exits with 1 if it finds some
	var report struct{ Findings []json.RawMessage }
	if err := json.Unmarshal(out, &report); err != nil {
		b.Fatal(err)
	}
	return len(report.Findings)
}

func wantFindings(b *testing.B, program, repo string, want int) {
	b.Helper()
	if got := countFindings(b, program, repo); got != want {
		b.Fatalf("%s: %d findings, want %d", repo, got, want)
	}
}
