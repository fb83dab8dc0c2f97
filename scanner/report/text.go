package report

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

const (
	shownPlaces  = 10 // of one finding, unless the report is verbose
	shownGaps    = 10 // of what was skipped for one reason, likewise
	shownRefused = 3  // of what would allow one finding, likewise
)

// text is a report for people while it is written.
type text struct {
	bytes.Buffer
	palette *palette
	info    *Info
}

func writeText(r *scanner.Result, info Info) []byte {
	t := &text{palette: newPalette(info.Color), info: &info}
	for i := range r.Findings {
		t.finding(&r.Findings[i])
		t.line("")
	}
	if info.Verbose {
		for i := range r.Suppressed {
			t.suppressed(&r.Suppressed[i])
			t.line("")
		}
	}
	if !info.Quiet {
		t.remedies(r.Findings)
		t.allowing(r.Findings)
		t.deliberate(r)
	}
	t.changes()
	t.incomplete(r)
	if !info.Quiet {
		t.summary(r)
	}
	out := bytes.TrimRight(t.Bytes(), "\n")
	if len(out) == 0 {
		return nil
	}
	if bytes.Contains(out, []byte("##")) { // pieces came together
		out = logging.ReplaceAll(out, []byte(`#\x23$1`))
	}
	return append(out, '\n')
}

func (t *text) line(format string, args ...any) {
	fmt.Fprintf(t, format, args...)
	t.WriteByte('\n')
}

// finding writes one finding: what it is, its first place with the source
// line, its other places, its fingerprint.
func (t *text) finding(f *scanner.Finding) {
	p := t.palette
	t.line("%s  %s  %s  %s  %s", p.severity[f.Severity].Sprint(f.Severity), p.rule.Sprint(Visible(f.Rule.ID)),
		p.strong.Sprint(Visible(f.Rule.Title)), p.secret.Sprint(Visible(t.info.secret(f.Secret))), t.judgement(f))
	t.places(f)
	t.verified(f)
	t.refused(f)
	t.line("  %s", p.dim.Sprint("fingerprint "+Visible(f.Fingerprint)))
}

// judgement says how sure the rule is and, if anybody asked, whether the
// secret is alive.
func (t *text) judgement(f *scanner.Finding) string {
	words := f.Confidence.String() + " confidence"
	if f.Status != scanner.Unverified && f.Status != "" {
		words += ", " + Visible(string(f.Status))
	}
	if note := f.Note(); note != "" {
		words += ", " + note
	}
	return t.palette.dim.Sprint("[" + words + "]")
}

func (t *text) suppressed(s *scanner.Suppressed) {
	t.line("%s", t.palette.dim.Sprint(suppression(s)))
	t.finding(&s.Finding)
}

// suppression says who suppressed a finding, and why.
func suppression(s *scanner.Suppressed) string {
	words := "suppressed by " + suppressor(s.By)
	if s.Justification != "" {
		words += ": " + Visible(s.Justification)
	}
	return words
}

func (t *text) places(f *scanner.Finding) {
	shown := f.Locations
	if !t.info.Verbose && len(shown) > shownPlaces+1 { // one more takes no more room than saying so
		shown = shown[:shownPlaces]
	}
	for i := range shown {
		l := &shown[i]
		switch i {
		case 0:
			t.first(f, l)
		case 1:
			t.line("  also: %s", t.place(l))
		default:
			t.line("        %s", t.place(l))
		}
	}
	if more := len(f.Locations) - len(shown); more > 0 {
		t.line("        and %s (all with --verbose, and in the json report)", count(more, "more place"))
	}
}

// place returns a location and its origin on one line.
func (t *text) place(l *scanner.Location) string {
	if from := origin(l); from != "" {
		return place(l) + "  " + t.palette.dim.Sprint(from)
	}
	return place(l)
}

// first writes the first place of a finding, with the source line if it has
// one and a caret below each character of the secret.
func (t *text) first(f *scanner.Finding, l *scanner.Location) {
	if l.Line == 0 {
		t.line("  %s %s", t.palette.dim.Sprint("-->"), t.place(l))
		return
	}
	number := strconv.Itoa(l.Line)
	margin := strings.Repeat(" ", len(number))
	dim, secret := t.palette.dim, Visible(t.info.secret(f.Secret))
	before := visibleLine(l.Excerpt.Before)
	t.line("%s%s %s", margin, dim.Sprint("-->"), t.place(l))
	t.line("%s %s", margin, dim.Sprint("|"))
	t.line("%s %s%s%s", dim.Sprint(number+" |"), before, t.palette.secret.Sprint(secret), visibleLine(l.Excerpt.After))
	t.line("%s %s %s%s", margin, dim.Sprint("|"), strings.Repeat(" ", width(before)),
		t.palette.bad.Sprint(strings.Repeat("^", max(1, width(secret)))))
}

// remedies says once for each rule what to do about its findings.
func (t *text) remedies(findings []scanner.Finding) {
	var order []*rules.Rule
	number, working := map[string]int{}, map[string]int{} // of findings, by rule
	for i := range findings {
		f := &findings[i]
		if number[f.Rule.ID] == 0 {
			order = append(order, f.Rule)
		}
		number[f.Rule.ID]++
		if f.Status != scanner.Dead && f.Status != scanner.Revoked {
			working[f.Rule.ID]++
		}
	}
	for _, rule := range order {
		title, todo := "What to do about %s (%s):", steps(rule)
		if working[rule.ID] == 0 {
			title = "What is left to do about %s (%s, proven dead):"
			todo = slices.DeleteFunc(todo, func(step []string) bool { return strings.HasPrefix(step[0], "Revoke ") })
		}
		t.line("%s", t.palette.strong.Sprintf(title, Visible(rule.ID), count(number[rule.ID], "secret")))
		for i, step := range todo {
			t.line("  %d. %s", i+1, strings.Join(step, "\n     "))
		}
		t.line("")
	}
}

// steps returns the steps of a rule's remedy, each as its lines.
func steps(rule *rules.Rule) [][]string {
	var all [][]string
	for line := range strings.Lines(rule.Remedy) {
		words := Visible(strings.TrimSpace(line))
		switch {
		case words == "":
		case len(all) > 0 && strings.HasPrefix(line, " "):
			last := &all[len(all)-1]
			*last = append(*last, words)
		default:
			all = append(all, []string{words})
		}
	}
	return all
}

// numbered returns the steps of a rule's remedy, a line each, cut to so many
// characters: a rule of a repository may have a long one.
func numbered(rule *rules.Rule, most int) string {
	var b strings.Builder
	for i, step := range steps(rule) {
		if b.Len() > most*utf8.UTFMax {
			break
		}
		fmt.Fprintf(&b, "%d. %s\n", i+1, strings.Join(step, " "))
	}
	return clip(b.String(), most)
}

// fingerprintDigits is how much of a fingerprint an inline comment needs.
const fingerprintDigits = 8

// allowing tells how to suppress a finding that is no leak. A comment works
// only in a file that is there; elsewhere the fingerprint does.
func (t *text) allowing(findings []scanner.Finding) {
	if len(findings) == 0 {
		return
	}
	if t.info.Trusted != "" {
		t.line("If one of them is no secret, have it allowed in what is trusted, which was commit %s:", short(t.info.Trusted))
		t.line("what a request itself allows does not count.")
		t.line("")
		return
	}
	for i := range findings {
		f := &findings[i]
		if f.Locations[0].Kind != scanner.Worktree || len(f.Fingerprint) < fingerprintDigits {
			continue
		}
		t.line("If one of them is no secret, allow it in a comment on its line or the line above, as")
		t.line("  patlint:allow %s %s -- REASON", Visible(f.Rule.ID), Visible(f.Fingerprint[:fingerprintDigits]))
		t.line("or by its fingerprint in .patlint.yaml or a baseline.")
		t.line("")
		return
	}
	t.line("If one of them is no secret, allow it by its fingerprint in .patlint.yaml or a baseline.")
	t.line("")
}
