package source

import (
	"strings"
	"testing"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// FuzzIgnore parses and matches anything: no panic, no pattern that doublestar
// would refuse, no pattern that takes long, and laws that hold for all patterns.
func FuzzIgnore(f *testing.F) {
	for _, c := range ignoreCaseTable() {
		f.Add([]byte(c.content), strings.Fields(c.files)[0], false, true)
	}
	f.Add([]byte("**/[[:upper:]-\\]é]*/"), "a/\xff/É", true, false)
	f.Fuzz(func(t *testing.T, content []byte, path string, fold, isDir bool) {
		start := time.Now()
		file := parseIgnore(content, "", fold)
		for i := range file.patterns {
			if p := &file.patterns[i]; p.shape == shapeGlob && !doublestar.ValidatePattern(p.rest) {
				t.Errorf("%q: not valid: %q", content, p.rest)
			}
		}
		if path == "" || strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") {
			return
		}
		var none *ignores
		chain := none.push(file)
		got := chain.match(path, isDir)
		if chain.match(path, isDir) != got {
			t.Error("a second look sees something else")
		}
		below := none.push(parseIgnore(content, "x/\xff", fold))
		if below.match("x/\xff/"+path, isDir) != got {
			t.Error("patterns of a folder do not move with it")
		}
		if fold && chain.match(strings.ToUpper(path), isDir) != got && isASCII(path) {
			t.Error("case counts")
		}
		// A later file has the last word, and an empty one has none.
		if none.push(file).push(parseIgnore([]byte("# a\n"), "", fold)).match(path, isDir) != got ||
			!chain.push(parseIgnore([]byte("*"), "", fold)).match(path, isDir) ||
			chain.push(parseIgnore([]byte("!*"), "", fold)).match(path, isDir) {
			t.Error("the last match does not decide")
		}
		if limit := time.Second; time.Since(start) > limit {
			t.Errorf("took %v for %d bytes", time.Since(start), len(content)+len(path))
		}
	})
}

// FuzzReadGitConfig reads anything: no panic, and an error that holds nothing of
// what it read.
func FuzzReadGitConfig(f *testing.F) {
	f.Add([]byte("\ufeff[a \"b\\\"]\"] k = v \\\n w # c\r\n[core]excludesFile"))
	f.Fuzz(func(t *testing.T, content []byte) {
		err := readGitConfig(content, func(key, value string, ok bool) error {
			if len(key)+len(value) > len(content) || !ok && value != "" {
				t.Errorf("%q: %q, %v", key, value, ok)
			}
			return nil
		})
		if err != nil && len(err.Error()) > len("line 1000000: bad syntax") {
			t.Error(err)
		}
	})
}

// BenchmarkIgnore matches 100,000 paths against 50 usual patterns.
func BenchmarkIgnore(b *testing.B) {
	const patterns = "*.o\n*.a\n*.so\n*.dylib\n*.exe\n*.test\n*.out\n*.log\n*.tmp\n*.swp\n*~\n.DS_Store\nThumbs.db\n" +
		"node_modules/\nbower_components/\ndist/\nbuild/\n/target/\n/vendor/\n__pycache__/\n*.py[cod]\n*$py.class\n" +
		".venv/\nvenv/\n.env\n.env.*\n!.env.example\n*.egg-info/\n.pytest_cache/\n.mypy_cache/\n.coverage\nhtmlcov/\n" +
		".idea/\n.vscode/*\n!.vscode/settings.json\n*.iml\n.gradle/\n*.class\n*.jar\n*.war\nlogs/**/*.txt\n**/generated/**\n" +
		"docs/_build/\n/coverage\nnpm-debug.log*\nyarn-error.log*\n.cache\n*.min.js\ntmp*/\n[Bb]in/\n"
	var paths []string
	folders := strings.Fields("cmd internal/server pkg/api/v1 web/src/components docs test/data third_party/lib/src")
	for n := range 100_000 {
		name := "file_" + strings.Repeat("x", n%17) + []string{".go", ".ts", ".json", ".md"}[n%4]
		paths = append(paths, folders[n%len(folders)]+"/"+name)
	}
	var none *ignores
	chain := none.push(parseIgnore([]byte(patterns), "", false))
	b.ReportAllocs()
	for b.Loop() {
		for _, path := range paths {
			chain.match(path, false)
		}
	}
}
