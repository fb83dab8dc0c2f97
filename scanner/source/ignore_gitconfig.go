package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// errConfigSyntax is where a file is none of git's configuration.
var errConfigSyntax = errors.New("bad syntax")

// readGitConfig calls each for the variables of a configuration file, in their
// order. A key is as git shows it, `section.sub.name` with section and name in
// lower case; a variable without a value is true to git and comes with ok false.
//
// It is our own because the values wanted are decided by order across sections
// and included files, and because go-git's reader refuses files that git takes:
// with a byte order mark, bytes that are no UTF-8, [a.b], or a variable in the
// line of its section. The file is the user's own, and works.
func readGitConfig(content []byte, each func(key, value string, ok bool) error) error {
	text := strings.TrimPrefix(string(content), "\ufeff")
	r := configReader{text: strings.ReplaceAll(text, "\r\n", "\n") + "\n"}
	for {
		r.skip(" \t\r\n")
		switch c := r.peek(); {
		case r.pos >= len(r.text):
			return nil
		case c == '#' || c == ';':
			r.line()
		case c == '[':
			r.pos++
			if !r.header() {
				return r.failed()
			}
		case isAlnum(c) && c > '9':
			key := strings.TrimPrefix(r.section+"."+r.key("-"), ".")
			value, ok, good := r.value()
			if !good {
				return r.failed()
			}
			if err := each(key, value, ok); err != nil {
				return err
			}
		default:
			return r.failed()
		}
	}
}

// gitConfig holds the values of a configuration file by their keys, in their order.
type gitConfig map[string][]string

// last returns the value of a key that counts, "" if there is none.
func (c gitConfig) last(key string) string {
	if values := c[key]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

// remotes returns the names of the remotes of which anything is said, in order.
func (c gitConfig) remotes() []string {
	var names []string
	for key := range c {
		rest, ok := strings.CutPrefix(key, "remote.")
		if end := strings.LastIndexByte(rest, '.'); ok && end >= 0 {
			names = append(names, rest[:end])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// parseGitConfig reads a configuration file, and none that it includes. A variable
// without a value is "true".
func parseGitConfig(content []byte) (gitConfig, error) {
	c := gitConfig{}
	err := readGitConfig(content, func(key, value string, ok bool) error {
		if !ok {
			value = "true"
		}
		c[key] = append(c[key], value)
		return nil
	})
	return c, err
}

// configReader goes through a configuration file.
type configReader struct {
	text    string // ends with a line end
	pos     int
	section string
}

// failed names the line, and nothing of what is in it.
func (r *configReader) failed() error {
	line := 1 + strings.Count(r.text[:min(r.pos, len(r.text))], "\n")
	return fmt.Errorf("line %d: %w", line, errConfigSyntax)
}

// peek returns the current byte, a line end behind the last one.
func (r *configReader) peek() byte {
	if r.pos < len(r.text) {
		return r.text[r.pos]
	}
	return '\n'
}

func (r *configReader) skip(chars string) {
	for r.pos < len(r.text) && strings.IndexByte(chars, r.text[r.pos]) >= 0 {
		r.pos++
	}
}

// line skips the rest of a line.
func (r *configReader) line() {
	r.pos += strings.IndexByte(r.text[r.pos:], '\n') + 1
}

// key reads letters, digits and the given other characters, and returns them in
// lower case.
func (r *configReader) key(others string) string {
	start := r.pos
	for isAlnum(r.peek()) || strings.IndexByte(others, r.peek()) >= 0 {
		r.pos++
	}
	return lowerASCII(r.text[start:r.pos])
}

// header reads a section's name, from behind the opening bracket.
func (r *configReader) header() bool {
	r.section = r.key("-.")
	if r.peek() == ' ' || r.peek() == '\t' || r.peek() == '\r' {
		r.skip(" \t\r")
		if r.peek() != '"' {
			return false
		}
		r.pos++
		if !r.subsection() {
			return false
		}
	}
	if r.peek() != ']' || r.section == "" {
		return false
	}
	r.pos++
	return true
}

// subsection reads the quoted part of a section's name, in which a backslash
// stands before any character.
func (r *configReader) subsection() bool {
	var b strings.Builder
	for {
		c := r.peek()
		if c == '\\' {
			r.pos++
			b.WriteByte(r.peek())
		} else if c != '"' {
			b.WriteByte(c)
		}
		if r.peek() == '\n' {
			return false
		}
		r.pos++
		if c == '"' {
			r.section += "." + b.String()
			return true
		}
	}
}

// value reads what follows a name: ok is false if there is no value, good if
// the line is not valid.
func (r *configReader) value() (value string, ok, good bool) {
	r.skip(" \t")
	switch r.peek() {
	case '\n':
		return "", false, true
	case '=':
		r.pos++
	default:
		return "", false, false
	}
	r.skip(" \t\r")
	var b strings.Builder
	quoted := false
	end := 0 // without the white space that may turn out to be at the end
	for {
		c := r.peek()
		r.pos++
		blank := c == ' ' || c == '\t' || c == '\r'
		switch {
		case c == '\n':
			return b.String()[:end], true, !quoted
		case !quoted && (c == '#' || c == ';'):
			r.line()
			return b.String()[:end], true, true
		case !quoted && blank:
			if b.Len() > 0 {
				b.WriteByte(c)
			}
			continue
		case c == '"':
			quoted = !quoted
		case c == '\\':
			if !r.escaped(&b) {
				return "", true, false
			}
		default:
			b.WriteByte(c)
		}
		end = b.Len()
	}
}

// escaped reads what is behind a backslash in a value: nothing but a few
// characters may be, and a line end there counts for nothing.
func (r *configReader) escaped(b *strings.Builder) bool {
	c := r.peek()
	r.pos++
	switch c {
	case '\n':
	case '\\', '"':
		b.WriteByte(c)
	case 't':
		b.WriteByte('\t')
	case 'b':
		b.WriteByte('\b')
	case 'n':
		b.WriteByte('\n')
	default:
		return false
	}
	return true
}
