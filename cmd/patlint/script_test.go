package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/patlint/patlint/rules"
)

// TestScripts runs the stories in testdata/script. Beside the commands of
// testscript they have:
//
//	exitcode N COMMAND…    run a command that must exit with N
//	git ARG…               run git, a second later than the last time
//	commit MESSAGE         commit all files
//	expand FILE…           replace $PAT1, ${PAT1} and so on in files
//	findings SECRET…       the JSON report on stdout has exactly these findings
//	places SECRET PLACE…   and this one at exactly these places
//	suppressed BY SECRET…  and exactly these suppressed, by inline, config or baseline
//	nosecret FILE…         no part of a token is in stdout, stderr or the files
//
// $ALLOW begins an inline comment. $PAT1 to $PAT9 and $BEARER1 to $BEARER4 are
// tokens, $FP1 is the fingerprint of $PAT1, and $BFP1 that of $BEARER1. A place
// is written as in planted_test.go, without its commit.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("testdata", "script"),
		Setup: setUpScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exitcode": exitcode, "git": scriptGit, "commit": scriptCommit, "expand": expand,
			"findings": findings, "places": places, "suppressed": suppressed, "nosecret": nosecret,
		},
		RequireUniqueNames: true,
	})
}

// story is what a script has beside its variables.
type story struct {
	tokens map[string]string // fingerprints to tokens
	clock  int
}

type storyKey struct{}

// storyOf returns the story of a script.
func storyOf(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

func setUpScript(env *testscript.Env) error {
	home := env.T().(testing.TB).TempDir() // not where a script may scan
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte(gitConfig), 0o600); err != nil {
		return err
	}
	for _, variable := range gitEnv(home) {
		name, value, _ := strings.Cut(variable, "=")
		env.Setenv(name, value)
	}
	env.Setenv("ALLOW", allowing)
	s := &story{tokens: map[string]string{}}
	env.Values[storyKey{}] = s
	for n := range 9 {
		s.add(env, "PAT", "FP", n+1, randomPAT(), "qoder-pat")
	}
	for n := range 4 {
		s.add(env, "BEARER", "BFP", n+1, randomBearer(), "bearer-literal")
	}
	repo := filepath.Join(env.WorkDir, "repo")
	if _, err := os.Stat(repo); err == nil {
		env.Cd = repo
	}
	return nil
}

func (s *story) add(env *testscript.Env, name, fingerprintName string, n int, token, rule string) {
	fingerprint := rules.NewSecret(token).Fingerprint(rule)
	s.tokens[fingerprint] = token
	env.Setenv(name+strconv.Itoa(n), token)
	env.Setenv(fingerprintName+strconv.Itoa(n), fingerprint)
}

func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N COMMAND ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func scriptGit(ts *testscript.TestScript, neg bool, args []string) {
	s := storyOf(ts)
	s.clock++
	ts.Setenv("GIT_AUTHOR_DATE", commitTime(s.clock))
	ts.Setenv("GIT_COMMITTER_DATE", commitTime(s.clock))
	err := ts.Exec("git", args...)
	if failed := err != nil; failed != neg {
		ts.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, ts.ReadFile("stderr"))
	}
}

func scriptCommit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: commit MESSAGE")
	}
	scriptGit(ts, false, []string{"add", "--all"})
	scriptGit(ts, false, []string{"commit", "-q", "--allow-empty", "-m", args[0]})
}

func expand(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		content := os.Expand(ts.ReadFile(name), func(variable string) string {
			if value := ts.Getenv(variable); value != "" {
				return value
			}
			return "$" + variable
		})
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(content), 0o644))
	}
}

// scriptReport reads the JSON report on stdout.
func scriptReport(ts *testscript.TestScript) *jsonReport {
	var r jsonReport
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &r); err != nil {
		ts.Fatalf("stdout is no JSON report: %v", err)
	}
	return &r
}

func findings(ts *testscript.TestScript, _ bool, args []string) {
	storyOf(ts).want(ts, "findings", scriptReport(ts).Findings, args)
}

func suppressed(ts *testscript.TestScript, _ bool, args []string) {
	var by []jsonFinding
	for _, f := range scriptReport(ts).Suppressed {
		if f.Reason == args[0] {
			by = append(by, f)
		}
	}
	storyOf(ts).want(ts, "suppressed", by, args[1:])
}

func (s *story) want(ts *testscript.TestScript, what string, found []jsonFinding, tokens []string) {
	got, want := []string{}, []string{}
	for _, f := range found {
		got = append(got, mask(s.tokens[f.Fingerprint]+"     "))
	}
	for _, token := range tokens {
		want = append(want, mask(token+"     "))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		ts.Fatalf("%s: %q, want %q", what, got, want)
	}
}

func places(ts *testscript.TestScript, _ bool, args []string) {
	var got []string
	for _, f := range scriptReport(ts).Findings {
		if storyOf(ts).tokens[f.Fingerprint] != args[0] {
			continue
		}
		for _, l := range f.Locations {
			l.Commit, l.InHead = "", nil
			got = append(got, l.String())
		}
	}
	want := slices.Sorted(slices.Values(args[1:]))
	slices.Sort(got)
	if !slices.Equal(got, want) {
		ts.Fatalf("places: %q, want %q", got, want)
	}
}

func nosecret(ts *testscript.TestScript, neg bool, args []string) {
	s := storyOf(ts)
	for _, name := range append([]string{"stdout", "stderr"}, args...) {
		for _, token := range s.tokens {
			if part := leak(ts.ReadFile(name), token); part != "" {
				ts.Fatalf("%s holds %q of a secret", name, part)
			}
		}
	}
}
