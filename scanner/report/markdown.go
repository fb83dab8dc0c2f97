package report

import (
	"fmt"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// summaryLimit is the most that GitHub takes as the summary of a step, in bytes.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
const summaryLimit = 1024 << 10

// tableHead is the header of the table of findings.
const tableHead = "\n| severity | rule | secret | status | place | since |\n|---|---|---|---|---|---|\n"

// writeMarkdown writes GitHub's Markdown for the summary of a step or a comment:
// what was found in a line, what was not searched, a table with the worst first,
// and what to do. It names no author, for it is published. Where all is larger
// than info allows, the end of the table is left out, with a count; only the
// lines that say what was found and whether the scan is complete always stay.
func writeMarkdown(r *scanner.Result, info Info) []byte {
	limit := info.MaxBytes
	if limit <= 0 {
		limit = summaryLimit
	}
	head, gaps, rows, end := markdownHead(r), markdownGaps(r, &info), markdownRows(r, &info), markdownEnd(r)
	table := strings.Join(rows, "")
	if len(rows) > 0 {
		table = tableHead + table
	}
	if len(head)+len(gaps)+len(table)+len(end) <= limit {
		return []byte(head + gaps + table + end)
	}
	if len(gaps) > limit/4 {
		gaps = ""
	}
	if len(end) > limit/4 {
		end = ""
	}
	return []byte(head + gaps + cutTable(rows, limit-len(head)-len(gaps)-len(end)) + end)
}

// cutTable returns as many rows as there is room for, and the number of the others.
func cutTable(rows []string, room int) string {
	const words = "\n%s of the table left out here; the other reports have all.\n"
	room -= len(tableHead) + len(words) + len(fmt.Sprint(len(rows)))
	kept := 0
	for kept < len(rows) && len(rows[kept]) <= room {
		room -= len(rows[kept])
		kept++
	}
	table := ""
	if kept > 0 {
		table = tableHead + strings.Join(rows[:kept], "")
	}
	if kept < len(rows) {
		table += fmt.Sprintf(words, count(len(rows)-kept, "row"))
	}
	return table
}

// markdownHead says what was found, and whether the scan is complete.
func markdownHead(r *scanner.Result) string {
	places := 0
	for i := range r.Findings {
		places += len(r.Findings[i].Locations)
	}
	var b strings.Builder
	b.WriteString("## patlint\n\n")
	switch {
	case len(r.Findings) > 0:
		fmt.Fprintf(&b, "**%s in %s**", count(len(r.Findings), "secret"), count(places, "place"))
	case r.Complete():
		b.WriteString("**No leaks found**")
	default:
		b.WriteString("**Nothing found, but the scan is not complete**")
	}
	if r.Stats != (scanner.Stats{}) { // else it is about another report
		b.WriteString("; " + searched(r.Stats))
	}
	b.WriteString(".\n")
	if len(r.Findings) > 0 && !r.Complete() {
		b.WriteString("\n**The scan is not complete, there may be more.**\n")
	}
	return b.String()
}

// markdownGaps lists what was not searched, and how rules were changed.
func markdownGaps(r *scanner.Result, info *Info) string {
	var lines []string
	for _, ending := range endings(r) {
		lines = append(lines, code(ending))
	}
	for _, line := range gapLines(r.Skipped, false) {
		lines = append(lines, code(line))
	}
	for _, change := range info.Changes {
		lines = append(lines, "The configuration changes a built-in rule: "+code(change))
	}
	return markdownList(lines)
}

// markdownList returns the first lines as a list, and the number of the others.
func markdownList(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	text := "\n"
	for i, line := range lines {
		if i == shownGaps && len(lines) > shownGaps+1 {
			return text + fmt.Sprintf("- and %d more\n", len(lines)-i)
		}
		text += "- " + line + "\n"
	}
	return text
}

// markdownRows returns a row for each place, at most ten of a finding unless the
// report is verbose.
func markdownRows(r *scanner.Result, info *Info) []string {
	var rows []string
	for i := range r.Findings {
		f := &r.Findings[i]
		shown := f.Locations
		if !info.Verbose && len(shown) > shownPlaces+1 {
			shown = shown[:shownPlaces]
		}
		for j := range shown {
			rows = append(rows, markdownRow(f, &shown[j]))
		}
		if more := len(f.Locations) - len(shown); more > 0 {
			rows = append(rows, fmt.Sprintf("| | | | | and %s | |\n", count(more, "more place")))
		}
	}
	return rows
}

func markdownRow(f *scanner.Finding, l *scanner.Location) string {
	severity, status := f.Severity.String(), prose(string(f.Status))
	if f.Severity >= rules.High {
		severity = "**" + severity + "**"
	}
	if f.Status == scanner.Live {
		status = "**" + status + "**"
	}
	if note := f.Note(); note != "" {
		status += ", " + note
	}
	var since []string
	if c := l.Commit; c != nil && c.ID != "" {
		since = append(since, strings.TrimSpace(code(short(c.ID))+" "+day(c.Date)))
	}
	if l.InHead != nil && !*l.InHead {
		since = append(since, "not in HEAD")
	}
	cells := []string{severity, code(f.Rule.ID), code(f.Secret.Mask()), status, code(place(l)), strings.Join(since, ", ")}
	return "| " + strings.Join(cells, " | ") + " |\n"
}

// markdownEnd says what to do, and what is suppressed or was left out.
func markdownEnd(r *scanner.Result) string {
	var b strings.Builder
	for _, rule := range ruleOrder(&scanner.Result{Findings: r.Findings}, nil) {
		fmt.Fprintf(&b, "\n**What to do about %s**\n\n", code(rule.ID))
		for i, step := range steps(rule) {
			fmt.Fprintf(&b, "%d. %s\n", i+1, prose(strings.Join(step, " ")))
		}
	}
	if n := len(r.Suppressed); n > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%d suppressed: %s</summary>\n", n, suppressedBy(r.Suppressed))
		var lines []string
		for i := range r.Suppressed {
			s := &r.Suppressed[i]
			lines = append(lines, code(s.Rule.ID)+" "+code(s.Secret.Mask())+" in "+code(place(&s.Locations[0]))+", "+code(suppression(s)))
		}
		b.WriteString(markdownList(lines) + "\n</details>\n")
	}
	if left := gapLines(r.Skipped, true); len(left) > 0 {
		b.WriteString("\nNot part of the scan:\n")
		for i := range left {
			left[i] = code(left[i])
		}
		b.WriteString(markdownList(left))
	}
	return b.String()
}
