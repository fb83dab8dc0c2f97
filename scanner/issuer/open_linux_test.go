package issuer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// TestConsoleOpens opens the page of a token's region once, with nothing of the
// token in the arguments, and nothing of it on standard output.
func TestConsoleOpens(t *testing.T) {
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\necho noise\necho \"$@\" >> "+bin+"/opened\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	console := &Console{Open: true}
	for _, region := range []string{"global", "cn", "global", "gateway.example"} {
		v := &scanner.Verification{Status: scanner.Live, Region: region}
		reply, err := console.Revoke(t.Context(), rules.NewSecret(randomToken()), v)
		if err != nil || !strings.Contains(reply.Words, "steps") {
			t.Errorf("%+v, %v", reply, err)
		}
	}
	opened, err := os.ReadFile(filepath.Join(bin, "opened"))
	if want := Regions()[0].Console + "\n" + Regions()[1].Console + "\n"; err != nil || string(opened) != want {
		t.Errorf("opened %q, %v", opened, err)
	}
}

// TestConsoleStays opens a browser that does not end before its window is closed.
func TestConsoleStays(t *testing.T) {
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\nexec sleep 60 > /dev/null 2>&1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	console := &Console{Open: true}
	started := time.Now()
	for _, region := range []string{"global", "cn"} {
		reply, err := console.Revoke(t.Context(), rules.NewSecret(randomToken()), &scanner.Verification{Status: scanner.Live, Region: region})
		if err != nil || !strings.Contains(reply.Words, "opened") {
			t.Errorf("%+v, %v", reply, err)
		}
	}
	if took := time.Since(started); took > 50*time.Second {
		t.Errorf("it took %s", took)
	}
}
