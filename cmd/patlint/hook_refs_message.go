package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
)

// blockedPush is what a person has to know whose push is stopped.
type blockedPush struct {
	stopped  string // "push blocked"
	where    string // the secrets stand in
	result   *scanner.Result
	weakened []string // what the configuration changes about built-in rules
	steps    []pushStep
}

// pushStep is one thing to do: a few words, and how.
type pushStep struct{ what, how string }

const (
	shownLeaks  = 5  // secrets of which the places are shown
	shownPlaces = 3  // of each
	stepWidth   = 17 // columns for the words of a step
	shortCommit = 10 // digits of a commit's id
)

// write writes the message line by line, as far as that succeeds.
func (b *blockedPush) write(line func(string) error) {
	lines := []string{b.stopped + ": " + b.title()}
	found := b.result.Findings
	for i := range found[:min(shownLeaks, len(found))] {
		lines = append(lines, leakLines(&found[i])...)
	}
	if more := len(found) - shownLeaks; more > 0 {
		lines = append(lines, "", fmt.Sprintf("and %d more", more))
	}
	for _, change := range b.weakened {
		lines = append(lines, "the configuration changes a built-in rule: "+report.Visible(change))
	}
	lines = append(lines, "")
	for _, s := range b.steps {
		lines = append(lines, fmt.Sprintf("%-*s%s", stepWidth, s.what, s.how))
	}
	for _, l := range lines {
		if line(strings.TrimRight(l, " ")) != nil {
			return
		}
	}
}

func (b *blockedPush) title() string {
	switch n := len(b.result.Findings); n {
	case 0:
		return "nothing found, but not all could be searched"
	case 1:
		return "1 secret in " + b.where
	default:
		return fmt.Sprintf("%d secrets in %s", n, b.where)
	}
}

// leakLines shows a secret and where it was brought in.
func leakLines(f *scanner.Finding) []string {
	lines := []string{"", report.Visible(f.Rule.ID) + "  " + report.Visible(f.Message())}
	for i := range f.Locations[:min(shownPlaces, len(f.Locations))] {
		lines = append(lines, "  "+leakPlace(&f.Locations[i]))
	}
	if more := len(f.Locations) - shownPlaces; more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more places", more))
	}
	return append(lines, "  fingerprint "+f.Fingerprint)
}

// leakPlace names a place with its commit and the reference that is pushed.
func leakPlace(l *scanner.Location) string {
	words := report.Place(l)
	if c := l.Commit; c != nil && c.ID != "" {
		if l.Kind != scanner.CommitMessage {
			words += ", commit " + c.ID[:min(shortCommit, len(c.ID))]
		}
		if c.Author != "" {
			words += " by " + report.Visible(c.Author)
		}
	}
	if l.Ref != "" && l.Kind != scanner.RefName && l.Kind != scanner.TagMessage {
		words += ", on " + report.Visible(l.Ref)
	}
	return words
}

// oldestCommit returns the first commit with a leak, "" if none is known.
func oldestCommit(r *scanner.Result) string {
	var oldest *scanner.Commit
	for i := range r.Findings {
		for _, l := range r.Findings[i].Locations {
			if c := l.Commit; c != nil && c.ID != "" && l.Kind != scanner.TagMessage && (oldest == nil || c.Date.Before(oldest.Date)) {
				oldest = c
			}
		}
	}
	if oldest == nil {
		return ""
	}
	return oldest.ID[:min(shortCommit, len(oldest.ID))]
}

// rewriting says how to take what was found out of what is to be pushed.
func rewriting(r *scanner.Result) []pushStep {
	var steps []pushStep
	const what = "take it out"
	if id := oldestCommit(r); id != "" {
		steps = append(steps,
			pushStep{what, "git rebase -i --rebase-merges " + id + "^   mark that commit \"edit\"; for a root commit: --root"},
			pushStep{"", "or, for many commits, git filter-repo --replace-text FILE; a commit on top does not help"})
	}
	kinds := map[scanner.Kind]bool{}
	for i := range r.Findings {
		for _, l := range r.Findings[i].Locations {
			kinds[l.Kind] = true
		}
	}
	if kinds[scanner.TagMessage] {
		steps = append(steps, pushStep{what, "git tag -f -a TAG TAG^{}   writes the tag anew"})
	}
	if kinds[scanner.RefName] {
		steps = append(steps, pushStep{what, "git branch -m NAME   gives the branch another name"})
	}
	if len(steps) == 0 {
		steps = append(steps, pushStep{what, "make the reference anew, for something without it"})
	}
	return steps
}

// remedies returns what the rules say about their findings, the first step of each.
func remedies(r *scanner.Result) []string {
	var all []string
	for i := range r.Findings {
		rule := r.Findings[i].Rule
		if first := firstStep(rule); first != "" && !slices.Contains(all, first) {
			all = append(all, first)
		}
	}
	return all
}

// firstStep returns the first sentence of a rule's remedy.
func firstStep(rule *rules.Rule) string {
	step, _, _ := strings.Cut(strings.Join(strings.Fields(rule.Remedy), " "), ". ")
	return report.Visible(strings.TrimSuffix(step, "."))
}

// steps says what to do about a push that did not leave this machine.
func (o *outgoing) steps(r *scanner.Result) []pushStep {
	var steps []pushStep
	if len(r.Findings) > 0 {
		steps = rewriting(r)
		steps = append(steps, pushStep{"pushed before?", "revoke it first: patlint scan -f json=leaks.json; patlint revoke leaks.json"})
		steps = append(steps, pushStep{"no secret?", "allow it in .patlint.yaml:  allow: [{fingerprint: " + r.Findings[0].Fingerprint + ", reason: WHY}]"})
	}
	if !o.framework {
		return append(steps, pushStep{"skip once", "git push --no-verify"})
	}
	steps = append(steps, pushStep{"skip once", "SKIP=patlint-push git push"})
	if o.remote != "" {
		steps = append(steps, pushStep{"other branches?", "pre-commit names only the first reference of a push, so all branches and tags"},
			pushStep{"", "that " + report.Visible(rules.Redact(o.remote)) + " does not have were searched"})
	}
	return steps
}

// steps says what to do about a push that a server refuses. What it refuses it
// has received.
func (f *receiveFlags) steps(r *scanner.Result) []pushStep {
	if len(r.Findings) == 0 {
		return []pushStep{{"ask", "those who run this server: what could not be searched is not let in"}}
	}
	var steps []pushStep
	for i, remedy := range remedies(r) {
		what := "1. revoke it"
		if i > 0 {
			what = ""
		}
		steps = append(steps, pushStep{what, remedy})
	}
	for i, s := range rewriting(r) {
		if s.what = ""; i == 0 {
			s.what = "2. take it out"
		}
		steps = append(steps, s)
	}
	return append(steps, pushStep{"3. push again", "with --force if the branch is on the server already"},
		pushStep{"no secret?", "ask those who run this server to allow the fingerprint"})
}
