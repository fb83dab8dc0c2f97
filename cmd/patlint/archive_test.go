package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// pack returns what a writer makes of content.
func pack(t *testing.T, content string, open func(io.Writer) (io.WriteCloser, error)) string {
	t.Helper()
	var b bytes.Buffer
	w, err := open(&b)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, content string) string {
	return pack(t, content, func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil })
}

func xzipped(t *testing.T, content string) string {
	return pack(t, content, func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) })
}

func zstandard(t *testing.T, content string) string {
	return pack(t, content, func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) })
}

// zipped returns a zip of names and contents in turn.
func zipped(t *testing.T, method uint16, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: method})
		if err == nil {
			_, err = io.WriteString(w, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tarred returns a tar of names and contents in turn.
func tarred(t *testing.T, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		err := w.WriteHeader(&tar.Header{Name: pairs[i], Size: int64(len(pairs[i+1])), Mode: 0o644})
		if err == nil {
			_, err = io.WriteString(w, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// archived is a container with a token inside, and where that is.
type archived struct{ name, content, token, place string }

// archives returns containers of all formats, each with a token in the second
// line of an entry.
func archives(t *testing.T) []archived {
	var all []archived
	add := func(name, inside string, make func(leak string) string) {
		token := randomPAT()
		all = append(all, archived{name, make("# settings\nTOKEN=" + token + "\n"), token, name + inside + ":2:7"})
	}
	add("dist/app.zip", "!/conf/.env", func(leak string) string { return zipped(t, zip.Deflate, "a", "b", "conf/.env", leak) })
	add("stored.jar", "!/app.properties", func(leak string) string { return zipped(t, zip.Store, "app.properties", leak) })
	add("a.tar", "!/../.env", func(leak string) string { return tarred(t, "a", "b", "../.env", leak) })
	add("b.tar.gz", "!//etc/app.env", func(leak string) string { return gzipped(t, tarred(t, "/etc/app.env", leak)) })
	add("logs/x.log.gz", "!/x.log", func(leak string) string { return gzipped(t, leak) })
	add("c.tar.xz", "!/c", func(leak string) string { return xzipped(t, tarred(t, "c", leak)) })
	add("d.json.zst", "!/d.json", func(leak string) string { return zstandard(t, leak) })
	add("nested.zip", "!/b.tar.gz!/c.jar!/d", func(leak string) string {
		return zipped(t, zip.Deflate, "b.tar.gz", gzipped(t, tarred(t, "c.jar", zipped(t, zip.Deflate, "d", leak))))
	})
	add("no-name", "!/content", func(leak string) string { return xzipped(t, leak) })
	add("large.gz", "!/large", func(leak string) string {
		return gzipped(t, leak+strings.Repeat(randomText(4000)+"\n", 1000)) // more than is searched at once
	})
	return all
}

// wantAt fails unless the token of each container was found at its place alone.
func (r *jsonReport) wantAt(t *testing.T, all []archived, format string) {
	t.Helper()
	r.wantComplete(t)
	for _, a := range all {
		found := r.finding(t, a.token).Locations
		if want := fmt.Sprintf(format, a.place); len(found) != 1 || found[0].String() != want {
			t.Errorf("found at %v, want %s", found, want)
		}
	}
	if len(r.Findings) != len(all) {
		t.Errorf("%d findings, want %d", len(r.Findings), len(all))
	}
}

func TestArchives(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	all := archives(t)
	for _, a := range all {
		w.write(a.name, a.content)
	}
	w.scan(exitFound, "--worktree").wantAt(t, all, "worktree %s")
	w.git("add", "--all")
	w.scan(exitFound, "--staged").wantAt(t, all, "index %s")
	id := w.commit("archives")
	w.scan(exitFound, "--history").wantAt(t, all, "history %s by "+id+" in HEAD")
	w.scan(exitFound).wantAt(t, all, "worktree %s by "+id+" in HEAD")
	w.scan(exitFound).wantAt(t, all, "worktree %s by "+id+" in HEAD")
	w.scan(exitFound, "--files", "nested.zip", "a.tar").wantSecrets(t, all[2].token, all[7].token)
	w.git("repack", "-q", "-a", "-d")
	w.git("rm", "-q", "-r", ".")
	w.commit("removed")
	w.scan(exitFound).wantAt(t, all, "history %s by "+id+" not in HEAD")
	w.scan(exitClean, "--range", "HEAD~1..HEAD")
	for _, f := range w.scan(exitFound, "--no-archives").Findings { // in what nothing compresses
		if got := f.Locations[0].Path; strings.Contains(got, "!/") {
			t.Errorf("found at %s", got)
		}
	}
}

func TestArchiveOnStandardInput(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	for _, a := range archives(t) {
		out := w.run(a.content, "patlint", "scan", "--stdin", "--stdin-path", a.name, "-f", "json", "--show-secrets")
		parseReport(t, out.stdout).wantAt(t, []archived{a}, "stdin %s")
	}
	a := archives(t)[4]
	out := w.run(a.content, "patlint", "scan", "--stdin", "-f", "json", "--show-secrets")
	if got := parseReport(t, out.stdout).finding(t, a.token).Locations[0].String(); got != "stdin !/content:2:7" {
		t.Errorf("found at %s", got)
	}
}

// A version of an archive that only a delta holds, with tokens in one version
// or the other.
func TestArchiveInDeltas(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	filler := strings.Repeat(randomText(3000)+"\n", 50)
	first, second := randomPAT(), randomPAT()
	w.write("a.tar.gz", gzipped(t, tarred(t, "a", filler, "b", first)))
	one := w.commit("one")
	w.write("a.tar.gz", gzipped(t, tarred(t, "a", filler, "b", second)))
	two := w.commit("two")
	w.write("a.tar.gz", gzipped(t, tarred(t, "a", filler, "b", "nothing")))
	w.commit("three")
	w.git("repack", "-q", "-a", "-d", "-f", "--window=50")
	r := w.scan(exitFound)
	r.wantSecrets(t, first, second)
	for token, by := range map[string]string{first: one, second: two} {
		if got, want := r.finding(t, token).Locations[0].String(), "history a.tar.gz!/b:1:1 by "+by+" not in HEAD"; got != want {
			t.Errorf("found at %s, want %s", got, want)
		}
	}
	w.scan(exitFound, "--range", one+".."+two).wantSecrets(t, second)
}

// Patterns, comments, allow entries and baselines hold inside, too.
func TestSuppressInArchive(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	allowed, other := randomPAT(), randomPAT()
	w.write("dist/a.zip", zipped(t, zip.Store, "a.env", "T="+allowed+" # patlint:"+"allow qoder-pat -- a test\n", "deep/b.env", other))
	w.commit("archive")
	r := w.scan(exitFound)
	r.wantSecrets(t, other)
	if len(r.Suppressed) != 1 || r.Suppressed[0].Secret != allowed {
		t.Errorf("%d suppressed", len(r.Suppressed))
	}
	w.scan(exitClean, "--exclude", "dist/a.zip")
	w.scan(exitClean, "--exclude", "*.zip")
	w.scan(exitClean, "--exclude", "dist")
	w.scan(exitClean, "--exclude", "b.env")
	w.scan(exitFound, "--include", "*.zip").wantSecrets(t, other)
	w.scan(exitClean, "--history", "--include", "*.tar")
	w.scan(exitFound, "--write-baseline", "base.json")
	w.scan(exitClean, "--baseline", "base.json")
	w.write(".patlint.yaml", "allow:\n  - fingerprint: "+r.finding(t, other).Fingerprint+"\n    reason: a test\n    paths: [dist/a.zip]\n")
	w.scan(exitClean)
}

// What cannot be unpacked is named once, and all else is found.
func TestArchivesThatCannotBeUnpacked(t *testing.T) {
	t.Parallel()
	nested := "text"
	for range 50 {
		nested = zipped(t, zip.Deflate, "a.zip", nested)
	}
	locked := []byte(zipped(t, zip.Store, "locked.env", "text"))
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	whole := gzipped(t, tarred(t, "a", randomText(5000)))
	for name, c := range map[string]struct{ content, path, reason string }{
		"bomb.gz":      {gzipped(t, strings.Repeat("\x00", 50<<20)), "bomb.gz!/bomb", "expands too much"},
		"bomb.zip":     {zipped(t, zip.Deflate, "a", strings.Repeat("\x00", 50<<20)), "bomb.zip!/a", "expands too much"},
		"nested.zip":   {nested, "nested.zip!/a.zip!/a.zip!/a.zip!/a.zip!/a.zip!/a.zip!/a.zip!/a.zip", "containers inside one another"},
		"locked.zip":   {string(locked), "locked.zip!/locked.env", "encrypted"},
		"broken.zip":   {zipped(t, zip.Deflate, "a", "text")[:60], "broken.zip", "damaged"},
		"cut.tar.gz":   {whole[:len(whole)/2], "cut.tar.gz!/a", "damaged"},
		"garbage.gz":   {"\x1f\x8b\x08" + randomText(500), "garbage.gz", "damaged"},
		"deep/cut.bz2": {"BZh91AY&SY", "deep/cut.bz2", "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			w.commit("empty")
			w.write(name, c.content)
			w.commit("first")
			for _, args := range [][]string{{"--worktree"}, {"--history"}, {}, {"--range", "HEAD~1..HEAD"}, {"--files", name}} {
				r := w.scan(exitIncomplete, args...)
				if len(r.Skipped) != 1 || !strings.HasPrefix(r.Skipped[0].Path, c.path) || !strings.Contains(r.Skipped[0].Reason, c.reason) {
					t.Errorf("%v: skipped %.500s, want %s: %s", args, r.reasons(), c.path, c.reason)
				}
			}
			out := w.run(c.content, "patlint", "scan", "--stdin", "--stdin-path", name)
			if out.code != exitIncomplete {
				t.Errorf("--stdin: exit code %d", out.code)
			}
			w.scan(exitClean, "--allow-incomplete")
			w.scan(exitClean, "--no-archives")
			w.scan(exitClean, "--exclude", name)
			token := randomPAT()
			w.write("leak.zip", zipped(t, zip.Deflate, "leak", token))
			w.scan(exitFound).wantSecrets(t, token)
		})
	}
}

// What is no text, and what nobody unpacks, is searched as it is.
func TestRawBytes(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	pdf, sqlite, binary, notebook := randomPAT(), randomPAT(), randomPAT(), randomPAT()
	w.write("a.pdf", "%PDF-1.4\n1 0 obj\n<< /Title ("+pdf+") >>\nendobj\n")
	w.write("b.sqlite", "SQLite format 3\x00\x10\x00\x01\x01"+strings.Repeat("\x00", 5000)+"\x17\x8d"+sqlite+"\x00\x00")
	w.write("c.bin", "\x00\x01\x00"+binary+"\x00\xff\xfe")
	w.write("d.ipynb", `{"cells":[{"outputs":[{"text":["token: `+notebook+`\n"]}]}]}`)
	r := w.scan(exitFound)
	r.wantSecrets(t, pdf, sqlite, binary, notebook)
	r.wantComplete(t)
}
