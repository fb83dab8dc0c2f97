package main

import (
	"fmt"
	"path/filepath"

	"github.com/patlint/patlint/cmd/patlint/hook"
)

// status says how it stands with each hook. It fails unless git calls patlint for
// all of them, so that scripts can ask.
func (f *hookFlags) status(c *console) error {
	r, err := hookRepository(c)
	if err != nil {
		return err
	}
	where := ""
	if r.dir.Setting != "" {
		where = fmt.Sprintf(" (core.hooksPath, %s: %s)", r.dir.Scope, r.dir.Origin)
	}
	fmt.Fprintf(c.out, "hooks in %s%s\n", safe(r.dir.Path), safe(where))
	folder := hook.Folder{Path: r.dir.Path}
	works := true
	err = f.each(func(h hook.Hook) error {
		state, err := folder.State(h)
		if err != nil {
			return err
		}
		words, ok := r.describe(c, h, state)
		works = works && ok
		fmt.Fprintf(c.out, "%s: %s\n", h.Name, safe(words))
		return r.overshadowed(c, h)
	})
	if err == nil && !works {
		return &exitError{code: exitFound}
	}
	return err
}

// describe says in words how it stands with a hook, and whether git calls patlint.
func (r *repository) describe(c *console, h hook.Hook, s hook.State) (words string, works bool) {
	switch {
	case !s.Exists:
		return "not installed", false
	case !s.Installed && s.Manager != hook.NoManager:
		return fmt.Sprintf("not installed, there is a hook of %s%s", s.Manager, r.named(h, s.Manager)), false
	case !s.Installed:
		return "not installed, there is another hook", false
	}
	words = "installed"
	if s.Caller != hook.NoManager {
		words += fmt.Sprintf(" as %s, which %s calls", filepath.Base(s.Path), s.Caller)
	}
	program := hook.LookPath("patlint", c.env("PATH"))
	if program == "" && hook.IsProgram(s.Program) {
		program = s.Program
	}
	if program == "" {
		words += ", but there is no patlint to call: neither on the PATH nor " + s.Program
	} else {
		words += ", calls " + program
	}
	if s.Before != "" {
		words += r.before(s)
	}
	if !s.Executable {
		return words + "; NOT EXECUTABLE: git does not run it", false
	}
	return words, program != ""
}

// before describes the hook that was there before.
func (r *repository) before(s hook.State) string {
	words := ", after " + filepath.Base(s.Before)
	if s.BeforeManager != hook.NoManager {
		words += " of " + string(s.BeforeManager)
	}
	if !s.BeforeExecutable {
		words += ", which is not executable and not called"
	}
	return words
}

// named says whether the settings of a manager speak of patlint.
func (r *repository) named(h hook.Hook, m hook.Manager) string {
	if file := m.Names(r.root, h, "patlint"); file != "" {
		return ", whose " + file + " names patlint"
	}
	return ""
}

// overshadowed names a hook of patlint's that git does not find, because
// core.hooksPath is set.
func (r *repository) overshadowed(c *console, h hook.Hook) error {
	if r.dir.Path == r.dir.Default {
		return nil
	}
	state, err := hook.Folder{Path: r.dir.Default}.State(h)
	if err == nil && state.Installed {
		fmt.Fprintf(c.out, "%s: also in %s, where git does not look: core.hooksPath is set\n", h.Name, safe(filepath.Dir(state.Path)))
	}
	return err
}
