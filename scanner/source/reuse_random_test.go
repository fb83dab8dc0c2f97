//go:build linux || darwin

package source

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// tick is more than the clock of a file system takes from one time to the next.
const tick = 20 * time.Millisecond

// settle lets the index be written later than all files that were checked out.
func (f *fixture) settle() {
	f.t.Helper()
	time.Sleep(tick)
	f.write("settled", fmt.Sprint(time.Now().UnixNano()))
	f.git("add", "settled")
	time.Sleep(tick)
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// age gives a file the time of another one.
func (f *fixture) age(path, other string) {
	f.t.Helper()
	info, err := os.Stat(f.path(other))
	f.must(err)
	f.must(os.Chtimes(f.path(path), info.ModTime(), info.ModTime()))
}

// rewrite changes a file's content and nothing else of what a program can set.
func (f *fixture) rewrite(path, content string) {
	f.t.Helper()
	info, err := os.Stat(f.path(path))
	f.must(err)
	f.write(path, content)
	f.must(os.Chtimes(f.path(path), info.ModTime(), info.ModTime()))
}

// replace puts another file with the same time in the place of one.
func (f *fixture) replace(path, content string) {
	f.t.Helper()
	f.write("replacement", content)
	f.age("replacement", path)
	f.must(os.Rename(f.path("replacement"), f.path(path)))
}

// checkOut lets git write all files anew.
func (f *fixture) checkOut() {
	f.t.Helper()
	for _, path := range []string{"a.txt", "b.txt", "dir/c"} {
		f.must(os.Remove(f.path(path)))
	}
	f.git("checkout", "-q", "HEAD", "--", "a.txt", "b.txt", "dir/c")
	f.settle()
}

// attribute commits attributes, and lets git write the files by them.
func (f *fixture) attribute(lines string) {
	f.t.Helper()
	f.write(".gitattributes", lines+"\n")
	f.commit("attributes")
	f.checkOut()
}

// filter sets up a filter that keeps the size of a file.
func (f *fixture) filter() {
	f.t.Helper()
	f.git("config", "filter.turn.smudge", "tr a-z n-za-m")
	f.git("config", "filter.turn.clean", "tr n-za-m a-z")
}

// conflict leaves two versions of a.txt in the index, and one of them on disk.
func conflict(f *fixture) {
	f.t.Helper()
	f.git("checkout", "-q", "-b", "side")
	f.write("a.txt", "one side\n")
	f.commit("side")
	f.git("checkout", "-q", "main")
	f.write("a.txt", "main side\n")
	f.commit("main")
	if _, err := f.try("merge", "-q", "side"); err == nil {
		f.t.Fatal("there is no conflict")
	}
	f.git("checkout", "-q", "--ours", "a.txt")
	f.settle()
}

// loose returns the path of an object that is not packed.
func (f *fixture) loose(rev string) string {
	f.t.Helper()
	id := f.id(rev)
	path := ".git/objects/" + id[:2] + "/" + id[2:]
	f.must(os.Chmod(f.path(path), 0o644))
	return path
}

// sources returns what a default scan searches, with or without what the history
// tells the tree.
func (f *fixture) sources(reuse bool, files TreeOptions, opts scanner.Options) []scanner.Source {
	f.t.Helper()
	r, searched := f.open(), new(Searched)
	files.Counters, files.MaxSize, files.Env = opts.Counters, opts.MaxSize, f.env
	if reuse {
		files.Searched = searched
	}
	history := HistoryOptions{Rules: opts.Rules, Counters: opts.Counters, Searched: searched}
	return []scanner.Source{History(r, history), Tree(f.dir, r, files)}
}

// env is the environment of the fixture's git.
func (f *fixture) env(name string) string {
	return map[string]string{"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "HOME": f.dir}[name]
}

// readAgain returns which files a default scan reads after the history.
func (f *fixture) readAgain(files TreeOptions) []string {
	f.t.Helper()
	sources := f.sources(true, files, scanner.Options{Rules: rules.NewSet(rules.All()...)})
	scan(f.t, sources[0])
	paths, _ := listed(f.t, sources[1])
	return slices.DeleteFunc(paths, func(path string) bool { return path == "settled" })
}

// equalReports compares the results of scans with and without reuse. It returns
// how many files the one with it passed over.
func (f *fixture) equalReports(maxSize int64) (passed int) {
	f.t.Helper()
	var reports [2]string
	for i, reuse := range []bool{false, true} {
		opts := scanner.Options{Rules: rules.NewSet(rules.All()...), MaxSize: maxSize, Counters: new(scanner.Counters)}
		report, err := json.MarshalIndent(scanner.Scan(f.t.Context(), f.sources(reuse, TreeOptions{}, opts), opts), "", " ")
		f.must(err)
		reports[i] = string(report)
	}
	if reports[0] != reports[1] {
		f.t.Errorf("without reuse\n%s\nwith it\n%s", reports[0], reports[1])
	}
	all, _ := listed(f.t, Tree(f.dir, f.open(), TreeOptions{}))
	return len(all) - len(f.readAgain(TreeOptions{MaxSize: maxSize}))
}

// TestReuseChangesNothing edits files at random, with and without git, and
// compares the reports.
func TestReuseChangesNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			f, random, passed := newFixture(t), rand.New(rand.NewPCG(seed, 77)), 0
			for range 12 {
				for range 1 + random.IntN(6) {
					f.disturb(random)
				}
				if random.IntN(3) > 0 {
					f.settle()
				}
				passed += f.equalReports([]int64{0, 0, 400}[random.IntN(3)])
			}
			if passed < 10 {
				t.Errorf("only %d files were passed over: the test tests nothing", passed)
			}
		})
	}
}

// disturb does something to a file, or to all.
func (f *fixture) disturb(random *rand.Rand) {
	f.t.Helper()
	path := fmt.Sprintf("%s%d", []string{"", "dir/", "dir/deep/", "other/"}[random.IntN(4)], random.IntN(4))
	content := randomContent(random)
	_, err := os.Stat(f.path(path))
	switch exists := err == nil; random.IntN(11) {
	case 0, 1, 2:
		f.write(path, content)
	case 3, 4:
		f.commit("all")
	case 5:
		f.git("add", "-A")
	case 6:
		f.write(".gitattributes", []string{"* text eol=crlf", "dir/* text eol=crlf", "* -text", "other/** filter=turn"}[random.IntN(4)]+"\n")
	case 7:
		_, _ = f.try("stash", "-u")
	case 8:
		_, _ = f.try("checkout", "-q", "--force", "HEAD~1")
	case 9:
		if old, err := os.ReadFile(f.path(path)); err == nil {
			f.rewrite(path, string(old[len(old)/2:])+string(old[:len(old)/2]))
		}
	default:
		if exists {
			f.git("update-index", "--refresh", "-q", "--really-refresh")
			_, _ = f.try("update-index", []string{"--assume-unchanged", "--skip-worktree"}[random.IntN(2)], path)
			f.rewrite(path, content)
		}
	}
}

// randomContent returns text that may hold a token, a comment, or both.
func randomContent(random *rand.Rand) string {
	var text strings.Builder
	for range 1 + random.IntN(12) {
		switch random.IntN(12) {
		case 0:
			text.WriteString("qoder = " + randomToken(random))
		case 1:
			text.WriteString("# " + rules.InlineComment + " qoder-pat -- why")
		default:
			fmt.Fprintf(&text, "line %d", random.IntN(1000))
		}
		text.WriteString([]string{"\n", "\n", "\r\n"}[random.IntN(3)])
	}
	return text.String()
}
