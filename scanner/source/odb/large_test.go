package odb

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestLargeCopies damages one of two copies of a large object: the other is read.
func TestLargeCopies(t *testing.T) {
	content := append(bytes.Repeat([]byte("large "), large/6+100), token...)
	id := idOf(Blob, content)
	stored := deflate(append(fmt.Appendf(nil, "blob %d\x00", len(content)), content...))
	places := map[string]func(t *testing.T, objects string) (path string){
		"pack": func(t *testing.T, objects string) string {
			c := newCrafted()
			c.whole(Blob, content)
			return c.write(t, objects)
		},
		"loose": func(t *testing.T, objects string) string {
			path := filepath.Join(objects, id.String()[:2], id.String()[2:])
			os.MkdirAll(filepath.Dir(path), 0o777)
			if err := os.WriteFile(path, stored, 0o666); err != nil {
				t.Fatal(err)
			}
			return path
		},
	}
	for bad, putBad := range places {
		for good, putGood := range places {
			t.Run(bad+" damaged, "+good+" sound", func(t *testing.T) {
				r, other := newRepo(t), newRepo(t)
				broken := putBad(t, r.objects())
				putGood(t, other.objects())
				info, err := os.Stat(broken)
				if err != nil {
					t.Fatal(err)
				}
				end := info.Size()
				if bad == "pack" {
					end -= 20 // its checksum
				}
				for _, at := range []int64{60, end / 2, end - 40, end - 1} {
					flip(t, broken, at)
					db := r.open(Options{Alternates: []string{other.objects()}})
					want := map[ID]object{id: {"blob", sha256.Sum256(content)}}
					compare(t, "each", each(t, db, EachOptions{}), want)
					compare(t, "scan", scan(t, db, token), want)
					compare(t, "scan for more", scan(t, db, token+"!"), map[ID]object{})
					flip(t, broken, at)
				}
			})
		}
	}
}

// flip changes a byte of a file.
func flip(t *testing.T, path string, at int64) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[at] ^= 0x55
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}
