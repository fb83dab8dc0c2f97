//go:build unix

package source

import (
	"os"
	"syscall"
	"testing"
)

// TestIgnorePipe reads what must not be opened, or not be waited for.
func TestIgnorePipe(t *testing.T) {
	pipe := t.TempDir() + "/pipe"
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{pipe, os.DevNull, "/dev/zero"} {
		if content, err := readIgnoreFile(name, true); err != nil || content != nil {
			t.Errorf("%s: %q, %v", name, content, err)
		}
	}
}
