package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openTerminal returns both sides of a new terminal.
func openTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("this system has no terminals:", err)
	}
	t.Cleanup(func() { person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this system has no terminals:", err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

// TestRevokeAsked asks a person at a terminal, with the tokens on standard input:
// only "yes" is one, and the person sees before what is about to happen.
func TestRevokeAsked(t *testing.T) {
	t.Parallel()
	for answer, isYes := range map[string]bool{"yes\n": true, "Yes\n": true, "no\n": false, "\n": false, "y\n": false, "\x04": false} {
		w := newWorkplace(t)
		token := randomPAT()
		server := newIssuer(t, token)
		service := newService(t, server, nil)
		w = w.settings(httpSettings(service.URL))
		person, program := openTerminal(t)
		cmd := exec.CommandContext(t.Context(), "patlint", "revoke", "--issuer-url="+server.URL, "--provider=http")
		var output bytes.Buffer
		cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = w.dir, w.env(), strings.NewReader(token), &output, &output
		cmd.ExtraFiles = []*os.File{program}
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		shown := readUntil(t, person, "Type yes to go on: ")
		if n := len(service.received()); n > 0 || !strings.Contains(shown, mask(token)) || !strings.Contains(shown, "to be revoked") {
			t.Errorf("%d requests before the answer to %q", n, shown)
		}
		if _, err := person.WriteString(answer); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // the exit code tells
		code, requests := cmd.ProcessState.ExitCode(), len(service.received())
		if isYes && (code != exitClean || requests != 1) || !isYes && (code != exitFound || requests != 0 || w.steps() != "") {
			t.Errorf("%q: exit code %d, %d requests\n%s", answer, code, requests, &output)
		}
		w.wantQuiet(t, outcome{stdout: output.String(), stderr: shown}, token)
	}
}

// readUntil reads what a program shows at a terminal until it shows the words.
func readUntil(t *testing.T, terminal *os.File, words string) string {
	t.Helper()
	stuck := time.AfterFunc(patience, func() { terminal.Close() })
	defer stuck.Stop()
	var shown strings.Builder
	part := make([]byte, 1024)
	for !strings.Contains(shown.String(), words) {
		n, err := terminal.Read(part)
		shown.Write(part[:n])
		if err != nil {
			t.Fatalf("%v after %q", err, shown.String())
		}
	}
	return shown.String()
}
