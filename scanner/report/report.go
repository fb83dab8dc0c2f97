package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// Info is what a report says beside the result, and how it says it. The zero
// value is a plain report about the current folder, without colour and with
// every secret masked.
type Info struct {
	Version string   // of patlint, as "v1.2.3" or "(devel)"; "" if not known
	Path    string   // of the target, as the user wrote it; "" means "."
	Head    string   // id of the commit that is checked out; "" if there is none
	Modes   []string // what was scanned: "worktree", "history", …
	Range   string   // the commits that were scanned, as "A..B"; "" means no range

	Trusted string // id of the commit whose suppressions count; "" means those of what was scanned

	// Changes says what the configuration changes about the built-in rules, so
	// that none is weakened unseen. It stands in every report.
	Changes []string

	// Seconds is how long the scan took. It is 0 unless the user wants to know:
	// otherwise the same input gives the same report, byte for byte.
	Seconds float64

	// Start and End of the scan, for the formats that demand them. They are the
	// midnight before it unless the user wants to know, for the same reason.
	Start, End time.Time

	// ShowSecrets writes secrets as they are in text, json and jsonl. The others
	// are made to be published or kept, and never hold one.
	ShowSecrets bool

	// MaxBytes is the size at which a markdown report is cut, with a count of
	// what is left out. 0 means 1,024 KiB, the most that GitHub takes as the
	// summary of a step.
	MaxBytes int

	Color   bool // colour the text
	Verbose bool // list every place and what is suppressed, in sarif too
	Quiet   bool // text: the findings and what was not searched, no more
}

// Formats returns the names of all formats, in the order of the documentation.
func Formats() []string {
	return []string{"text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html"}
}

// Write writes a result in one of the [Formats]. The rules are those that took
// part in the scan. The report is written at once, so that an error while it
// is made leaves none that is cut off.
func Write(w io.Writer, format string, r *scanner.Result, active []*rules.Rule, info Info) error {
	var out []byte
	var err error
	switch format {
	case "text":
		out = writeText(r, info)
	case "json":
		out, err = writeJSON(r, info)
	case "jsonl":
		out, err = writeJSONLines(r, info)
	case "sarif":
		out, err = writeSARIF(r, active, info, gitHubBounds())
	case "github":
		out = writeGitHub(r, info)
	case "gitlab":
		out, err = writeGitLab(r, info)
	case "junit":
		out, err = writeJUnit(r, active, info)
	case "csv":
		out, err = writeCSV(r)
	case "markdown":
		out = writeMarkdown(r, info)
	case "html":
		out, err = writeHTML(r, info)
	default:
		return fmt.Errorf("unknown format %q: want one of %s", format, strings.Join(Formats(), ", "))
	}
	if err != nil {
		return fmt.Errorf("make the %s report: %w", format, err)
	}
	if _, err := w.Write(out); err != nil {
		return fmt.Errorf("write the %s report: %w", format, err)
	}
	return nil
}

// target returns the path of what was scanned.
func (i *Info) target() string {
	if i.Path == "" {
		return "."
	}
	return i.Path
}

// secret returns the form of a secret that the report may show.
func (i *Info) secret(s rules.Secret) string {
	if i.ShowSecrets {
		return s.Reveal()
	}
	return s.Mask()
}
