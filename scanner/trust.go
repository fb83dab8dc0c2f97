package scanner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Trusted is where suppressions have to stand to count: in a commit that whoever
// wants the scan trusts, such as the base of a pull request. What is scanned may
// be written by somebody who wants a leak to pass.
//
// An inline comment counts for a secret if the trusted commit's tree has a
// comment for the same secret and rule, in whatever file: to move or to copy what
// was allowed leaks nothing anew. It counts, too, at a place in a commit that the
// trusted one has in its history, where nobody can change it any more.
type Trusted struct {
	// Comments yield the files of the trusted commit that may have inline comments.
	// They are read only if it matters.
	Comments []Source

	// Contains tells whether a commit, by its hexadecimal id, is the trusted one or
	// one of its ancestors; nil means that none is.
	Contains func(ctx context.Context, commit string) bool

	// Others are suppressions that only what is scanned has. They count for nothing,
	// but whoever judges a finding should know of them.
	Others []*Allow
}

// Allowance is a suppression that does not count, since it is not trusted.
type Allowance struct {
	By            string // "inline", "config" or "baseline"
	Justification string // the reason that was written down, if any
}

// vouch finds the inline comments that count. Places that have one which does not
// are left without a voucher.
func (m *merger) vouch(ctx context.Context) {
	places := m.commented()
	if len(places) == 0 {
		return
	}
	allowed := m.trustedComments(ctx)
	for id, all := range places {
		for _, p := range all {
			p.voucher = allowed[id]
			if p.voucher == nil && p.committed && p.Commit != nil && m.opts.Trusted.Contains != nil && m.opts.Trusted.Contains(ctx, p.Commit.ID) {
				p.voucher = p.comment
			}
		}
	}
}

// commented returns the places with a comment that works, if it needs a voucher.
func (m *merger) commented() map[identity][]*placed {
	if m.opts.Trusted == nil || m.opts.NoInline {
		return nil
	}
	places := map[identity][]*placed{}
	for _, e := range m.entries {
		for i := range e.places {
			if p := &e.places[i]; p.comment != nil && p.comment.works() {
				id := identity{e.rule.ID, e.secret.ID()}
				places[id] = append(places[id], p)
			}
		}
	}
	return places
}

// trustedComments returns a comment for each secret that the trusted commit has
// one for. What cannot be read there allows nothing.
func (m *merger) trustedComments(ctx context.Context) map[identity]*directive {
	opts := *m.opts
	opts.Counters = new(Counters) // what is read here is not what is scanned
	allowed := map[identity]*directive{}
	for _, source := range m.opts.Trusted.Comments {
		for _, s := range searchAll(ctx, source, &opts) {
			if s.err != nil {
				m.warnings = append(m.warnings, fmt.Sprintf("in the trusted commit: %v: inline comments in it do not count", s.err))
			}
			for _, x := range s.sightings {
				id, d := x.identity(), x.allowedBy()
				if old := allowed[id]; d != nil && (old == nil || d.reason < old.reason) {
					allowed[id] = d
				}
			}
		}
	}
	return allowed
}

// refused returns the suppressions of what is scanned that would allow a place.
func (m *merger) refused(fingerprint string, p placed) (all []Allowance) {
	for _, a := range m.others[fingerprint] {
		if a.covers(fingerprint, p.Path) {
			a.used = true
			all = append(all, Allowance{a.By, a.Reason})
		}
	}
	return all
}

// untrusted warns of the suppressions that would allow a finding, and do not.
func (m *merger) untrusted() {
	if m.opts.Trusted == nil {
		return
	}
	for _, a := range m.opts.Trusted.Others {
		if a.used {
			m.warnings = append(m.warnings, fmt.Sprintf("%s: it is not in the trusted commit, and does not allow %s", a.Origin, a.Fingerprint))
		}
	}
}

// refusals returns suppressions that do not count in order, each once.
func refusals(all []Allowance, mask func(string) string) []Allowance {
	for i := range all {
		all[i].Justification = mask(all[i].Justification)
	}
	slices.SortFunc(all, func(a, b Allowance) int {
		return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.Justification, b.Justification))
	})
	return slices.Compact(all)
}
