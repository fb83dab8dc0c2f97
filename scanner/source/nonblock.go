//go:build unix

package source

import "syscall"

// nonBlock lets the opening of a pipe return at once.
const nonBlock = syscall.O_NONBLOCK
