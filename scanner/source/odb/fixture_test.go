package odb

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// repo is a repository that a test makes with git.
type repo struct {
	t   testing.TB
	dir string
}

func newRepo(t testing.TB, args ...string) *repo {
	t.Helper()
	r := &repo{t, t.TempDir()}
	r.git(append([]string{"init", "-q", "-b", "main"}, args...)...)
	r.git("config", "gc.auto", "0")
	return r
}

func (r *repo) objects() string { return filepath.Join(r.dir, ".git", "objects") }

func (r *repo) git(args ...string) string {
	r.t.Helper()
	return r.gitWith(nil, args...)
}

func (r *repo) gitWith(stdin io.Reader, args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = r.dir, stdin
	cmd.Env = append(environment(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
		"GIT_AUTHOR_DATE=2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2024-01-01T00:00:00Z")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

// environment is that of the tests without the variables of git: a hook or
// git rebase --exec that runs them says where its own repository is, and that is
// none to try things in.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GIT_") })
}

func (r *repo) write(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repo) commit(message string) {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
}

// edits commits n random edits of some files, which deltas are made of.
func (r *repo) edits(rnd *rand.Rand, n int, insert func() string) {
	r.t.Helper()
	var in bytes.Buffer
	files := [][]byte{lines(rnd, 200), lines(rnd, 50), nil, lines(rnd, 1000)}
	for i := range n {
		f := rnd.IntN(len(files))
		files[f] = edit(rnd, files[f], insert)
		fmt.Fprintf(&in, "commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata <<E\ncommit %d\nE\n", 1700000000+i, i)
		if i == 0 {
			if strings.TrimSpace(r.git("for-each-ref", "refs/heads/main")) != "" {
				fmt.Fprintf(&in, "from refs/heads/main^0\n")
			}
		}
		fmt.Fprintf(&in, "M 644 inline dir%d/file%d\ndata %d\n%s\n", f%2, f, len(files[f]), files[f])
	}
	r.gitWith(&in, "fast-import", "--quiet", "--force")
}

func lines(rnd *rand.Rand, n int) []byte {
	var b bytes.Buffer
	for range n {
		fmt.Fprintf(&b, "line %x %x\n", rnd.Uint64(), rnd.Uint32())
	}
	return b.Bytes()
}

// edit inserts, deletes or moves something.
func edit(rnd *rand.Rand, content []byte, insert func() string) []byte {
	at := rnd.IntN(len(content) + 1)
	switch rnd.IntN(6) {
	case 0:
		at = 0
	case 1:
		at = len(content)
	}
	end := min(len(content), at+rnd.IntN(60))
	moved := append([]byte(nil), content[at:end]...)
	result := append([]byte(nil), content[:at]...)
	switch rnd.IntN(4) {
	case 0: // delete
		return append(result, content[end:]...)
	case 1: // move to the start
		return append(append(moved, result...), content[end:]...)
	default:
		return append(append(result, insert()...), content[at:]...)
	}
}

// object is what is compared of an object.
type object struct {
	typ  string
	hash [32]byte
}

// gitObjects returns all objects as git sees them.
func (r *repo) gitObjects() map[ID]object {
	r.t.Helper()
	out := bufio.NewReader(strings.NewReader(r.git("cat-file", "--batch-all-objects", "--batch")))
	all := map[ID]object{}
	for {
		head, err := out.ReadString('\n')
		if err == io.EOF {
			return all
		}
		var name, typ string
		var size int
		if _, err := fmt.Sscanf(head, "%s %s %d", &name, &typ, &size); err != nil {
			r.t.Fatalf("cat-file: %q: %v", head, err)
		}
		content := make([]byte, size+1)
		if _, err := io.ReadFull(out, content); err != nil {
			r.t.Fatal(err)
		}
		id, _ := ParseID(name)
		all[id] = object{typ, sha256.Sum256(content[:size])}
	}
}

// open opens the repository's objects. There must be no damage.
func (r *repo) open(opts Options) *DB {
	r.t.Helper()
	db, err := Open(r.objects(), opts)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { db.Close() })
	for _, d := range db.Damage() {
		r.t.Errorf("damage: %v", d)
	}
	return db
}

// checkRead compares every object that can be read with git's.
func (r *repo) checkRead(db *DB) {
	r.t.Helper()
	r.checkReadOf(db, r.gitObjects())
}

func (r *repo) checkReadOf(db *DB, want map[ID]object) {
	r.t.Helper()
	if db.Len() != len(want) {
		r.t.Errorf("%d objects, want %d", db.Len(), len(want))
	}
	reader := db.NewReader()
	for id, o := range want {
		typ, content, err := reader.Read(id)
		if err != nil || typ.String() != o.typ || sha256.Sum256(content) != o.hash {
			r.t.Fatalf("Read(%s) = %v %d bytes, %v", id, typ, len(content), err)
		}
		if !db.Has(id) {
			r.t.Fatalf("Has(%s) = false", id)
		}
	}
}

// seeded returns a random source that a failure can be repeated with.
func seeded(t testing.TB, seed uint64) *rand.Rand {
	t.Helper()
	return rand.New(rand.NewPCG(seed, 1))
}

// token is what tests search for.
const token = "pat_0123456789"

// tokens returns whole tokens, parts of them and other text.
func tokens(rnd *rand.Rand) func() string {
	return func() string {
		cut := rnd.IntN(len(token))
		switch rnd.IntN(6) {
		case 0:
			return token
		case 1:
			return token[:cut]
		case 2:
			return token[cut:]
		case 3:
			return "\n" + token + "\n"
		}
		return string(lines(rnd, 1+rnd.IntN(3)))
	}
}
