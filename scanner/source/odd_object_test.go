package source

import (
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// TestTagHeader has a token in the name of a tagger.
func TestTagHeader(t *testing.T) {
	f := newFixture(t)
	f.write("a", "clean")
	head := f.commit("start")
	token := randomToken(rand.New(rand.NewPCG(1, 91)))
	f.git("update-ref", "refs/tags/v1", f.hash("tag", "object "+head+"\ntype commit\ntag v1\ntagger "+token+" <a@example.com> 1 +0000\n\nmessage\n"))
	if r := scan(t, historyOf(f.open())); len(r.Findings) != 1 {
		t.Errorf("found %v, complete %v", r.Findings, r.Complete())
	}
}

// TestNameHashes has two names with the same FNV-1a hash of 32 bits.
func TestNameHashes(t *testing.T) {
	f := newFixture(t)
	random := rand.New(rand.NewPCG(2, 91))
	want := map[string]string{randomToken(random): "d/file1049599", randomToken(random): "d/file1212382"}
	for token, path := range want {
		f.write(path, token)
	}
	f.commit("both")
	for _, finding := range scan(t, historyOf(f.open())).Findings {
		if l := finding.Locations[0]; l.Path != want[finding.Secret.Reveal()] || !*l.InHead {
			t.Errorf("found at %s, in HEAD %v, want %s", l.Path, *l.InHead, want[finding.Secret.Reveal()])
		}
	}
}

// TestFolderMode has a folder with the bits of permissions in its mode.
func TestFolderMode(t *testing.T) {
	f := newFixture(t)
	token := randomToken(rand.New(rand.NewPCG(3, 91)))
	blob := whole{3, token}
	f.hash("blob", token)
	sub := f.hash("tree", "100644 f\x00"+string(odbID(blob.id())))
	top := f.hash("tree", "40755 dir\x00"+string(odbID(sub)))
	const person = " A <a@example.com> 1 +0000\n"
	f.git("update-ref", "refs/heads/main", f.hash("commit", "tree "+top+"\nauthor"+person+"committer"+person+"\nm\n"))
	for _, finding := range scan(t, historyOf(f.open())).Findings {
		if l := finding.Locations[0]; l.Path != "dir/f" || l.Reach != scanner.ByReference {
			t.Errorf("found at %q, reached by %q", l.Path, l.Reach)
		}
	}
}

func odbID(s string) []byte {
	id, _ := hex.DecodeString(s)
	return id
}
