package source

import (
	"strings"
)

// ignores is a chain of files of patterns, from the user's own to the one in
// the folder that is being looked at: the last pattern that matches decides,
// which is how git reads them. A chain never changes, so that folders can be
// walked in any order and at the same time. Nil is the empty chain.
type ignores struct {
	up   *ignores
	file *ignoreFile
}

// push returns the chain with f at its end, which is i itself if f has no
// pattern.
func (i *ignores) push(f *ignoreFile) *ignores {
	if f == nil || len(f.patterns) == 0 {
		return i
	}
	return &ignores{up: i, file: f}
}

// match tells whether git ignores path, which is relative to the root of the
// work tree and slash-separated. It is for a walker that does not enter an
// ignored folder: what is inside of one is ignored whatever its patterns say,
// and that is not looked at again here.
func (i *ignores) match(path string, isDir bool) bool {
	if i == nil {
		return false
	}
	s := newSubject(path, isDir, i.file.fold)
	for ; i != nil; i = i.up {
		if p := i.file.last(&s); p != nil {
			return !p.negated
		}
	}
	return false
}

// subject is a path that patterns are asked about.
type subject struct {
	path, name string // name is the last element
	isDir      bool
	ascii      bool
}

func newSubject(path string, isDir, fold bool) subject {
	if fold {
		path = lowerASCII(path)
	}
	s := subject{path: path, name: path[strings.LastIndexByte(path, '/')+1:], isDir: isDir}
	s.ascii = isASCII(path)
	return s
}

// ignoreFile holds the patterns of one file.
type ignoreFile struct {
	base     string // folder of the file with a slash behind it, "" for the root
	fold     bool
	patterns []ignorePattern
}

// parseIgnore reads the patterns of a file in the folder base, "" for the root
// of the work tree and for files outside of it. With foldCase, which is git's
// core.ignoreCase, the case of ASCII letters does not count; it has to be the
// same for all files of a chain.
func parseIgnore(content []byte, base string, foldCase bool) *ignoreFile {
	f := &ignoreFile{fold: foldCase}
	if base != "" {
		f.base = base + "/"
	}
	if foldCase {
		f.base = lowerASCII(f.base)
	}
	text := strings.TrimPrefix(string(content), "\ufeff")
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if p, ok := parsePattern(cleanLine(line), foldCase); ok {
			f.patterns = append(f.patterns, p)
		}
	}
	return f
}

// cleanLine takes away what is no part of a pattern: the carriage return of a
// Windows line end, what is behind a zero byte, where git's line ends, and
// trailing spaces, unless a backslash keeps them.
func cleanLine(line string) string {
	line = strings.TrimSuffix(line, "\r")
	line, _, _ = strings.Cut(line, "\x00")
	end := len(strings.TrimRight(line, " "))
	if end == len(line) {
		return line
	}
	backslashes := end - len(strings.TrimRight(line[:end], `\`))
	return line[:end+backslashes%2]
}

// last returns the last pattern that matches, nil if none does.
func (f *ignoreFile) last(s *subject) *ignorePattern {
	path, ok := strings.CutPrefix(s.path, f.base)
	if !ok || path == "" {
		return nil
	}
	for i := len(f.patterns) - 1; i >= 0; i-- {
		p := &f.patterns[i]
		if p.dirOnly && !s.isDir {
			continue
		}
		text := path
		if p.anyDepth {
			text = s.name
		}
		if p.match(text, s.ascii) {
			return p
		}
	}
	return nil
}

// lowerASCII is how git folds case: bytes, and no letter outside of ASCII.
func lowerASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = lowerByte(b[i])
			}
			return string(b)
		}
	}
	return s
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
