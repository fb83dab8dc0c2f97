package scanner

import (
	"time"

	"github.com/patlint/patlint/rules"
)

// Result is what a scan found. Its lists are sorted, and the same input gives
// the same Result.
type Result struct {
	Findings   []Finding
	Suppressed []Suppressed
	Skipped    []Skip
	Warnings   []string // about suppressions that are stale or unclear
	Stats      Stats

	// Failed holds the errors of sources that stopped before their end.
	Failed []string
	// Interrupted is set if the context ended before the scan did.
	Interrupted bool
}

// Complete tells whether everything that was to be scanned was.
func (r *Result) Complete() bool {
	if r.Interrupted || len(r.Failed) > 0 {
		return false
	}
	for _, s := range r.Skipped {
		if !s.Deliberate {
			return false
		}
	}
	return true
}

// Finding is one secret, found by one rule.
type Finding struct {
	Rule        *rules.Rule
	Severity    rules.Severity // of the rule, or less
	Confidence  rules.Confidence
	Secret      rules.Secret
	Fingerprint string
	Status      Status
	Verified    *Verification // how the status is known; nil if nobody was asked
	Expired     time.Time     // when it ended by its own words; zero if it has not
	Refused     []Allowance   // what would allow it, if it were trusted; see Trusted
	Locations   []Location    // at least one
}

// Message says in one line what was found.
func (f *Finding) Message() string {
	message := f.Rule.Title + " " + f.Secret.Mask()
	if note := f.Note(); note != "" {
		message += ", " + note
	}
	if len(f.Refused) > 0 { // without the reason, which others wrote
		message += " (the request itself allows it, which does not count)"
	}
	return message
}

// Note says what makes the finding less severe than others of its rule, or is empty.
func (f *Finding) Note() string {
	if f.Expired.IsZero() {
		return ""
	}
	return "expired on " + f.Expired.Format(time.DateOnly)
}

// Suppressed is a finding that somebody decided to allow.
type Suppressed struct {
	Finding
	By            string // "inline", "config" or "baseline"
	Justification string // the reason that was written down, if any
}

// Location is a place of a secret. Lines and columns are 1-based, columns
// count Unicode code points, and the end is exclusive; all are 0 where the
// place has none, as in a file's name.
type Location struct {
	Kind   Kind
	Path   string
	Ref    string
	Object string // hexadecimal id of the git object that holds it, if known
	Commit *Commit
	Reach  Reach // ByReference also where there is no repository
	InHead *bool // nil if not known

	// AtTip is set where the content stands at Path to this day, or at the end of
	// the range that was scanned: its lines are those that a reader sees there.
	AtTip bool

	// Commits is how many commits hold the secret here; 0 if that is not known.
	Commits int

	Line, Column, EndLine, EndColumn int

	// Decoded names the encodings that the secret has there, from the outside in.
	Decoded []string

	// Hosts are those that the text near the secret names, the nearest first: the
	// service that it is meant for may be among them. They consist of lower case
	// letters, digits, ".", "-" and ":" in front of a port.
	Hosts []string

	Excerpt Excerpt
}

// Excerpt is the line around a secret, cut to a bearable length, every other
// secret in it masked.
type Excerpt struct{ Before, After string }

// Stats counts what was searched.
type Stats struct {
	Files   int64 // of the work tree, the index, named ones, standard input
	Objects int64 // of git
	Bytes   int64
	Commits int64
}
