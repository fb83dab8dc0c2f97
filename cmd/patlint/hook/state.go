package hook

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// State is how it stands with a hook.
type State struct {
	Path       string // of patlint's script, or of the hook that is there instead
	Exists     bool   // some hook is there
	Installed  bool   // it is patlint's
	Executable bool   // git runs it
	Program    string // the path that is called where no patlint is on the PATH

	Manager Manager // who wrote the hook, if that is somebody else
	Caller  Manager // who stands under the name and calls patlint's script

	Before           string // path of the hook that patlint's calls first, "" if there is none
	BeforeExecutable bool
	BeforeManager    Manager
	AsksName         bool // the hook from before asks for its own name, which is another one now
}

// State looks at a hook.
func (d Folder) State(h Hook) (State, error) {
	path := filepath.Join(d.Path, h.Name)
	first, err := look(path)
	if err != nil {
		return State{}, err
	}
	script, err := d.ours(h.Name)
	if err != nil {
		return State{}, err
	}
	s := State{Path: path, Exists: first.exists, Executable: first.executable, Manager: first.manager()}
	if !script.exists {
		return s, nil
	}
	s.Path, s.Installed, s.Executable, s.Program = script.path, true, script.executable, script.program()
	if script.path != path {
		s.Caller, s.Manager = s.Manager, NoManager
	}
	return s, s.lookBefore(path + aside)
}

// lookBefore looks at the hook that patlint's calls first.
func (s *State) lookBefore(path string) error {
	before, err := look(path)
	if err != nil || !before.exists {
		return err
	}
	s.Before, s.BeforeExecutable, s.BeforeManager = path, before.executable, before.manager()
	s.AsksName = s.BeforeManager == NoManager && ownName.Match(before.content)
	return nil
}

// LookPath returns the program of a name in the folders of a PATH, "" if there is
// none.
func LookPath(name, path string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, dir := range filepath.SplitList(path) {
		if dir == "" {
			dir = "."
		}
		if program := filepath.Join(dir, name); IsProgram(program) {
			return program
		}
	}
	return ""
}

// IsProgram tells whether there is something at a path that can be executed.
func IsProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&fs.FileMode(0o111) != 0)
}
