//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Wherever git looks for hooks, install puts them there: git stops the commit.
func TestHookInstallPlaces(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(w *workplace) *workplace{
		"plain":           func(w *workplace) *workplace { return w },
		"folder below":    func(w *workplace) *workplace { w.write("sub/x", ""); return w.in("sub") },
		"no hooks folder": func(w *workplace) *workplace { w.remove(".git/hooks"); return w },
		"linked work tree": func(w *workplace) *workplace {
			w.git("worktree", "add", "-q", "../linked")
			return w.in("../linked")
		},
		"submodule": func(w *workplace) *workplace {
			w.git("clone", "-q", ".", "../other")
			w.git("submodule", "--quiet", "add", w.path("../other"), "module")
			return w.in("module")
		},
		"separate git directory": func(w *workplace) *workplace {
			w.git("init", "-q", "--separate-git-dir", "../apart", "../tree")
			return w.in("../tree")
		},
		"bare with a work tree": func(w *workplace) *workplace {
			w.git("clone", "-q", "--bare", ".", "../bare.git")
			w.in("../bare.git").git("worktree", "add", "-q", "../of-bare")
			w.in("../bare.git").wantCode(exitClean, "hook", "install")
			return w.in("../of-bare")
		},
		"by the environment": func(w *workplace) *workplace {
			w.git("clone", "-q", ".", "../away")
			return w.with("GIT_DIR="+w.path("../away/.git"), "GIT_WORK_TREE="+w.path("../away")).in("../away")
		},
		"relative": func(w *workplace) *workplace { return w.hooksPath("--local", ".githooks") },
		"relative sub": func(w *workplace) *workplace {
			w.write("sub/x", "")
			return w.hooksPath("--local", "my hooks").in("sub")
		},
		"relative in a linked work tree": func(w *workplace) *workplace {
			w.hooksPath("--local", ".githooks").git("worktree", "add", "-q", "../linked")
			return w.in("../linked")
		},
		"absolute": func(w *workplace) *workplace { return w.hooksPath("--local", w.path("../hooks")) },
		"home":     func(w *workplace) *workplace { return w.hooksPath("--local", "~/hooks") },
		"of a work tree": func(w *workplace) *workplace {
			w.git("config", "extensions.worktreeConfig", "true")
			return w.hooksPath("--worktree", "~/hooks")
		},
		"included": func(w *workplace) *workplace {
			w.write(".git/more", "[core]\nhooksPath = deep/hooks\n")
			w.git("config", "include.path", "more")
			return w
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t, "top")
			w = w.in("top")
			w.commit("first")
			w = prepare(w)
			out := w.wantCode(exitClean, "hook", "install")
			folder := w.path(w.git("rev-parse", "--git-path", "hooks"))
			if !strings.Contains(out.stdout, "pre-commit: installed") {
				t.Errorf("said %s", out.stdout)
			}
			w.wantCode(exitClean, "hook", "status")
			w.write("leak.env", randomPAT())
			w.git("add", "leak.env")
			w.wantBlocked("commit", "-m", "leak")
			w.wantCode(exitClean, "hook", "uninstall")
			w.wantCode(exitFound, "hook", "status")
			if left, _ := filepath.Glob(filepath.Join(folder, "*")); strings.Contains(strings.ReplaceAll(strings.Join(left, " "), ".sample", ""), "patlint") {
				t.Errorf("left are %v", left)
			}
			w.git("commit", "-q", "-m", "leak")
		})
	}
}

func (w *workplace) hooksPath(level, path string) *workplace {
	w.git("config", level, "core.hooksPath", path)
	return w
}

// A folder for all repositories is not changed unless that is asked for.
func TestHookInstallShared(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	w.hooksPath("--global", "~/hooks")
	out := w.wantCode(exitUsage, "hook", "install")
	for _, want := range []string{"for all repositories", "hook install --shared", "git config core.hooksPath '" + w.path(".git/hooks") + "'", filepath.Join(w.home, ".gitconfig")} {
		if !strings.Contains(out.stderr, want) {
			t.Errorf("nothing is said of %q: %s", want, out.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(w.home, "hooks")); err == nil {
		t.Error("something was written")
	}
	w.wantCode(exitClean, "hook", "install", "--shared")
	other := newRepo(t).with("GIT_CONFIG_GLOBAL=" + filepath.Join(w.home, ".gitconfig"))
	other.home = w.home
	other = other.with("HOME=" + w.home)
	other.write("leak.env", randomPAT())
	other.git("add", ".")
	other.wantBlocked("commit", "-m", "leak")
	other.wantCode(exitUsage, "hook", "uninstall")
	other.wantBlocked("commit", "-m", "leak")
	other.wantCode(exitClean, "hook", "uninstall", "--shared")
	other.git("commit", "-q", "-m", "leak")

	// The advice for this repository alone works.
	_, command, _ := strings.Cut(out.stderr, "without the others: ")
	w.run("", "sh", "-c", command)
	w.wantCode(exitClean, "hook", "install")
	w.write("leak.env", randomPAT())
	w.git("add", ".")
	w.wantBlocked("commit", "-m", "leak")

	w.hooksPath("--local", "/dev/null")
	out = w.wantCode(exitUsage, "hook", "install")
	if !strings.Contains(out.stderr, "git runs no hooks") {
		t.Errorf("said %s", out.stderr)
	}
	w.in("..").wantCode(exitUsage, "hook", "install")
}

// A hook that was there is called first, with its arguments, and its exit code
// counts; uninstall leaves everything as it was.
func TestHookChains(t *testing.T) {
	t.Parallel()
	both := []string{"--pre-commit", "--commit-msg"}
	w := newRepo(t)
	w.commit("first")
	w.write("team/commit-msg", "#!/bin/sh\necho \"message $1 of $(basename \"$1\")\" >>'"+w.home+"/log'\nexit $(cat '"+w.home+"/code')\n")
	if err := os.Chmod(w.path("team/commit-msg"), 0o750); err != nil {
		t.Fatal(err)
	}
	w.script(".git/hooks/pre-commit", "#!/bin/sh\necho before >>'"+w.home+"/log'\nexit $(cat '"+w.home+"/code')\n")
	w.symlink("../../team/commit-msg", ".git/hooks/commit-msg")
	was := w.hooks()
	w.write(filepath.Join(w.home, "code"), "0")

	w.wantCode(exitClean, append([]string{"hook", "install"}, both...)...)
	installed := w.hooks()
	if out := w.wantCode(exitClean, append([]string{"hook", "install"}, both...)...); strings.Count(out.stdout, "installed already") != 2 {
		t.Errorf("said %s", out.stdout)
	}
	if again := w.hooks(); again != installed {
		t.Errorf("to install twice changed something:\n%s\n%s", installed, again)
	}
	if out := w.wantCode(exitClean, append([]string{"hook", "status"}, both...)...); strings.Count(out.stdout, ", after ") != 2 {
		t.Errorf("said %s", out.stdout)
	}
	w.git("commit", "-q", "--allow-empty", "-m", "clean")
	if log := w.read(filepath.Join(w.home, "log")); log != "before\nmessage .git/COMMIT_EDITMSG of COMMIT_EDITMSG\n" {
		t.Errorf("called were %q", log)
	}
	w.wantBlocked("commit", "--allow-empty", "-m", randomPAT())
	w.write("leak.env", randomPAT())
	w.git("add", "leak.env")
	w.wantBlocked("commit", "-m", "leak")
	w.write(filepath.Join(w.home, "code"), "42")
	if out := w.run("", w.path(".git/hooks/pre-commit")); out.code != 42 || strings.Contains(out.stdout, "blocked") {
		t.Errorf("exit code %d: %s", out.code, out.stdout)
	}

	out := w.wantCode(exitClean, append([]string{"hook", "uninstall"}, both...)...)
	if strings.Count(out.stdout, "the hook from before is back") != 2 {
		t.Errorf("said %s", out.stdout)
	}
	if now := w.hooks(); now != was {
		t.Errorf("uninstall left\n%s, there was\n%s", now, was)
	}
	if out := w.wantCode(exitClean, append([]string{"hook", "uninstall"}, both...)...); strings.Count(out.stdout, "left alone") != 2 {
		t.Errorf("said %s", out.stdout)
	}
	if now := w.hooks(); now != was {
		t.Errorf("to uninstall twice left\n%s, there was\n%s", now, was)
	}
}

// hooks describes all hooks: names, modes, links and content.
func (w *workplace) hooks() string {
	w.t.Helper()
	entries, err := os.ReadDir(w.path(".git/hooks"))
	if err != nil {
		w.t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".sample") {
			continue
		}
		info, err := e.Info()
		if err != nil {
			w.t.Fatal(err)
		}
		target, _ := os.Readlink(w.path(".git/hooks/" + e.Name()))
		all.WriteString(info.Mode().String() + " " + e.Name() + " " + target + "\n" + w.read(".git/hooks/"+e.Name()))
	}
	return all.String()
}

// Nothing that somebody wrote is lost, whatever came in between.
func TestHookNeverOverwrites(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	hook, kept := ".git/hooks/pre-commit", ".git/hooks/pre-commit.before-patlint"
	install := []string{"hook", "install", "--pre-commit"}

	w.script(hook, "#!/bin/sh\n# mine\n")
	w.wantCode(exitClean, install...)
	w.remove(hook)
	w.script(hook, "#!/bin/sh\n# another's\n")
	out := w.wantCode(exitUsage, install...)
	if !strings.Contains(out.stderr, "pre-commit.before-patlint is there already") {
		t.Errorf("said %s", out.stderr)
	}
	if w.read(hook) != "#!/bin/sh\n# another's\n" || w.read(kept) != "#!/bin/sh\n# mine\n" {
		t.Error("a hook is lost")
	}
	w.remove(hook)
	w.wantCode(exitClean, "hook", "uninstall", "--pre-commit")
	if w.read(hook) != "#!/bin/sh\n# mine\n" {
		t.Error("the hook from before is not back")
	}

	// An installation that ended between its two steps goes on.
	if err := os.Link(w.path(hook), w.path(kept)); err != nil {
		t.Fatal(err)
	}
	w.wantCode(exitClean, install...)
	if w.read(kept) != "#!/bin/sh\n# mine\n" || !strings.Contains(w.read(hook), "patlint") {
		t.Error("the installation did not go on")
	}
	w.wantCode(exitClean, "hook", "uninstall")

	// A hook that is not executable was not run, and is not now.
	if err := os.Chmod(w.path(hook), 0o644); err != nil {
		t.Fatal(err)
	}
	w.write(hook, "#!/bin/sh\nexit 7\n")
	if out := w.wantCode(exitClean, install...); !strings.Contains(out.stderr, "is not executable") {
		t.Errorf("said %s", out.stderr)
	}
	w.git("commit", "-q", "--allow-empty", "-m", "clean")
	w.wantCode(exitClean, "hook", "uninstall")

	w.remove(hook)
	w.write(hook+"/file", "")
	w.wantCode(exitUsage, install...)
	if left, _ := filepath.Glob(w.path(".git/hooks/.patlint-*")); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

// Many installations at once do what one does.
func TestHookInstallAtOnce(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	const mine = "#!/bin/sh\n# mine\n"
	const install = "for i in 1 2 3 4 5 6 7 8; do patlint hook install --pre-commit & done; wait"
	for range 5 {
		w.remove(".git/hooks/pre-commit")
		w.run("", "sh", "-c", install)
		w.wantCode(exitClean, "hook", "uninstall", "--pre-commit")
		if _, err := os.Stat(w.path(".git/hooks/pre-commit")); err == nil {
			t.Fatalf("a hook is back where there was none: %s", w.read(".git/hooks/pre-commit"))
		}
		w.script(".git/hooks/pre-commit", mine)
		out := w.run("", "sh", "-c", install)
		if strings.Count(out.stdout, "pre-commit: installed") != 8 || out.stderr != "" {
			t.Errorf("said %s%s", out.stdout, out.stderr)
		}
		if kept := w.read(".git/hooks/pre-commit.before-patlint"); kept != mine {
			t.Fatalf("kept is %q", kept)
		}
		w.wantCode(exitClean, "hook", "status", "--pre-commit")
		w.wantCode(exitClean, "hook", "uninstall", "--pre-commit")
		if back := w.read(".git/hooks/pre-commit"); back != mine {
			t.Fatalf("back is %q", back)
		}
	}
}
