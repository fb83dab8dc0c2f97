package source

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/patlint/patlint/scanner"
)

// changing is a repository in which git commits, repacks, cleans up and fetches
// while it is scanned.
type changing struct {
	*fixture
	random *rand.Rand
	mu     sync.Mutex
	tokens []string // that are committed
}

// TestScanWhileItChanges wants each scan to find all that was committed before it
// began, or to say that it was not complete; and nearly all to be complete.
func TestScanWhileItChanges(t *testing.T) {
	c := &changing{fixture: newFixture(t), random: rand.New(rand.NewPCG(71, 72))}
	c.plant()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	var changes sync.WaitGroup
	changes.Go(func() { c.keepChanging(ctx) })
	scans, complete := 0, 0
	for ; ctx.Err() == nil; scans++ {
		c.mu.Lock()
		committed := slices.Clone(c.tokens)
		c.mu.Unlock()
		r := scanOnce(t, c.dir)
		if !r.Complete() {
			t.Logf("not complete: %v", r.Skipped)
			continue
		}
		complete++
		found := map[string]bool{}
		for _, finding := range r.Findings {
			found[finding.Secret.Reveal()] = true
		}
		for i, token := range committed {
			if !found[token] {
				t.Errorf("scan %d is complete without token %d of %d", scans, i, len(committed))
			}
		}
	}
	changes.Wait()
	t.Logf("%d of %d scans were complete, %d tokens were committed", complete, scans, len(c.tokens))
	if scans == 0 || complete < scans*9/10 {
		t.Errorf("only %d of %d scans were complete", complete, scans)
	}
}

func scanOnce(t *testing.T, dir string) *scanner.Result {
	t.Helper()
	r, err := Open(dir, nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return scan(t, historyOf(r))
}

// plant commits a token.
func (c *changing) plant() {
	token := randomToken(c.random)
	c.write(filepath.Join("dir", token[60:]), token+"\n")
	c.commit("planted")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens = append(c.tokens, token)
}

// keepChanging lets git move everything around until ctx ends.
func (c *changing) keepChanging(ctx context.Context) {
	other := newFixture(c.t)
	other.git("pull", "-q", c.dir, "main")
	fetch := func(n, unpackLimit int) {
		other.write("theirs", fmt.Sprint("line ", n))
		other.commit("theirs")
		c.git("-c", fmt.Sprint("transfer.unpackLimit=", unpackLimit), "fetch", "-q", other.dir, "+main:refs/heads/other")
	}
	steps := []func(n int){
		func(int) { c.git("repack", "-q", "-a", "-d") },
		func(int) { c.git("repack", "-q", "-d") },
		func(int) { c.git("gc", "-q", "--prune=now") },
		func(n int) { c.git("repack", "-q", "-a", "-d", "-f", fmt.Sprintf("--depth=%d", 1+n%9)) },
		func(int) { c.git("pack-refs", "--all", "--prune") },
		func(n int) { fetch(n, 1) },    // a pack
		func(n int) { fetch(n, 1000) }, // loose objects
	}
	for n := 0; ctx.Err() == nil; n++ {
		for range 3 {
			c.plant()
		}
		steps[c.random.IntN(len(steps))](n)
	}
}
