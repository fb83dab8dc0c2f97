package source

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/patlint/patlint/scanner/unpack"
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
// or all if there is none, without those that an exclude pattern matches. A
// pattern that matches a container takes all in it along, as a folder would.
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
		included := len(includes) == 0
		for _, p := range containers(path) {
			if matchesAny(excludes, p) {
				return false
			}
			included = included || matchesAny(includes, p)
		}
		return included
	}, nil
}

// containers returns a path and, before it, those of the containers that it is
// inside of.
func containers(path string) (paths []string) {
	for i := range path {
		if strings.HasPrefix(path[i:], unpack.Between) {
			paths = append(paths, path[:i])
		}
	}
	return append(paths, path)
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
