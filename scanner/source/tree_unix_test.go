//go:build unix

package source

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestTreeOpensNoPipe would wait for ever if it did.
func TestTreeOpensNoPipe(t *testing.T) {
	f := newFixture(t)
	f.write("tracked", "x\n")
	f.commit("tracked")
	os.Remove(filepath.Join(f.dir, "tracked"))
	for _, name := range []string{"tracked", "pipe"} {
		if err := syscall.Mkfifo(filepath.Join(f.dir, name), 0o644); err != nil {
			t.Skipf("no named pipes here: %v", err)
		}
	}
	r := scan(t, Tree(f.dir, f.open(), TreeOptions{}))
	if !r.Complete() || len(r.Skipped) != 2 {
		t.Errorf("skipped %v", r.Skipped)
	}
}
