//go:build unix

package main

import "testing"

// Objects in the folders that the environment names, as in a pre-receive hook,
// with a name that has to be quoted.
func TestObjectDirectories(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	kept := randomPAT()
	w.write("a.env", kept)
	w.commit("first")
	store := func(objects string) (token string) {
		token = randomPAT()
		w.write("../"+objects+"/here", "")
		w.write("leak.env", token)
		w.with("GIT_OBJECT_DIRECTORY="+w.path("../"+objects), "GIT_ALTERNATE_OBJECT_DIRECTORIES="+w.path(".git/objects")).
			git("hash-object", "-w", "leak.env")
		w.remove("leak.env")
		return token
	}
	incoming, other, third := store("incoming"), store("other:objects"), store("third")
	hook := w.with("GIT_OBJECT_DIRECTORY="+w.path("../incoming"),
		`GIT_ALTERNATE_OBJECT_DIRECTORIES="`+w.path("../other:objects")+`":`+w.path(".git/objects")+":../"+"third-link")
	w.symlink(w.path("../third"), "../third-link")
	r := hook.scan(exitFound, "--history")
	r.wantSecrets(t, incoming, other, third, kept)
	r.wantComplete(t)
	w.scan(exitFound, "--history").wantSecrets(t, kept)

	gone := w.with("GIT_ALTERNATE_OBJECT_DIRECTORIES=" + w.path("../gone"))
	gone.scan(exitFound, "--history").wantIncomplete(t, "no such file")
}

// Git runs the hooks of a linked work tree with GIT_DIR of that work tree.
func TestGitDirOfLinkedWorktree(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	old, staged := randomPAT(), randomPAT()
	w.write("a.env", old)
	w.commit("first")
	w.write("a.env", "nothing\n")
	w.commit("second")
	w.git("worktree", "add", "-q", "-b", "other", w.path("../linked"))
	linked := w.in("../linked")
	linked.write("b.env", staged)
	linked.git("add", "b.env")
	hook := linked.with("GIT_DIR="+w.path(".git/worktrees/linked"), "GIT_WORK_TREE="+linked.dir)
	hook.scan(exitFound, "--staged").wantSecrets(t, staged)
	hook.scan(exitFound).wantSecrets(t, old, staged)
	hook.scan(exitFound, "--history").wantComplete(t)
	w.with("GIT_DIR="+w.path(".git")).scan(exitClean, "--staged")
}

// A partial clone whose configuration does not tell so any more.
func TestForgottenPartialClone(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	origin.write("a.env", randomPAT())
	origin.commit("first")
	origin.git("config", "uploadpack.allowFilter", "true")
	origin.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://"+origin.dir, origin.path("../partial"))
	w := origin.in("../partial")
	w.git("config", "--remove-section", "remote.origin")
	_ = w.run("", "git", "config", "--unset", "extensions.partialClone") // git 2.39 sets none
	w.onlyFile(".git/objects/pack/*.promisor")
	w.scan(exitIncomplete, "--history").wantIncomplete(t, "partial clone")
}
