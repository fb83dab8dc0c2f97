package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// unpacked is all that a walk told.
type unpacked struct {
	entries map[string]string
	skips   []string
	bytes   int64
}

type sink struct {
	bytes.Buffer
	u    *unpacked
	path string
}

const keptOfEntry = 1 << 16

func (s *sink) Write(p []byte) (int, error) {
	s.u.bytes += int64(len(p))
	if s.Len() < keptOfEntry {
		s.Buffer.Write(p)
	}
	return len(p), nil
}

func (s *sink) Close() error {
	s.u.entries[s.path] = s.String()
	return nil
}

func walk(ctx context.Context, content io.Reader, limits Limits) *unpacked {
	u := &unpacked{entries: map[string]string{}}
	Walk(ctx, content, Options{
		Limits: limits,
		Entry:  func(path string) io.WriteCloser { return &sink{u: u, path: path} },
		Skip:   func(path, reason string) { u.skips = append(u.skips, path+": "+reason) },
	})
	return u
}

// unpackAll unpacks content that can be read from any place and a stream of the
// same, and wants the same of both.
func unpackAll(t *testing.T, content []byte, limits Limits) *unpacked {
	t.Helper()
	u := walk(t.Context(), bytes.NewReader(content), limits)
	streamed := walk(t.Context(), io.MultiReader(bytes.NewReader(content)), limits)
	if got, want := fmt.Sprint(streamed.entries, streamed.skips), fmt.Sprint(u.entries, u.skips); got != want {
		t.Errorf("as a stream: %.300s\nas a file: %.300s", got, want)
	}
	return u
}

func (u *unpacked) want(t *testing.T, path, content string) {
	t.Helper()
	if got, ok := u.entries[path]; got != content || !ok {
		t.Errorf("%q is %.100q (%t), want %.100q; skipped %q", path, got, ok, content, u.skips)
	}
}

func (u *unpacked) wantSkip(t *testing.T, want string) {
	t.Helper()
	if !slices.ContainsFunc(u.skips, func(s string) bool { return strings.Contains(s, want) }) {
		t.Errorf("skipped %.500q, want %q", u.skips, want)
	}
}

func (u *unpacked) wantNoSkip(t *testing.T) {
	t.Helper()
	if len(u.skips) > 0 {
		t.Errorf("skipped %q", u.skips)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// zipOf returns a zip of names and contents in turn.
func zipOf(method uint16, pairs ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: pairs[i], Method: method})
		must(err)
		_, err = io.WriteString(w, pairs[i+1])
		must(err)
	}
	must(z.Close())
	return b.Bytes()
}

func tarOf(pairs ...string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		must(w.WriteHeader(&tar.Header{Name: pairs[i], Size: int64(len(pairs[i+1])), Mode: 0o644}))
		_, err := io.WriteString(w, pairs[i+1])
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

// packed returns content that a writer compressed.
func packed(open func(w io.Writer) (io.WriteCloser, error), content []byte) []byte {
	var b bytes.Buffer
	w, err := open(&b)
	must(err)
	_, err = w.Write(content)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func gzipOf(name string, content []byte) []byte {
	return packed(func(w io.Writer) (io.WriteCloser, error) {
		z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
		z.Name = name
		return z, err
	}, content)
}

func xzOf(content []byte) []byte {
	return packed(func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }, content)
}

func zstdOf(content []byte) []byte {
	return packed(func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }, content)
}

func bzip2Of(t *testing.T, content []byte) []byte {
	t.Helper()
	cmd := exec.Command("bzip2", "-c")
	cmd.Stdin = bytes.NewReader(content)
	out, err := cmd.Output()
	if err != nil {
		t.Skip("no bzip2 on this machine, and the standard library only reads it:", err)
	}
	return out
}

const text = "some text\n"

func TestFormats(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		want    map[string]string
	}{
		"zip":       {zipOf(zip.Deflate, "a/b", text, "dir/", "", "empty", ""), map[string]string{"!/a/b": text, "!/empty": ""}},
		"stored":    {zipOf(zip.Store, "a", text), map[string]string{"!/a": text}},
		"zipapp":    {append([]byte("#!/usr/bin/env python3\n"), zipOf(zip.Deflate, "a", text)...), map[string]string{"!/a": text}},
		"tar":       {tarOf("./a", text, "../b", text, "/etc/c", text), map[string]string{"!/a": text, "!/../b": text, "!//etc/c": text}},
		"gzip":      {gzipOf("", []byte(text)), map[string]string{"!/": text}},
		"named":     {gzipOf("dump.sql", []byte(text)), map[string]string{"!/dump.sql": text}},
		"members":   {slices.Concat(gzipOf("", []byte(text)), gzipOf("", []byte(text)), []byte("\x00\x00padding")), map[string]string{"!/": text + text}},
		"xz":        {xzOf([]byte(text)), map[string]string{"!/": text}},
		"zstd":      {zstdOf([]byte(text)), map[string]string{"!/": text}},
		"tar.gz":    {gzipOf("", tarOf("a", text)), map[string]string{"!/a": text}},
		"tar.xz":    {xzOf(tarOf("a", text)), map[string]string{"!/a": text}},
		"zip of gz": {zipOf(zip.Store, "a.gz", string(gzipOf("", []byte(text)))), map[string]string{"!/a.gz!/a": text}},
		"mixture": {
			zipOf(zip.Deflate, "b.tar.gz", string(gzipOf("b.tar", tarOf("c.jar", string(zipOf(zip.Deflate, "d.zst", string(zstdOf([]byte(text))))))))),
			map[string]string{"!/b.tar.gz!/c.jar!/d.zst!/d": text},
		},
	} {
		t.Run(name, func(t *testing.T) {
			u := unpackAll(t, c.content, Limits{})
			u.wantNoSkip(t)
			for path, content := range c.want {
				u.want(t, path, content)
			}
		})
	}
	u := unpackAll(t, bzip2Of(t, tarOf("a", text)), Limits{})
	u.want(t, "!/a", text)
}

// Every container has one of the signs where its format is looked for, so that
// who looks for the signs misses none.
func TestSigns(t *testing.T) {
	for _, content := range [][]byte{
		zipOf(zip.Store, "a", text), tarOf("a", text), gzipOf("", nil), xzOf(nil), zstdOf([]byte(text)),
		[]byte("BZh91AY&SY"), slices.Concat([]byte("#!x\n"), zipOf(zip.Store, "a", text)),
	} {
		head := content[:min(len(content), HeadSize)]
		if Detect(head) == None || !slices.ContainsFunc(Signs(), func(s string) bool { return bytes.Contains(head, []byte(s)) }) {
			t.Errorf("%.20q: format %v", head, Detect(head))
		}
	}
	for _, content := range []string{"", "PK", "PK\x03", "BZh9 is no archive", "#!/bin/sh\nPK", strings.Repeat("ustar\x00", 100), "\x1f\x8b"} {
		if f := Detect([]byte(content)); f != None {
			t.Errorf("%.20q: format %v", content, f)
		}
	}
}

func TestJoin(t *testing.T) {
	for _, c := range [][3]string{
		{"a.zip", "", "a.zip"}, {"a.zip", "!/b", "a.zip!/b"}, {"d/a.log.gz", "!/", "d/a.log.gz!/a.log"},
		{"a.zip.gz", "!/!/b", "a.zip.gz!/a.zip!/b"}, {"a.tgz", "!/", "a.tgz!/a.tar"}, {"", "!/", "!/content"},
		{"a.zip", "!/b.tgz!/", "a.zip!/b.tgz!/b.tar"}, {".gz", "!/", ".gz!/content"},
	} {
		if got := Join(c[0], c[1]); got != c[2] {
			t.Errorf("%q, %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
