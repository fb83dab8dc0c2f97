package scanner

import "fmt"

// Allow is a decision, in the configuration or a baseline, that a secret is no
// problem. It names the secret by its fingerprint, so it never covers another.
type Allow struct {
	By          string // "config" or "baseline"
	Origin      string // where it is written, for warnings: "FILE:LINE"
	Fingerprint string
	Reason      string

	// Path limits it to the paths for which it holds; nil means all places.
	Path func(path string) bool

	used bool
}

// covers tells whether the Allow suppresses a place of a secret.
func (a *Allow) covers(fingerprint, path string) bool {
	return a.Fingerprint == fingerprint && (a.Path == nil || a.Path(path))
}

// decision is why a place is suppressed; the zero decision is that it is not.
type decision struct{ by, reason string }

// decide returns what suppresses a place of a secret, or else what would if it
// were trusted. All Allows that cover it count as used, not only the first.
func (m *merger) decide(fingerprint string, p placed) (d decision, refused []Allowance) {
	switch c := p.comment; {
	case c == nil || m.opts.NoInline:
	case !c.works():
		m.warn(p.Path, c, c.complaint())
	case m.opts.Trusted != nil && p.voucher == nil:
		refused = []Allowance{{"inline", c.reason}}
	case p.inherited != nil && c.says(p.inherited):
		m.warn(p.Path, c, "it was written for a secret that this one has replaced: add "+fingerprint[:directiveDigits]+" behind the rule if it is meant")
	case p.voucher != nil:
		d = decision{"inline", p.voucher.reason}
	default:
		d = decision{"inline", c.reason}
	}
	for _, a := range m.allows[fingerprint] {
		if a.covers(fingerprint, p.Path) {
			a.used = true
			if d.by == "" {
				d = decision{a.By, a.Reason}
			}
		}
	}
	if d.by != "" {
		return d, nil
	}
	if len(refused) > 0 {
		m.warn(p.Path, p.comment, "it is not in the trusted commit, and does not allow "+fingerprint)
	}
	return d, append(refused, m.refused(fingerprint, p)...)
}

// stale warns of the Allows that covered nothing.
func (m *merger) stale() {
	for _, a := range m.opts.Allows {
		if !a.used {
			m.warnings = append(m.warnings, fmt.Sprintf("%s: allows %s, which is nowhere (any more)", a.Origin, a.Fingerprint))
		}
	}
}
