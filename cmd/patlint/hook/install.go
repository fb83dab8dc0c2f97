package hook

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Install puts patlint's script under the name of a hook. What was there before
// is kept beside. To install twice changes nothing, also at the same time.
func (d Folder) Install(h Hook) (Outcome, error) {
	outcome, err := d.install(h)
	if err != nil {
		if other, lookErr := d.ours(h.Name); lookErr == nil && other.exists { // another installation was quicker
			return d.install(h)
		}
	}
	return outcome, err
}

func (d Folder) install(h Hook) (Outcome, error) {
	old, err := d.ours(h.Name)
	if err != nil {
		return "", err
	}
	if old.exists && d.Program == "" {
		d.Program = old.program()
	}
	script := d.script(h)
	switch {
	case old.exists && old.executable && bytes.Equal(old.content, script):
		return Unchanged, nil
	case old.exists:
		return Renewed, write(old.path, script, nil)
	}
	if err := os.MkdirAll(d.Path, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(d.Path, h.Name)
	return Installed, write(path, script, setAside)
}

// write writes a script beside its place and renames it, so that there is no
// moment at which git finds half of one. Before that, it calls prepare.
func write(path string, script []byte, prepare func(path string) (undo func(), err error)) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".patlint-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(script)
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Chmod(temp.Name(), 0o755); err != nil {
		return err
	}
	if prepare == nil {
		return os.Rename(temp.Name(), path)
	}
	undo, err := prepare(path)
	if err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		undo()
		return err
	}
	return nil
}

// setAside gives what stands at path a second name, under which patlint's script
// calls it. Until the script replaces it, it stays where it is, so that at no
// time there is no hook.
func setAside(path string) (undo func(), err error) {
	undo = func() {}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return undo, nil
	}
	if err != nil {
		return undo, err
	}
	if info.IsDir() {
		return undo, fmt.Errorf("%s is a folder", path)
	}
	if f, err := look(path); err != nil || f.isOurs() { // of another installation, just now
		return undo, err
	}
	kept := path + aside
	err = addName(path, kept, info)
	switch {
	case err == nil:
		return func() { os.Remove(kept) }, nil
	case isSame(path, kept): // an installation was interrupted here, or is at work
		return undo, nil
	case exists(kept):
		return undo, fmt.Errorf("%s is no hook of patlint's, and %s is there already: remove the one that you do not want", path, filepath.Base(kept))
	}
	return func() { os.Rename(kept, path) }, os.Rename(path, kept) // no links here
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// isSame tells whether two names are of one file, or of links to the same place.
func isSame(a, b string) bool {
	infoA, errA := os.Lstat(a)
	infoB, errB := os.Lstat(b)
	if errA != nil || errB != nil {
		return false
	}
	targetA, errA := os.Readlink(a)
	targetB, errB := os.Readlink(b)
	return os.SameFile(infoA, infoB) || errA == nil && errB == nil && targetA == targetB
}

// addName gives a file a second name.
func addName(path, name string, info fs.FileInfo) error {
	if info.Mode()&fs.ModeSymlink == 0 {
		return os.Link(path, name)
	}
	target, err := os.Readlink(path)
	if err != nil {
		return err
	}
	return os.Symlink(target, name)
}

// Uninstall takes patlint's script away, and puts what was there before it back.
func (d Folder) Uninstall(h Hook) (Outcome, error) {
	path := filepath.Join(d.Path, h.Name)
	kept := path + aside
	ours, err := d.ours(h.Name)
	if err != nil {
		return "", err
	}
	if !ours.exists {
		if _, err := os.Lstat(path); err == nil {
			return Foreign, nil
		}
		ours.path = path // somebody else took it away
	}
	err = os.Rename(kept, ours.path)
	switch {
	case err == nil:
		return Restored, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	case !ours.exists:
		return Absent, nil
	}
	return Uninstalled, os.Remove(ours.path)
}
