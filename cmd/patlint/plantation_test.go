package main

import (
	"os"
	"testing"
)

// plantation is a repository with a token in every kind of place.
type plantation struct {
	*workplace
	tokens  map[string]string // by the name of the place
	commits map[string]string // ids by symbolic name
}

// token returns a new token for a place.
func (p *plantation) token(place string) string {
	token := randomPAT()
	p.tokens[place] = token
	return token
}

// plant writes a file that holds a new token.
func (p *plantation) plant(place, path string) {
	p.t.Helper()
	p.write(path, "TOKEN="+p.token(place)+"\n")
}

// mark gives the checked-out commit a name.
func (p *plantation) mark(name, rev string) {
	p.t.Helper()
	p.commits[name] = p.git("rev-parse", rev)
}

// plantedRepo builds the repository that the table planted describes.
func plantedRepo(t *testing.T) *plantation {
	t.Helper()
	p := &plantation{newRepo(t), map[string]string{}, map[string]string{}}
	p.firstCommit()
	p.secondCommit()
	p.branches()
	p.merges()
	p.tagsAndNotes()
	p.stashes()
	p.uncommitted()
	return p
}

func (p *plantation) firstCommit() {
	p.write("config/dev.env", "# settings\nTOKEN="+p.token("a file in HEAD")+" # of Ann\nPORT=8080\n")
	p.plant("a file deleted three commits ago", "deleted.env")
	p.plant("a value overwritten later", "changed.env")
	p.plant("a file moved later", "old/moved.env")
	p.write("names/"+p.token("a file name")+".txt", "nothing\n")
	p.write("names/"+p.token("a folder name")+"/file", "nothing here\n")
	p.write("gone/"+p.token("a deleted file name"), "nothing left\n")
	p.symlink("/nowhere/"+p.token("a link's target"), "link")
	p.write("crlf.env", "A=1\r\nTOKEN="+p.token("CRLF")+"\r\nB=2\r\n")
	p.write("bom.env", "\uFEFFTOKEN="+p.token("a byte order mark")+"\n")
	p.write("no-newline.env", "a\nb\n"+p.token("no final newline"))
	p.write(".gitattributes", "hidden.dat -diff -text binary\n")
	p.plant("-diff in .gitattributes", "hidden.dat")
	p.write("blob.bin", "\x00\x00abc\x00"+p.token("NUL bytes")+"\x00\xff\xfe")
	p.write("ключи/ß 𝄞.env", "ключ='𝄞"+p.token("characters of several bytes")+"'\n")
	p.write("run.sh", "#!/bin/sh\nTOKEN="+p.token("an executable")+"\n")
	if err := os.Chmod(p.path("run.sh"), 0o755); err != nil {
		p.t.Fatal(err)
	}
	p.write(".gitignore", "*.ign\nbuild/\n")
	p.plant("tracked but ignored", "forced.ign")
	p.write("disk-only.env", "TOKEN=none\n")
	p.write("stashed.env", "TOKEN=none\n")
	p.write("stashed-index.env", "TOKEN=none\n")
	p.git("add", "--force", "forced.ign")
	p.commit("first")
	p.mark("first", "HEAD")
}

func (p *plantation) secondCommit() {
	p.remove("deleted.env")
	p.remove("gone")
	p.write("changed.env", "TOKEN=$TOKEN\n")
	p.git("mv", "old", "new")
	p.commit("second\n\ntoken: " + p.token("a commit message") + "\n")
	p.mark("second", "HEAD")
}

func (p *plantation) branches() {
	p.git("checkout", "-q", "-b", "branch")
	p.plant("another branch", "branch.env")
	p.commit("branch")
	p.mark("branch", "HEAD")

	p.git("checkout", "-q", "--orphan", "root")
	p.git("rm", "-rfq", ".")
	p.plant("an unrelated root", "root.env")
	p.commit("root")
	p.mark("root", "HEAD")
	p.git("branch", p.token("a ref name"), "root")
	p.git("checkout", "-q", "main")
}

// merges makes a merge that drops what its second parent has and adds what no
// parent has, and an octopus.
func (p *plantation) merges() {
	p.git("checkout", "-q", "-b", "side")
	p.plant("the second parent only", "side.env")
	p.commit("side")
	p.mark("side", "HEAD")
	p.git("checkout", "-q", "main")
	p.git("merge", "-q", "--no-ff", "--no-commit", "side")
	p.git("rm", "-qf", "side.env")
	p.plant("an evil merge", "evil.env")
	p.commit("merge")
	p.mark("merge", "HEAD")

	for _, arm := range []string{"arm", "leg"} {
		p.git("checkout", "-q", "-b", arm, "main")
		if arm == "arm" {
			p.plant("the third parent of an octopus", "arm.env")
		} else {
			p.write("leg.txt", "nothing but a leg\n")
		}
		p.commit(arm)
		p.mark(arm, "HEAD")
	}
	p.git("checkout", "-q", "main")
	p.write("main.txt", "main\n")
	p.commit("before the octopus")
	p.git("merge", "-q", "--no-ff", "-m", "octopus", "leg", "arm")
}

func (p *plantation) tagsAndNotes() {
	p.git("tag", "-a", "v1", "-m", "release "+p.token("a tag message"), p.commits["second"])
	p.git("tag", "-a", "v2", "-m", "again\nand "+p.token("a tag of a tag"), "v1")
	blob := p.run("TOKEN="+p.token("a tagged blob")+"\n", "git", "hash-object", "-w", "--stdin")
	p.git("tag", "blob", blob.stdout[:len(blob.stdout)-1])

	p.git("notes", "add", "-m", "seen "+p.token("a note"), p.commits["first"])
	p.mark("note", "refs/notes/commits")
	p.git("notes", "--ref", "review", "add", "-m", p.token("a note in another ref"), p.commits["first"])
	p.mark("review", "refs/notes/review")
}

func (p *plantation) stashes() {
	p.plant("an older stash", "stashed.env")
	p.git("stash", "push", "-q")
	p.mark("older-stash", "stash@{0}")

	p.plant("the stash's index", "stashed-index.env")
	p.git("add", "stashed-index.env")
	p.write("stashed-index.env", "TOKEN=none any more\n")
	p.plant("the stash's work tree", "stashed.env")
	p.plant("the stash's untracked files", "stashed-new.env")
	p.git("stash", "push", "-q", "--include-untracked")
	p.mark("stash", "stash@{0}")
	p.mark("stash-index", "stash@{0}^2")
	p.mark("stash-untracked", "stash@{0}^3")
}

func (p *plantation) uncommitted() {
	p.plant("staged", "staged.env")
	p.plant("staged, other on disk", "staged-only.env")
	p.git("add", "staged.env", "staged-only.env")
	p.write("staged-only.env", "TOKEN=none\n")
	p.plant("on disk, other staged", "disk-only.env")
	p.plant("untracked", "untracked.env")
	p.write(p.token("an untracked file name"), "no content to speak of\n")
	p.plant(ignoredRow, "build/out.ign")
}
