//go:build !linux && !darwin

package source

import "io/fs"

// statOf returns nothing: git's index on Windows knows neither the inode nor a
// time that no program can set, and no other system was tried.
func statOf(fs.FileInfo) (fileStat, bool) { return fileStat{}, false }
