package source

import "syscall"

func fileTimes(s *syscall.Stat_t) (changed, modified syscall.Timespec) { return s.Ctim, s.Mtim }
