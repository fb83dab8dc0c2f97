package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source"
)

// target is what a scan is about.
type target struct {
	flags *scanFlags
	path  string   // as the user wrote it
	paths []string // the files of --files

	root   string       // absolute; what paths in the report are relative to
	below  string       // the part of root that is scanned, slash-separated
	repo   *source.Repo // nil if there is none, or it cannot be opened
	broken error        // why a repository that is there cannot be opened

	trusted *source.Snapshot // the commit of --trust-commit; nil without it
	notes   []string         // for people, before the scan

	modules []source.Submodule
	modes   []string
}

// target finds out what the arguments and flags are about.
func (f *scanFlags) target(c *console, args []string) (*target, error) {
	t := &target{flags: f, path: "."}
	switch {
	case f.stdinPath != "" && !f.stdin:
		return nil, usage("--stdin-path goes with --stdin")
	case f.files:
		t.paths = args
	case len(args) > 1:
		return nil, usage("scan takes one path; --files takes several files")
	case len(args) == 1 && (f.stdin || f.message != ""):
		return nil, usage("neither --stdin nor --message takes a path")
	case len(args) == 1:
		t.path = args[0]
	}
	info, err := os.Stat(t.path)
	if err != nil {
		return nil, usage("%s: %w", t.path, plain(err))
	}
	if !info.IsDir() {
		if f.history || f.staged || f.commits != "" || f.worktree {
			return nil, usage("%s: is a file, not a folder", t.path)
		}
		file, err := filepath.EvalSymlinks(t.path) // a link that the user names is followed
		if err != nil {
			return nil, usage("%s: %w", t.path, plain(err))
		}
		f.files, t.paths, t.path = true, []string{file}, filepath.Dir(file)
	}
	if err := t.open(c); err != nil {
		return nil, err
	}
	t.modes = t.chooseModes(c)
	if err := t.check(); err != nil {
		return t, err
	}
	return t, t.trust()
}

// open finds the repository that the path is in.
func (t *target) open(c *console) error {
	repo, err := source.Open(t.path, c.env, t.flags.jobs)
	switch {
	case err == nil:
		t.repo = repo
		if repo.Root == "" {
			return nil
		}
		t.root = repo.Root
	case errors.Is(err, source.ErrNoRepository):
	default:
		t.broken = err
	}
	dir, err := filepath.Abs(t.path)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return usage("%s: %w", t.path, plain(err))
	}
	if t.root == "" {
		t.root = dir
	}
	rel, err := filepath.Rel(t.root, dir)
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return nil
	}
	t.below = filepath.ToSlash(rel)
	if slices.Contains(strings.Split(t.below, "/"), ".git") && t.repo != nil { // git has no files in there, but the user means them
		t.repo.Close()
		t.repo, t.root, t.below = nil, dir, ""
	}
	return nil
}

// chooseModes returns what is scanned, by name.
func (t *target) chooseModes(c *console) []string {
	f := t.flags
	switch {
	case f.staged:
		return []string{"staged"}
	case f.commits != "":
		return []string{"range"}
	case f.message != "":
		return []string{"message"}
	case f.stdin:
		return []string{"stdin"}
	case f.files:
		return []string{"files"}
	case f.worktree != f.history:
		if f.worktree {
			return []string{"worktree"}
		}
		return []string{"history"}
	case t.repo == nil && t.broken == nil:
		if !f.quiet {
			c.warn("%s is in no git repository: only files are scanned", t.path)
		}
		return []string{"worktree"}
	case t.repo != nil && t.repo.Root == "":
		return []string{"history"}
	}
	return []string{"worktree", "history"}
}

// check refuses modes that the target does not have.
func (t *target) check() error {
	needsRepo := t.has("history") || t.has("staged") || t.has("range")
	switch {
	case needsRepo && t.repo == nil && t.broken == nil:
		return usage("%s: %w", t.path, source.ErrNoRepository)
	case needsRepo && t.repo == nil && !t.has("worktree"):
		return &exitError{exitIncomplete, t.broken}
	case (t.has("worktree") || t.has("staged")) && t.repo != nil && t.repo.Root == "":
		return usage("%s: a bare repository has no work tree", t.path)
	}
	return nil
}

func (t *target) has(mode string) bool { return slices.Contains(t.modes, mode) }

// isWhole tells whether the scan sees everything that a suppression may be about.
func (t *target) isWhole() bool {
	return t.has("worktree") && t.has("history") && t.below == ""
}

// sources returns where the content of the target comes from.
func (t *target) sources(c *console, opts scanner.Options) ([]scanner.Source, error) {
	f := t.flags
	switch {
	case f.stdin:
		return []scanner.Source{source.Input(c.in, f.stdinPath)}, nil
	case f.files:
		return []scanner.Source{source.Files(t.root, t.paths, opts.Wanted)}, nil
	case f.message != "":
		s, err := source.Message(f.message)
		if err != nil {
			return nil, &exitError{exitUsage, err}
		}
		return []scanner.Source{s}, nil
	case f.staged:
		return []scanner.Source{source.Staged(t.repo)}, nil
	case f.commits != "":
		s, err := source.Range(t.repo, f.commits)
		if errors.Is(err, source.ErrBadRange) {
			return nil, &exitError{exitUsage, err}
		}
		if err != nil {
			return nil, &exitError{exitIncomplete, err}
		}
		return []scanner.Source{s}, nil
	}
	return t.repositorySources(c, opts), nil
}

// repositorySources returns the history and the work tree, as far as they are
// wanted, with those of the submodules.
func (t *target) repositorySources(c *console, opts scanner.Options) []scanner.Source {
	var sources []scanner.Source
	files := source.TreeOptions{
		Present: opts.Rules.Present,
		Below:   t.below, All: t.flags.noIgnore, Wanted: opts.Wanted, Submodules: t.flags.submodules, Env: c.env, Trusted: t.trusted,
		Counters: opts.Counters, MaxSize: opts.MaxSize,
	}
	if t.broken != nil {
		sources = append(sources, source.Unreadable(t.broken))
	}
	sources = append(sources, t.contents(t.root, t.repo, files, opts)...)
	if t.flags.worktree == t.flags.history && t.repo != nil { // neither was asked for alone
		sources = append(sources, source.GitConfig(t.repo))
	}
	if t.repo == nil || !t.flags.submodules {
		return sources
	}
	var unopened []error
	t.modules, unopened = t.repo.Submodules()
	sources = append(sources, source.Unreadable(unopened...))
	trusted := t.trustedModules()
	for i, m := range t.modules {
		files.Below, files.Trusted = "", trusted[i]
		files.Wanted = func(path string) bool { return opts.Wanted(m.Path + "/" + path) }
		for _, s := range t.contents(m.Repo.Root, m.Repo, files, opts) {
			sources = append(sources, source.Below(m.Path, s))
		}
	}
	return sources
}

// contents returns the history of a repository and then its work tree, which
// leaves out what was searched in the history.
func (t *target) contents(root string, repo *source.Repo, files source.TreeOptions, opts scanner.Options) []scanner.Source {
	var sources []scanner.Source
	if t.has("worktree") && t.has("history") {
		files.Searched = new(source.Searched)
	}
	if t.has("history") && repo != nil {
		objects := source.HistoryOptions{Rules: opts.Rules, Counters: opts.Counters, Searched: files.Searched, NoArchives: opts.NoArchives}
		sources = append(sources, source.History(repo, objects))
	}
	if t.has("worktree") {
		sources = append(sources, source.Tree(root, repo, files))
	}
	return sources
}

func (t *target) close() {
	if t.repo != nil {
		t.repo.Close()
	}
	for _, m := range t.modules {
		m.Repo.Close()
	}
}
