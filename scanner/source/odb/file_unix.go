//go:build unix

package odb

import "syscall"

// nonBlock lets the opening of a pipe return at once.
const nonBlock = syscall.O_NONBLOCK
