package odb

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxAlternatesFile bounds a list of alternates, in bytes.
const maxAlternatesFile = 1 << 20

// maxAlternates is how deep alternates may name further ones, as in git.
const maxAlternates = 5

var errAlternates = errors.New("alternates are nested too deep")

// folders returns the folders of objects: that of the repository first, then its
// alternates and theirs, each once.
func (l *listing) folders(objects string, alternates []string) []string {
	seen := map[string]bool{}
	var dirs []string
	var add func(dir string, depth int)
	add = func(dir string, depth int) {
		real, err := filepath.EvalSymlinks(dir)
		switch {
		case err != nil:
			l.damaged(dir, err)
			return
		case seen[real]:
			return
		case depth > maxAlternates:
			l.damaged(dir, errAlternates)
			return
		}
		seen[real] = true
		dirs = append(dirs, real)
		for _, a := range l.alternates(real) {
			add(a, depth+1)
		}
	}
	add(objects, 0)
	for _, a := range alternates {
		add(a, 0)
	}
	return dirs
}

// alternates returns the folders that a folder's info/alternates names, one a
// line (gitrepository-layout(5)), relative to the folder.
func (l *listing) alternates(objects string) (dirs []string) {
	file := filepath.Join(objects, "info", "alternates")
	content, err := readFile(file, maxAlternatesFile)
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			l.damaged(file, err)
		}
		return nil
	}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if unquoted, err := strconv.Unquote(line); err == nil && line[0] == '"' {
			line = unquoted
		}
		if !filepath.IsAbs(line) {
			line = filepath.Join(objects, line)
		}
		dirs = append(dirs, line)
	}
	return dirs
}
