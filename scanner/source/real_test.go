package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
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

// TestRealHistories compares the engine with both oracles on the repositories
// that PATLINT_ORACLE_REPOS names, separated as in PATH, with tokens planted in
// random commits. They are not changed, and may lack files, as a partial clone
// does.
func TestRealHistories(t *testing.T) {
	repos := filepath.SplitList(os.Getenv("PATLINT_ORACLE_REPOS"))
	if len(repos) == 0 {
		t.Skip("PATLINT_ORACLE_REPOS names no repository")
	}
	for _, repo := range repos {
		t.Run(filepath.Base(filepath.Dir(repo))+"/"+filepath.Base(repo), func(t *testing.T) {
			f := newFixture(t)
			f.git("clone", "-q", "--bare", "--shared", repo, "clone")
			f.dir = filepath.Join(f.dir, "clone")
			random := rand.New(rand.NewPCG(22, 23))
			planted := f.plantAnywhere(random)
			f.packAgain(random)
			started := time.Now()
			got := blobsFound(t, f.open())
			engine := time.Since(started)
			objects, want := f.plainFound()
			f.same("found", got, want)
			full := time.Since(started) - engine
			equalsPlain(t, f.dir)
			t.Logf("%d objects, %d edits planted, %d (object, secret); engine %v, full search %v, places %v",
				objects, planted, len(want), engine, full, time.Since(started)-engine-full)
		})
	}
}

// plantAnywhere edits files of random commits, some of them time and again, and
// returns how many edits it committed. It needs no file but those.
func (f *fixture) plantAnywhere(random *rand.Rand) (edits int) {
	f.t.Helper()
	commits := strings.Fields(f.git("rev-list", "--all"))
	favourites := f.filesOf("HEAD")
	random.Shuffle(len(favourites), func(i, j int) { favourites[i], favourites[j] = favourites[j], favourites[i] })
	favourites = favourites[:min(8, len(favourites))]
	var stream bytes.Buffer
	for branch := range 40 {
		from := commits[random.IntN(len(commits))]
		paths := favourites
		if random.IntN(3) == 0 {
			paths = f.filesOf(from)
		}
		if len(paths) == 0 {
			continue
		}
		path := paths[random.IntN(len(paths))]
		content, err := f.command("cat-file", "blob", from+":"+path).Output()
		if err != nil || len(content) > 1<<20 {
			continue // it is not there, or not here
		}
		for n := range 1 + random.IntN(8) {
			fmt.Fprintf(&stream, "commit refs/heads/planted%d\ncommitter C <c@example.com> %d +0000\ndata 4\nedit\n", branch, 1_000_000_000+random.IntN(800_000_000))
			if n == 0 {
				fmt.Fprintf(&stream, "from %s\n", from)
			}
			content = edit(random, content)
			fmt.Fprintf(&stream, "M 100644 inline %q\ndata %d\n%s\n", path, len(content), content)
			edits++
		}
	}
	cmd := f.command("fast-import", "--quiet")
	cmd.Stdin = &stream
	if out, err := cmd.CombinedOutput(); err != nil {
		f.t.Fatal(err, string(out))
	}
	return edits
}

// filesOf returns the paths of a commit that need no quotes.
func (f *fixture) filesOf(commit string) (paths []string) {
	for line := range strings.Lines(f.git("ls-tree", "-r", commit)) {
		entry, path, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(entry, "100") && !strings.ContainsAny(path, "\"\\ ") {
			paths = append(paths, path)
		}
	}
	return paths
}

// packAgain packs all that is reached, as far as it is here, into one pack of
// the repository's own, with new deltas if there is not too much.
func (f *fixture) packAgain(random *rand.Rand) {
	f.t.Helper()
	args := []string{"pack-objects", "-q", "--all", "--missing=allow-any", "--delta-base-offset",
		fmt.Sprintf("--depth=%d", 10+random.IntN(300)), fmt.Sprintf("--window=%d", 5+random.IntN(10))}
	if count := f.git("rev-list", "--count", "--all"); len(strings.TrimSpace(count)) < 5 {
		args = append(args, "--no-reuse-delta")
	}
	old, _ := filepath.Glob(filepath.Join(f.dir, "objects", "pack", "*"))
	f.git(append(args, "objects/pack/pack")...)
	for _, file := range append(old, filepath.Join(f.dir, "objects", "info", "alternates")) {
		if err := os.Remove(file); err != nil {
			f.t.Fatal(err)
		}
	}
	f.git("prune-packed")
}

// plainFound returns how many objects there are, and the secrets in all files
// that git prints.
func (f *fixture) plainFound() (objects int, found []string) {
	f.t.Helper()
	cmd := f.command("cat-file", "--batch-all-objects", "--batch", "--unordered")
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	in, set := bufio.NewReaderSize(out, 1<<20), rules.NewSet(rules.All()...)
	var content []byte
	for {
		var id, typ string
		var size int
		if _, err := fmt.Fscanf(in, "%s %s %d\n", &id, &typ, &size); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			f.t.Fatal(err)
		}
		content = slices.Grow(content[:0], size+1)[:size+1]
		if _, err := io.ReadFull(in, content); err != nil {
			f.t.Fatal(err)
		}
		objects++
		if typ == "blob" {
			for _, m := range set.Find(content[:size]) {
				found = append(found, id+" "+m.Secret.Reveal())
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		f.t.Fatal(err)
	}
	slices.Sort(found)
	return objects, slices.Compact(found)
}

// blobsFound returns the secrets in files that the history source yields.
func blobsFound(t *testing.T, r *Repo) (found []string) {
	t.Helper()
	set := rules.NewSet(rules.All()...)
	for b, err := range History(r, HistoryOptions{Rules: set}).Blobs(t.Context()) {
		if skip := (scanner.Skip{}); errors.As(err, &skip) {
			t.Log(skip)
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		if b.Kind == scanner.History {
			for _, secret := range secretsIn(t, set, b) {
				found = append(found, b.Key+" "+secret)
			}
		}
	}
	slices.Sort(found)
	return found
}
