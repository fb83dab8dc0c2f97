package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/patlint/patlint/cmd/patlint/hook"
	"github.com/patlint/patlint/scanner/source"
)

// hookFlags are the flags of "patlint hook install" and its companions.
type hookFlags struct {
	named  map[string]*bool // hooks
	shared bool
	force  bool
}

const hookLong = `Hook puts patlint into the hooks of the repository around the current folder. A
hook that is there already is kept and called first. The scripts call the patlint
that is on the PATH, or else the one that installed them.`

func hookCommand(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hook",
		Short: "Install, show and run the hooks of a git repository",
		Long:  hookLong,
		Args:  cobra.ArbitraryArgs,
		RunE:  func(cmd *cobra.Command, args []string) error { return help(cmd, args) },
	}
	cmd.AddCommand(hookInstallCommand(c), hookUninstallCommand(c), hookStatusCommand(c), hookRunCommand(c))
	return cmd
}

func hookInstallCommand(c *console) *cobra.Command {
	var f hookFlags
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Have git call patlint before commits",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return f.install(c) },
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&f.force, "force", false, "install also where husky, lefthook or overcommit will write the hooks anew")
	return cmd
}

func hookUninstallCommand(c *console) *cobra.Command {
	var f hookFlags
	cmd := &cobra.Command{
		Use:   "uninstall",
		Short: "Take the hooks away, and put back those that were there before",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return f.uninstall(c) },
	}
	f.register(cmd)
	return cmd
}

func hookStatusCommand(c *console) *cobra.Command {
	var f hookFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which hooks are installed; exits with 1 unless git calls them all",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return f.status(c) },
	}
	f.register(cmd)
	return cmd
}

func (f *hookFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	f.named = map[string]*bool{}
	for _, h := range gitHooks() {
		if h.install != never {
			f.named[h.Name] = flags.Bool(h.Name, false, "the hook "+h.Name)
		}
	}
	if cmd.Name() != "status" {
		flags.BoolVar(&f.shared, "shared", false, "also in a folder that all repositories share, as the user's core.hooksPath")
	}
}

// hooks returns those that are named, or else the usual ones.
func (f *hookFlags) hooks() []hook.Hook {
	var named, usual []hook.Hook
	for _, h := range gitHooks() {
		if chosen := f.named[h.Name]; chosen != nil && *chosen {
			named = append(named, h.Hook)
		}
		if h.install == byDefault {
			usual = append(usual, h.Hook)
		}
	}
	if len(named) > 0 {
		return named
	}
	return usual
}

// repository is where hooks are installed.
type repository struct {
	root string // of the work tree, "" in a bare repository
	dir  source.HooksDir
}

// hookRepository finds the repository around the current folder and its hooks.
func hookRepository(c *console) (*repository, error) {
	repo, err := source.Open(".", c.env, 1)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	defer repo.Close()
	dir, err := repo.HooksDir(c.env)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	if dir.Unclear != nil {
		c.warn("git may look for hooks elsewhere: %v", dir.Unclear)
	}
	return &repository{repo.Root, dir}, nil
}

// writable refuses a folder that is not this repository's alone.
func (r *repository) writable(shared bool, command string) error {
	if !r.dir.Shared || shared {
		return nil
	}
	return usage(`%s sets core.hooksPath to %s for all repositories, so nothing was changed; for all of them: patlint hook %s --shared; for this one alone, without the others: git config core.hooksPath %s`,
		r.dir.Origin, r.dir.Path, command, shellWord(filepath.ToSlash(r.dir.Default), runtime.GOOS))
}

// program returns the path of this patlint, as far as it will stay and is the
// same for everybody who uses the folder.
func (r *repository) program() string {
	path, err := os.Executable()
	if err != nil || strings.Contains(filepath.ToSlash(path), "/go-build") { // of "go run"
		return ""
	}
	if rel, err := filepath.Rel(r.root, r.dir.Path); r.root != "" && r.dir.Path != r.dir.Default && err == nil && filepath.IsLocal(rel) {
		return "" // it may be committed
	}
	return path
}

func (f *hookFlags) install(c *console) error {
	r, err := hookRepository(c)
	if err != nil {
		return err
	}
	if err := r.writable(f.shared, "install"); err != nil {
		return err
	}
	folder := hook.Folder{Path: r.dir.Path, Program: r.program()}
	if folder.Program == "" && hook.LookPath("patlint", c.env("PATH")) == "" {
		c.warn("there is no patlint on the PATH: the hooks will stop everything until there is")
	}
	if !f.force {
		if err := f.refuseManaged(folder); err != nil {
			return err
		}
	}
	return f.each(func(h hook.Hook) error {
		outcome, err := folder.Install(h)
		if err != nil {
			return err
		}
		return r.told(c, folder, h, outcome)
	})
}

// refuseManaged refuses to install where another program will soon write the
// hook anew: nobody would notice that nothing is searched any more.
func (f *hookFlags) refuseManaged(folder hook.Folder) error {
	for _, h := range f.hooks() {
		state, err := folder.State(h)
		if err != nil {
			return &exitError{exitUsage, err}
		}
		if m := state.Manager; m.Overwrites() {
			return usage("%s writes %s anew now and then, so nothing was installed; %s; or install it all the same: patlint hook install --force",
				m, state.Path, m.Advice(h))
		}
	}
	return nil
}

// told says what became of a hook, and what is to be known about it.
func (r *repository) told(c *console, folder hook.Folder, h hook.Hook, outcome hook.Outcome) error {
	state, err := folder.State(h)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s: %s%s\n", h.Name, outcome, safe(chained(state)))
	if state.Before != "" && !state.BeforeExecutable {
		c.warn("%s is not executable: git did not run it, and nobody does now", state.Before)
	}
	if state.AsksName {
		c.warn("%s asks for the name that it is called by, which is another one now: see whether it still works", state.Before)
	}
	return nil
}

// chained says where a hook is and what it calls first.
func chained(s hook.State) string {
	words := " (" + s.Path
	if s.Caller != hook.NoManager {
		words += ", which " + string(s.Caller) + " calls"
	}
	if s.Before != "" {
		words += ", calls " + filepath.Base(s.Before) + " first"
	}
	return words + ")"
}

func (f *hookFlags) uninstall(c *console) error {
	r, err := hookRepository(c)
	if err != nil {
		return err
	}
	if err := r.writable(f.shared, "uninstall"); err != nil {
		return err
	}
	folder := hook.Folder{Path: r.dir.Path}
	return f.each(func(h hook.Hook) error {
		outcome, err := folder.Uninstall(h)
		if err == nil {
			fmt.Fprintf(c.out, "%s: %s\n", h.Name, outcome)
		}
		return err
	})
}

// each does something for all hooks, also if it fails for one.
func (f *hookFlags) each(do func(h hook.Hook) error) error {
	var failed []string
	for _, h := range f.hooks() {
		if err := do(h); err != nil {
			failed = append(failed, fmt.Sprintf("%s: %v", h.Name, err))
		}
	}
	if len(failed) > 0 {
		return &exitError{exitUsage, errors.New(strings.Join(failed, "; "))}
	}
	return nil
}
