package source

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// importStream writes the commits of a stream to a pack, or as loose objects.
func (f *fixture) importStream(s *script, stream *bytes.Buffer) {
	f.t.Helper()
	limit := []int{1, 1 << 20}[s.below(2)]
	cmd := f.command("-c", fmt.Sprint("fastimport.unpackLimit=", limit), "fast-import", "--quiet", "--force",
		fmt.Sprint("--depth=", []int{50, 1, 10, 200}[s.below(4)]), "--import-marks-if-exists=marks", "--export-marks=marks")
	cmd.Stdin = bytes.NewReader(stream.Bytes())
	if out, err := cmd.CombinedOutput(); err != nil {
		f.t.Fatalf("fast-import: %v\n%s", err, out)
	}
	stream.Reset()
}

// repackAny packs the repository in some way. Only the last time may it forget
// what nothing reaches.
func (f *fixture) repackAny(s *script, last bool) {
	f.t.Helper()
	args := []string{"-c", "pack.threads=1"}
	for _, setting := range []string{
		"repack.useDeltaBaseOffset=false", "pack.indexVersion=1", "pack.packSizeLimit=1m",
		"pack.compression=0", "pack.compression=9", "core.bigFileThreshold=3k",
	} {
		if s.below(4) == 3 {
			args = append(args, "-c", setting)
		}
	}
	ways := [][]string{{"-d"}, {"-a"}, {"-a", "-d", "-k"}, {"--cruft", "-d"}, {"--geometric=2", "-d"}, {"-A", "-d"}, {"-a", "-d"}}
	if !last {
		ways = ways[:len(ways)-1]
	}
	way := ways[s.below(len(ways))]
	args = append(append(args, "repack", "-q"), way...)
	args = append(args, [][]string{{"-f"}, {"-F"}, nil}[s.below(3)]...)
	args = append(args, fmt.Sprint("--depth=", []int{50, 300, 0, 1, 5, 4095}[s.below(6)]), fmt.Sprint("--window=", []int{10, 2, 100, 0}[s.below(4)]))
	if s.below(3) == 2 {
		args = append(args, "--write-midx")
	}
	if s.below(2) == 1 && (way[0] == "-a" || way[0] == "-A") {
		args = append(args, "--write-bitmap-index")
	} else {
		args = append(args, "--no-write-bitmap-index")
	}
	if tags := strings.Fields(f.git("tag")); len(tags) > 0 && s.below(3) == 2 {
		f.git("tag", "-d", tags[s.below(len(tags))])
	}
	f.git(args...)
	f.tidyAny(s)
}

// tidyAny leaves more around than one repack does.
func (f *fixture) tidyAny(s *script) {
	f.t.Helper()
	switch s.below(8) {
	case 1:
		f.git("multi-pack-index", "write")
	case 2:
		f.git("commit-graph", "write", "--reachable")
	case 3: // the same objects once more, with other deltas
		f.git("pack-objects", "-q", "--all", "--depth=3", "--window=4", "objects/pack/pack")
	case 4:
		f.git("prune-packed")
	case 5: // what was packed is loose, too
		packs, _ := filepath.Glob(filepath.Join(f.dir, "objects", "pack", "*.pack"))
		if len(packs) > 0 {
			f.unpack(packs[s.below(len(packs))])
		}
	case 6:
		f.git("multi-pack-index", "write")
		f.git("multi-pack-index", "repack", "--batch-size=0")
		f.git("multi-pack-index", "expire")
	}
}

// unpack makes the objects of a pack loose.
func (f *fixture) unpack(pack string) {
	f.t.Helper()
	content, err := os.ReadFile(pack)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, ext := range []string{".pack", ".idx", ".rev", ".bitmap", ".mtimes"} {
		os.Remove(strings.TrimSuffix(pack, ".pack") + ext)
	}
	os.Remove(filepath.Join(f.dir, "objects", "pack", "multi-pack-index")) // it names the pack
	cmd := f.command("unpack-objects", "-q")
	cmd.Stdin = bytes.NewReader(content)
	if out, err := cmd.CombinedOutput(); err != nil {
		f.t.Fatal(err, string(out))
	}
}

// reflogAny writes a reflog that names some objects, and returns them.
func (f *fixture) reflogAny(s *script) (ids []string) {
	f.t.Helper()
	marks, err := os.ReadFile(filepath.Join(f.dir, "marks"))
	if err != nil {
		f.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(marks)), "\n")
	var log strings.Builder
	for range s.below(4) {
		_, id, _ := strings.Cut(lines[s.below(len(lines))], " ")
		ids = append(ids, id)
		fmt.Fprintf(&log, "%s %s C <c@example.com> 1700000000 +0000\tchange\n", strings.Repeat("0", len(id)), id)
	}
	f.write("logs/refs/heads/main", log.String())
	return ids
}
