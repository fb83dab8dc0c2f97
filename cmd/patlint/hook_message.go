package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/fatih/color"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
)

// blocked says what a hook stops, and what can be done then. What it writes fits
// on a screen of 24 lines, whatever was found.
type blocked struct {
	event   string // "commit" or "push"; "" if nothing is stopped
	where   string // the secrets stand in
	skip    string // the command that goes on without the hook; "" if there is none
	all     string // the command that lists all that was found; "" if there is none
	unstage bool   // what was found is staged
	message bool   // what was found is the message of a commit
	advice  []step // what else to do, after the secrets are shown
}

// step is one thing that a person can do: a few words, and how.
type step struct{ what, how string }

const (
	shownSecrets = 3  // of which place, line and hint are shown
	hintWidth    = 16 // columns for the words of a step
	lineWidth    = 76 // columns of a source line
)

// write writes the report of a hook that stops something.
func (b *blocked) write(f *scanFlags, c *console, t *target, r *scanner.Result) error {
	colored, err := f.isColored(c)
	if err != nil {
		return err
	}
	title := color.New(color.FgRed, color.Bold)
	title.DisableColor()
	if colored {
		title.EnableColor()
	}
	var out bytes.Buffer
	fmt.Fprintln(&out, title.Sprint(b.title(len(r.Findings))))
	for i := range r.Findings[:min(shownSecrets, len(r.Findings))] {
		b.finding(&out, &r.Findings[i])
	}
	b.rest(&out, len(r.Findings)-shownSecrets)
	for _, change := range f.weakened {
		fmt.Fprintf(&out, "the configuration changes a built-in rule: %s\n", report.Visible(change))
	}
	fmt.Fprintln(&out)
	for _, s := range b.steps(c, t, r) {
		fmt.Fprintf(&out, "%-*s%s\n", hintWidth, s.what, s.how)
	}
	_, err = c.out.Write(out.Bytes())
	return err
}

func (b *blocked) title(found int) string {
	words := "nothing found, but not all could be searched"
	switch {
	case found == 1:
		words = "1 secret in " + b.where
	case found > 1:
		words = fmt.Sprintf("%d secrets in %s", found, b.where)
	}
	if b.event == "" {
		return words
	}
	return b.event + " blocked: " + words
}

// finding shows where a secret is, its line, and what to write instead.
func (b *blocked) finding(w io.Writer, f *scanner.Finding) {
	l := &f.Locations[0]
	also := ""
	if n := len(f.Locations) - 1; n > 0 {
		also = fmt.Sprintf(" (and in %d more places)", n)
	}
	fmt.Fprintf(w, "\n%s  %s  %s%s\n", report.Place(l), report.Visible(f.Rule.ID), report.Visible(f.Message()), also)
	if l.Line > 0 {
		fmt.Fprintf(w, "    %s\n", excerpt(l, f.Secret))
	}
	fmt.Fprintf(w, "    instead: %s\n", instead(l, f.Rule))
}

func (b *blocked) rest(w io.Writer, more int) {
	switch {
	case more <= 0:
	case b.all == "":
		fmt.Fprintf(w, "\nand %d more\n", more)
	default:
		fmt.Fprintf(w, "\nand %d more: %s lists them\n", more, b.all)
	}
}

// excerpt returns the line of a secret, cut on both sides so that it fits.
func excerpt(l *scanner.Location, s rules.Secret) string {
	secret := report.Visible(s.Mask())
	before := []rune(flat(l.Excerpt.Before))
	after := []rune(flat(l.Excerpt.After))
	room := max(0, lineWidth-len([]rune(secret)))
	if len(before)+len(after) > room {
		left := min(len(before), max(room/2, room-len(after)))
		if left < len(before) {
			before = slices.Concat([]rune("…"), before[len(before)-left:])
		}
		if right := room - left; right < len(after) {
			after = append(after[:right:right], '…')
		}
	}
	return strings.TrimSpace(string(before) + secret + string(after))
}

// flat returns a piece of a source line with blanks for its tabs.
func flat(s string) string { return report.Visible(strings.ReplaceAll(s, "\t", " ")) }

// steps returns what to do, the most usual first.
func (b *blocked) steps(c *console, t *target, r *scanner.Result) []step {
	var all []step
	if len(r.Findings) > 0 {
		f := &r.Findings[0]
		switch {
		case b.message:
			all = append(all, step{"write it again", `git commit --edit --file="$(git rev-parse --git-path COMMIT_EDITMSG)"`})
		case b.unstage:
			all = append(all, b.unstaging(c, t, r))
		}
		all = append(all, b.advice...)
		all = append(all, step{"pushed before?", "revoke it: patlint scan -f json=leaks.json; patlint revoke leaks.json"})
		all = append(all, allowance(f, b.message)...)
		if len(r.Findings) > 1 && b.all != "" {
			all = append(all, step{"", "for the others likewise, with the fingerprints of: " + b.all})
		}
	}
	if b.skip != "" {
		all = append(all, step{"skip once", b.skip})
	}
	return all
}

// unstaging says how to take the files out of the commit.
func (b *blocked) unstaging(c *console, t *target, r *scanner.Result) step {
	const what = "take it out"
	index := filepath.Base(c.env("GIT_INDEX_FILE"))
	if index == "index.lock" || strings.HasPrefix(index, "next-index-") {
		return step{what, "nothing stays staged of a commit with -a or with names: leave the file out of it"}
	}
	command := "git restore --staged -- "
	if t.repo == nil || t.repo.Head() == "" {
		command = "git rm -r -q --cached -- "
	}
	return step{what, command + strings.Join(b.pathspecs(c, t, r), " ") + "   (the files stay as they are)"}
}

// shownPaths bounds how many files the command names, pathsWidth how long it is.
const (
	shownPaths = 3
	pathsWidth = 120
)

// pathspecs returns the files with secrets, quoted for a shell, or all that is
// staged where they are too many, or where a name is a secret itself.
func (b *blocked) pathspecs(c *console, t *target, r *scanner.Result) []string {
	var specs []string
	length := 0
	for i := range r.Findings {
		for j := range r.Findings[i].Locations {
			l := &r.Findings[i].Locations[j]
			path := fileOf(t.root, l.Path)
			if l.Kind == scanner.FileName || strings.Contains(path, "…(") { // masked
				return []string{"':/'"}
			}
			if spec := pathspec(path, c.env("GIT_PREFIX")); !slices.Contains(specs, spec) {
				specs = append(specs, spec)
				length += len(spec)
			}
			if len(specs) > shownPaths || length > pathsWidth && len(specs) > 1 {
				return []string{"':/'"}
			}
		}
	}
	return specs
}

// fullName is a variable's name at the end of what stands before a secret.
var fullName = regexp.MustCompile(`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)["']?\]?\s*(?::=|=>|=|:)\s*["'` + "`" + `]?$`)

// variable returns the name of an environment variable for a secret: that which
// the line has already, or the rule's.
func variable(l *scanner.Location, rule *rules.Rule) string {
	if m := fullName.FindStringSubmatch(l.Excerpt.Before); m != nil && len(m[1]) <= 40 {
		return report.Visible(m[1])
	}
	if rule.ID == rules.QoderPAT || rule.ID == rules.QoderCredential {
		return "QODER_PERSONAL_ACCESS_TOKEN"
	}
	return "API_TOKEN"
}

// allowance says how to let something pass that is no secret.
func allowance(f *scanner.Finding, message bool) []step {
	const what = "no secret?"
	entry := fmt.Sprintf("{fingerprint: %s, reason: WHY}", report.Visible(f.Fingerprint))
	open, end := comment(f.Locations[0].Path)
	if message || open == "" || f.Locations[0].Line == 0 {
		return []step{{what, "allow it in .patlint.yaml:  allow:"}, {"", "  - " + entry}}
	}
	words := fmt.Sprintf("%s %s %s -- WHY", rules.InlineComment, report.Visible(f.Rule.ID), f.Fingerprint[:8])
	return []step{
		{what, strings.TrimSpace(open+" "+words+" "+end) + "   (on its line or the one above)"},
		{"", "or in .patlint.yaml:  allow: [" + entry + "]"},
	}
}
