package report

import (
	"fmt"

	"github.com/patlint/patlint/scanner"
)

const toolName = "patlint"

// gap is what was not searched for one reason.
type gap struct {
	reason string
	what   []string // paths or objects, visible, sorted; empty if it has none
	count  int
}

// gaps groups skips by their reason, in the order of the first of each.
func gaps(skipped []scanner.Skip, deliberate bool) []gap {
	var all []gap
	index := map[string]int{} // into all
	for _, s := range skipped {
		if s.Deliberate != deliberate {
			continue
		}
		reason := Visible(s.Reason)
		i, known := index[reason]
		if !known {
			i = len(all)
			index[reason] = i
			all = append(all, gap{reason: reason})
		}
		all[i].count++
		if name := skippedName(s); name != "" {
			all[i].what = append(all[i].what, name)
		}
	}
	return all
}

// gapLines says in a line for each reason what was not searched: how much, and
// the first of it.
func gapLines(skipped []scanner.Skip, deliberate bool) []string {
	var lines []string
	for _, g := range gaps(skipped, deliberate) {
		line := g.reason
		switch {
		case g.count == 1 && len(g.what) == 1:
			line = g.what[0] + ": " + g.reason
		case g.count > 1 && len(g.what) > 0:
			line = fmt.Sprintf("%s (%d, as %s)", g.reason, g.count, g.what[0])
		case g.count > 1:
			line = fmt.Sprintf("%s (%d)", g.reason, g.count)
		}
		lines = append(lines, "Not searched: "+line)
	}
	return lines
}

func skippedName(s scanner.Skip) string {
	switch {
	case s.Path != "" && s.Object != "":
		return Visible(s.Path) + " (object " + short(s.Object) + ")"
	case s.Path != "":
		return Visible(s.Path)
	case s.Object != "":
		return "object " + Visible(s.Object)
	}
	return ""
}

// endings says why a scan ended before its time.
func endings(r *scanner.Result) []string {
	var all []string
	for _, failure := range r.Failed {
		all = append(all, "stopped early: "+failure)
	}
	if r.Interrupted {
		all = append(all, "interrupted before everything was searched")
	}
	return all
}
