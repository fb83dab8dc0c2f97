package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// nestedZip returns a zip in a zip, and so on.
func nestedZip(levels int) []byte {
	content := []byte(text)
	for range levels {
		content = zipOf(zip.Deflate, "inner.zip", string(content))
	}
	return content
}

// overlapping returns a zip all of whose entries have the same bytes, which
// expand a thousandfold.
func overlapping(entries int) []byte {
	var body bytes.Buffer
	z, _ := flate.NewWriter(&body, flate.BestCompression)
	_, _ = z.Write(make([]byte, 1<<20))
	must(z.Close())
	var local, central bytes.Buffer
	put := func(b *bytes.Buffer, fields ...any) {
		for _, f := range fields {
			must(binary.Write(b, binary.LittleEndian, f))
		}
	}
	put(&local, uint32(0x04034b50), uint16(20), uint16(0), uint16(8), uint32(0), uint32(0), uint32(body.Len()), uint32(1<<20), uint16(1), uint16(0), byte('a'))
	local.Write(body.Bytes())
	for range entries {
		put(&central, uint32(0x02014b50), uint16(20), uint16(20), uint16(0), uint16(8), uint32(0), uint32(0), uint32(body.Len()), uint32(1<<20),
			uint16(1), uint16(0), uint16(0), uint16(0), uint16(0), uint32(0), uint32(0), byte('a'))
	}
	size, at := central.Len(), local.Len()
	local.Write(central.Bytes())
	put(&local, uint32(0x06054b50), uint16(0), uint16(0), uint16(entries), uint16(entries), uint32(size), uint32(at), uint16(0))
	return local.Bytes()
}

func TestLimits(t *testing.T) {
	zeros := make([]byte, 64<<20)
	bomb := gzipOf("", zeros)
	for name, c := range map[string]struct {
		content []byte
		limits  Limits
		skip    string
	}{
		"50 levels":      {nestedZip(50), Limits{}, "more than 8 containers inside one another"},
		"1000:1":         {bomb, Limits{}, "expands too much"},
		"1000:1 xz":      {xzOf(zeros), Limits{}, "expands too much"},
		"1000:1 zstd":    {zstdOf(zeros), Limits{}, "expands too much"},
		"1000:1 zip":     {zipOf(zip.Deflate, "a", string(zeros)), Limits{}, "!/a: expands too much"},
		"1000:1 tar.gz":  {gzipOf("", tarOf("a", string(zeros))), Limits{}, "expands too much"},
		"overlap":        {overlapping(20_000), Limits{}, "expands too much"},
		"all bytes":      {tarOf("a", text, "b", text), Limits{Bytes: 15}, "!/b: more than 0 MB in all"},
		"all entries":    {tarOf("a", text, "b", text, "c", text), Limits{Entries: 2}, "more than 2 entries"},
		"large zip":      {gzipOf("", zipOf(zip.Store, "a", strings.Repeat(text, 100))), Limits{Held: 500}, "too large to be unpacked inside"},
		"sparse":         {sparse(), Limits{}, "expands too much"},
		"deep in gzip":   {nestedGzip(50), Limits{}, "more than 8 containers"},
		"tar of bombs":   {tarOf("a.gz", string(bomb), "b.gz", string(bomb)), Limits{}, "!/b.gz!/b: expands too much"},
		"many bombs":     {manyBombs(), Limits{Bytes: 64 << 20}, "more than 64 MB in all"},
		"window of zstd": {hugeWindow(), Limits{}, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			u := walk(t.Context(), bytes.NewReader(c.content), c.limits)
			u.wantSkip(t, c.skip)
			if u.bytes > 400<<20 || len(u.skips) > shown+2 {
				t.Errorf("%d bytes of %d, %d skips", u.bytes, len(c.content), len(u.skips))
			}
		})
	}
}

func nestedGzip(levels int) []byte {
	content := []byte(text)
	for range levels {
		content = gzipOf("", content)
	}
	return content
}

func manyBombs() []byte {
	var pairs []string
	bomb := string(gzipOf("", make([]byte, 3<<20)))
	for i := range 100 {
		pairs = append(pairs, fmt.Sprint(i), bomb)
	}
	return tarOf(pairs...)
}

// hugeWindow is the header of a zstd frame that wants 2 GB to refer back to.
func hugeWindow() []byte { return append([]byte(signZstd), 0x00, 21<<3, 0x01, 0x00, 0x00) }

// sparse returns a tar with a file of a terabyte, all of which is a hole.
func sparse() []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(w.WriteHeader(&tar.Header{Name: "sparse", Mode: 0o644}))
	must(w.Close())
	content := b.Bytes()
	content[156] = 'S' // an old GNU sparse file (tar.5, GNU.sparse)
	copy(content[257:], "ustar  \x00")
	clear(content[345:500])
	copy(content[386:], fmt.Sprintf("%011o\x00%011o\x00", int64(1)<<32-1, 0)) // an empty piece at the end
	copy(content[483:], fmt.Sprintf("%011o\x00", int64(1)<<32-1))
	sealTar(content)
	return content
}

// sealTar writes the checksum of the first header of a tar.
func sealTar(content []byte) {
	copy(content[148:156], "        ")
	sum := 0
	for _, c := range content[:512] {
		sum += int(c)
	}
	copy(content[148:], fmt.Sprintf("%06o\x00 ", sum))
}

// Streams, blocks and checks of xz as the program writes them.
func TestXZ(t *testing.T) {
	for _, args := range [][]string{{"-0"}, {"-T2", "--block-size=1000"}, {"--check=none"}, {"--check=crc32"}, {"--check=sha256"}, {"-9e"}} {
		content := []byte(strings.Repeat(text, 500))
		cmd := exec.Command("xz", append(args, "-c")...)
		cmd.Stdin = bytes.NewReader(content)
		out, err := cmd.Output()
		if err != nil {
			t.Skip("no xz on this machine:", err)
		}
		u := unpackAll(t, slices.Concat(out, make([]byte, 8), out), Limits{})
		u.want(t, "!/", strings.Repeat(string(content), 2))
		u.wantNoSkip(t)
		for i := range 20 {
			if u := unpackAll(t, out[:len(out)*i/20], Limits{}); len(u.skips) == 0 && i > 1 {
				t.Errorf("%v: %d of 20 parts, and nothing is skipped", args, i)
			}
		}
	}
}

// Every block of an xz file says how far back it refers, which is memory.
func TestXZWindow(t *testing.T) {
	block := xzOf([]byte(text))
	at := 12 + bytes.Index(block[12:], []byte{0x21, 1})
	block[at+2] = 40 // 4 GB
	end := 12 + 4*(int(block[12])+1)
	binary.LittleEndian.PutUint32(block[end-4:], crc32.ChecksumIEEE(block[12:end-4]))
	u := unpackAll(t, append(xzOf([]byte(text)), block...), Limits{})
	u.want(t, "!/", text)
	u.wantSkip(t, "!/: needs too much memory")
}

// A zip that is encrypted, lies about sizes or is cut off is told of by name, and
// what can be read of it is.
func TestDamage(t *testing.T) {
	locked := zipOf(zip.Store, "open", text, "locked", text)
	for _, sign := range []string{"PK\x01\x02", "PK\x03\x04"} {
		at := bytes.LastIndex(locked, []byte(sign))
		locked[at+6+2*int(sign[2]&1)] |= 1
	}
	u := unpackAll(t, locked, Limits{})
	u.want(t, "!/open", text)
	u.wantSkip(t, "!/locked: encrypted")

	lying := zipOf(zip.Deflate, "a", text, "b", text)
	at := bytes.Index(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[at+24:], 1<<31)
	u = unpackAll(t, lying, Limits{})
	u.wantSkip(t, "!/a: damaged")
	u.want(t, "!/b", text)

	method := zipOf(zip.Store, "a", text)
	method[bytes.Index(method, []byte("PK\x01\x02"))+10] = 99
	unpackAll(t, method, Limits{}).wantSkip(t, "!/a: compressed by method 99")

	for name, whole := range map[string][]byte{
		"zip": zipOf(zip.Deflate, "a", strings.Repeat(text, 99), "b", text), "gz": gzipOf("", []byte(strings.Repeat(text, 99))),
		"tar": tarOf("a", text, "b", strings.Repeat(text, 200)), "tgz": gzipOf("", tarOf("a", text)), "xz": xzOf([]byte(text)), "zst": zstdOf([]byte(text)),
	} {
		if u := unpackAll(t, whole[:len(whole)/2], Limits{}); len(u.skips) == 0 {
			t.Errorf("half a %s, and nothing is skipped", name)
		}
	}
	huge := hugeTar(text)
	unpackAll(t, huge, Limits{}).wantSkip(t, "damaged")
}

// hugeTar returns a tar whose first entry claims more than there is.
func hugeTar(text string) []byte {
	huge := tarOf("a", text, "b", text)
	copy(huge[124:], "\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff") // a size in base 256
	sealTar(huge)
	return huge
}

// A tar that ends behind its first header, or in the NULs that follow it, holds
// nothing that is missing. One that is cut while it is decompressed may.
func TestEmptyTar(t *testing.T) {
	huge := hugeTar(text)
	for _, size := range []int{512, 1000, 1024} {
		clear(huge[512:size])
		unpackAll(t, huge[:size], Limits{}).wantNoSkip(t)
		unpackAll(t, gzipOf("", huge[:size]), Limits{}).wantNoSkip(t)
		cut := gzipOf("", huge[:size])
		unpackAll(t, cut[:len(cut)-8], Limits{}).wantSkip(t, "damaged")
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if u := walk(ctx, bytes.NewReader(manyBombs()), Limits{}); u.bytes > 1<<20 {
		t.Errorf("%d bytes were unpacked behind the end", u.bytes)
	}
}

// FuzzWalk unpacks anything, and wants it to end within its limits.
func FuzzWalk(f *testing.F) {
	for _, seed := range [][]byte{
		zipOf(zip.Deflate, "a", text, "b.gz", string(gzipOf("n", []byte(text)))), tarOf("a", text), gzipOf("", tarOf("a", text)),
		xzOf([]byte(text)), zstdOf([]byte(text)), nestedZip(9), overlapping(3), sparse(), hugeWindow(), []byte("BZh91AY&SY"),
	} {
		f.Add(seed)
	}
	limits := Limits{Bytes: 8 << 20, Entries: 1000, Held: 1 << 20}
	f.Fuzz(func(t *testing.T, content []byte) {
		u := walk(t.Context(), bytes.NewReader(content), limits)
		if slack := int64(limits.Entries) << 16; u.bytes > int64(limits.Depth+2)*limits.Bytes+slack || len(u.entries) > limits.Entries || len(u.skips) > shown+2 {
			t.Errorf("%d bytes, %d entries, %d skips", u.bytes, len(u.entries), len(u.skips))
		}
		for path := range u.entries {
			if !strings.HasPrefix(path, Between) {
				t.Errorf("an entry at %q", path)
			}
		}
	})
}
