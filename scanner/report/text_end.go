package report

import (
	"fmt"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// changes says what the configuration changes about the built-in rules. It is
// written even where little else is: nobody weakens a rule unseen.
func (t *text) changes() {
	if len(t.info.Changes) == 0 {
		return
	}
	t.line("%s", t.palette.strong.Sprint("built-in rules that the configuration changes:"))
	for _, change := range t.info.Changes {
		t.line("  %s", Visible(change))
	}
	t.line("")
}

// verified says how the status of a finding is known.
func (t *text) verified(f *scanner.Finding) {
	v := f.Verified
	if v == nil {
		return
	}
	paint := t.palette.dim
	switch f.Status {
	case scanner.Live:
		paint = t.palette.bad
	case scanner.Dead, scanner.Revoked:
		paint = t.palette.good
	}
	words := v.Reason
	if v.Region != "" {
		words = "region " + v.Region + ", " + words
	}
	t.line("  %s %s", paint.Sprint(Visible(string(f.Status)+": "+words)), t.palette.dim.Sprint("("+Visible(asked(v))+")"))
}

// asked says when the status was known, and by which request.
func asked(v *scanner.Verification) string {
	words := v.At.UTC().Format("2006-01-02 15:04:05 UTC")
	if v.RequestID != "" {
		words += ", request " + v.RequestID
	}
	return words
}

// refused names the suppressions that would allow a finding and do not count.
func (t *text) refused(f *scanner.Finding) {
	for i, a := range f.Refused {
		if i == shownRefused && !t.info.Verbose {
			t.line("  and %d more, all with --verbose", len(f.Refused)-i)
			return
		}
		words := "the request itself allows it by " + suppressor(a.By) + ", which does not count"
		if a.Justification != "" {
			words += ": " + Visible(a.Justification)
		}
		t.line("  %s", t.palette.bad.Sprint(words))
	}
}

// suppressor says what suppresses a finding.
func suppressor(by string) string {
	switch by {
	case "inline":
		return "a comment"
	case "config":
		return "the configuration"
	}
	return "the " + Visible(by)
}

// deliberate names what the user did not ask to scan.
func (t *text) deliberate(r *scanner.Result) {
	all := gaps(r.Skipped, true)
	if len(all) == 0 {
		return
	}
	t.line("%s", t.palette.strong.Sprint("not part of the scan:"))
	t.gaps(all)
	t.line("")
}

// incomplete says what was not searched and should have been. It is written
// even where little else is: without it the report would look clean.
func (t *text) incomplete(r *scanner.Result) {
	if r.Complete() {
		return
	}
	title := "nothing found, but the scan is not complete:"
	if len(r.Findings) > 0 {
		title = "the scan is not complete, there may be more:"
	}
	t.line("%s", t.palette.bad.Sprint(title))
	for _, ending := range endings(r) {
		t.line("  %s", Visible(ending))
	}
	t.gaps(gaps(r.Skipped, false))
	t.line("")
}

func (t *text) gaps(all []gap) {
	for _, g := range all {
		switch {
		case g.count == 1 && len(g.what) == 1:
			t.line("  %s: %s", g.what[0], g.reason)
			continue
		case g.count == 1:
			t.line("  %s", g.reason)
			continue
		}
		t.line("  %s (%d):", g.reason, g.count)
		shown := g.what
		if !t.info.Verbose && len(shown) > shownGaps+1 {
			shown = shown[:shownGaps]
		}
		for _, name := range shown {
			t.line("    %s", name)
		}
		if more := len(g.what) - len(shown); more > 0 {
			t.line("    and %d more (all with --verbose, and in the json report)", more)
		}
	}
}

// summary is the end of the report: how much was found in how much.
func (t *text) summary(r *scanner.Result) {
	if n := len(r.Suppressed); n > 0 {
		t.line("%d suppressed: %s", n, suppressedBy(r.Suppressed))
	}
	places := 0
	for i := range r.Findings {
		places += len(r.Findings[i].Locations)
	}
	done := searched(r.Stats)
	if t.info.Seconds > 0 {
		done += fmt.Sprintf(" in %.1f s", t.info.Seconds)
	}
	switch {
	case len(r.Findings) > 0:
		found := count(len(r.Findings), "secret") + " in " + count(places, "place")
		if r.Stats == (scanner.Stats{}) { // of another report
			t.line("%s", t.palette.bad.Sprint(found))
			break
		}
		t.line("%s; %s", t.palette.bad.Sprint(found), done)
	case r.Complete():
		t.line("%s: %s", t.palette.good.Sprint("no leaks found"), done)
	default:
		t.line("%s", done)
	}
}

// suppressedBy counts what suppresses: "2 inline, 1 baseline".
func suppressedBy(all []scanner.Suppressed) string {
	number := map[string]int{}
	for i := range all {
		number[all[i].By]++
	}
	var words []string
	for _, by := range []string{"inline", "config", "baseline"} {
		if number[by] > 0 {
			words = append(words, fmt.Sprintf("%d %s", number[by], by))
		}
	}
	return strings.Join(words, ", ")
}

// searched says how much was searched: "120 files and 345 objects of 12
// commits searched".
func searched(s scanner.Stats) string {
	var words []string
	if s.Files > 0 || s.Objects == 0 {
		words = append(words, count(s.Files, "file"))
	}
	if s.Objects > 0 {
		objects := count(s.Objects, "object")
		if s.Commits > 0 {
			objects += " of " + count(s.Commits, "commit")
		}
		words = append(words, objects)
	}
	return strings.Join(words, " and ") + " searched"
}
