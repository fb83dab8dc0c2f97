package main

import (
	"bufio"
	"compress/zlib"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// largeFile is a file with tokens at certain offsets, and one at its end.
type largeFile struct {
	size    int64
	offsets []int64
	tokens  map[string]string // "LINE:COLUMN" of each
}

// newLargeFile plants tokens where the engine or the scanner cuts what it reads:
// at multiples of 1 MB and 8 MB, and a margin of any length before.
func newLargeFile(size int64) *largeFile {
	f := &largeFile{size: size, tokens: map[string]string{}}
	for _, at := range []int64{1 << 20, 8<<20 - 3<<10, 8 << 20, 16<<20 - 6<<10, 33 << 20, size - 1<<20} {
		f.offsets = append(f.offsets, at-30)
	}
	f.offsets = append(f.offsets, size-64)
	return f
}

// writeTo writes the file: lines of 64 bytes, tokens, and lines again.
func (f *largeFile) writeTo(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fill := strings.Repeat(strings.Repeat("x", 63)+"\n", 1<<10)
	at, line := int64(0), 1
	for _, offset := range f.offsets {
		for ; offset-at >= int64(len(fill)); at += int64(len(fill)) {
			out.WriteString(fill)
			line += 1 << 10
		}
		for ; offset-at >= 64; at += 64 {
			out.WriteString(fill[:64])
			line++
		}
		out.WriteString(strings.Repeat(" ", int(offset-at)))
		token := randomPAT()
		f.tokens[token] = fmt.Sprintf("%d:%d", line, offset-at+1)
		out.WriteString(token)
		if at = offset + int64(len(token)); at < f.size {
			out.WriteString("\n")
			at++
			line++
		}
	}
	return out.Flush()
}

// storeLoose stores the file as a loose object and returns its id.
func (w *workplace) storeLoose(f *largeFile) string {
	w.t.Helper()
	file, err := os.Create(w.path(".git/objects/new"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer file.Close()
	zip, _ := zlib.NewWriterLevel(file, zlib.BestSpeed)
	hash := sha1.New()
	both := io.MultiWriter(zip, hash)
	fmt.Fprintf(both, "blob %d\x00", f.size)
	if err := f.writeTo(both); err != nil {
		w.t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		w.t.Fatal(err)
	}
	id := fmt.Sprintf("%x", hash.Sum(nil))
	path := w.path(".git/objects/" + id[:2] + "/" + id[2:])
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Rename(file.Name(), path)); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// TestLargeFileInLittleMemory scans a file that is larger than the memory that
// the scan may take, loose and packed: of 150 MB, or of as many as
// PATLINT_LARGE_MB says, for instance 3000.
func TestLargeFileInLittleMemory(t *testing.T) {
	const limit = 150 << 20
	size := int64(150)
	if mb := os.Getenv("PATLINT_LARGE_MB"); mb != "" {
		fmt.Sscan(mb, &size)
	}
	patlint := filepath.Join(t.TempDir(), "patlint")
	if out, err := exec.Command("go", "build", "-o", patlint, ".").CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	w := newRepo(t)
	f := newLargeFile(size << 20)
	id := w.storeLoose(f)
	w.git("update-index", "--add", "--cacheinfo", "100644,"+id+",large")
	w.git("commit", "-q", "-m", "large")
	w.wantLarge(patlint, "loose", f, limit)
	w.git("-c", "core.bigFileThreshold=1m", "-c", "core.compression=1", "repack", "-q", "-a", "-d")
	w.onlyFile(".git/objects/pack/*.pack")
	w.wantLarge(patlint, "packed", f, limit)
}

func (w *workplace) wantLarge(patlint, how string, f *largeFile, limit int64) {
	w.t.Helper()
	cmd := exec.Command(patlint, "scan", "--history", "-f", "json", "--show-secrets", "--jobs", "2")
	cmd.Dir, cmd.Env = w.dir, w.env()
	out, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != exitFound {
		w.t.Fatalf("%s: %v", how, err)
	}
	r := parseReport(w.t, string(out))
	r.wantComplete(w.t)
	if len(r.Findings) != len(f.tokens) {
		w.t.Errorf("%s: %d findings of %d", how, len(r.Findings), len(f.tokens))
	}
	for token, place := range f.tokens {
		l := r.finding(w.t, token).Locations[0]
		if got := fmt.Sprintf("%d:%d", l.Line, l.Column); got != place || l.Path != "large" {
			w.t.Errorf("%s: found at %s:%s, want %s", how, l.Path, got, place)
		}
	}
	memory := int64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) << 10 // from kilobytes
	w.t.Logf("%s: %v, %d MB", how, cmd.ProcessState.UserTime(), memory>>20)
	if memory > limit {
		w.t.Errorf("%s: the scan takes %d MB", how, memory>>20)
	}
}
