package source

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// patternPieces are what random patterns are made of, namePieces, names.
const (
	patternPieces = `a a b b c A B z . - _ é \xff \x80 { } {a,b} , ! # \s \s \t \r ^ ] ( $ + | ~ :` +
		` * * * ** ** *** ? ? / / / / /**/ **/ /** \/ \\ \\a \\A \\* \\? \\[ \\\\ \\{ \\! \\# \\\s` +
		` [ab] [!a] [^b] []a] []-a] [a-c] [A-C] [c-a] [a-] [-a] [é] [\xff] [!\xff] [\x80-\xff] [\\]] [\\a-c] [a-\\c]` +
		` [[:alpha:]] [[:upper:]] [![:lower:]] [[:digit:]b] [[:space:]] [[:punct:]] [[:x:]] [[:alpha:] [[:a]` +
		` [a [ [] [!] [[] [a/b] [!/] [/-b] [[:alpha:]-z] [a-[:digit:]] [,-.] [{a}] \x00`
	namePieces = `a a a b b c A B z . - _ é É \xff \x80 { } {a,b} , ! # \s \t \r ^ ] [ [a] ( * ? \\ \\a : ~ ü`
)

func pieces(text string) []string {
	list := strings.Fields(text)
	replace := strings.NewReplacer(`\s`, " ", `\t`, "\t", `\r`, "\r", `\xff`, "\xff", `\x80`, "\x80",
		`\x00`, "\x00", `\\`, `\`)
	for i := range list {
		list[i] = replace.Replace(list[i])
	}
	return list
}

// ignoreMaker makes random names and patterns.
type ignoreMaker struct {
	*rand.Rand
	names, patterns []string
}

func newIgnoreMaker(seed uint64) *ignoreMaker {
	return &ignoreMaker{
		Rand:  rand.New(rand.NewPCG(seed, 1)),
		names: pieces(namePieces), patterns: pieces(patternPieces),
	}
}

func (m *ignoreMaker) pick(list []string) string { return list[m.IntN(len(list))] }

func (m *ignoreMaker) name() string {
	var b strings.Builder
	for range 1 + m.IntN(3) {
		b.WriteString(m.pick(m.names))
	}
	switch name := b.String(); name {
	case ".", "..":
		return "a"
	default:
		return name
	}
}

// pattern returns a line. Half of them come from a name, so that they match more
// often than what is wholly random.
func (m *ignoreMaker) pattern(names []string) string {
	var b strings.Builder
	if m.IntN(4) == 0 {
		b.WriteString("!")
	}
	if m.IntN(4) == 0 {
		b.WriteString("/")
	}
	for range 1 + m.IntN(3) {
		if len(names) > 0 && m.IntN(3) == 0 {
			name := m.pick(names)
			cut := m.IntN(len(name) + 1)
			b.WriteString(name[:cut])
			b.WriteString(m.pick(m.patterns))
			b.WriteString(name[min(len(name), cut+m.IntN(2)):])
		} else {
			b.WriteString(m.pick(m.patterns))
		}
	}
	if m.IntN(5) == 0 {
		b.WriteString("/")
	}
	return b.String()
}

func (m *ignoreMaker) file(names []string) string {
	var b strings.Builder
	if m.IntN(10) == 0 {
		b.WriteString("\ufeff")
	}
	for range 1 + m.IntN(4) {
		b.WriteString(m.pattern(names))
		b.WriteString(m.pick([]string{"\n", "\n", "\n", "\r\n", " \n", "\n\n"}))
	}
	if m.IntN(4) == 0 {
		b.WriteString(m.pattern(names))
	}
	return b.String()
}

// ignoreCases returns how many random cases to make: few in a usual run, as many as
// PATLINT_IGNORE_CASES says in a long one.
func ignoreCases(t *testing.T, usual int) int {
	if n, err := strconv.Atoi(os.Getenv("PATLINT_IGNORE_CASES")); err == nil {
		return n
	}
	if testing.Short() {
		return usual / 10
	}
	return usual
}

// TestIgnoreRandomTrees compares what is listed of random trees.
func TestIgnoreRandomTrees(t *testing.T) {
	for _, fold := range []bool{false, true} {
		r := newIgnoreRepo(t)
		r.git(nil, "config", "core.ignoreCase", strconv.FormatBool(fold))
		for seed := range ignoreCases(t, 30) {
			m := newIgnoreMaker(uint64(seed))
			r.clear()
			m.tree(r)
			what := fmt.Sprintf("seed %d, fold %v", seed, fold)
			r.compare(what)
			if t.Failed() {
				t.Fatalf("%s:\n%s", what, r.describe())
			}
		}
	}
}

// tree fills a work tree with files, nested .gitignore, info/exclude and a
// global file, and tracks some of the files.
func (m *ignoreMaker) tree(r *ignoreRepo) {
	dirs := []string{""}
	var names, files []string
	for range 12 {
		dir, name := m.pick(dirs), m.name()
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(r.path(path)); err == nil || strings.EqualFold(name, ".git") {
			continue
		}
		names = append(names, name)
		if m.IntN(3) == 0 {
			dirs = append(dirs, path)
			path = filepath.Join(path, m.name())
		}
		r.write(path, "")
		files = append(files, path)
	}
	for _, dir := range dirs {
		if m.IntN(2) == 0 {
			r.write(filepath.Join(dir, ".gitignore"), m.file(names))
		}
	}
	r.write(".git/info/exclude", m.file(names))
	writeIgnoreTest(r.t, filepath.Join(r.home, ".config/git/ignore"), m.file(names))
	if m.IntN(4) == 0 {
		r.git(nil, "--literal-pathspecs", "add", "-f", "--", m.pick(files))
	} else {
		os.Remove(r.path(".git/index"))
	}
}

// describe shows a tree that failed.
func (r *ignoreRepo) describe() string {
	var b strings.Builder
	filepath.WalkDir(r.root, func(path string, e os.DirEntry, err error) error {
		if e.IsDir() && e.Name() == ".git" {
			return filepath.SkipDir
		}
		content, _ := os.ReadFile(path)
		fmt.Fprintf(&b, "%q %q\n", path[len(r.root):], content)
		return nil
	})
	exclude, _ := os.ReadFile(r.path(".git/info/exclude"))
	global, _ := os.ReadFile(filepath.Join(r.home, ".config/git/ignore"))
	fmt.Fprintf(&b, "info/exclude %q\nglobal %q\n", exclude, global)
	return b.String()
}

// TestIgnoreRandomPatterns compares many more patterns and paths, as git does
// not need the paths to be there: each folder has its own patterns, and all have
// the same paths.
func TestIgnoreRandomPatterns(t *testing.T) {
	const folders, paths = 60, 150
	for _, fold := range []bool{false, true} {
		r := newIgnoreRepo(t)
		r.git(nil, "config", "core.ignoreCase", strconv.FormatBool(fold))
		for seed := range ignoreCases(t, 5) {
			m := newIgnoreMaker(uint64(seed) + 1_000_000)
			var names, below []string
			for range paths {
				parts := []string{m.name()}
				for m.IntN(2) == 0 {
					parts = append(parts, m.name())
				}
				below = append(below, strings.Join(parts, "/"))
				names = append(names, below[len(below)-1])
			}
			if !comparePatterns(m, r, folders, names, below, fold) {
				t.Fatalf("seed %d, fold %v", seed, fold)
			}
		}
	}
}

func comparePatterns(m *ignoreMaker, r *ignoreRepo, folders int, names, below []string, fold bool) bool {
	files := map[string]*ignoreFile{}
	texts := map[string]string{}
	var all []string
	for i := range folders {
		dir := "d" + strconv.Itoa(i)
		texts[dir] = m.file(names)
		r.write(dir+"/.gitignore", texts[dir])
		files[dir] = parseIgnore([]byte(texts[dir]), dir, fold)
		for _, path := range below {
			all = append(all, dir+"/"+path)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	stdin := []byte(strings.Join(all, "\x00") + "\x00")
	want := map[string]bool{}
	for _, path := range splitZero(r.git(stdin, "check-ignore", "--no-index", "-z", "--stdin")) {
		want[path] = true
	}
	good := true
	for _, path := range all {
		if got := ignored(path, nil, files); got != want[path] {
			dir, _, _ := strings.Cut(path, "/")
			r.t.Errorf("%q with %q: got %v, git says %v", path, texts[dir], got, want[path])
			good = false
		}
	}
	if len(want) == 0 || len(want) == len(all) {
		r.t.Error("no path, or each, is ignored: nothing was compared")
	}
	return good
}
