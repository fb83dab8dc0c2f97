package scanner

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/patlint/patlint/rules"
)

// result turns what was gathered into sorted findings.
func (m *merger) result(interrupted bool) *Result {
	r := &Result{Interrupted: interrupted, Skipped: m.skipped, Failed: m.failed}
	mask := m.masker()
	for _, e := range m.entries {
		places := m.wanted(e, merged(e.places))
		if e.trouble != "" {
			r.skip(e.trouble, places)
			continue
		}
		if e.confidence < m.opts.MinConfidence || len(places) == 0 {
			continue
		}
		m.file(r, e, places, mask)
	}
	if m.opts.Whole && r.Complete() {
		m.stale()
	}
	m.untrusted()
	r.Warnings = m.warnings
	r.clean(mask)
	r.sort()
	return r
}

// skip adds what was not searched at some places. If there is none, it is in
// content that the scan is not about, as what a commit replaces.
func (r *Result) skip(reason string, places []placed) {
	for _, p := range places {
		r.Skipped = append(r.Skipped, Skip{Path: p.Path, Object: p.Object, Reason: reason})
	}
}

// file adds an entry to the findings, the suppressed ones, or both.
func (m *merger) file(r *Result, e *entry, places []placed, mask func(string) string) {
	finding := Finding{
		Rule: e.rule, Severity: e.rule.Severity, Confidence: e.confidence, Secret: e.secret,
		Fingerprint: e.secret.Fingerprint(e.rule.ID), Status: Unverified,
	}
	if end := time.Unix(e.expires, 0).UTC(); e.expires > 0 && end.Before(m.opts.Now) {
		finding.Severity, finding.Expired = rules.Low, end
	}
	suppressed := map[decision][]Location{}
	var refused []Allowance
	for _, p := range places {
		d, untrusted := m.decide(finding.Fingerprint, p)
		refused = append(refused, untrusted...)
		p.Location.clean(mask)
		suppressed[d] = append(suppressed[d], p.Location)
	}
	for d, locations := range suppressed { // sorted by Result.sort
		f := finding
		f.Locations = locations
		if d.by == "" {
			f.Refused = refusals(refused, mask)
			r.Findings = append(r.Findings, f)
		} else {
			r.Suppressed = append(r.Suppressed, Suppressed{f, d.by, mask(d.reason)})
		}
	}
}

// wanted returns the places of an entry at paths that are reported, and at which
// its rule applies and none before it: one that is for some paths is not for what
// has none.
func (m *merger) wanted(e *entry, places []placed) []placed {
	return slices.DeleteFunc(places, func(p placed) bool {
		applies := func(r *rules.Rule) bool { return r.Wanted == nil || r.Wanted(p.Path) }
		if e.trouble == "" && !applies(e.rule) || slices.ContainsFunc(p.behind, applies) {
			return true
		}
		return m.opts.Wanted != nil && p.Path != "" && !m.opts.Wanted(p.Path)
	})
}

// spot is where content stands in a tree.
type spot struct {
	path string
	name bool // the name of the file, not its content
}

func (p *placed) spot() spot { return spot{p.Path, p.Kind == FileName} }

// merged returns the places of a secret with those that are the same taken
// together: a file of the work tree, its content in the index and in the
// history are one place, which stands where the file is now and was introduced
// by the commit that the history knows.
func merged(places []placed) []placed {
	best := map[spot]Kind{}
	committed := map[spot]placed{}
	for _, p := range places {
		s := p.spot()
		if old, ok := best[s]; inTree(p.Kind) && (!ok || rank(p.Kind) < rank(old)) {
			best[s] = p.Kind
		}
		if old, ok := committed[s]; inTree(p.Kind) && p.Commit != nil && (!ok || compareLocations(p.Location, old.Location) < 0) {
			committed[s] = p
		}
	}
	kept := places[:0:0]
	for _, p := range places {
		if inTree(p.Kind) && p.Kind != best[p.spot()] {
			continue
		}
		if from, ok := committed[p.spot()]; ok && inTree(p.Kind) && p.Commit == nil {
			p.Commit, p.Commits, p.Reach, p.InHead, p.inherited = from.Commit, from.Commits, from.Reach, from.InHead, from.inherited
		}
		kept = append(kept, p)
	}
	return kept
}

// inTree tells the kinds that are stages of one file, of its content or its name.
func inTree(k Kind) bool { return k == Worktree || k == History || k == Index || k == FileName }

// rank orders the kinds: what a person looks at first comes first.
func rank(k Kind) int {
	return slices.Index([]Kind{Worktree, History, Index, FileName, CommitMessage, TagMessage, Note, RefName, GitConfig, Stdin}, k)
}

// masker returns what masks every secret in a text: those that were found, and
// whatever else the rules know.
func (m *merger) masker() func(string) string {
	var pairs []string
	shortest := math.MaxInt
	for _, e := range m.entries {
		if e.trouble != "" {
			continue
		}
		pairs = append(pairs, e.secret.Reveal(), e.secret.Mask())
		shortest = min(shortest, len(e.secret.Reveal()))
	}
	known := strings.NewReplacer(pairs...)
	return func(text string) string {
		if len(text) >= shortest {
			text = known.Replace(text)
		}
		return rules.Redact(text)
	}
}

// clean masks the secrets in whatever surrounds the findings.
func (r *Result) clean(mask func(string) string) {
	for i := range r.Skipped {
		r.Skipped[i].Path = mask(r.Skipped[i].Path)
		r.Skipped[i].Reason = mask(r.Skipped[i].Reason)
	}
	for i := range r.Failed {
		r.Failed[i] = mask(r.Failed[i])
	}
	for i := range r.Warnings {
		r.Warnings[i] = mask(r.Warnings[i])
	}
}

func (l *Location) clean(mask func(string) string) {
	l.Path, l.Ref = mask(l.Path), mask(l.Ref)
	l.Hosts = cleanHosts(l.Hosts, mask)
	l.Excerpt = Excerpt{mask(l.Excerpt.Before), mask(l.Excerpt.After)}
	if l.Commit != nil {
		c := *l.Commit
		c.Author, c.Email = mask(c.Author), mask(c.Email)
		l.Commit = &c
	}
}

// sort puts all lists into their one order.
func (r *Result) sort() {
	for i := range r.Findings {
		r.Findings[i].sort()
	}
	for i := range r.Suppressed {
		r.Suppressed[i].sort()
	}
	slices.SortFunc(r.Findings, func(a, b Finding) int { return compareFindings(&a, &b) })
	slices.SortFunc(r.Suppressed, func(a, b Suppressed) int {
		return cmp.Or(compareFindings(&a.Finding, &b.Finding), cmp.Compare(a.By, b.By), cmp.Compare(a.Justification, b.Justification))
	})
	slices.SortFunc(r.Skipped, func(a, b Skip) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Reason, b.Reason))
	})
	r.Skipped = slices.Compact(r.Skipped)
	slices.Sort(r.Failed)
	slices.Sort(r.Warnings)
	r.Warnings = slices.Compact(r.Warnings)
}

func (f *Finding) sort() {
	slices.SortFunc(f.Locations, compareLocations)
	f.Locations = slices.CompactFunc(f.Locations, func(a, b Location) bool { return compareLocations(a, b) == 0 })
}

// compareFindings puts the worst first, then goes by place.
func compareFindings(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(b.Severity, a.Severity),
		compareLocations(a.Locations[0], b.Locations[0]),
		cmp.Compare(a.Rule.ID, b.Rule.ID),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

func compareLocations(a, b Location) int {
	return cmp.Or(
		cmp.Compare(rank(a.Kind), rank(b.Kind)),
		cmp.Compare(a.Path, b.Path), cmp.Compare(a.Ref, b.Ref),
		cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		compareCommits(a.Commit, b.Commit),
		cmp.Compare(a.Object, b.Object), cmp.Compare(a.Reach, b.Reach), slices.Compare(a.Decoded, b.Decoded),
	)
}

// compareCommits orders by date; no commit comes last.
func compareCommits(a, b *Commit) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.ID, b.ID))
}
