package main

import (
	"os"
	"strings"
	"testing"
)

// The same content is found in whatever way git stores it.
func TestPlantedShapes(t *testing.T) {
	t.Parallel()
	asItIs := func(place string) string { return place }
	shapes := []struct {
		name  string
		make  func(p *plantation) *workplace // where to scan
		place func(place string) string      // how it changes the places
	}{
		{"bare mirror", func(p *plantation) *workplace {
			p.git("clone", "-q", "--mirror", "file://"+p.dir, p.path("../mirror.git"))
			return p.in("../mirror.git")
		}, withoutReflog(committed)},
		{"linked worktree", func(p *plantation) *workplace {
			p.git("worktree", "add", "-q", "--detach", p.path("../linked"), "main")
			return p.in("../linked")
		}, linked},
		{".git as a file", func(p *plantation) *workplace {
			p.git("init", "-q", "--separate-git-dir", p.path("../elsewhere.git"))
			if info, err := os.Lstat(p.path(".git")); err != nil || !info.Mode().IsRegular() {
				p.t.Fatal(".git is no file", err)
			}
			return p.workplace
		}, asItIs},
		{"packed", func(p *plantation) *workplace {
			p.git("gc", "-q", "--prune=now", "--aggressive")
			p.git("commit-graph", "write", "--reachable")
			p.git("multi-pack-index", "write")
			return p.workplace
		}, asItIs},
		{"shared objects", func(p *plantation) *workplace {
			p.git("clone", "-q", "--shared", "--mirror", p.dir, p.path("../shared/.git"))
			shared := p.in("../shared")
			shared.git("config", "core.bare", "false")
			shared.git("reset", "-q", "--hard")
			return shared
		}, shared},
		{"reached through a link", func(p *plantation) *workplace {
			p.symlink(p.dir, "../via")
			return p.in("../via")
		}, asItIs},
		{"index of version 4", func(p *plantation) *workplace {
			p.git("update-index", "--index-version", "4")
			return p.workplace
		}, asItIs},
		{"untracked cache", func(p *plantation) *workplace {
			p.git("update-index", "--force-untracked-cache")
			p.git("status")
			return p.workplace
		}, asItIs},
	}
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			p := plantedRepo(t)
			r := shape.make(p).scan(exitFound)
			p.wantPlaces(t, r, p.rows(shape.place))
		})
	}
}

// checkedOut returns a place as it is in a clean work tree.
func checkedOut(place string) string {
	if committed(place) == "" {
		return ""
	}
	return place
}

// linked returns a place as it is in another, clean work tree of the repository.
func linked(place string) string {
	switch {
	case place == "worktree staged.env:1:7":
		return "index staged.env:1:7"
	case strings.HasPrefix(place, "index "):
		return place
	}
	return checkedOut(place)
}

// shared returns a place as it is in a clean work tree with the objects of
// another repository, to some of which nothing leads here.
func shared(place string) string {
	switch {
	case place == "worktree staged.env:1:7", strings.HasPrefix(place, "index "):
		return "history 1:7"
	}
	return checkedOut(place)
}

// withoutReflog is change in a clone, which has no older stashes.
func withoutReflog(change func(string) string) func(string) string {
	return func(place string) string {
		if strings.Contains(place, " by older-stash") {
			return ""
		}
		return change(place)
	}
}

func TestSubfolder(t *testing.T) {
	t.Parallel()
	p := plantedRepo(t)
	below := func(place string) string {
		switch {
		case strings.HasPrefix(place, "worktree config/"):
			return place
		case place == "worktree staged.env:1:7":
			return "index staged.env:1:7"
		case strings.HasPrefix(place, "index "):
			return place
		}
		return committed(place)
	}
	p.wantPlaces(t, p.scan(exitFound, "config"), p.rows(below))
	p.wantPlaces(t, p.in("config").scan(exitFound), p.rows(below))

	r := p.scan(exitFound, "--worktree", "config")
	r.wantSecrets(t, p.tokens["a file in HEAD"])
	r = p.scan(exitFound, "--worktree", "build") // a folder that git ignores, but somebody named
	r.wantSecrets(t, p.tokens[ignoredRow])
}

func TestNoRepository(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	if out := w.patlint("scan"); out.code != exitClean || !strings.Contains(out.stderr, "patlint: . is in no git repository") {
		t.Errorf("empty folder: exit code %d, %q", out.code, out.stderr)
	}
	token := randomPAT()
	w.write("a/b.env", token)
	w.write(".gitignore", "a/\n") // no git, no meaning
	w.scan(exitFound).wantSecrets(t, token)
	for _, flag := range []string{"--history", "--staged", "--range=a..b"} {
		if out := w.patlint("scan", flag); out.code != exitUsage || !strings.Contains(out.stderr, "not a git repository") {
			t.Errorf("%s: exit code %d, %q", flag, out.code, out.stderr)
		}
	}
}

func TestEmptyRepository(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.scan(exitClean).wantComplete(t)
	w.scan(exitClean, "--history").wantComplete(t)
	w.scan(exitClean, "--staged").wantComplete(t)

	staged, overwritten, untracked := randomPAT(), randomPAT(), randomPAT()
	w.write("staged.env", staged)
	w.write("overwritten.env", overwritten)
	w.git("add", ".")
	w.write("overwritten.env", "nothing")
	w.write("untracked.env", untracked)
	w.scan(exitFound).wantSecrets(t, staged, overwritten, untracked)
	w.scan(exitFound, "--staged").wantSecrets(t, staged, overwritten)
	w.scan(exitFound, "--worktree").wantSecrets(t, staged, untracked)
}

func TestSHA256(t *testing.T) {
	t.Parallel()
	w := newRepo(t, "--object-format=sha256")
	w.write("clean.txt", "nothing\n")
	w.commit("first")
	for _, args := range [][]string{{}, {"--history"}, {"--range", "HEAD..HEAD"}, {"--staged"}} {
		if out := w.patlint(append([]string{"scan"}, args...)...); out.code != exitClean {
			t.Errorf("scan %v: exit code %d, want 0: %s", args, out.code, out.stderr)
		}
	}
	token, deleted, staged := randomPAT(), randomPAT(), randomPAT()
	w.write("deleted.env", deleted)
	w.commit("leak")
	w.remove("deleted.env")
	w.commit("no leak")
	w.write("leak.env", token)
	w.write("staged.env", staged)
	w.git("add", "staged.env")
	w.remove("staged.env")
	w.scan(exitFound, "--staged").wantSecrets(t, staged)
	r := w.scan(exitFound)
	r.wantSecrets(t, token, deleted, staged)
	r.wantComplete(t)
}

func TestShallowClone(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	old := randomPAT()
	origin.write("a.env", old)
	origin.commit("first")
	origin.write("a.env", "nothing")
	origin.commit("second")
	origin.git("clone", "-q", "--depth", "1", "file://"+origin.dir, origin.path("../shallow"))
	w := origin.in("../shallow")

	out := w.patlint("scan")
	if out.code != exitIncomplete || !strings.Contains(out.stderr, "git fetch --unshallow") || !strings.Contains(out.stdout, "git fetch --unshallow") {
		t.Errorf("exit code %d, want 3 and the way out in\n%s%s", out.code, out.stdout, out.stderr)
	}
	w.scan(exitClean, "--allow-incomplete").wantIncomplete(t, "shallow")
	w.scan(exitClean, "--worktree").wantComplete(t)

	token := randomPAT()
	w.write("b.env", token)
	r := w.scan(exitFound)
	r.wantSecrets(t, token)
	r.wantIncomplete(t, "shallow")

	w.git("fetch", "-q", "--unshallow")
	r = w.scan(exitFound)
	r.wantSecrets(t, old, token)
	r.wantComplete(t)
}

// A partial clone lacks objects by design. They are not fetched behind the
// user's back, and not taken for clean.
func TestPartialClone(t *testing.T) {
	t.Parallel()
	for _, filter := range []string{"blob:none", "tree:0"} {
		t.Run(filter, func(t *testing.T) {
			t.Parallel()
			origin := newRepo(t)
			old, current := randomPAT(), randomPAT()
			origin.write("dir/a.env", old)
			origin.commit("first")
			origin.write("dir/a.env", current)
			origin.commit("second")
			origin.git("config", "uploadpack.allowFilter", "true")
			origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
			origin.git("clone", "-q", "--filter="+filter, "--no-checkout", "file://"+origin.dir, origin.path("../partial"))
			w := origin.in("../partial")

			before := w.git("count-objects", "-v")
			r := w.scan(exitIncomplete, "--history")
			r.wantSecrets(t)
			r.wantIncomplete(t, "partial clone")
			if after := w.git("count-objects", "-v"); after != before {
				t.Errorf("objects were fetched: before\n%s\nafter\n%s", before, after)
			}

			w.git("checkout", "-q", "main") // fetches what is in HEAD
			if err := os.Rename(origin.dir, origin.dir+".away"); err != nil {
				t.Fatal(err)
			}
			r = w.scan(exitFound)
			r.wantSecrets(t, current)
			r.wantIncomplete(t, "partial clone")
		})
	}
}

func TestSubmodule(t *testing.T) {
	t.Parallel()
	sub := newRepo(t)
	old, current := randomPAT(), randomPAT()
	sub.write("a.env", old)
	sub.commit("first")
	sub.write("a.env", current)
	sub.commit("second")

	w := newRepo(t)
	w.write("readme", "nothing\n")
	w.git("submodule", "--quiet", "add", sub.dir, "lib/sub")
	w.commit("with a submodule")

	r := w.scan(exitClean)
	r.wantComplete(t)
	if !strings.Contains(r.reasons(), "lib/sub") {
		t.Errorf("the submodule is not named: %q", r.reasons())
	}
	if out := w.patlint("scan"); !strings.Contains(out.stdout, "lib/sub: submodule") {
		t.Errorf("the submodule is not named:\n%s", out.stdout)
	}
	r = w.scan(exitFound, "--submodules")
	r.wantSecrets(t, old, current)
	r.wantComplete(t)
	for secret, source := range map[string]string{old: "history", current: "worktree"} {
		if l := r.finding(t, secret).Locations[0]; l.Source != source || l.Path != "lib/sub/a.env" || l.Line != 1 {
			t.Errorf("found at %s, want %s lib/sub/a.env", l, source)
		}
	}
	w.in("lib/sub").scan(exitFound).wantSecrets(t, old, current) // .git is a file there

	w.git("submodule", "--quiet", "deinit", "--all", "--force")
	w.scan(exitIncomplete, "--submodules").wantIncomplete(t, "not checked out")
	w.scan(exitClean).wantComplete(t)
}

// A repository inside another that is no submodule is named as not scanned.
func TestNestedRepository(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.write("vendor/other/a.env", randomPAT())
	w.in("vendor/other").git("init", "-q")
	r := w.scan(exitClean)
	r.wantComplete(t)
	if !strings.Contains(r.reasons(), "vendor/other") {
		t.Errorf("the repository inside is not named: %q", r.reasons())
	}
}
