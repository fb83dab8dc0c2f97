//go:build unix

package issuer

import (
	"errors"
	"os"
	"syscall"
)

// noFollow keeps a file from being opened through a link.
const noFollow = syscall.O_NOFOLLOW

// onlyOwner returns an error if others than the user and the system can write a
// file or in a folder. In a folder such as /tmp, which is everybody's, nobody can
// exchange the files of others.
func onlyOwner(info os.FileInfo) error {
	isShared := info.IsDir() && info.Mode()&os.ModeSticky != 0
	if info.Mode().Perm()&0o022 != 0 && !isShared {
		return errors.New("others can write it: chmod go-w")
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 && int(stat.Uid) != os.Geteuid() {
		return errors.New("it belongs to somebody else")
	}
	return nil
}

// syncFolder writes what a folder lists to the disk.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
