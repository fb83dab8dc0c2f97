package source

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLineage asks about commits of a history with a merge, whole and as a shallow
// clone, in which the same questions have less to go by.
func TestLineage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first := f.commit("first")
	base := f.commit("base")
	f.git("checkout", "-q", "-b", "topic", first)
	topic := f.commit("topic")
	f.git("merge", "-q", "--no-ff", "-m", "merge", "main")
	merge := strings.TrimSpace(f.git("rev-parse", "HEAD"))

	ask := func(r *Repo, want string) {
		t.Helper()
		var got strings.Builder
		for _, answer := range []bool{
			r.IsShallow(), r.Reaches(t.Context(), merge, first), r.Reaches(t.Context(), first, merge), r.Reaches(t.Context(), topic, topic),
			r.IsWhole(t.Context(), base, merge), r.IsWhole(t.Context(), merge, topic), r.IsWhole(t.Context(), strings.Repeat("ab", 20), merge),
		} {
			got.WriteString(map[bool]string{true: "y", false: "n"}[answer])
		}
		if got.String() != want {
			t.Errorf("the answers are %s, want %s", &got, want)
		}
	}
	whole := f.open()
	ask(whole, "nynyyyn")
	if parents, here := whole.Parents(merge); !here || strings.Join(parents, " ") != topic+" "+base {
		t.Errorf("the parents of the merge are %v", parents)
	}
	if id, err := whole.Resolve("refs/heads/main"); err != nil || id != base {
		t.Errorf("main is %s, %v", id, err)
	}
	if _, err := whole.Resolve("refs/heads/none"); err == nil {
		t.Error("a branch that is not there is resolved")
	}
	for _, none := range []string{"", "main", strings.Repeat("ab", 20), strings.Repeat("é", 20)} {
		if _, here := whole.Parents(none); here || whole.Reaches(t.Context(), none, first) || whole.IsWhole(t.Context(), none, merge) || whole.IsWhole(t.Context(), base, none) {
			t.Errorf("%q is taken for a commit", none)
		}
	}

	f.git("clone", "-q", "--depth=2", "--branch=topic", "file://"+filepath.ToSlash(f.dir), "shallow")
	clone := *f
	clone.dir = filepath.Join(f.dir, "shallow")
	shallow := clone.open()
	ask(shallow, "ynnynyn") // of the base to the merge, topic's parents are not here
	if parents, here := shallow.Parents(topic); !here || len(parents) != 1 || parents[0] != first {
		t.Errorf("the parents of a commit whose parents are not here are %v", parents)
	}
}
