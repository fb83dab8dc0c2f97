package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestPushEqualsGit compares what pushes of random histories bring with what git
// says of each commit that rev-list names.
func TestPushEqualsGit(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 10))
			f := newFixture(t)
			tokens := f.randomHistory(random, 25)
			commits := strings.Fields(f.git("rev-list", "--all"))
			before := f.oracle(commits, tokens)
			places := 0
			for range 20 {
				places += f.comparePush(random, commits, before, true)
			}
			if places < 10 {
				t.Fatalf("only %d places: the test tests nothing", places)
			}
		})
	}
}

// TestPushWithClocksAstray has commits that are older than their parents: what
// is known stays known, which git's own rev-list gets wrong (2.39.5).
func TestPushWithClocksAstray(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 11))
			f := newFixture(t)
			var tokens []string
			for range 3 { // or else the clock stands still within a history
				f.time = 1_700_000_000 + random.IntN(1_000_000)
				if len(tokens) == 0 {
					tokens = f.randomHistory(random, 8)
				}
				for i := range 8 {
					f.time = 1_700_000_000 + random.IntN(1_000_000)
					tokens = append(tokens, randomToken(random))
					f.write(fmt.Sprint("astray", i), tokens[len(tokens)-1])
					f.commit("astray")
				}
			}
			commits := strings.Fields(f.git("rev-list", "--all"))
			before := f.oracle(commits, tokens)
			for range 12 {
				f.comparePush(random, commits, before, false)
			}
		})
	}
}

// comparePush compares a push of some commits to where others are, and returns
// how many places it brings. Which commit is the first is a matter of clocks.
func (f *fixture) comparePush(random *rand.Rand, commits []string, tree holdings, first bool) int {
	f.t.Helper()
	pick := func() (picked []string) {
		for range 1 + random.IntN(3) {
			picked = append(picked, commits[random.IntN(len(commits))])
		}
		return picked
	}
	asked, known := pick(), pick()
	if random.IntN(6) == 0 {
		known = nil
	}
	list := tree.reach(asked, tree.reach(known, nil))
	ordered := append([]string{"rev-list", "--reverse", "--date-order"}, asked...)
	if byGit := strings.Fields(f.git(append(append(ordered, "--not"), known...)...)); first {
		if len(byGit) != len(list) {
			f.t.Fatalf("%v without %v: git names %d commits, their parents lead to %d", asked, known, len(byGit), len(list))
		}
		list = byGit
	}
	want := tree.additions(list)
	var tips []Tip
	for _, id := range asked {
		tips = append(tips, Tip{ID: id})
	}
	nowhere := strings.Repeat("1", 40)
	var got []string
	r := scan(f.t, Push(f.open(), tips, append(known, nowhere), 0))
	for _, finding := range r.Findings {
		for _, l := range finding.Locations {
			got = append(got, finding.Secret.Reveal()+" "+l.Path+" "+l.Commit.ID)
		}
	}
	if !first {
		for _, list := range [][]string{got, want} {
			for i := range list {
				list[i] = list[i][:strings.LastIndexByte(list[i], ' ')]
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !r.Complete() || !slices.Equal(got, want) {
		f.t.Fatalf("%v without %v brings\n%s\ngit says\n%s\nskipped %v", asked, known, strings.Join(got, "\n"), strings.Join(want, "\n"), r.Skipped)
	}
	return len(want)
}

// holdings is what commits hold, and their parents: tokens by path.
type holdings struct {
	tokens  []string
	trees   map[string]map[string]string // by commit: the token at a path
	parents map[string][]string
}

func (f *fixture) oracle(commits, tokens []string) holdings {
	h := holdings{tokens, map[string]map[string]string{}, map[string][]string{}}
	for _, c := range commits {
		h.trees[c] = map[string]string{}
		h.parents[c] = strings.Fields(f.git("rev-list", "--parents", "-1", c))[1:]
		for path := range strings.Lines(f.git("ls-tree", "-r", "--name-only", c)) {
			path = strings.TrimSpace(path)
			h.trees[c][path] = f.git("cat-file", "blob", c+":"+path)
		}
	}
	return h
}

// reach returns the commits that some lead to, without others.
func (h holdings) reach(from, without []string) (reached []string) {
	seen := map[string]bool{}
	for _, c := range without {
		seen[c] = true
	}
	for todo := slices.Clone(from); len(todo) > 0; todo = todo[1:] {
		if c := todo[0]; !seen[c] {
			seen[c] = true
			reached = append(reached, c)
			todo = append(todo, h.parents[c]...)
		}
	}
	return reached
}

// additions returns the first commit of the list that adds a token at a path: no
// parent has it there, or had it at another path where it is gone.
func (h holdings) additions(list []string) (places []string) {
	placed := map[string]bool{}
	for _, c := range list {
		for path, content := range h.trees[c] {
			for _, token := range h.tokens {
				key := token + " " + path
				if strings.Contains(content, token) && !placed[key] && h.adds(c, token, path) {
					placed[key] = true
					places = append(places, key+" "+c)
				}
			}
		}
	}
	return places
}

func (h holdings) adds(c, token, path string) bool {
	for _, p := range h.parents[c] {
		if strings.Contains(h.trees[p][path], token) {
			return false
		}
		for other, content := range h.trees[p] {
			if strings.Contains(content, token) && !strings.Contains(h.trees[c][other], token) {
				return false
			}
		}
	}
	return true
}
