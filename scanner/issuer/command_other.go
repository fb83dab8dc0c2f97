//go:build !unix

package issuer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// inGroup does nothing: what a command started is known by its parent.
func inGroup(*exec.Cmd) {}

// killGroup stops a command with all that it started, with the program that Windows
// has for that.
func killGroup(leader *os.Process) error {
	taskkill := filepath.Join(os.Getenv("SystemRoot"), "System32", "taskkill.exe")
	if err := exec.Command(taskkill, "/T", "/F", "/PID", strconv.Itoa(leader.Pid)).Run(); err == nil {
		return nil
	}
	return leader.Kill()
}
