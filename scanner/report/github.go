package report

import (
	"fmt"
	"strings"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// annotationLimit is how many annotations of one level GitHub keeps of a step.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
const annotationLimit = 10

// annotations are workflow commands while they are written.
type annotations struct {
	strings.Builder
	written map[string]int // by level
	left    int            // places for which there was no room
}

// writeGitHub writes workflow commands, which GitHub shows beside the code or,
// for what is not in a file any more, at the run. They hold no secret and no
// author: whoever may read the repository may read them. A complete scan that
// found nothing, with the rules as they are built in, writes nothing.
func writeGitHub(r *scanner.Result, info Info) []byte {
	a := &annotations{written: map[string]int{}}
	if len(info.Changes) > 0 {
		message := "The configuration changes built-in rules: " + Visible(strings.Join(info.Changes, "; "))
		command(&a.Builder, "notice", []property{{"title", "patlint"}}, message)
	}
	if !r.Complete() {
		a.incomplete(r)
	}
	for i := range r.Findings { // the worst come first
		a.finding(&r.Findings[i])
	}
	if a.left > 0 {
		message := count(a.left, "more place") + " with secrets: GitHub shows few annotations, the other reports have all"
		command(&a.Builder, "notice", []property{{"title", "patlint"}}, message)
	}
	return []byte(a.String())
}

// incomplete warns that the scan is not complete. It comes first, so that it
// has its place among the ten warnings.
func (a *annotations) incomplete(r *scanner.Result) {
	message := "The scan is not complete: "
	if len(r.Findings) == 0 {
		message = "Nothing found, but the scan is not complete: "
	}
	reasons := endings(r)
	for _, g := range gaps(r.Skipped, false) {
		if len(g.what) > 0 {
			g.reason = fmt.Sprintf("%s (%d, as %s)", g.reason, g.count, g.what[0])
		}
		reasons = append(reasons, g.reason)
	}
	const shown = 5
	if more := len(reasons) - shown; more > 1 {
		reasons = append(reasons[:shown], fmt.Sprintf("and %d more reasons", more))
	}
	a.add("warning", []property{{"title", "patlint: not complete"}}, message+strings.Join(reasons, "; "))
}

// finding annotates every place of a finding that is in a file now, or where the
// commits end that were scanned, or else its first place, at the run.
func (a *annotations) finding(f *scanner.Finding) {
	level := annotationLevel(f.Severity)
	title := property{"title", "patlint: " + f.Rule.ID}
	remedy := ". "
	if all := steps(f.Rule); len(all) > 0 {
		remedy += strings.Join(all[0], " ")
	}
	if !a.places(f, level, title, remedy, isCurrent) && !a.places(f, level, title, remedy, func(l *scanner.Location) bool { return l.AtTip }) {
		l := &f.Locations[0]
		message := f.Message() + " in " + place(l) + whence(l)
		if more := len(f.Locations) - 1; more > 0 {
			message += " and in " + count(more, "more place")
		}
		a.add(level, []property{title}, message+remedy)
	}
}

// places annotates the places of a finding that are in files, as shown tells, and
// returns whether there are any.
func (a *annotations) places(f *scanner.Finding, level string, title property, remedy string, shown func(*scanner.Location) bool) (any bool) {
	for i := range f.Locations {
		l := &f.Locations[i]
		if !shown(l) || l.Path == "" {
			continue
		}
		any = true
		message := f.Message()
		if l.Kind == scanner.FileName {
			message += " in " + kindName(l.Kind)
		}
		a.add(level, append(position(l), title), message+whence(l)+remedy)
	}
	return any
}

// add writes an annotation if there is room for another of its level.
func (a *annotations) add(level string, properties []property, message string) {
	if a.written[level] == annotationLimit || level == "notice" && a.written[level] == annotationLimit-1 {
		a.left++
		return
	}
	a.written[level]++
	command(&a.Builder, level, properties, message)
}

func annotationLevel(s rules.Severity) string {
	switch {
	case s >= rules.High:
		return "error"
	case s == rules.Medium:
		return "warning"
	}
	return "notice"
}

// whence names the commit of a location, without its author.
func whence(l *scanner.Location) string {
	c := l.Commit
	if c == nil || c.ID == "" || l.Kind == scanner.CommitMessage {
		return ""
	}
	text := ", introduced by commit " + short(c.ID)
	if date := day(c.Date); date != "" {
		text += " on " + date
	}
	return text
}

type property struct{ name, value string }

// position returns the place of an annotation. The columns are inclusive, and
// GitHub takes none where the lines differ.
// https://github.com/actions/toolkit/blob/main/packages/core/src/core.ts
func position(l *scanner.Location) []property {
	all := []property{{"file", l.Path}}
	if l.Line == 0 {
		return all
	}
	all = append(all, property{"line", fmt.Sprint(l.Line)}, property{"endLine", fmt.Sprint(l.EndLine)})
	if l.Line == l.EndLine {
		last := max(l.Column, l.EndColumn-1)
		all = append(all, property{"col", fmt.Sprint(l.Column)}, property{"endColumn", fmt.Sprint(last)})
	}
	return all
}

// command writes a workflow command on a line of its own. Hidden characters
// are made visible first, so no text of others can begin a line, and with it a
// command. The escapes are those of
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
func command(b *strings.Builder, name string, properties []property, message string) {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	value := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	b.WriteString("::" + name)
	for i, p := range properties {
		separator := ","
		if i == 0 {
			separator = " "
		}
		b.WriteString(separator + p.name + "=" + value.Replace(Visible(p.value)))
	}
	b.WriteString("::" + data.Replace(Visible(message)) + "\n")
}
