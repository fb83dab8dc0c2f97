package report

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/scanner"
)

// The records of the CSV report, as its first column calls them.
const (
	recordFinding    = "finding"
	recordSuppressed = "suppressed"
	recordSkipped    = "not searched" // though it should have been
	recordLeftOut    = "left out"     // the scan is complete without it
	recordScan       = "scan"         // the last line: "complete" or "not complete"
)

// csvColumns returns the header. What is also in the JSON report is called the
// same.
func csvColumns() []string {
	return []string{
		"record", "severity", "confidence", "status", "rule_id", "secret", "fingerprint",
		"source", "path", "line", "column", "end_line", "end_column", "decoded",
		"ref", "object", "reach", "commit", "author", "email", "date", "in_head", "reason",
	}
}

// csvRow is a line of the CSV report, by the names of its columns.
type csvRow map[string]string

// writeCSV writes a table as RFC 4180 has it: a header, a line for each place of
// each finding, of what is suppressed and of what was not searched, and a last
// line that says whether the scan is complete.
func writeCSV(r *scanner.Result) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	columns := csvColumns()
	_ = w.Write(columns) // a bytes.Buffer takes everything; Error tells the rest
	write := func(row csvRow) {
		cells := make([]string, len(columns))
		for i, column := range columns {
			cells[i] = cell(row[column])
		}
		_ = w.Write(cells)
	}
	for i := range r.Findings {
		writePlaces(write, &r.Findings[i], recordFinding, "")
	}
	for i := range r.Suppressed {
		s := &r.Suppressed[i]
		writePlaces(write, &s.Finding, recordSuppressed, suppression(s))
	}
	for _, s := range r.Skipped {
		record := recordSkipped
		if s.Deliberate {
			record = recordLeftOut
		}
		write(csvRow{"record": record, "path": s.Path, "object": s.Object, "reason": s.Reason})
	}
	for _, ending := range endings(r) {
		write(csvRow{"record": recordSkipped, "reason": ending})
	}
	state := "complete"
	if !r.Complete() {
		state = "not complete"
	}
	write(csvRow{"record": recordScan, "status": state, "reason": searched(r.Stats)})
	w.Flush()
	return b.Bytes(), w.Error()
}

func writePlaces(write func(csvRow), f *scanner.Finding, record, reason string) {
	for i := range f.Locations {
		l := &f.Locations[i]
		row := csvRow{
			"record": record, "severity": f.Severity.String(), "confidence": f.Confidence.String(), "status": string(f.Status),
			"rule_id": f.Rule.ID, "secret": f.Secret.Mask(), "fingerprint": f.Fingerprint,
			"source": string(l.Kind), "path": l.Path, "decoded": strings.Join(l.Decoded, " "),
			"line": number(l.Line), "column": number(l.Column), "end_line": number(l.EndLine), "end_column": number(l.EndColumn),
			"ref": l.Ref, "object": l.Object, "reach": string(l.Reach), "reason": reason,
		}
		if l.InHead != nil {
			row["in_head"] = strconv.FormatBool(*l.InHead)
		}
		if c := l.Commit; c != nil {
			row["commit"], row["author"], row["email"] = c.ID, c.Author, c.Email
			if datable(c.Date) {
				row["date"] = c.Date.UTC().Format(time.RFC3339)
			}
		}
		write(row)
	}
}

// number returns a line or column, or nothing where there is none.
func number(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// cell returns a visible text that no spreadsheet takes for a formula: where it
// begins like one, an apostrophe stands in front. A spreadsheet that separates
// cells by semicolons finds more beginnings in it.
// https://owasp.org/www-community/attacks/CSV_Injection
func cell(s string) string {
	pieces := strings.SplitAfter(Visible(s), ";")
	for i, piece := range pieces {
		if begin := strings.TrimLeft(piece, " \""); begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) {
			pieces[i] = "'" + piece
		}
	}
	return strings.Join(pieces, "")
}
