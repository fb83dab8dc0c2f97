//go:build !windows

package hook

import "io/fs"

// isExecutable tells whether git would run a hook.
func isExecutable(info fs.FileInfo) bool { return info.Mode()&0o111 != 0 }
