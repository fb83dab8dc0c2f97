package main

import (
	"bytes"
	"crypto/sha1"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A tracked file that nobody touched is not even opened by a default scan: its
// content was searched as an object. That nobody may open it shows whether.
func TestTrackedFileIsNotOpened(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("clean.txt", "nothing\n")
	w.write("packed.txt", strings.Repeat("line after line\n", 100))
	w.commit("first")
	w.git("gc", "-q")
	for _, name := range []string{"clean.txt", "packed.txt"} {
		w.chmod(name, 0)
		w.ownTime(name)
	}
	w.chmod(w.home+"/.gitconfig", 0o644) // what stands in it could name a filter
	if out := w.asUser("scan"); out.code != exitClean {
		t.Errorf("exit code %d, want 0\n%s%s", out.code, out.stdout, out.stderr)
	}
	if out := w.asUser("scan", "--worktree"); out.code != exitIncomplete {
		t.Errorf("--worktree: exit code %d, want 3: the files were to be read\n%s", out.code, out.stdout)
	}
}

// ownTime writes a file's ctime into the index, as if git had looked at it again.
// Git itself would have to read it.
func (w *workplace) ownTime(name string) {
	w.t.Helper()
	var stat syscall.Stat_t
	if err := syscall.Lstat(w.path(name), &stat); err != nil {
		w.t.Fatal(err)
	}
	index := []byte(w.read(".git/index"))
	entry := bytes.Index(index, []byte(name+"\x00")) - 62
	if entry < 0 {
		w.t.Fatalf("%s is not in the index", name)
	}
	put := func(at int, n uint32) {
		copy(index[at:], []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	}
	put(entry, uint32(stat.Ctim.Sec))
	put(entry+4, uint32(stat.Ctim.Nsec))
	end := len(index) - sha1.Size
	sum := sha1.Sum(index[:end])
	copy(index[end:], sum[:])
	time.Sleep(20 * time.Millisecond) // an index as old as its files proves nothing
	w.write(".git/index", string(index))
}

var secondsInReport = regexp.MustCompile(`"seconds": [0-9.e-]*`)

// The report of a repository is, but for the time it took, that of a copy, in
// which no file is known to be what git left.
func TestReportOfACopy(t *testing.T) {
	t.Parallel()
	p := plantedRepo(t)
	p.write("notes.txt", allowing+" qoder-pat -- nothing to allow\n")
	p.git("add", "notes.txt")
	time.Sleep(20 * time.Millisecond)
	p.write("last.txt", "nothing\n")
	p.git("add", "last.txt")
	there := newWorkplace(t)
	if err := os.CopyFS(there.dir, os.DirFS(p.dir)); err != nil {
		t.Fatal(err)
	}
	var reports []string
	for _, w := range []*workplace{p.workplace, there} {
		out := w.patlint("scan", "-f", "json", "--show-secrets")
		if !strings.Contains(out.stderr, "covers nothing") {
			t.Errorf("nobody is told of the comment: %s", out.stderr)
		}
		reports = append(reports, secondsInReport.ReplaceAllString(out.stdout, ""))
	}
	if reports[0] != reports[1] {
		t.Errorf("the reports differ: %s", firstDifference(reports[0], reports[1]))
	}
}
