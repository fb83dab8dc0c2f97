package source

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// TestGrafts gives commits other parents: attribution goes by them, as git log
// does, and nothing is lost.
func TestGrafts(t *testing.T) {
	f := newFixture(t)
	random := rand.New(rand.NewPCG(81, 82))
	aside, cut, kept := randomToken(random), randomToken(random), randomToken(random)
	f.write("aside", aside)
	joined := f.commit("joined by the graft")
	f.git("rm", "-q", "aside")
	f.git("checkout", "-q", "--orphan", "other")
	f.write("cut", cut)
	f.write("kept", kept)
	first := f.commit("cut off by the graft")
	f.git("rm", "-q", "cut")
	top := f.commit("top")
	f.git("branch", "-q", "-D", "main")
	f.git("reflog", "expire", "--expire=now", "--all")
	f.write(".git/info/grafts", "# comment\n"+top+" "+joined+"\nno graft\n")
	if log := f.git("-c", "advice.graftFileDeprecated=false", "log", "--all", "--format=%H"); strings.Contains(log, first) || !strings.Contains(log, joined) {
		t.Fatalf("git log goes by other commits:\n%s", log)
	}
	r := scan(t, historyOf(f.open()))
	want := map[string]string{
		aside: "aside " + joined + " " + string(scanner.ByReference),
		cut:   "cut " + first + " " + string(scanner.ByNothing),
		kept:  "kept " + top + " " + string(scanner.ByReference),
	}
	if len(r.Findings) != 3 || !r.Complete() {
		t.Fatalf("found %v, skipped %v", r.Findings, r.Skipped)
	}
	for _, finding := range r.Findings {
		l := finding.Locations[0]
		if got := l.Path + " " + l.Commit.ID + " " + string(l.Reach); got != want[finding.Secret.Reveal()] {
			t.Errorf("at %s, want %s", got, want[finding.Secret.Reveal()])
		}
	}
	source, err := Range(f.open(), joined+"..other")
	if err != nil {
		t.Fatal(err)
	}
	if r := scan(t, source); len(r.Findings) != 1 || r.Findings[0].Secret.Reveal() != kept {
		t.Errorf("the range adds %v", r.Findings)
	}
}
