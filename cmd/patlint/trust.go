package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source"
)

// trust opens the commit that --trust-commit names: with it the configuration, the
// baseline that it names, the inline comments and the .gitignore files that count
// are those of that commit, and what is scanned has no say in what is found.
func (t *target) trust() error {
	f := t.flags
	switch {
	case !f.trusting:
		return nil
	case t.repo == nil && t.broken != nil:
		return &exitError{exitIncomplete, t.broken}
	case t.repo == nil:
		return usage("--trust-commit: %s: %w", t.path, source.ErrNoRepository)
	}
	commit, err := t.repo.Snapshot(f.trustCommit)
	switch {
	case errors.Is(err, source.ErrBadRevision):
		return usage("--trust-commit: %w", err)
	case err != nil:
		return &exitError{exitIncomplete, fmt.Errorf("--trust-commit: %w", err)}
	}
	t.trusted = commit
	for _, own := range []struct{ flag, path string }{{"config", f.config}, {"baseline", f.baseline}} {
		if path, err := filepath.Abs(own.path); own.path != "" && err == nil && isBelow(path, t.root) {
			t.note("--%s %s: lies in what is scanned, and is read as it is there, not from %s", own.flag, own.path, f.trustCommit)
		}
	}
	return nil
}

// note remembers something to be said to people before the scan.
func (t *target) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// inTrusted names a file of the trusted commit as git does.
func (t *target) inTrusted(path string) string { return t.flags.trustCommit + ":" + path }

// trustedConfig reads the configuration of the trusted commit, if it has one.
func (t *target) trustedConfig() (config, []*scanner.Allow, error) {
	name := t.inTrusted(configName)
	content, err := t.trusted.ReadFile(configName, maxConfig)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return config{}, nil, nil
	case err != nil:
		return config{}, nil, unreadable(name, err)
	}
	return parseConfig(content, name)
}

// trustedBaseline reads the baseline that the configuration names from the trusted
// commit.
func (t *target) trustedBaseline(c config) ([]*scanner.Allow, error) {
	path, err := c.baselinePath()
	if err != nil || path == "" {
		return nil, err
	}
	name := t.inTrusted(path)
	content, err := t.trusted.ReadFile(path, maxBaseline)
	switch {
	case errors.Is(err, fs.ErrNotExist) && filepath.Join(t.root, filepath.FromSlash(path)) == t.flags.newBaseline:
		return nil, nil // it is about to be written for the first time
	case err != nil:
		return nil, unreadable(name, err)
	}
	return parseBaseline(content, name)
}

// unreadable is the error of a file of a commit. Where an object is missing or
// damaged, it is the repository that is to blame, not the configuration.
func unreadable(name string, err error) error {
	named := fmt.Errorf("%s: %w", name, err)
	if skip := (scanner.Skip{}); errors.As(err, &skip) {
		return &exitError{exitIncomplete, named}
	}
	return named
}

// trustComments tells the scan where inline comments have to stand to count, once
// the submodules are open.
func (t *target) trustComments(to *scanner.Trusted) {
	if to == nil {
		return
	}
	to.Comments = append(to.Comments, t.trusted.Commented())
	for i, m := range t.trustedModules() {
		to.Comments = append(to.Comments, source.Below(t.modules[i].Path, m.Commented()))
	}
}

// trustedModules returns what the submodules have in the trusted commit, in the
// order of t.modules.
func (t *target) trustedModules() (all []*source.Snapshot) {
	if t.trusted == nil {
		return make([]*source.Snapshot, len(t.modules))
	}
	for i, m := range t.modules {
		around, inside := t.trusted, m.Path
		for j, outer := range t.modules[:i] { // the innermost one comes last
			if rest, ok := strings.CutPrefix(m.Path, outer.Path+"/"); ok {
				around, inside = all[j], rest
			}
		}
		all = append(all, around.Submodule(inside, m.Repo))
	}
	return all
}

// reader reads a file of what is scanned, which a request may have changed.
type reader func(path string, limit int64) ([]byte, error)

// scanned returns a reader of what is scanned, or nil if it has no files.
func (t *target) scanned() reader {
	switch {
	case t.has("staged"):
		return t.repo.ReadStaged
	case t.has("range"):
		_, tip, _ := strings.Cut(t.flags.commits, "..")
		return t.commitReader(cmp.Or(tip, "HEAD"))
	case t.root == "" || len(t.modes) == 1 && t.has("history"):
		return t.commitReader("HEAD")
	}
	return func(path string, limit int64) ([]byte, error) {
		return readSmall(filepath.Join(t.root, filepath.FromSlash(path)), limit)
	}
}

func (t *target) commitReader(revision string) reader {
	commit, err := t.repo.Snapshot(revision)
	if err != nil {
		return nil // if it matters, the scan says why
	}
	return commit.ReadFile
}
