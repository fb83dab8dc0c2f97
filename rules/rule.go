package rules

import "fmt"

// Severity says how bad a finding is if it is real.
type Severity uint8

// The severities, from least to most.
const (
	Low Severity = iota + 1
	Medium
	High
	Critical
)

// Confidence says how sure a rule is that a match is a credential.
type Confidence uint8

// The confidences, from least to most.
const (
	LowConfidence Confidence = iota + 1
	MediumConfidence
	HighConfidence
)

var (
	severityNames   = [...]string{Low: "low", Medium: "medium", High: "high", Critical: "critical"}
	confidenceNames = [...]string{LowConfidence: "low", MediumConfidence: "medium", HighConfidence: "high"}
)

// String returns "low", "medium", "high" or "critical".
func (s Severity) String() string { return severityNames[s] }

// MarshalText returns [Severity.String].
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String returns "low", "medium" or "high".
func (c Confidence) String() string { return confidenceNames[c] }

// MarshalText returns [Confidence.String].
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ParseSeverity is the inverse of [Severity.String].
func ParseSeverity(s string) (Severity, error) {
	for severity, name := range severityNames {
		if name != "" && name == s {
			return Severity(severity), nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: want low, medium, high or critical", s)
}

// ParseConfidence is the inverse of [Confidence.String].
func ParseConfidence(s string) (Confidence, error) {
	for c, name := range confidenceNames {
		if name != "" && name == s {
			return Confidence(c), nil
		}
	}
	return 0, fmt.Errorf("unknown confidence %q: want low, medium or high", s)
}

// Reach is how far, in bytes, a rule looks to either side of a needle. No
// match begins or ends further from its needle.
const Reach = 4096

// How far a glance looks, in bytes.
const (
	glanceBack  = 8
	glanceAhead = 16
)

// Rule describes one kind of leak.
type Rule struct {
	ID       string // stable name, as in "patlint:allow ID"
	Title    string // what it is, in a few words
	Text     string // what it finds and why that matters, in paragraphs
	Remedy   string // what to do about a finding, one step a line
	Severity Severity

	// Needles are literals of which at least one stands in every match or in
	// its context.
	Needles []string

	// encoded are those of the needles that are looked for in encoded text as
	// well, the most important first.
	encoded []string

	// Match and NoMatch are examples. A {{name}} in them stands for a random
	// value, see [Example]. In every Match example the rule finds exactly one
	// secret, in a NoMatch example none.
	Match, NoMatch []string

	// Wanted tells whether the rule applies at a path; nil means everywhere. Find
	// does not ask: the same bytes may stand at several paths.
	Wanted func(path string) bool `json:"-"`

	// glance tells whether find is to be asked about the needle at text[at:]; nil
	// means always. It looks at glanceBack bytes before at and at the glanceAhead
	// from there at most, and is quick: a history is searched by it.
	glance func(text []byte, at int) bool

	// quiet returns up to where there is nothing to find by the needle at text[at:]
	// and those behind it, or at. It is asked where find fails again and again; nil
	// means that find is too quick for it to be worth its while.
	quiet func(text []byte, at int) int

	// find decides about the needle at text[at:]. It gets at most Reach bytes
	// to either side of the needle and returns where the secret stands.
	find func(text []byte, at int) (hit, bool)

	// next returns the secret behind the last one that was found by the needle at
	// text[at:], where one needle may belong to several; nil means that none does.
	next func(text []byte, at int, last hit) (hit, bool)
}

// hit is what a rule found: text[start:end] is the secret.
type hit struct {
	start, end int
	confidence Confidence
}

// The ids of the rules.
const (
	QoderPAT        = "qoder-pat"
	QoderCredential = "qoder-credential"
	BearerLiteral   = "bearer-literal"
)

// All returns every rule, the most specific first: where two rules find the
// same bytes, the first one has them.
func All() []*Rule {
	return []*Rule{qoderPAT(), qoderCredential(), bearerLiteral()}
}
