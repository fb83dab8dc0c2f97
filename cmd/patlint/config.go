package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source"
)

// configName is the configuration's name at the root of what is scanned.
const configName = ".patlint.yaml"

// config is the configuration file. Its keys are called like the flags, which
// come first; lists add up. It names no command and no host, and no file
// outside the folder that it stands in.
type config struct {
	Include       []string `yaml:"include"`
	Exclude       []string `yaml:"exclude"`
	Rule          []string `yaml:"rule"`
	NoRule        []string `yaml:"no-rule"`
	MinConfidence string   `yaml:"min-confidence"`
	MaxFileSize   string   `yaml:"max-file-size"`
	Baseline      string   `yaml:"baseline"`
	Allow         []allow  `yaml:"allow"`

	Rules    []ownRule         `yaml:"rules"`    // that the user wrote
	Severity map[string]string `yaml:"severity"` // of built-in rules, by id

	set *ruleset // what the configuration makes of the rules; nil without one
}

// allow suppresses one secret, named by its fingerprint, everywhere or at the
// paths that match a pattern.
type allow struct {
	Fingerprint string   `yaml:"fingerprint"`
	Paths       []string `yaml:"paths"`
	Reason      string   `yaml:"reason"`
}

const (
	maxConfig  = 1 << 20 // bytes; a thousand rules take half of it
	maxNesting = 8       // of YAML's brackets and dashes on a line; the format needs two
)

// readConfig reads the configuration file at path, which is called name in
// messages. It is written by whoever wrote the repository: links are not
// followed, and no part of a broken file is quoted.
func readConfig(path, name string) (config, []*scanner.Allow, error) {
	content, err := readSmall(path, maxConfig)
	if err != nil {
		return config{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	return parseConfig(content, name)
}

// parseConfig reads a configuration, which is called name in messages.
func parseConfig(content []byte, name string) (config, []*scanner.Allow, error) {
	if err := checkNesting(content); err != nil {
		return config{}, nil, fmt.Errorf("%s:%w", name, err)
	}
	var c config
	if err := yaml.UnmarshalWithOptions(content, &c, yaml.Strict()); err != nil && !errors.Is(err, io.EOF) {
		return config{}, nil, fmt.Errorf("%s%s", name, yamlError(err))
	}
	at := locate(name, content)
	var err error
	if c.set, err = c.ruleset(at); err != nil {
		return config{}, nil, err
	}
	allows, err := c.allows(at)
	return c, allows, err
}

// readSmall reads a regular file of at most limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, plain(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case info.Size() > limit:
		return nil, fmt.Errorf("larger than %d bytes", limit)
	}
	content, err := os.ReadFile(path)
	return content, plain(err)
}

// plain returns a file error without its path, which the message has already.
func plain(err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// checkNesting refuses what the YAML parser would pass over, and what makes it
// slow: it reads one document only, it takes a time that
// grows with the square of the depth, and aliases can multiply without end
// (goccy/go-yaml v1.19.2, 2026-11-23). The error begins with line and column.
func checkNesting(content []byte) error {
	depth, line, onLine := 0, 0, 0
	for i, t := range lexer.Tokenize(string(content)) {
		if t.Position.Line != line {
			line, onLine = t.Position.Line, 0
		}
		switch t.Type {
		case token.DocumentHeaderType:
			if i > 0 && t.Prev != nil && t.Prev.Type != token.CommentType {
				return fmt.Errorf("%d:%d: only one document is read", t.Position.Line, t.Position.Column)
			}
		case token.DocumentEndType:
			if t.Next != nil && t.Next.Type != token.CommentType {
				return fmt.Errorf("%d:%d: only one document is read", t.Next.Position.Line, t.Next.Position.Column)
			}
		case token.AnchorType, token.AliasType:
			return fmt.Errorf("%d:%d: anchors and aliases are not supported", t.Position.Line, t.Position.Column)
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			onLine++
		}
		if depth > maxNesting || onLine > maxNesting {
			return fmt.Errorf("%d:%d: nested too deeply", t.Position.Line, t.Position.Column)
		}
	}
	return nil
}

// yamlError returns ":LINE:COLUMN: MESSAGE" for an error of the YAML library.
func yamlError(err error) string {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		p := at.GetToken().Position
		return fmt.Sprintf(":%d:%d: %s", p.Line, p.Column, at.GetMessage())
	}
	return ": not valid YAML"
}

var fingerprintPattern = regexp.MustCompile(`^[0-9a-f]{32}$`)

// allows returns the suppressions of the configuration.
func (c *config) allows(at layout) ([]*scanner.Allow, error) {
	var allows []*scanner.Allow
	for i, a := range c.Allow {
		origin := at.of("allow", i)
		allow := &scanner.Allow{By: "config", Origin: origin, Fingerprint: a.Fingerprint, Reason: strings.TrimSpace(a.Reason)}
		switch {
		case !fingerprintPattern.MatchString(a.Fingerprint):
			return nil, fmt.Errorf("%s: allow needs a fingerprint of 32 hexadecimal digits", origin)
		case allow.Reason == "":
			return nil, fmt.Errorf("%s: allow needs a reason", origin)
		}
		if len(a.Paths) > 0 {
			match, err := source.Filter(a.Paths, nil)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", origin, err)
			}
			allow.Path = match
		}
		allows = append(allows, allow)
	}
	return allows, nil
}

var errOutside = errors.New(configName + ": baseline: must be a path inside the repository")

// baselinePath returns the slash-separated path of the baseline that the
// configuration names, from the folder of the configuration; "" if it names none.
func (c *config) baselinePath() (string, error) {
	path := filepath.FromSlash(c.Baseline)
	switch {
	case path == "":
		return "", nil
	case !filepath.IsLocal(path):
		return "", errOutside
	}
	return filepath.ToSlash(filepath.Clean(path)), nil
}

// baselineIn returns the path of the baseline that the configuration names,
// which must be in the folder of the configuration, also through links.
func (c *config) baselineIn(root string) (string, error) {
	path, err := c.baselinePath()
	if err != nil || path == "" {
		return "", err
	}
	full := filepath.Join(root, filepath.FromSlash(path))
	if resolved, err := filepath.EvalSymlinks(full); err == nil {
		base, err := filepath.EvalSymlinks(root)
		rel, relErr := filepath.Rel(base, resolved)
		if err != nil || relErr != nil || !filepath.IsLocal(rel) || slices.Contains(strings.Split(filepath.ToSlash(rel), "/"), ".git") {
			return "", errOutside
		}
	}
	return full, nil
}
