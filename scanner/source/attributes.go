package source

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// converters knows for which files git may keep other bytes than it checks out
// which are as many. Filters do (gitattributes(5)), and encodings may. What the
// attributes for line ends and $Id$ do cannot be missed, since it adds bytes.
//
// All that is in doubt counts as a conversion. What cannot be known is what held
// when a file was checked out: a filter that keeps the size, and that no
// attribute names any more, is not seen.
type converters struct {
	root    ignoreDirs
	files   map[string]*trackedFile // .gitattributes in the index, by folder
	lstat   func(name string) (fs.FileInfo, error)
	byDir   map[string]*ignores // patterns of files that may be converted
	anyFile bool
}

// newConverters reads the attributes that hold for the whole work tree. Those of
// folders are read when a file is asked about.
func newConverters(env func(string) string, dirs ignoreDirs, index []trackedFile, lstat func(string) (fs.FileInfo, error)) *converters {
	c := &converters{root: dirs, files: map[string]*trackedFile{}, lstat: lstat, byDir: map[string]*ignores{}}
	for i := range index {
		if dir, base := path.Split(index[i].name); base == attributesName {
			c.files[path.Clean("/" + dir)[1:]] = &index[i]
		}
	}
	names, err := attributeFiles(env, dirs)
	c.anyFile = err != nil
	var chain *ignores
	for _, name := range names {
		content, err := readRegular(name, maxPatternFile)
		c.anyFile = c.anyFile || err != nil
		chain = chain.push(parseConverters(content, ""))
	}
	c.byDir[""] = chain.push(c.readFolder(""))
	return c
}

const attributesName = ".gitattributes"

// attributeFiles names the files of attributes that stand in no work tree.
func attributeFiles(env func(string) string, dirs ignoreDirs) ([]string, error) {
	if env == nil {
		env = func(string) string { return "" }
	}
	for _, name := range []string{"GIT_ATTR_SOURCE", "GIT_REPLACE_REF_BASE"} {
		if env(name) != "" {
			return nil, errors.New(name + " is set")
		}
	}
	user, err := userAttributes(env, dirs)
	names := []string{
		"/etc/gitattributes", "/usr/local/etc/gitattributes", "/opt/homebrew/etc/gitattributes", // git has one compiled in
		filepath.Join(dirs.commonDir, "info", "attributes"), filepath.Join(dirs.gitDir, "info", "attributes"),
	}
	if user != "" {
		names = append(names, user)
	}
	return names, err
}

// mayConvert tells whether the file's content may differ, at the same size, from
// what git has of it.
func (c *converters) mayConvert(name string) bool {
	if c.anyFile {
		return true
	}
	chain := c.in(folderOf(name))
	for isDir := false; name != ""; name, isDir = folderOf(name), true {
		if chain.match(name, isDir) {
			return true
		}
	}
	return false
}

// folderOf returns the folder that a path is in, "" for the root.
func folderOf(name string) string {
	return name[:max(0, strings.LastIndexByte(name, '/'))]
}

// in returns the patterns that hold in a folder.
func (c *converters) in(dir string) *ignores {
	chain, ok := c.byDir[dir]
	if !ok {
		chain = c.in(folderOf(dir)).push(c.readFolder(dir))
		c.byDir[dir] = chain
	}
	return chain
}

// readFolder reads the attributes of a folder. Git has them from the disk or
// from the index, which is the same unless somebody is changing them.
func (c *converters) readFolder(dir string) *ignoreFile {
	name := path.Join(dir, attributesName)
	info, err := c.lstat(name)
	tracked := c.files[dir]
	if errors.Is(err, fs.ErrNotExist) && tracked == nil {
		return nil
	}
	if err != nil || !info.Mode().IsRegular() || tracked != nil && !tracked.isClean(info) {
		return everyFile(dir)
	}
	content, err := readRegular(filepath.Join(c.root.root, filepath.FromSlash(name)), maxPatternFile)
	if err != nil {
		return everyFile(dir)
	}
	return parseConverters(content, dir)
}

// everyFile returns the pattern of all files below a folder.
func everyFile(dir string) *ignoreFile { return parseIgnore([]byte("*"), dir, true) }

// parseConverters returns the patterns of a file of attributes that have files
// converted. A pattern that matches a folder counts for all that is in it, which
// is more than git sees in it, as is a macro that anything else may name.
func parseConverters(content []byte, dir string) *ignoreFile {
	var patterns strings.Builder
	for line := range strings.SplitSeq(string(content), "\n") {
		line = strings.Trim(line, " \t\r\ufeff")
		converts := strings.Contains(line, "filter") || strings.Contains(line, "working-tree-encoding")
		if !converts || line[0] == '#' {
			continue
		}
		pattern, _, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		if strings.ContainsAny(pattern, "\"!\\\x00\r") || strings.HasPrefix(pattern, "[attr]") {
			return everyFile(dir)
		}
		if _, ok := parsePattern(pattern, true); !ok {
			return everyFile(dir)
		}
		patterns.WriteString(pattern + "\n")
	}
	return parseIgnore([]byte(patterns.String()), dir, true)
}
