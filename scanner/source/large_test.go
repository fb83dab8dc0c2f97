package source

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/scanner"
)

// TestLargeObjects searches a file, a commit and a tag that are larger than
// what the engine holds in memory.
func TestLargeObjects(t *testing.T) {
	f := newFixture(t)
	random := rand.New(rand.NewPCG(31, 32))
	filler := strings.Repeat("filler line\n", 3<<20) // 36 MB
	inFile, inMessage, inTag := randomToken(random), randomToken(random), randomToken(random)
	f.write("large", filler+inFile+"\n")
	f.commit("large")
	head := strings.TrimSpace(f.git("rev-parse", "HEAD"))
	tree := strings.TrimSpace(f.git("rev-parse", "HEAD^{tree}"))
	const person = " A <a@example.com> 1 +0000\n"
	commit := f.hash("commit", "tree "+tree+"\nparent "+head+"\nauthor"+person+"committer"+person+"\n"+filler+inMessage+"\n")
	f.git("update-ref", "refs/heads/large", commit)
	tag := f.hash("tag", "object "+head+"\ntype commit\ntag large\ntagger"+person+"\n"+filler+inTag+"\n")
	f.git("update-ref", "refs/tags/large", tag)

	done := make(chan *scanner.Result, 1)
	go func() { done <- scan(t, historyOf(f.open())) }()
	select {
	case r := <-done:
		found := map[string]int{}
		for _, finding := range r.Findings {
			found[finding.Secret.Reveal()] = finding.Locations[0].Line
		}
		if found[inFile] != 3<<20+1 || found[inMessage] == 0 || found[inTag] == 0 {
			t.Errorf("found %v, skipped %v", found, r.Skipped)
		}
		if r.Complete() {
			t.Error("a commit that was not followed, and the scan is complete")
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("the scan does not end")
	}
}

// TestVeryLargeFile has tokens in a file of 101 MB: in its first bytes, on the
// limits of the buffers that it is read through, and behind all else, loose and
// in a pack.
func TestVeryLargeFile(t *testing.T) {
	if testing.Short() {
		t.Skip("a file of 101 MB takes seconds")
	}
	f := newFixture(t)
	random := rand.New(rand.NewPCG(33, 34))
	content := bytes.Repeat([]byte("filler line of 32 bytes, always\n"), 101<<20/32)
	lines := map[string]int{}
	for _, at := range []int{0, 1 << 20, 8 << 20, 32 << 20, 64 << 20, 96 << 20, len(content) - 64} {
		token := randomToken(random)
		at = max(0, min(at-30, len(content)-len(token)))
		lines[token] = 1 + bytes.Count(content[:at], []byte{'\n'})
		content[max(0, at-1)] = ' '
		copy(content[at:], token)
		if end := at + len(token); end < len(content) {
			content[end] = ' '
		}
	}
	if err := os.WriteFile(filepath.Join(f.dir, "large"), content, 0o644); err != nil {
		t.Fatal(err)
	}
	f.git("config", "core.compression", "1")
	commit := f.commit("large")
	for _, where := range []string{"loose", "packed"} {
		r := scan(t, historyOf(f.open()))
		if len(r.Findings) != len(lines) || !r.Complete() {
			t.Fatalf("%s: %d found, skipped %v", where, len(r.Findings), r.Skipped)
		}
		for _, finding := range r.Findings {
			l := finding.Locations[0]
			if line := lines[finding.Secret.Reveal()]; l.Line != line || l.Path != "large" || l.Commit.ID != commit || l.Reach != scanner.ByReference {
				t.Errorf("%s: found at %+v, want line %d", where, l, line)
			}
		}
		f.git("repack", "-q", "-a", "-d")
	}
}

// hash stores an object of a type and returns its id.
func (f *fixture) hash(typ, content string) string {
	f.t.Helper()
	cmd := f.command("hash-object", "-t", typ, "-w", "--stdin", "--literally")
	cmd.Stdin = strings.NewReader(content)
	out, err := cmd.Output()
	if err != nil {
		f.t.Fatal(err)
	}
	return string(bytes.TrimSpace(out))
}
