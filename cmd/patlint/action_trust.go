package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// trustArgs returns the arguments of "patlint scan" that let only what the trusted
// commit says count. A configuration and a baseline that the workflow names inside
// of the repository are those of that commit, too: the request may have changed
// the files that are checked out.
func (p *planner) trustArgs(t *task) error {
	for _, own := range []struct {
		flag, path string
		limit      int64
	}{{"config", p.in.config, maxConfig}, {"baseline", p.in.baseline, maxBaseline}} {
		if own.path == "" {
			continue
		}
		path, inside := p.inRepo(own.path)
		if t.trust == "" || !inside {
			t.flags = append(t.flags, fmt.Sprintf("--%s=%s", own.flag, own.path))
			continue
		}
		copied, err := p.trusted(t.trust, path, own.limit, p.in.report(own.flag))
		switch {
		case err != nil:
			return fmt.Errorf("the input %s: %s of the base: %w", own.flag, path, err)
		case copied:
			t.flags = append(t.flags, fmt.Sprintf("--%s=%s", own.flag, p.in.report(own.flag)))
			continue
		case own.flag == "config":
			t.flags = append(t.flags, "--no-config")
		}
		t.notices = append(t.notices, fmt.Sprintf("the base of the request has no %s: none counts", path))
	}
	if t.trust != "" {
		t.flags = append(t.flags, "--trust-commit="+t.trust)
	}
	return nil
}

// inRepo returns the path of a file in the repository, slash-separated, and whether
// it is in there. Links on the way are not followed: whoever wrote the request could
// have made them.
func (p *planner) inRepo(path string) (string, bool) {
	here, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for _, dir := range []string{here, resolved(here)} {
		for _, root := range []string{p.repo.Root, resolved(p.repo.Root)} {
			full := path
			if !filepath.IsAbs(path) {
				full = filepath.Join(dir, path)
			}
			if rel, err := filepath.Rel(root, full); root != "" && err == nil && filepath.IsLocal(rel) {
				return filepath.ToSlash(rel), true
			}
		}
	}
	return "", false
}

func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// trusted copies a file of a commit to the runner's folder, if the commit has it.
func (p *planner) trusted(commit, path string, limit int64, to string) (bool, error) {
	snapshot, err := p.repo.Snapshot(commit)
	if err != nil {
		return false, err
	}
	content, err := snapshot.ReadFile(path, limit)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	}
	if err := os.MkdirAll(p.in.temp, 0o700); err != nil {
		return false, plain(err)
	}
	return true, plain(os.WriteFile(to, content, 0o600))
}
