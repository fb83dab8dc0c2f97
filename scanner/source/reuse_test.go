//go:build linux || darwin

package source

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// TestFilesThatAreReadAgain changes one of two committed files in a way, or what
// git does with it. Everything but an untouched file is to be read.
func TestFilesThatAreReadAgain(t *testing.T) {
	t.Parallel()
	const text, other = "some text of a file\n", "same size as before\n"
	for _, c := range []struct {
		name   string
		change func(f *fixture)
		want   string
	}{
		{"nothing", func(f *fixture) {}, ""},
		{"other content of the same size and time", func(f *fixture) { f.rewrite("a.txt", other) }, "a.txt"},
		{"other time", func(f *fixture) { f.write("a.txt", text) }, "a.txt"},
		{"other mode", func(f *fixture) { f.must(os.Chmod(f.path("a.txt"), 0o755)) }, "a.txt"},
		{"another file in its place", func(f *fixture) { f.replace("a.txt", other) }, "a.txt"},
		{"assumed unchanged", func(f *fixture) {
			f.git("update-index", "--assume-unchanged", "a.txt")
			f.rewrite("a.txt", other)
		}, "a.txt"},
		{"not to be checked out", func(f *fixture) {
			f.git("update-index", "--skip-worktree", "a.txt")
			f.rewrite("a.txt", other)
		}, "a.txt"},
		{"index as old as the files", func(f *fixture) { f.age(".git/index", "a.txt") }, "a.txt b.txt dir/c"},
		{"intended to be added", func(f *fixture) { f.write("new.txt", ""); f.git("add", "-N", "new.txt") }, "new.txt"},
		{"untracked", func(f *fixture) { f.write("new.txt", text) }, "new.txt"},
		{"not committed", func(f *fixture) { f.write("new.txt", "new\n"); f.git("add", "new.txt"); f.settle() }, ""},
		{"unmerged", conflict, "a.txt"},
		{"a link in the place of a folder", func(f *fixture) {
			f.git("mv", "a.txt", "b.txt", "dir")
			f.settle()
			f.must(os.Rename(f.path("dir"), f.path("elsewhere")))
			f.must(os.Symlink("elsewhere", f.path("dir")))
		}, "dir elsewhere/a.txt elsewhere/b.txt elsewhere/c"},
		{"line ends", func(f *fixture) { f.attribute("a.txt text eol=crlf") }, "a.txt"},
		{"line ends by the configuration", func(f *fixture) {
			f.git("config", "core.autocrlf", "true")
			f.checkOut()
		}, "a.txt b.txt dir/c"},
		{"identity", func(f *fixture) { f.write("a.txt", "$Id$\n"); f.commit("id"); f.attribute("a.txt ident") }, "a.txt"},
		{"encoding", func(f *fixture) {
			f.write(".git/info/attributes", "a.txt working-tree-encoding=UTF-16\n")
			f.checkOut()
		}, "a.txt"},
		{"filter", func(f *fixture) { f.filter(); f.attribute("a.txt filter=turn") }, "a.txt"},
		{"filter of a folder", func(f *fixture) { f.filter(); f.attribute("/dir/** filter=turn") }, "dir/c"},
		{"filter by a macro", func(f *fixture) { f.filter(); f.attribute("[attr]turned filter=turn\n/dir/c turned") }, ".gitattributes a.txt b.txt dir/c"},
		{"filter in a quoted pattern", func(f *fixture) { f.filter(); f.attribute(`"a.txt" filter=turn`) }, ".gitattributes a.txt b.txt dir/c"},
		{"filter in the repository's attributes", func(f *fixture) {
			f.filter()
			f.write(".git/info/attributes", "b.txt filter=turn\n")
			f.checkOut()
		}, "b.txt"},
		{"filter in the user's attributes", func(f *fixture) {
			f.filter()
			f.write("user", "b.txt filter=turn\n")
			f.git("config", "core.attributesFile", f.path("user"))
			f.checkOut()
		}, "b.txt user"},
		{"attributes that are being changed", func(f *fixture) {
			f.attribute("*.md -text")
			f.write(".gitattributes", "*.md -diff")
		}, ".gitattributes a.txt b.txt dir/c"},
		{"a replaced object", func(f *fixture) {
			f.write("new.txt", other)
			f.git("add", "new.txt")
			f.git("replace", f.id(":a.txt"), f.id(":new.txt"))
			f.checkOut()
		}, "a.txt b.txt dir/c new.txt"},
		{"a damaged object", func(f *fixture) { f.write(f.loose(":b.txt"), "damaged") }, "a.txt b.txt dir/c"},
		{"a missing object", func(f *fixture) { f.must(os.Remove(f.path(f.loose(":b.txt")))) }, "b.txt"},
		{"a match", func(f *fixture) {
			f.write("a.txt", randomToken(rand.New(rand.NewPCG(1, 9))))
			f.commit("a")
			f.settle()
		}, "a.txt"},
		{"a comment", func(f *fixture) {
			f.write("a.txt", rules.InlineComment+" qoder-pat -- why\n")
			f.commit("a")
			f.settle()
		}, "a.txt"},
		{"a comment about the other rule", func(f *fixture) {
			f.write("a.txt", rules.InlineComment+"  bearer-literal")
			f.commit("a")
			f.settle()
		}, "a.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.write("a.txt", text)
			f.write("b.txt", strings.ToUpper(text))
			f.write("dir/c", "a third\n")
			f.commit("first")
			f.settle()
			c.change(f)
			got := f.readAgain(TreeOptions{})
			if want := strings.Fields(c.want); !slices.Equal(got, want) {
				t.Errorf("read %q, want %q", got, want)
			}
			f.equalReports(0)
		})
	}
}

// TestIndexFromElsewhere takes a repository with its index to another place, with
// all times that can be set, as who unpacks an archive does.
func TestIndexFromElsewhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("a.txt", "some text of a file\n")
	f.commit("first")
	f.settle()
	there := t.TempDir()
	if out, err := f.command("-c", "alias.copy=!cp -Rp . '"+there+"'", "copy").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := f.readAgain(TreeOptions{}); len(got) > 0 {
		t.Errorf("read %q", got)
	}
	f.dir = there
	if got := f.readAgain(TreeOptions{}); !slices.Equal(got, []string{"a.txt"}) {
		t.Errorf("elsewhere, read %q", got)
	}
}
