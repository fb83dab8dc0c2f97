//go:build linux || darwin

package source

import (
	"io/fs"
	"syscall"
)

// statOf returns of a file what an index keeps.
func statOf(info fs.FileInfo) (fileStat, bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileStat{}, false
	}
	changed, modified := fileTimes(s)
	return fileStat{
		changed:  moment{uint32(changed.Sec), uint32(changed.Nsec)},
		modified: moment{uint32(modified.Sec), uint32(modified.Nsec)},
		inode:    uint32(s.Ino), uid: s.Uid, gid: s.Gid, size: uint32(s.Size),
	}, true
}
