//go:build unix

package issuer

import (
	"os"
	"os/exec"
	"syscall"
)

// inGroup has a command lead a session of its own, so that all that it starts can be
// stopped, unless it leaves the session. One that asks at the terminal fails then,
// rather than to be stopped there and to wait in vain.
func inGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// killGroup stops a command with all that it started.
func killGroup(leader *os.Process) error {
	err := syscall.Kill(-leader.Pid, syscall.SIGKILL)
	if err == syscall.ESRCH {
		return os.ErrProcessDone
	}
	return err
}
