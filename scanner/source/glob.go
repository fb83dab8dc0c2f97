package source

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Glob compiles a doublestar pattern that matches files and whole folders. A
// pattern without a slash matches a name at any depth, any other one matches
// from the root; a folder that matches takes all in it along.
func Glob(pattern string) (func(path string) bool, error) {
	p := strings.TrimSuffix(pattern, "/")
	anchored := strings.Contains(p, "/")
	p = strings.TrimPrefix(strings.TrimPrefix(p, "./"), "/")
	if p == "" || !doublestar.ValidatePattern(p) {
		return nil, fmt.Errorf("bad pattern %q", pattern)
	}
	if !anchored {
		p = "**/" + p
	}
	below := p + "/**"
	return func(path string) bool {
		return doublestar.MatchUnvalidated(p, path) || doublestar.MatchUnvalidated(below, path)
	}, nil
}

// Filter decides which paths are wanted: those that an include pattern matches,
// or all if there is none, without those that an exclude pattern matches.
func Filter(include, exclude []string) (func(path string) bool, error) {
	includes, err := globs(include)
	if err != nil {
		return nil, err
	}
	excludes, err := globs(exclude)
	if err != nil {
		return nil, err
	}
	return func(path string) bool {
		return (len(includes) == 0 || matchesAny(includes, path)) && !matchesAny(excludes, path)
	}, nil
}

func globs(patterns []string) ([]func(string) bool, error) {
	var compiled []func(string) bool
	for _, p := range patterns {
		g, err := Glob(p)
		if err != nil {
			return nil, err
		}
		compiled = append(compiled, g)
	}
	return compiled, nil
}

func matchesAny(globs []func(string) bool, path string) bool {
	for _, g := range globs {
		if g(path) {
			return true
		}
	}
	return false
}
