package source

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// fixture is a repository made with git for a test.
type fixture struct {
	t    *testing.T
	dir  string
	time int // of the next commit, seconds since 1970
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), time: 1_700_000_000}
	f.git("init", "-q", "-b", "main", ".")
	return f
}

// git runs git without anybody's configuration but the repository's.
func (f *fixture) git(args ...string) string {
	f.t.Helper()
	out, err := f.try(args...)
	if err != nil {
		f.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (f *fixture) try(args ...string) (string, error) {
	out, err := f.command(args...).CombinedOutput()
	return string(out), err
}

func (f *fixture) command(args ...string) *exec.Cmd {
	f.time += 60
	cmd := exec.Command("git", args...)
	cmd.Dir = f.dir
	cmd.Env = append(environment(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "HOME="+f.dir,
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=C", "GIT_COMMITTER_EMAIL=c@example.com",
		fmt.Sprintf("GIT_AUTHOR_DATE=%d +0000", f.time), fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", f.time))
	return cmd
}

// environment is that of the tests without the variables of git: a hook or
// git rebase --exec that runs them says where its own repository is, and that is
// none to try things in.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") })
}

func (f *fixture) write(path, content string) {
	f.t.Helper()
	full := filepath.Join(f.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// commit commits everything and returns the commit's id.
func (f *fixture) commit(message string) string {
	f.t.Helper()
	f.git("add", "-A")
	f.git("commit", "-q", "--allow-empty", "-m", message)
	return strings.TrimSpace(f.git("rev-parse", "HEAD"))
}

func (f *fixture) open() *Repo {
	f.t.Helper()
	r, err := Open(f.dir, nil, 2)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { r.Close() })
	return r
}

// scan scans sources with all rules.
func scan(t *testing.T, sources ...scanner.Source) *scanner.Result {
	t.Helper()
	return scanner.Scan(t.Context(), sources, scanner.Options{Rules: rules.NewSet(rules.All()...)})
}

// historyOf returns the history of a repository, for all rules.
func historyOf(r *Repo) scanner.Source {
	return History(r, HistoryOptions{Rules: rules.NewSet(rules.All()...)})
}

const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func randomToken(r *rand.Rand) string {
	token := []byte("pt-")
	for range 61 {
		token = append(token, base62[r.IntN(len(base62))])
	}
	return string(token)
}

// commitDate returns the date of the n-th commit of a fast-import stream.
func commitDate(n int) string { return fmt.Sprintf("%d +0000", 1_700_000_000+n) }
