package source

import (
	"os"
	"strconv"
	"strings"
)

// alternateDirs returns the folders in GIT_ALTERNATE_OBJECT_DIRECTORIES: separated
// as in PATH, quoted like strings in C where a name holds the separator (git(1)).
func alternateDirs(value string) (dirs []string) {
	for value != "" {
		dir, rest, ok := cutQuoted(value)
		if !ok {
			dir, rest, _ = strings.Cut(value, string(os.PathListSeparator))
		}
		value = strings.TrimPrefix(rest, string(os.PathListSeparator))
		if dir != "" {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// cutQuoted cuts off the quoted string that s begins with.
func cutQuoted(s string) (unquoted, rest string, ok bool) {
	if s[0] != '"' {
		return "", "", false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			unquoted, err := strconv.Unquote(s[:i+1])
			return unquoted, s[i+1:], err == nil
		}
	}
	return "", "", false
}
