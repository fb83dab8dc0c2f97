package index

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gogit "github.com/go-git/go-git/v5/plumbing/format/index"
)

// indexes returns indexes that git writes, of each kind.
func indexes(t testing.TB) [][]byte {
	t.Helper()
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("init", "-q", ".")
	for _, name := range []string{"a", "b/c/d", "b/c/e", "b-c", "later", strings.Repeat("long/", 30) + "name"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var all [][]byte
	keep := func() {
		content, err := os.ReadFile(filepath.Join(dir, ".git/index"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content)
	}
	git("add", "a", "b", "b-c", "long")
	git("write-tree")
	keep()
	git("add", "-N", "later")
	keep()
	git("update-index", "--index-version", "4")
	keep()
	git("update-index", "--split-index")
	git("rm", "-q", "--cached", "b-c")
	git("update-index", "--chmod=+x", "b/c/e")
	keep()
	shared, err := filepath.Glob(filepath.Join(dir, ".git/sharedindex.*"))
	if err != nil || len(shared) != 1 {
		t.Fatal(shared, err)
	}
	base, err := os.ReadFile(shared[0])
	if err != nil {
		t.Fatal(err)
	}
	return append(all, base)
}

// sealed returns an index with the checksum that it has to have.
func sealed(content []byte) []byte {
	if len(content) < sha1.Size {
		return content
	}
	sum := sha1.Sum(content[:len(content)-sha1.Size])
	return append(bytes.Clone(content[:len(content)-sha1.Size]), sum[:]...)
}

// FuzzParse reads any bytes as an index: what go-git reads in them, is read here,
// too, or refused.
func FuzzParse(f *testing.F) {
	all := indexes(f)
	for _, content := range all {
		f.Add(content, all[len(all)-1])
	}
	f.Fuzz(func(t *testing.T, content, base []byte) {
		content, base = sealed(content), sealed(base)
		if long, err := Parse(content, 32); err == nil {
			walk(long)
		}
		file, err := Parse(content, 20)
		if err != nil {
			return
		}
		if err := file.Verify(); err != nil {
			t.Fatal(err)
		}
		if file.Shared() == "" {
			likeGoGit(t, content, file)
		} else if shared, err := Parse(base, 20); err == nil {
			if len(shared.content) >= 20 {
				file.link.shared = shared.content[len(shared.content)-20:]
			}
			if file.Join(shared) == nil {
				walk(file)
			}
		}
	})
}

// walk goes over the entries, and over what is said of folders.
func walk(f *File) (entries []gogit.Entry, err error) {
	c := f.Cursor()
	for c.Next() {
		e := gogit.Entry{Name: string(c.Name), Stage: gogit.Stage(c.Stage), IntentToAdd: c.IntentToAdd, SkipWorktree: c.SkipWorktree}
		copy(e.Hash[:], c.ID)
		s := c.Stat()
		e.Dev, e.Inode, e.UID, e.GID, e.Size = s.Device, s.Inode, s.UID, s.GID, s.Size
		entries = append(entries, e)
	}
	skipping := f.Cursor()
	n := 0
	for skipping.Skip(1) {
		n++
	}
	if c.Err() == nil && n != len(entries) {
		panic("a walk that skips comes to another number of entries")
	}
	folders := f.Root().Folders()
	for len(folders) > 0 {
		var inside map[string]Folder
		for _, d := range folders {
			d.Tree()
			inside = d.Folders()
		}
		folders = inside
	}
	return entries, c.Err()
}

func likeGoGit(t *testing.T, content []byte, file *File) {
	t.Helper()
	got, err := walk(file)
	if err != nil {
		return
	}
	var want gogit.Index
	if !decodes(content, &want) {
		return
	}
	if len(got) != len(want.Entries) {
		t.Fatalf("%d entries, go-git reads %d", len(got), len(want.Entries))
	}
	for i, e := range want.Entries {
		if len(e.Name) >= nameMask { // which go-git cuts off
			return
		}
		plain := *e
		plain.Mode, plain.CreatedAt, plain.ModifiedAt = 0, got[i].CreatedAt, got[i].ModifiedAt
		if got[i] != plain {
			t.Fatalf("entry %d: %+v, go-git reads %+v", i, got[i], plain)
		}
	}
}

// decodes tells whether go-git reads an index.
func decodes(content []byte, idx *gogit.Index) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return gogit.NewDecoder(bytes.NewReader(content)).Decode(idx) == nil
}

// TestDamage cuts indexes anywhere, and changes any of their bytes: that is seen
// in their form or by their checksum.
func TestDamage(t *testing.T) {
	t.Parallel()
	for _, content := range indexes(t) {
		for i := range content {
			if f, err := Parse(content[:i], 20); err == nil && f.Verify() == nil {
				t.Fatalf("cut at %d of %d: not seen", i, len(content))
			}
			changed := bytes.Clone(content)
			changed[i] ^= 0x41
			if f, err := Parse(changed, 20); err == nil && f.Verify() == nil {
				t.Fatalf("byte %d of %d changed: not seen", i, len(content))
			}
		}
	}
}

// TestUnknown reads extensions that nobody knows.
func TestUnknown(t *testing.T) {
	t.Parallel()
	content := indexes(t)[0]
	with := func(name string) []byte {
		ext := append([]byte(name), 0, 0, 0, 3, 'a', 'b', 'c')
		return sealed(append(append(bytes.Clone(content[:len(content)-20]), ext...), content[len(content)-20:]...))
	}
	if _, err := Parse(with("ZZZZ"), 20); err != nil {
		t.Errorf("an extension that may be passed over: %v", err)
	}
	if _, err := Parse(with("next"), 20); err == nil || !strings.Contains(err.Error(), "next") {
		t.Errorf("one that may not: %v", err)
	}
	binary.BigEndian.PutUint32(content[4:], 5)
	if _, err := Parse(sealed(content), 20); err == nil || !strings.Contains(err.Error(), "version 5") {
		t.Errorf("version 5: %v", err)
	}
}

// TestBitmap expands bitmaps with runs and without, and refuses what is too large.
func TestBitmap(t *testing.T) {
	t.Parallel()
	stored := func(words ...uint64) []byte {
		data := binary.BigEndian.AppendUint32(make([]byte, 4), uint32(len(words)))
		for _, w := range words {
			data = binary.BigEndian.AppendUint64(data, w)
		}
		return append(data, 0, 0, 0, 0)
	}
	run := func(bit, same, others uint64) uint64 { return bit | same<<1 | others<<33 }
	for _, c := range []struct {
		name  string
		data  []byte
		n     int
		count int
		ok    bool
	}{
		{"none", nil, 10, 0, true},
		{"empty", stored(run(0, 0, 0)), 10, 0, true},
		{"literal", stored(run(0, 0, 1), 0b1011), 4, 3, true},
		{"literal beyond", stored(run(0, 0, 1), 0b1011), 3, 0, false},
		{"run of ones", stored(run(1, 2, 0)), 128, 128, true},
		{"run of ones beyond", stored(run(1, 1<<31, 0)), 128, 0, false},
		{"run of zeros beyond", stored(run(0, 1<<32-1, 0), run(0, 1<<32-1, 0)), 128, 0, true},
		{"after zeros", stored(run(0, 3, 1), 1), 193, 1, true},
		{"cut", stored(run(0, 0, 2), 1), 193, 0, false},
		{"literals without end", stored(run(0, 0, 1<<31-1)), 193, 0, false},
		{"of nothing", stored(run(0, 0, 1), 1), 0, 0, false},
	} {
		b, ok := expand(c.data, c.n)
		if ok != c.ok || ok && b.count() != c.count {
			t.Errorf("%s: %d, %v, want %d, %v", c.name, b.count(), ok, c.count, c.ok)
		}
	}
}

// TestFolders reads what an index says of folders, and nothing of what is
// malformed, however it claims to go on.
func TestFolders(t *testing.T) {
	t.Parallel()
	id := strings.Repeat("i", 20)
	for data, n := range map[string]int{
		"":                          0,
		"\x000 0\n" + id:            1,
		"\x00-1 1\na\x003 0\n" + id: 2,
		"\x00-1 2\na\x00-1 1\nb\x001 0\n" + id + "c\x00-1 0\n": 4,
		"\x00-1 2\na\x003 0\n" + id:                            0, // one is missing
		"\x00-1 0\na\x003 0\n" + id:                            0, // one is too many
		"\x001 0\n" + id[1:]:                                   0,
		"\x001 99999999999999999999\n" + id:                    0,
		"\x00-1 1\na\nb\x003 0\n" + id:                         2,
		"\x00-1 -1\n":                                          0,
		"\x00x 0\n":                                            0,
		"no end":                                               0,
	} {
		if got := len(parseFolders([]byte(data), 20)); got != n {
			t.Errorf("%q: %d folders, want %d", data, got, n)
		}
	}
	deep := strings.Repeat("a\x00-1 1\n", maxFolderDepth+1) + "a\x00-1 0\n"
	if parseFolders([]byte(deep), 20) != nil {
		t.Error("no bound on the depth")
	}
}
