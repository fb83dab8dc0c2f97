// Package hook puts patlint's scripts where git looks for hooks, takes them away
// again, and says what is there. A hook that was there before is kept beside and
// called first. The package runs nothing and knows nothing of scanning; it belongs
// to floor 3.
package hook

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// aside is behind the name of a hook that was there before patlint's.
const aside = ".before-patlint"

// legacy is behind the name of a hook that was there before that of pre-commit,
// which calls it (pre_commit/commands/install_uninstall.py).
const legacy = ".legacy"

// Folder is a folder of hooks.
type Folder struct {
	Path string // absolute

	// Program is the absolute path that a hook calls where no patlint is on the
	// PATH; "" if there is none that will stay.
	Program string
}

// Outcome says what became of a hook.
type Outcome string

// The outcomes.
const (
	Installed   Outcome = "installed"
	Unchanged   Outcome = "installed already"
	Renewed     Outcome = "installed anew"
	Uninstalled Outcome = "uninstalled"
	Restored    Outcome = "uninstalled, and the hook from before is back"
	Absent      Outcome = "not installed"
	Foreign     Outcome = "not patlint's, left alone"
)

// file is what stands under a hook's name.
type file struct {
	path       string
	exists     bool
	regular    bool // or a link to a regular file
	executable bool
	content    []byte // the first maxHook bytes
}

// maxHook bounds, in bytes, how much of a hook is read to know whose it is.
const maxHook = 64 << 10

// look reads what stands under a name. What cannot be read is an error.
func look(path string) (file, error) {
	f := file{path: path}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	f.exists = true
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) { // a link to nothing
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.regular, f.executable = info.Mode().IsRegular(), isExecutable(info)
	if !f.regular {
		return f, nil
	}
	f.content, err = readStart(path)
	return f, err
}

func readStart(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content := make([]byte, maxHook)
	n, err := file.Read(content)
	if n == 0 {
		return nil, nil // an empty file ends at once
	}
	return content[:n], err
}

// marker stands in every script of patlint's, whatever its version.
const marker = "# This hook was written by `patlint hook install`"

func (f *file) isOurs() bool { return bytes.Contains(f.content, []byte(marker)) }

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// ownName is how scripts ask for the name that they were called by, which is
// another one when patlint calls them.
var ownName = regexp.MustCompile(`basename[^\n]*\$\{?0|\$\{0##|basename\(?[^\n]*(__FILE__|__file__|argv\[0\]|\$0)`)

// ours returns patlint's script for a hook, which pre-commit has renamed if it was
// installed later: it calls it then.
func (d Folder) ours(name string) (file, error) {
	f, err := look(filepath.Join(d.Path, name))
	if err != nil || f.isOurs() {
		return f, err
	}
	if f.manager() == PreCommit {
		if f, err = look(f.path + legacy); err != nil || f.isOurs() {
			return f, err
		}
	}
	return file{}, nil
}
