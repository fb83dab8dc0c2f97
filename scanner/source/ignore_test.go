package source

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ignoreCase is one .gitignore at the root of a tree. What git makes of it is
// the expectation; ignored says it once more, for the reader.
type ignoreCase struct {
	name, content string
	files         string // by spaces; ␠ is a space in a name
	ignored       string
}

// ignoreCaseTable holds what people get wrong, what doublestar does in another
// way, and what gitignore(5) does not say.
func ignoreCaseTable() []ignoreCase {
	return []ignoreCase{
		{"a name at any depth", "a\n", "a b/a b/c/a ab", "a b/a b/c/a"},
		{"negation", "*.o\n!a.o\n", "a.o b.o d/a.o d/b.o", "b.o d/b.o"},
		{"the last one wins", "!a\na\nb\n!b\n", "a b", "a"},
		{"no way back from an excluded folder", "d\n!d/a\n", "d/a d/b", "d/a d/b"},
		{"a way back by steps", "/d/*\n!/d/e\n/d/e/*\n!/d/e/a\n", "d/a d/e/a d/e/b", "d/a d/e/b"},
		{"comments", "#a\n\\#b\n !c\n", "#a #b !c ␠!c", "#b ␠!c"},
		{"escaped exclamation mark", "\\!a\n!!b\n", "!a !b", "!a"},
		{"trailing spaces", "a  \nb\\ \nc\\  \nd\\\\ \n", "a a␠ b b␠ c c␠ d\\ d\\␠", "a b␠ c␠ d\\"},
		{"a trailing tab stays", "a\t\n", "a a\t", "a\t"},
		{"windows line ends", "a\r\nb \r\nc\r\r\nd\r", "a b b␠ c c\r d", "a b c\r d"},
		{"byte order mark", "\ufeffa\nb\n", "a b \ufeffa", "a b"},
		{"only the first byte order mark", "\ufeff\ufeffa\n", "a \ufeffa", "\ufeffa"},
		{"zero byte", "a\x00b\nc\n", "a ab b c", "a c"},
		{"anchored at the start", "/a\n", "a b/a", "a"},
		{"anchored in the middle", "a/b\n", "a/b c/a/b", "a/b"},
		{"two slashes", "//a\nb//\nc//d\n", "a b/x c/d", ""},
		{"a slash alone", "/\n!/\n//\n", "a b/c", ""},
		{"folders only", "a/\n", "a b/a/c", "b/a/c"},
		{"folders only, anchored", "/a/\n", "a/x b/a/x", "a/x"},
		{"leading asterisks", "**/a\n", "a b/a b/c/a ab", "a b/a b/c/a"},
		{"leading asterisks and a path", "**/a/b\n", "a/b c/a/b c/d/a/b xa/b", "a/b c/a/b c/d/a/b"},
		{"trailing asterisks", "a/**\n!a/b\n", "a/b a/c/d", "a/c/d"},
		{"trailing asterisks are not the folder", "*\n!*/\n!d/**\n", "a d/b d/c/e", "a"},
		{"the folder before trailing asterisks", "/*/**\n", "a b/c b/d/e", "b/c b/d/e"},
		{"asterisks in the middle", "a/**/b\n", "a/b a/x/b a/x/y/b a/xb c/a/b", "a/b a/x/b a/x/y/b"},
		{"more asterisks", "a/***/b\n***/c\n", "a/b a/x/b c d/c", "a/b a/x/b c d/c"},
		{"repeated asterisks", "a/**/**/**/b\n", "a/b a/x/b a/x/y/z/b", "a/b a/x/b a/x/y/z/b"},
		{"asterisks in a name", "?**/b\n?**c\n", "a/b a/x/b xc a/xc", "a/b xc a/xc"},
		{"asterisks behind a literal start", "a**/b\n", "ab a/b axb ax/b ax/y/b x/ab", "ab a/b ax/b ax/y/b"},
		{"asterisks for nothing behind a literal start", "a**/*\nb**//\n!c*/**\n", "a b/d c", "a b/d"},
		{"asterisks at the end of a literal start", "*\n!*/\n!/a**\n", "ab b a/c ad/e/f g/a", "b g/a"},
		{"asterisks behind an escaped start", "\\a**/b\n", "ab a/b ax/b ax/y/b", "a/b ax/b"},
		{"asterisks before an escaped slash", "a/**\\/b\n/**\\/c\n", "a/b a/x/b c x/c", "a/x/b x/c"},
		{"one asterisk stays in its folder", "/a/*/b\n/c*\n", "a/b a/x/b a/x/y/b cd/e d/c", "a/x/b cd/e"},
		{"an asterisk matches nothing too", "a*\n*b\nc*d\n", "a b cd cxd x", "a b cd cxd"},
		{"a dot is nothing special", "*\n", ".a b .d/e", ".a b .d/e"},
		{"a question mark is one byte", "?\n??x\n", "a ab é éx", "a éx"},
		{"a question mark is no slash", "a?b\n/c?d\n", "a/b axb c/d cxd", "axb cxd"},
		{"a bracket is no slash", "a[/]b\na[!x]b\na[.-0]b\n", "a/b ayb a.b", "a.b ayb"},
		{"brackets", "[ab]\n[!a-c]x\n[^x-z]y\n", "a b c ax dx xy ay", "a b dx ay"},
		{"a closing bracket first", "[]a]\n[!]b]x\n[]-a]y\n", "] a b ]x bx cx ^y `y by", "] a cx ^y `y"},
		{"a dash at the edges", "[-a]\n[b-]x\n", "- a b -x bx cx", "- a -x bx"},
		{"a range the wrong way", "[c-a]\n", "a b c -", "c"},
		{"escapes in brackets", "[\\]]\n[\\a-\\c]x\n[a\\-c]y\n", "] \\ ax bx cx by -y", "] ax bx cx -y"},
		{"classes", "[[:alpha:]]\n[![:digit:]]x\n[[:digit:]b]y\n", "a 1 é ax 1x 1y by cy", "a ax 1y by"},
		{"classes that are none", "[[:x:]]\n[[:alpha:]\n[[:a]\n[[:alpha]]\n", "a b x : [ [] :] a] x]", "a : [ [] :] a]"},
		{"a range from a class", "[[:digit:]-z]\n[a-[:digit:]]\n", "1 - z m", "1 - z"},
		{"bytes in brackets", "[é]\n[\xff]\n[!a]x\n", "é \xc3 \xff \xfe \xffx ax éx", "\xc3 \xff \xffx"},
		{"bytes that are no text", "\xff*\n?\xfe\n\xef\xbf\xbd\n", "\xffa a\xfe a\xfd \x80 \ufffd", "\xffa a\xfe \ufffd"},
		{"braces", "{a,b}\n*.{c,d}\n[{]e}\n{\n", "a {a,b} x.c x.{c,d} {e} {", "{a,b} x.{c,d} {e} {"},
		{"escapes", "\\a\n\\*\nb\\\\c\n\\?\n\\[d]\n", "a * x b\\c bc ? [d] d", "a * b\\c ? [d]"},
		{"an escaped slash", "a\\/b\n\\/c\nd\\/\n", "a/b c d/x", "a/b"},
		{"open bracket", "[\na[\n[a\nb[c\n", "[ a[ [a b[c bc", ""},
		{"backslash at the end", "a\\\n\\\n", "a a\\ \\", ""},
		{"empty lines", "\n\n  \n!\na\n", "a ! b", "a"},
		{"odd characters", "$a+\n(b|c).d\n^e\n~\n", "$a+ (b|c).d b.d ^e e ~", "$a+ (b|c).d ^e ~"},
		{"case", "A\nB*c\n[D]\n", "a A bxC Bxc d D", "A Bxc D"},
	}
}

// TestIgnoreCases compares each case with git, and with what it says itself.
func TestIgnoreCases(t *testing.T) {
	r := newIgnoreRepo(t)
	r.git(nil, "config", "core.excludesFile", "")
	for _, c := range ignoreCaseTable() {
		r.clear()
		r.write(".gitignore", c.content)
		spaces := strings.NewReplacer("␠", " ")
		for _, file := range strings.Split(c.files, " ") {
			r.write(spaces.Replace(file), "")
		}
		r.compare(c.name)
		f := parseIgnore([]byte(c.content), "", false)
		files := map[string]*ignoreFile{"": f}
		said := map[string]bool{}
		for _, file := range strings.Split(c.ignored, " ") {
			said[file] = true
		}
		for _, file := range strings.Split(c.files, " ") {
			if got := ignored(spaces.Replace(file), nil, files); got != said[file] {
				t.Errorf("%s: %q: got %v", c.name, file, got)
			}
		}
	}
}

// TestIgnoreClasses compares each character class for each byte.
func TestIgnoreClasses(t *testing.T) {
	var names []string
	for c := 1; c < 256; c++ {
		if c != '/' && c != '.' {
			names = append(names, "x"+string([]byte{byte(c)}))
		}
	}
	classes := strings.Fields("alnum alpha blank cntrl digit graph lower print punct space upper xdigit ascii word ALPHA")
	for _, fold := range []bool{false, true} {
		r := newIgnoreRepo(t)
		r.git(nil, "config", "core.ignoreCase", strconv.FormatBool(fold))
		files := map[string]*ignoreFile{}
		var paths []string
		for _, class := range classes {
			for dir, pattern := range map[string]string{class: "x[[:%s:]]", "no" + class: "x[^[:%s:]]", "and" + class: "x[[:%s:]Q-T]"} {
				content := fmt.Sprintf(pattern, class)
				r.write(dir+"/.gitignore", content)
				files[dir] = parseIgnore([]byte(content), dir, fold)
				for _, name := range names {
					paths = append(paths, dir+"/"+name)
				}
			}
		}
		out := r.git([]byte(strings.Join(paths, "\x00")+"\x00"), "check-ignore", "--no-index", "-z", "--stdin")
		want := map[string]bool{}
		for _, path := range splitZero(out) {
			want[path] = true
		}
		for _, path := range paths {
			if got := ignored(path, nil, files); got != want[path] {
				t.Errorf("fold %v, %q: got %v, git says %v", fold, path, got, want[path])
			}
		}
	}
}

// TestIgnoreFiles compares the files of patterns that are none, and their order.
func TestIgnoreFiles(t *testing.T) {
	r := newIgnoreRepo(t)
	for _, name := range []string{"a", "b", "link/a", "dir/a", "nested/a", "nested/b", "nested/deep/a", "later/c"} {
		r.write(name, "")
	}
	r.write("patterns", "a\n")
	if err := os.Symlink("../patterns", r.path("link/.gitignore")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("dir", r.path("c")); err != nil {
		t.Fatal(err)
	}
	r.write("dir/.gitignore/x", "")
	r.write("nested/.gitignore", "*\n!a\n!*/\n")
	r.write("nested/deep/.gitignore", "/a\n")
	r.write(".git/info/exclude", "b\nc/\n!later/c\n")
	writeIgnoreTest(t, r.home+"/.config/git/ignore", "!b\nc\n/patterns\n")
	r.compare("files of patterns")
	for _, name := range []string{"dir", "none", "a/none"} {
		if content, err := readIgnoreFile(r.path(name), true); err != nil || content != nil {
			t.Errorf("%s: %q, %v", name, content, err)
		}
	}
}

// TestIgnoreHuge reads a file that is too large, which must say so and must not
// hide anything.
func TestIgnoreHuge(t *testing.T) {
	r := newIgnoreRepo(t)
	r.write("big", "")
	if err := os.Truncate(r.path("big"), 1<<40); err != nil {
		t.Skip("no sparse files here:", err)
	}
	content, err := readIgnoreFile(r.path("big"), true)
	if err == nil || content != nil {
		t.Errorf("got %d bytes and %v", len(content), err)
	}
}

// TestIgnoreSlowPatterns gives what makes matchers that try every way slow.
func TestIgnoreSlowPatterns(t *testing.T) {
	name := strings.Repeat("a", 250)
	for _, pattern := range []string{
		strings.Repeat("a*", 100_000) + "b",
		strings.Repeat("*a", 100) + "b",
		strings.Repeat("**/*a", 500) + "/b",
		strings.Repeat("**/a*/", 500) + "b",
		"/" + strings.Repeat("**/*a*a*a*a/", 10) + "b",
		"/" + strings.Repeat("*a", 100) + strings.Repeat("/**/*"+strings.Repeat("a*", 100), 10) + "/b",
		"/" + strings.Repeat("**/**/", 100_000) + "b",
		strings.Repeat("[[:", 1_000_000) + "]",
		strings.Repeat("[!b]*", 100_000) + "b",
		strings.Repeat("?*", 100) + "b",
		strings.Repeat("{a,", 100_000) + strings.Repeat("}", 100_000),
		strings.Repeat("\\", maxPatternFile-1),
	} {
		start := time.Now()
		f := parseIgnore([]byte(pattern), "", false)
		var chain *ignores
		chain = chain.push(f)
		for range 100 {
			chain.match(strings.Repeat(name+"/", 15)+name, false)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%.20q…: %v", pattern, took)
		} else {
			t.Logf("%.20q…: %v", pattern, took)
		}
	}
}
