package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/report"
)

// wantNoLeakAnywhere runs patlint with every format, quiet and verbose, on
// standard output and into files, and fails if any of it shows a token.
func (w *workplace) wantNoLeakAnywhere(t *testing.T, tokens []string, args ...string) {
	t.Helper()
	dir := t.TempDir()
	args = append([]string{"scan"}, args...)
	w.wantQuietAbout(t, tokens, append(slices.Clone(args), "--quiet", "--color=always")...)
	args = append(args, "--verbose", "--write-baseline", filepath.Join(dir, "baseline"), "-f", "text")
	for _, format := range report.Formats() {
		args = append(args, "-f", format+"="+filepath.Join(dir, format))
	}
	w.wantQuietAbout(t, tokens, args...)
	written, err := os.ReadDir(dir)
	if err != nil || len(written) != len(report.Formats())+1 {
		t.Errorf("files written: %v, %v", written, err)
	}
	for _, file := range written {
		wantNoLeak(t, "the "+file.Name()+" of patlint "+strings.Join(args, " "), w.read(filepath.Join(dir, file.Name())), tokens...)
	}
}

// wantQuietAbout runs patlint and fails if its output shows a token.
func (w *workplace) wantQuietAbout(t *testing.T, tokens []string, args ...string) outcome {
	t.Helper()
	out := w.of(t).patlint(args...)
	name := "patlint " + strings.Join(args, " ")
	wantNoLeak(t, "stdout of "+name, out.stdout, tokens...)
	wantNoLeak(t, "stderr of "+name, out.stderr, tokens...)
	return out
}

func TestNoLeakOfPlanted(t *testing.T) {
	t.Parallel()
	p := plantedRepo(t)
	var tokens []string
	for _, token := range p.tokens {
		tokens = append(tokens, token)
	}
	p.wantNoLeakAnywhere(t, tokens)
	p.wantNoLeakAnywhere(t, tokens, "--no-ignore", "--no-suppress")
	p.wantNoLeakAnywhere(t, tokens, "--rule", "bearer-literal")
	p.remove(p.loose(p.commits["first"] + ":deleted.env"))
	p.remove(p.loose(p.commits["first"] + ":names"))
	p.wantNoLeakAnywhere(t, tokens)
}

// Only --show-secrets shows secrets, and not in what is made to be published.
func TestShowSecrets(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	w.write("a.env", token)
	for _, format := range report.Formats() {
		out := w.patlint("scan", "-f", format, "--show-secrets")
		shown := slices.Contains([]string{"text", "json", "jsonl"}, format)
		if got := strings.Contains(out.stdout, token); got != shown {
			t.Errorf("%s: the secret is shown: %t", format, got)
		}
		wantNoLeak(t, "stderr", out.stderr, token)
	}
	w.patlint("scan", "-f", "json=report", "--show-secrets", "--write-baseline", "baseline")
	wantNoLeak(t, "the baseline", w.read("baseline"), token)
	if info, err := os.Stat(w.path("report")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a report with secrets is readable to others: %v, %v", info.Mode(), err)
	}
}

// Lines that are hard to cut: two tokens at every distance, long lines, tokens
// in the middle of others.
func TestNoLeakInExcerpts(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	var tokens []string
	next := func() string {
		tokens = append(tokens, randomPAT())
		return tokens[len(tokens)-1]
	}
	var near, long strings.Builder
	for gap := 1; gap < 320; gap++ {
		filler := strings.Repeat(" ", gap)
		fmt.Fprintf(&near, "%s%s%s\n", next(), filler, next())
		fmt.Fprintf(&near, "%s%sé%s\n", next(), strings.Repeat("é\xff", gap), next())
	}
	for i := range 400 {
		fmt.Fprintf(&long, "%s,%s;", next(), strings.Repeat("x", i))
	}
	bearer := randomBearer()
	tokens = append(tokens, bearer)
	w.write("near.txt", near.String())
	w.write("long.min.js", long.String())
	w.write("both.txt", "curl -H 'Authorization: Bearer "+bearer+"' -H 'X: "+next()+"' -d '"+randomText(30)+next()+"'\n")
	w.wantNoLeakAnywhere(t, tokens)
}

// leakyPlaces are places beside content: each gets a token, and a finding or a
// gap that makes a report speak of it.
var leakyPlaces = map[string]func(w *workplace, token string){
	"author": func(w *workplace, token string) {
		w.write("a.env", randomPAT())
		w.with("GIT_AUTHOR_NAME=Ann " + token).commit("first")
	},
	"author's address": func(w *workplace, token string) {
		w.write("a.env", randomPAT())
		w.with("GIT_AUTHOR_EMAIL=" + token + "@example.com").commit("first")
	},
	"tagger": func(w *workplace, token string) {
		w.commit("first")
		w.with("GIT_COMMITTER_NAME="+token).git("tag", "-a", "v1", "-m", "with "+randomPAT())
	},
	"checked-out branch": func(w *workplace, token string) {
		w.git("checkout", "-q", "-b", token)
		w.write("a.env", randomPAT())
		w.commit("first")
	},
	"tag's name": func(w *workplace, token string) {
		w.commit("first")
		w.git("tag", "-a", token, "-m", "with "+randomPAT())
	},
	"name of a notes reference": func(w *workplace, token string) {
		w.commit("first")
		w.git("notes", "--ref", token, "add", "-m", randomPAT())
	},
	"broken reference": func(w *workplace, token string) {
		w.commit("first")
		w.write(".git/refs/heads/"+token, "garbage\n")
	},
	"missing file": func(w *workplace, token string) {
		w.write("dir/"+token, "nothing\n")
		w.commit("first")
		w.remove(w.loose("HEAD:dir/" + token))
	},
	"file in a folder": func(w *workplace, token string) {
		w.write(token+"/a.env", randomPAT())
	},
	"nested repository": func(w *workplace, token string) {
		w.write(token+"/a.txt", "nothing\n")
		w.in(token).git("init", "-q")
	},
	"target of .git": func(w *workplace, token string) {
		w.remove(".git")
		w.write(".git", "gitdir: /nowhere/"+token+"\n")
	},
	"git's configuration": func(w *workplace, token string) {
		w.write(".git/config", w.read(".git/config")+"[remote \"origin\"]\n\turl = https://x:"+token+"@example.com/\n")
	},
	"broken configuration of git": func(w *workplace, token string) {
		w.write(".git/config", w.read(".git/config")+"["+token+"\n"+token+"\n")
	},
	"object format": func(w *workplace, token string) {
		w.write(".git/config", w.read(".git/config")+"[extensions]\n\tobjectFormat = "+token+"\n")
	},
	"name of HEAD's target": func(w *workplace, token string) {
		w.write(".git/HEAD", "ref: refs/heads/"+token+"\n")
	},
	"garbage in HEAD": func(w *workplace, token string) {
		w.write(".git/HEAD", token+"\n")
	},
	"garbage in packed-refs": func(w *workplace, token string) {
		w.write(".git/packed-refs", token+"\n"+token+" "+token+"\n")
	},
	"reason of a comment": func(w *workplace, token string) {
		w.write("a.py", "a = '"+randomPAT()+"' # "+allowing+" qoder-pat -- was "+token+" before\n")
	},
	"reason of a stale comment": func(w *workplace, token string) {
		w.write("a.py", "# "+allowing+" qoder-pat -- was Bearer "+token+" before\n\n")
	},
	"file with a stale comment": func(w *workplace, token string) {
		w.write(token+".py", "# "+allowing+" qoder-pat -- nothing\n\n")
	},
	"garbage commit": func(w *workplace, token string) {
		w.commit("first")
		body := "tree " + token + "\n"
		w.overwrite(w.loose("HEAD"), deflated(fmt.Sprintf("commit %d\x00%s", len(body), body)))
	},
}

func TestNoLeakBesideContent(t *testing.T) {
	t.Parallel()
	for name, plant := range leakyPlaces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newRepo(t)
			token := randomPAT()
			plant(w, token)
			w.wantNoLeakAnywhere(t, []string{token})
			w.wantNoLeakAnywhere(t, []string{token}, "--worktree")
			w.wantNoLeakAnywhere(t, []string{token}, "--rule", "bearer-literal")
			w.wantQuietAbout(t, []string{token}, "scan", "--staged", "-f", "json")
			w.wantQuietAbout(t, []string{token}, "scan", "--submodules", "-f", "json")
			w.wantQuietAbout(t, []string{token}, "scan", "--range", "HEAD~1..HEAD", "-f", "json")
		})
	}
}

// A reason that is written down goes into reports; a token in it does not.
func TestNoLeakOfReasons(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	allowed, token, known := randomPAT(), randomPAT(), randomPAT()
	w.write("a.env", allowed+"\n"+known+"\n")
	w.write("../config.yaml", "allow:\n  - fingerprint: "+fingerprint(allowed)+"\n    reason: replaced by "+token+"\n"+
		"  - fingerprint: "+strings.Repeat("a", 32)+"\n    reason: "+token+"\n")
	w.write("../baseline", fingerprint(known)+" qoder-pat "+token+" # "+token+"\n"+strings.Repeat("b", 32)+" "+token+"\n")
	w.wantNoLeakAnywhere(t, []string{allowed, token, known}, "--config", "../config.yaml", "--baseline", "../baseline")
}

func fingerprint(token string) string { return rules.NewSecret(token).Fingerprint("qoder-pat") }
