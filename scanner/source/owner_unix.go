//go:build unix

package source

import (
	"os"
	"syscall"
)

// isForeign tells whether what is at path belongs to somebody else than the user,
// root, and the owner of the folder here. Who may write into a folder above could put
// a repository there, with a configuration by which nothing is found.
func isForeign(path, here string) bool {
	owner, ok := ownerOf(path)
	if !ok || owner == 0 || int64(owner) == int64(os.Getuid()) {
		return false
	}
	of, ok := ownerOf(here)
	return !ok || owner != of
}

func ownerOf(path string) (uid uint32, ok bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return stat.Uid, true
}
