package rules

import "fmt"

// Failure is an example of a rule that does not show what it should.
type Failure struct {
	Match  bool // an example that must match; else one that must not
	Index  int  // into Rule.Match or Rule.NoMatch; -1 if there is no example that must match
	Reason string
}

// checkRounds is how often an example is tried: its values are random.
const checkRounds = 20

// Check runs a rule on its examples: it must find exactly one secret in each
// that must match, and none in the others. The same rule gives the same answer.
func Check(r *Rule) []Failure {
	set := NewSet(r)
	var failures []Failure
	if len(r.Match) == 0 {
		failures = append(failures, Failure{true, -1, "has no example that must match"})
	}
	for i, example := range r.Match {
		if n, ok := tries(set, example, 1); !ok {
			failures = append(failures, Failure{true, i, fmt.Sprintf("must match once: %d found", n)})
		}
	}
	for i, example := range r.NoMatch {
		if n, ok := tries(set, example, 0); !ok {
			failures = append(failures, Failure{false, i, fmt.Sprintf("must not match: %d found", n)})
		}
	}
	return failures
}

// tries tells whether a set finds as many secrets in an example as it should,
// whatever its values; if not, how many instead.
func tries(set *Set, example string, want int) (found int, ok bool) {
	for seed := range uint64(checkRounds) {
		if n := len(set.Find([]byte(Fill(example, seed)))); n != want {
			return n, false
		}
	}
	return want, true
}
