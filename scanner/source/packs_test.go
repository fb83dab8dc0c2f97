package source

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner/source/odb"
)

// whole is an object that a pack stores whole.
type whole struct {
	typ     odb.Type
	content string
}

func (o whole) id() string {
	sum := sha1.Sum(fmt.Appendf(nil, "%s %d\x00%s", o.typ, len(o.content), o.content))
	return hex.EncodeToString(sum[:])
}

// writePack writes a pack and its index to a folder: a process of git for each
// of a thousand takes long.
func (f *fixture) writePack(dir string, objects ...whole) {
	f.t.Helper()
	slices.SortFunc(objects, func(a, b whole) int { return strings.Compare(a.id(), b.id()) })
	pack := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(objects)))
	var ids, crcs, offs []byte
	var fan [256]uint32
	for _, o := range objects {
		from := len(pack)
		size := len(o.content)
		head := byte(o.typ)<<4 | byte(size&15)
		for size >>= 4; size > 0; size >>= 7 {
			pack, head = append(pack, head|0x80), byte(size&0x7f)
		}
		b := bytes.NewBuffer(append(pack, head))
		z := zlib.NewWriter(b)
		z.Write([]byte(o.content))
		z.Close()
		pack = b.Bytes()
		id, _ := hex.DecodeString(o.id())
		ids = append(ids, id...)
		crcs = binary.BigEndian.AppendUint32(crcs, crc32.ChecksumIEEE(pack[from:]))
		offs = binary.BigEndian.AppendUint32(offs, uint32(from))
		for first := int(id[0]); first < len(fan); first++ {
			fan[first]++
		}
	}
	sum := sha1.Sum(pack)
	idx := []byte("\xfftOc\x00\x00\x00\x02")
	for _, n := range fan {
		idx = binary.BigEndian.AppendUint32(idx, n)
	}
	idx = slices.Concat(idx, ids, crcs, offs, sum[:])
	idxSum := sha1.Sum(idx)
	stem := filepath.Join(dir, fmt.Sprintf("pack-%x", idxSum))
	f.write(stem+".idx", string(append(idx, idxSum[:]...)))
	f.write(stem+".pack", string(append(pack, sum[:]...)))
}

// TestThousandPacks has a commit in each of 1,000 packs, and three of them bring
// in a token.
func TestThousandPacks(t *testing.T) {
	const packs = 1000
	f := newFixture(t)
	want := map[string]string{} // commits by token
	parent := ""
	for i := range packs {
		content := fmt.Sprint("version ", i)
		if i == 0 || i == packs/2 || i == packs-1 {
			content = randomToken(rand.New(rand.NewPCG(uint64(i), 52)))
		}
		blob := whole{odb.Blob, content}
		raw, _ := hex.DecodeString(blob.id())
		tree := whole{odb.Tree, "100644 file\x00" + string(raw)}
		person := "A <a@example.com> " + commitDate(i) + "\n"
		c := whole{odb.Commit, "tree " + tree.id() + "\n" + parent + "author " + person + "committer " + person + "\nchange\n"}
		f.writePack(".git/objects/pack", blob, tree, c)
		if strings.HasPrefix(content, "pt-") {
			want[content] = c.id()
		}
		parent = "parent " + c.id() + "\n"
	}
	f.git("update-ref", "refs/heads/main", strings.Fields(parent)[1])
	if found, _ := filepath.Glob(filepath.Join(f.dir, ".git/objects/pack/*.pack")); len(found) != packs {
		t.Fatalf("%d packs", len(found))
	}
	f.git("fsck", "--strict")
	r := scan(t, historyOf(f.open()))
	if len(r.Findings) != len(want) || !r.Complete() {
		t.Fatalf("found %v, skipped %v", r.Findings, r.Skipped)
	}
	for _, finding := range r.Findings {
		l := finding.Locations[0]
		if len(finding.Locations) != 1 || l.Path != "file" || l.Commit.ID != want[finding.Secret.Reveal()] || l.Reach != "" || l.Commits != 1 {
			t.Errorf("found at %+v", finding.Locations)
		}
	}
}

// TestLongDeltaChain plants a token in the middle of a chain of 300 deltas.
func TestLongDeltaChain(t *testing.T) {
	f := newFixture(t)
	token := randomToken(rand.New(rand.NewPCG(1, 51)))
	var stream strings.Builder
	lines := strings.Repeat("a line of a file that changes little\n", 50)
	for n := range 300 {
		content := lines + strings.Repeat("x", n)
		if n == 150 {
			content = token + "\n" + content
		}
		stream.WriteString("commit refs/heads/main\ncommitter A <a@example.com> " + commitDate(n) + "\ndata 1\nx\n")
		stream.WriteString("M 100644 inline file\ndata <<END\n" + content + "\nEND\n")
	}
	cmd := f.command("-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--depth=1000") // git repack makes a star of them
	cmd.Stdin = strings.NewReader(stream.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	if depth := f.deepest(); depth < 299 {
		t.Fatalf("the chain has %d deltas", depth)
	}
	r := scan(t, historyOf(f.open()))
	if len(r.Findings) != 1 || r.Findings[0].Locations[0].Path != "file" || r.Findings[0].Locations[0].Line != 1 {
		t.Fatalf("found %v", r.Findings)
	}
	if date := r.Findings[0].Locations[0].Commit.Date.Unix(); date != 1_700_000_150 {
		t.Errorf("introduced at %d", date)
	}
}

// deepest returns the length of the longest chain of deltas.
func (f *fixture) deepest() (depth int) {
	f.t.Helper()
	packs, _ := filepath.Glob(filepath.Join(f.dir, ".git/objects/pack/*.idx"))
	for line := range strings.Lines(f.git(append([]string{"verify-pack", "-v"}, packs...)...)) {
		if fields := strings.Fields(line); len(fields) == 7 { // id, type, two sizes, offset, depth, base
			n, _ := strconv.Atoi(fields[5])
			depth = max(depth, n)
		}
	}
	return depth
}
