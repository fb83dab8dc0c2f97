package source

import "syscall"

func fileTimes(s *syscall.Stat_t) (changed, modified syscall.Timespec) {
	return s.Ctimespec, s.Mtimespec
}
