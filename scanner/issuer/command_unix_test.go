//go:build unix

package issuer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
)

// TestCommand runs commands that end in all ways.
func TestCommand(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		says   string
		code   int
		hears  string // what people are told of its output
	}{
		"works":          {"read -r t; test ${#t} = 64; exit $?", "", 0, ""},
		"reads nothing":  {"exit 0", "", 0, ""},
		"fails":          {"echo no such $(printf token) >&2; exit 7", "exit code 7", 7, "no such token"},
		"hangs":          {"exec sleep 60", "longer than", 0, ""},
		"is killed":      {"kill -9 $$", "signal", 0, ""},
		"shows it":       {"cat", "", 0, "not shown"},
		"shows a piece":  {"cut -c 30-45", "", 0, "not shown"},
		"spaced out":     {"fold -w 5", "", 0, "not shown"},
		"talks a lot":    {"yes 'all is well'", "longer than", 0, "all is well"},
		"leaves a child": {"sleep 60 & exit 0", "left something running", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := filepath.Join(t.TempDir(), "revoke")
			if err := os.WriteFile(program, []byte("#!/bin/sh\n"+c.script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			var heard []string
			p, err := NewCommand(CommandOptions{[]string{program}, 2 * time.Second}, func(format string, args ...any) {
				heard = append(heard, fmt.Sprintf(format, args...))
			})
			if err != nil {
				t.Fatal(err)
			}
			secret := rules.NewSecret(randomToken())
			started := time.Now()
			reply, err := p.Revoke(t.Context(), secret, nil)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) || reply.Code != c.code {
				t.Errorf("%+v, %v", reply, err)
			}
			all := strings.Join(heard, "\n")
			if !strings.Contains(all, c.hears) || secret.Overlaps(all) || len(all) > 1000 {
				t.Errorf("people hear %q", all)
			}
			if took := time.Since(started); took > 15*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestCommandChildren wants that nothing that a command started outlives it when it
// is stopped: it may hold the token.
func TestCommandChildren(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ script, says string }{
		"in time":          {"sleep 600 > DIR/alive 2>&1 & wait", "longer than"},
		"of a child":       {"(sh -c 'sleep 600; true' > DIR/alive 2>&1 &) ; sleep 600", "longer than"},
		"holds the output": {"(echo begun > DIR/alive; sleep 600) 3> DIR/alive & sleep 0.2; exit 0", "left something running"},
		"closes its input": {"exec 0<&-; sleep 600 > DIR/alive 2>&1 & wait", "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := syscall.Mkfifo(filepath.Join(dir, "alive"), 0o600); err != nil {
				t.Fatal(err)
			}
			program := filepath.Join(dir, "revoke")
			if err := os.WriteFile(program, []byte("#!/bin/sh\n"+strings.ReplaceAll(c.script, "DIR", dir)+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { // reads until nobody has the other end
				_, err := os.ReadFile(filepath.Join(dir, "alive"))
				ended <- err
			}()
			p, err := NewCommand(CommandOptions{[]string{program}, time.Second}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Revoke(t.Context(), rules.NewSecret(randomToken()), nil); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			select {
			case err := <-ended:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(30 * time.Second):
				t.Error("what it started still runs")
			}
		})
	}
}
