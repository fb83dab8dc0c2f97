package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// TestHistoryEqualsGit makes random histories and compares what History finds
// with what git itself says about every commit.
func TestHistoryEqualsGit(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 9))
			f := newFixture(t)
			tokens := f.randomHistory(random, 25)
			got := describePlaces(scan(t, historyOf(f.open())))
			want := f.firstPlaces(tokens)
			if !slices.Equal(got, want) {
				t.Fatalf("found\n%s\ngit says\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if len(want) < 10 {
				t.Fatalf("only %d places: the test tests nothing", len(want))
			}
		})
	}
}

// randomHistory commits random edits, branches and merges, and returns the
// tokens that it planted.
func (f *fixture) randomHistory(random *rand.Rand, steps int) []string {
	var tokens []string
	paths := []string{"a", "b.env", "dir/a", "dir/sub/c", "other/a"}
	f.write("start", "start\n")
	f.commit("start")
	for i := range steps {
		path := paths[random.IntN(len(paths))]
		switch random.IntN(8) {
		case 0:
			f.git("checkout", "-q", "-b", fmt.Sprintf("branch%d", i))
		case 1:
			branches := strings.Fields(f.git("for-each-ref", "--format=%(refname:short)", "refs/heads"))
			f.git("checkout", "-q", branches[random.IntN(len(branches))])
		case 2:
			branches := strings.Fields(f.git("for-each-ref", "--format=%(refname:short)", "refs/heads"))
			// What conflicts is committed with its markers, as content that only the merge has.
			_, _ = f.try("merge", "-q", "--no-ff", "--no-commit", branches[random.IntN(len(branches))])
			if random.IntN(2) == 0 {
				tokens = append(tokens, randomToken(random))
				f.write(path, "merged "+tokens[len(tokens)-1]+"\n")
			}
			f.commit("merge")
		case 3:
			_, _ = f.try("rm", "-q", "-r", "--ignore-unmatch", path)
			f.commit("remove")
		case 4:
			if len(tokens) > 0 {
				f.write(path, "again "+tokens[random.IntN(len(tokens))]+"\n")
			}
			f.commit("again")
		default:
			tokens = append(tokens, randomToken(random))
			f.write(path, fmt.Sprintf("line %d\n%s\n", i, tokens[len(tokens)-1]))
			f.commit("edit")
		}
	}
	return tokens
}

// firstPlaces asks git, for every token and path, which commit's tree is the
// first to hold it there, and whether HEAD does.
func (f *fixture) firstPlaces(tokens []string) []string {
	first := map[string]string{}
	inHead := map[string]bool{}
	commits := strings.Fields(f.git("rev-list", "--all", "--reverse", "--date-order"))
	head := strings.TrimSpace(f.git("rev-parse", "HEAD"))
	for _, c := range commits {
		for path := range strings.Lines(f.git("ls-tree", "-r", "--name-only", c)) {
			path = strings.TrimSpace(path)
			content := f.git("cat-file", "blob", c+":"+path)
			for _, token := range tokens {
				if !strings.Contains(content, token) {
					continue
				}
				key := token + " " + path
				if first[key] == "" {
					first[key] = c
				}
				inHead[key] = inHead[key] || c == head
			}
		}
	}
	var places []string
	for key, c := range first {
		places = append(places, fmt.Sprintf("%s %s %v", key, c, inHead[key]))
	}
	slices.Sort(places)
	return places
}

func describePlaces(r *scanner.Result) []string {
	var places []string
	for _, f := range r.Findings {
		for _, l := range f.Locations {
			places = append(places, fmt.Sprintf("%s %s %s %v", f.Secret.Reveal(), l.Path, l.Commit.ID, *l.InHead))
		}
	}
	slices.Sort(places)
	return slices.Compact(places) // a path may hold a secret on several lines
}

// TestInterruptedAttributionLosesNothing interrupts a scan between search and
// attribution: the secret is still there, without its commit.
func TestInterruptedAttributionLosesNothing(t *testing.T) {
	f := newFixture(t)
	token := randomToken(rand.New(rand.NewPCG(1, 1)))
	f.write("a", token)
	f.commit("one")
	h := historyOf(f.open())
	holders := scanner.Holders{}
	for b, err := range h.Blobs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if b.Kind == scanner.History {
			holders[b.Key] = []int{7}
		}
	}
	ctx, cancel := cancelled(t)
	defer cancel()
	var places []scanner.Place
	for p, err := range h.Attribute(ctx, holders) {
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, p)
	}
	if len(places) != 1 || places[0].Secret != 7 || places[0].Commit != nil {
		t.Fatalf("places %v", places)
	}
}

// TestHistoryCountsEachObjectOnce compares the counters with what git counts.
func TestHistoryCountsEachObjectOnce(t *testing.T) {
	f := newFixture(t)
	random := rand.New(rand.NewPCG(61, 62))
	f.randomHistory(random, 10)
	f.git("tag", "-a", "-m", randomToken(random), "v1")
	f.commit("message " + randomToken(random))
	set, counters := rules.NewSet(rules.All()...), new(scanner.Counters)
	source := History(f.open(), HistoryOptions{Rules: set, Counters: counters})
	r := scanner.Scan(t.Context(), []scanner.Source{source}, scanner.Options{Rules: set, Counters: counters})
	objects := strings.Fields(f.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"))
	commits := 0
	for _, typ := range objects {
		if typ == "commit" {
			commits++
		}
	}
	if r.Stats.Objects != int64(len(objects)) || r.Stats.Commits != int64(commits) {
		t.Errorf("%+v, git has %d objects and %d commits", r.Stats, len(objects), commits)
	}
}
