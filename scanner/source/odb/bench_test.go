package odb

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkRepositories compares the full visit and the search with git, in
// turns, on the repositories whose paths PATLINT_BENCH_REPOS has, separated as
// in PATH:
//
//	PATLINT_BENCH_REPOS=/path/redis go test -run '^$' -bench Repositories -benchtime 3x ./scanner/source/odb
//
// A path is a repository's or that of its git directory. Memory is the peak of
// what is resident beside the mapped packs.
func BenchmarkRepositories(b *testing.B) {
	paths := filepath.SplitList(os.Getenv("PATLINT_BENCH_REPOS"))
	if len(paths) == 0 {
		b.Skip("PATLINT_BENCH_REPOS has no repositories")
	}
	for _, path := range paths {
		b.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), func(b *testing.B) { benchRepository(b, path) })
	}
}

func benchRepository(b *testing.B, path string) {
	var full, search, git, open time.Duration
	var peak int64
	for range b.N {
		began := time.Now()
		benchEngine(b, path, func(*DB) error { return nil })
		open += time.Since(began)
		began = time.Now()
		benchEngine(b, path, func(db *DB) error {
			return db.Each(context.Background(), EachOptions{}, func(_ int, o *Object) { benchNeedles.Present(o.Data) })
		})
		full += time.Since(began)
		stop := watchMemory(&peak)
		began = time.Now()
		benchEngine(b, path, func(db *DB) error {
			_, err := db.Scan(context.Background(), EachOptions{}, benchNeedles, func(int, *Object) {})
			return err
		})
		search += time.Since(began)
		stop()
		began = time.Now()
		cmd := exec.Command("git", "-C", path, "cat-file", "--batch-all-objects", "--batch", "--unordered")
		if err := cmd.Run(); err != nil { // without Stdout it goes to the null device
			b.Fatal(err)
		}
		git += time.Since(began)
	}
	n := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(open.Seconds()/n, "open-s")
	b.ReportMetric(full.Seconds()/n, "full-s")
	b.ReportMetric(search.Seconds()/n, "search-s")
	b.ReportMetric(git.Seconds()/n, "git-s")
	b.ReportMetric(full.Seconds()/git.Seconds(), "full/git")
	b.ReportMetric(search.Seconds()/git.Seconds(), "search/git")
	b.ReportMetric(float64(peak)/1e6, "search-MB")
}

func benchEngine(b *testing.B, path string, run func(*DB) error) {
	b.Helper()
	objects := filepath.Join(path, "objects")
	if _, err := os.Stat(objects); err != nil {
		objects = filepath.Join(path, ".git", "objects")
	}
	workers, _ := strconv.Atoi(os.Getenv("PATLINT_BENCH_WORKERS"))
	db, err := Open(objects, Options{Workers: workers})
	if err == nil {
		err = run(db)
	}
	if err != nil {
		b.Fatal(err)
	}
	if len(db.Damage()) > 0 {
		b.Error(db.Damage())
	}
	db.Close()
}

// benchNeedles are the needles of the first rules.
var benchNeedles = Needles{Longest: 6, Present: func(data []byte) bool {
	for _, n := range []string{"pt-", "Bearer", "bearer", "BEARER"} {
		if bytes.Contains(data, []byte(n)) {
			return true
		}
	}
	return false
}}

// watchMemory samples the memory that is no mapped file's, where the system
// tells it, until the returned function is called.
func watchMemory(peak *int64) (stop func()) {
	var done atomic.Bool
	finished := make(chan bool)
	go func() {
		defer close(finished)
		for !done.Load() {
			*peak = max(*peak, anonymousMemory())
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return func() { done.Store(true); <-finished }
}

func anonymousMemory() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10
		}
	}
	return 0
}
