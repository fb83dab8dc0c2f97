package source

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner/source/index"
)

// TestIndexLikeGit changes repositories at random, in the ways in which an index
// can be kept, and compares the index that is read with what git lists, and what
// is staged with what git says.
func TestIndexLikeGit(t *testing.T) {
	t.Parallel()
	for name, setup := range map[string]func(f *fixture){
		"plain":  func(*fixture) {},
		"4":      func(f *fixture) { f.git("config", "index.version", "4") },
		"split":  func(f *fixture) { f.git("config", "core.splitIndex", "true") },
		"split4": func(f *fixture) { f.git("config", "core.splitIndex", "true"); f.git("config", "index.version", "4") },
		"eoie": func(f *fixture) {
			f.git("config", "index.threads", "2")
			f.git("config", "core.untrackedCache", "true")
		},
		"sha256": func(f *fixture) {
			os.RemoveAll(filepath.Join(f.dir, ".git"))
			f.git("init", "-q", "-b", "main", "--object-format=sha256", ".")
			f.git("config", "core.splitIndex", "true")
		},
		"sparse": func(f *fixture) {
			f.git("config", "index.sparse", "true")
			f.git("config", "sparse.expectFilesOutsideOfPatterns", "true") // or git changes what it read
			f.git("sparse-checkout", "set", "--cone", "--sparse-index", "a", "b/c")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(2) {
				f := newFixture(t)
				setup(f)
				rnd := rand.New(rand.NewPCG(seed, 7))
				for range 25 {
					what := changeIndex(f, rnd)
					if isBroken(f) {
						break
					}
					compareIndex(t, f, what)
					compareStaged(t, f, what)
					if t.Failed() {
						return
					}
				}
			}
		})
	}
}

// changeIndex does something at random to the index, and tells what.
func changeIndex(f *fixture, rnd *rand.Rand) string {
	name := func() string {
		dirs := []string{"", "a/", "a/b/", "a-b/", "b/", "b/c/", "b/c/d/", "x/y/z/"}
		return dirs[rnd.IntN(len(dirs))] + []string{"a", "a-b", "b", "c", "d.txt"}[rnd.IntN(5)]
	}
	tracked := strings.Fields(f.git("ls-files"))
	any := func() string {
		if len(tracked) == 0 {
			return "none"
		}
		return tracked[rnd.IntN(len(tracked))]
	}
	put := func() string {
		path := name()
		for dir := path; dir != "."; dir = filepath.Dir(dir) { // a file where a folder was, or the other way
			if info, err := os.Lstat(filepath.Join(f.dir, dir)); err == nil && (dir != path || info.IsDir()) && info.IsDir() != (dir != path) {
				os.RemoveAll(filepath.Join(f.dir, dir))
			}
		}
		f.write(path, fmt.Sprintln(rnd.IntN(40)))
		return path
	}
	var args []string
	switch rnd.IntN(16) {
	case 0, 1, 2:
		args = []string{"add", "--sparse", "--", put()}
	case 3:
		for range 8 {
			put()
		}
		args = []string{"add", "--sparse", "-A"}
	case 4:
		args = []string{"add", "--sparse", "-N", "--", put()}
	case 5:
		args = []string{"rm", "--sparse", "-q", "--cached", "--", any()}
	case 6:
		args = []string{"update-index", "--chmod=+x", "--", any()}
	case 7:
		args = []string{"update-index", []string{"--assume-unchanged", "--skip-worktree", "--no-skip-worktree"}[rnd.IntN(3)], "--", any()}
	case 8:
		sum := strings.Repeat("1", len(strings.TrimSpace(f.git("hash-object", "-w", ".git/HEAD"))))
		args = []string{"update-index", "--add", "--cacheinfo", "160000," + sum + ",sub" + name()}
	case 9, 10:
		args = []string{"commit", "-q", "--allow-empty", "-m", "next"}
	case 11:
		args = []string{"write-tree"} // tells the index the trees of folders
	case 12:
		args = []string{"update-index", []string{"--split-index", "--no-split-index", "--force-write-index"}[rnd.IntN(3)]}
	case 13:
		args = []string{"reset", "-q", "--", any()}
	case 14:
		args = []string{"reset", "-q", "--hard"}
	case 15:
		if !isSparse(f) { // see isBroken
			return unmerge(f, rnd)
		}
	}
	out, _ := f.try(args...) // what git refuses changes nothing
	return strings.Join(args, " ") + " " + out
}

// unmerge makes entries of paths that are not merged.
func unmerge(f *fixture, rnd *rand.Rand) string {
	f.try("reset", "-q", "--hard")
	f.try("branch", "-f", "other", "HEAD~"+fmt.Sprint(1+rnd.IntN(3)))
	out, _ := f.try("read-tree", "-m", "HEAD~1", "HEAD", "other")
	return "read-tree -m HEAD~1 HEAD other " + out
}

func isSparse(f *fixture) bool {
	_, err := f.try("config", "index.sparse")
	return err == nil
}

// isBroken tells whether a sparse index has an entry twice or out of order, as git
// 2.39.5 leaves some behind (2026-11-24), and then does not agree with itself.
func isBroken(f *fixture) bool {
	names := strings.Split(f.git("ls-files", "-z", "--sparse"), "\x00")
	names = names[:len(names)-1]
	return isSparse(f) && (!slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) < len(names))
}

// compareIndex compares the entries of the index with what git lists.
func compareIndex(t *testing.T, f *fixture, what string) {
	t.Helper()
	r := f.open()
	var got strings.Builder
	_, err := r.eachEntry(r.indexFile, func(e *index.Entry) {
		s := e.Stat()
		fmt.Fprintf(&got, "%06o %x %d\t%s\n  ctime: %d:%d\n  mtime: %d:%d\n", e.Mode, e.ID, e.Stage, e.Name,
			s.ChangedSeconds, s.ChangedNanoseconds, s.ModifiedSeconds, s.ModifiedNanoseconds)
		fmt.Fprintf(&got, "  dev: %d\tino: %d\n  uid: %d\tgid: %d\n  size: %d\n", s.Device, s.Inode, s.UID, s.GID, s.Size)
		fmt.Fprintf(&got, "  skip: %v add: %v\n", e.SkipWorktree, e.IntentToAdd)
	})
	if err != nil {
		t.Errorf("after git %s: %v", what, err)
	}
	var want strings.Builder
	for line := range strings.Lines(f.git("ls-files", "--stage", "--debug", "--sparse")) {
		size, flags, last := strings.Cut(line, "\tflags: ")
		if want.WriteString(strings.TrimSuffix(size, "\n") + "\n"); last {
			var bits uint32
			fmt.Sscanf(flags, "%x", &bits)
			fmt.Fprintf(&want, "  skip: %v add: %v\n", bits&(1<<30) != 0, bits&(1<<29) != 0)
		}
	}
	gotLines, wantLines := strings.Split(got.String(), "\n"), strings.Split(want.String(), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if from := max(0, i-7); i >= len(gotLines) || i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Errorf("after git %s: from line %d on, read\n%s\ngit lists\n%s", what, i+1, strings.Join(gotLines[from:min(i+2, len(gotLines))], "\n"), strings.Join(wantLines[from:min(i+2, len(wantLines))], "\n"))
			return
		}
	}
}

// compareStaged compares what is staged with what git says.
func compareStaged(t *testing.T, f *fixture, what string) {
	t.Helper()
	r := f.open()
	s := stagedScan{additions{repo: r}}
	file, err := r.openIndex(r.indexFile)
	if file == nil && err == nil {
		return // nothing was ever staged
	}
	if err == nil {
		defer file.close()
		err = s.compare(file.File, func(err error) { t.Errorf("after git %s: %v", what, err) })
	}
	if err != nil {
		t.Errorf("after git %s: %v", what, err)
		return
	}
	zeros := strings.Repeat("0", 2*r.hashSize)
	name := func(e entry) string {
		if e.hash == "" {
			return zeros
		}
		return e.hash.String()
	}
	got := map[string]string{}
	for _, ch := range s.sets[0].parents[0].changes {
		if ch.old.isContent() || ch.new.hash != "" {
			got[ch.path] = name(ch.old) + " " + name(ch.new)
		}
	}
	want := stagedByGit(f, r, got, zeros)
	if !maps.Equal(got, want) {
		t.Errorf("after git %s: staged are\n%s\ngit says\n%s", what, list(got), list(want))
	}
}

// stagedByGit returns the ids of what git says is staged, by path. Where it says
// no more than that a path is not merged, the answer is taken from got.
func stagedByGit(f *fixture, r *Repo, got map[string]string, zeros string) map[string]string {
	against := "HEAD"
	if r.head() == "" {
		against = strings.TrimSpace(f.git("hash-object", "-t", "tree", "-w", "--stdin"))
	}
	want := map[string]string{}
	out, err := f.command("diff-index", "--cached", "--raw", "--no-renames", "--no-abbrev", "--ita-invisible-in-index", "-z", against).Output()
	if err != nil {
		f.t.Fatal(err)
	}
	fields := strings.Split(string(out), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		about, path := strings.Fields(fields[i]), fields[i+1]
		switch old, new := about[2], about[3]; {
		case about[4] == "U":
			if ids, ok := got[path]; ok {
				want[path] = ids
			}
		case old == new, about[0] == ":160000" && about[4] == "D": // what a mode says is not searched, and a submodule is elsewhere
		default:
			want[path] = old + " " + new
		}
	}
	return want
}

func list(m map[string]string) string {
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		lines = append(lines, k+" "+m[k])
	}
	return strings.Join(lines, "\n")
}
