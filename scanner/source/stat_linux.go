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
	return fileStat{
		changed:  moment{uint32(s.Ctim.Sec), uint32(s.Ctim.Nsec)},
		modified: moment{uint32(s.Mtim.Sec), uint32(s.Mtim.Nsec)},
		inode:    uint32(s.Ino), uid: s.Uid, gid: s.Gid, size: uint32(s.Size),
	}, true
}
