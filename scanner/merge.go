package scanner

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/unpack"
)

// merger gathers sightings into one entry per rule and secret.
type merger struct {
	opts    *Options
	numbers map[identity]int // index into entries
	entries []*entry

	holders   map[int]Holders                   // by source
	sightings map[contentKey]map[int][]sighting // of keyed content, by number of entry

	skipped  []Skip
	failed   []string
	warnings []string

	allows map[string][]*Allow // Options.Allows by fingerprint
	others map[string][]*Allow // those of Trusted
}

type identity struct {
	rule   string
	secret [32]byte
}

type contentKey struct {
	source int
	key    string
}

// entry is a finding that is being gathered, or something that was not searched.
type entry struct {
	trouble    string // why; nothing but places is set then
	rule       *rules.Rule
	secret     rules.Secret
	confidence rules.Confidence
	expires    int64
	places     []placed
}

// placed is a location with the inline comment that is about it.
type placed struct {
	Location
	comment *directive

	// behind are the rules that have the secret's bytes where they apply.
	behind []*rules.Rule

	// inherited is a comment that was there before the secret, for another one.
	inherited *directive

	committed bool       // the comment is that of the commit, not of what is there now
	voucher   *directive // the trusted comment by which this one counts; see Trusted
}

func newMerger(opts *Options) *merger {
	m := &merger{
		opts: opts, numbers: map[identity]int{}, allows: map[string][]*Allow{},
		holders: map[int]Holders{}, sightings: map[contentKey]map[int][]sighting{},
	}
	for _, a := range opts.Allows {
		m.allows[a.Fingerprint] = append(m.allows[a.Fingerprint], a)
	}
	if opts.Trusted != nil {
		m.others = map[string][]*Allow{}
		for _, a := range opts.Trusted.Others {
			m.others[a.Fingerprint] = append(m.others[a.Fingerprint], a)
		}
	}
	return m
}

// add takes what the search of one blob of a source gave.
func (m *merger) add(source int, s searched) {
	if s.err != nil {
		m.addError(s.err)
	}
	for _, sight := range slices.Concat(s.sightings, s.troubles) {
		number := m.number(sight)
		if s.blob.Key == "" {
			e := m.entries[number]
			e.places = append(e.places, sight.at(Place{
				Kind: s.blob.Kind, Path: s.blob.Path, Ref: s.blob.Ref, Commit: s.blob.Commit, Reach: s.blob.Reach,
			}))
			continue
		}
		m.hold(source, s.blob.Key, number, sight)
	}
	for _, c := range s.comments {
		current := s.blob.Kind == Worktree || s.blob.Kind == Stdin
		if current && c.covers == 0 && m.opts.knows(c.rule) {
			m.warn(unpack.Join(s.blob.Path, c.inner), c, c.complaint())
		}
	}
}

// identity returns what is the same for all sightings of one thing.
func (s sighting) identity() identity {
	if s.trouble != "" {
		return identity{"", sha256.Sum256([]byte(s.inner + "\x00" + s.trouble))}
	}
	return identity{s.rule.ID, s.secret.ID()}
}

// number returns the number of the entry for a sighting.
func (m *merger) number(s sighting) int {
	id := s.identity()
	n, ok := m.numbers[id]
	if !ok {
		n = len(m.entries)
		m.numbers[id] = n
		m.entries = append(m.entries, &entry{trouble: s.trouble, rule: s.rule, secret: s.secret, expires: s.expires})
	}
	m.entries[n].confidence = max(m.entries[n].confidence, s.confidence)
	return n
}

// hold remembers a sighting in keyed content until the source attributes it.
func (m *merger) hold(source int, key string, number int, s sighting) {
	content := contentKey{source, key}
	if m.sightings[content] == nil {
		m.sightings[content] = map[int][]sighting{}
	}
	if m.holders[source] == nil {
		m.holders[source] = Holders{}
	}
	if m.sightings[content][number] == nil {
		m.holders[source][key] = append(m.holders[source][key], number)
	}
	m.sightings[content][number] = append(m.sightings[content][number], s)
}

// attribute asks a source where the content that holds secrets was introduced.
func (m *merger) attribute(ctx context.Context, source int, s Source) {
	if s.Attribute == nil || len(m.holders[source]) == 0 {
		return
	}
	known := &heritage{sightings: m.sightings, counts: map[contentKey]map[words]int{}, lost: map[[2]contentKey]map[words]bool{}}
	for place, err := range s.Attribute(ctx, m.holders[source]) {
		if err != nil {
			m.addError(err)
			continue
		}
		now := m.sightings[contentKey{source, place.Key}]
		inherited := known.inherited(source, place, now)
		inHead := m.sightings[contentKey{source, place.HeadKey}][place.Secret]
		for _, f := range now[place.Secret] {
			p := f.at(place)
			p.inherited = inherited
			if place.HeadKey != "" {
				p.comment, p.committed = commonComment(inHead), false
			}
			m.entries[place.Secret].places = append(m.entries[place.Secret].places, p)
		}
	}
}

// commonComment returns an inline comment of sightings all of which are
// suppressed by one, or else one that does not work, or nil.
func commonComment(sightings []sighting) *directive {
	var last *directive
	for _, s := range sightings {
		if s.allowedBy() == nil {
			return s.comment
		}
		last = s.comment
	}
	return last
}

// at returns the location of a sighting at a place.
func (s sighting) at(p Place) placed {
	l := Location{Kind: p.Kind, Path: unpack.Join(p.Path, s.inner), Ref: p.Ref, Commit: p.Commit, Reach: p.Reach, InHead: p.InHead, Commits: p.Commits}
	l.AtTip = p.HeadKey != "" && p.HeadKey == p.Key
	if p.Kind != FileName && p.Kind != RefName {
		l.Object = p.Key
		l.Line, l.Column = s.start.line, s.start.column
		l.EndLine, l.EndColumn = s.end.line, s.end.column
		l.Excerpt, l.Hosts = s.excerpt, s.hosts
	}
	l.Decoded = s.decoded
	return placed{Location: l, comment: s.comment, behind: s.behind, committed: p.Commit != nil && p.Kind != TagMessage}
}

// addError records what could not be read. That the scan was interrupted is
// recorded elsewhere.
func (m *merger) addError(err error) {
	skip := Skip{}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	case errors.As(err, &skip):
		m.skipped = append(m.skipped, skip)
	default:
		m.failed = append(m.failed, err.Error())
	}
}

func (m *merger) warn(path string, d *directive, complaint string) {
	if m.opts.NoInline {
		return
	}
	m.warnings = append(m.warnings, fmt.Sprintf("%s:%d: patlint:allow %s: %s", path, d.line, d.rule, complaint))
}

// knows tells whether a rule takes part in the scan.
func (o *Options) knows(id string) bool {
	for _, r := range o.Rules.Rules() {
		if r.ID == id {
			return true
		}
	}
	return false
}
