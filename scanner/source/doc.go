// Package source is where content comes from: the work tree, the index and the
// history of a git repository, named files, a commit message, standard input.
// It is floor 2 of patlint, above scanner, and the only package that knows git
// and globbing.
//
// Each constructor returns a [scanner.Source]. Nothing in a repository is
// executed or trusted: no git command runs, its configuration is read for the
// few values that say how it is stored, symbolic links are never followed, and
// what cannot be read is yielded as a [scanner.Skip].
package source
