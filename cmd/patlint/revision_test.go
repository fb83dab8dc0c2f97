package main

import (
	"encoding/json"
	"strconv"
	"testing"
)

// The ends of a range mean what they mean to git, or are refused. A name that
// was taken for another would make the range empty, and the scan clean.
func TestRangeEndsAsGit(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	for range 3 {
		origin.commit("at origin")
	}
	origin.git("clone", "-q", origin.dir, origin.path("../clone"))
	w := origin.in("../clone")
	w.git("branch", "before")
	w.git("tag", "light", "HEAD~1")
	w.git("tag", "-a", "v1", "-m", "v1", "HEAD~2")
	w.commit("here")
	w.git("branch", "v1", "HEAD") // called like the tag, which comes first
	w.commit("/ and here")
	w.git("checkout", "-q", "-b", "other", "HEAD~3")
	w.git("checkout", "-q", "main")

	understood := 0
	for _, end := range []string{
		"main", "heads/main~2", "refs/heads/main~2", "before", "origin", "origin/main", "v1", "tags/v1", "heads/v1",
		"v1^{}", "v1^{commit}", "v1~1", "light", "HEAD~0", "HEAD^0", "HEAD^", "HEAD^^", "HEAD~3", "HEAD~2^1~1",
		w.git("rev-parse", "HEAD~2"), w.git("rev-parse", "--short", "HEAD~2"),
		"@", "@~1", "@{u}", "@{upstream}", "main@{u}", "main@{upstream}", "main@{push}", "@{push}",
		"HEAD@{0}", "HEAD@{1}", "HEAD@{2}", "main@{1}", "main@{2}", "@{1}", "@{-1}", "main@{yesterday}", "HEAD@{2026-01-02}",
		"HEAD^{/here}", ":/here", "HEAD^{tree}", "HEAD^{blob}", "HEAD:", "HEAD:file", "HEAD^2", "HEAD~99", "v1^{tag}",
		"^HEAD", "-", "--all", "HEAD^@", "HEAD^!", "HEAD^-", "HEAD~-1", "HEAD^{/nowhere}", "FETCH_HEAD", "ORIG_HEAD",
		"HEAD HEAD", "HEAD\n", " HEAD", "head", "main.lock", "v1-2-g" + w.git("rev-parse", "--short", "HEAD~1"),
	} {
		id := w.run("", "git", "rev-parse", "--verify", "--quiet", end+"^{commit}")
		want := "-1" // git knows no such commit
		if id.code == 0 && id.stdout[0] != '^' {
			want = w.git("rev-list", "--count", id.stdout[:len(id.stdout)-1]+"..HEAD")
		}
		out := w.patlint("scan", "--range", end+"..HEAD", "-f", "json")
		switch out.code {
		case exitUsage:
			continue
		case exitClean:
		default:
			t.Errorf("%q: exit code %d: %s", end, out.code, out.stderr)
			continue
		}
		understood++
		var report struct{ Stats struct{ Commits int } }
		if err := json.Unmarshal([]byte(out.stdout), &report); err != nil {
			t.Fatal(err)
		}
		if got := strconv.Itoa(report.Stats.Commits); got != want {
			t.Errorf("%q..HEAD: %s commits were searched, to git they are %s", end, got, want)
		}
	}
	if understood < 20 {
		t.Errorf("only %d ends were understood", understood)
	}
}
