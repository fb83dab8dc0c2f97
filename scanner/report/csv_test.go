package report

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// readCSV returns the lines below the header by the names of the columns.
func readCSV(t testing.TB, out string) []map[string]string {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(out)) // wants as many cells in each line
	lines, err := reader.ReadAll()
	if err != nil || len(lines) < 2 {
		t.Fatalf("%d lines: %v\n%s", len(lines), err, out)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// checkCSV fails if a report is no CSV as RFC 4180 has it, or has a cell that a
// spreadsheet computes.
func checkCSV(t testing.TB, out string) {
	t.Helper()
	if strings.Count(out, "\n") != strings.Count(out, "\r\n") || !strings.HasSuffix(out, "\r\n") {
		t.Error("a line does not end as it must")
	}
	rows := readCSV(t, out)
	for _, row := range rows {
		for name, value := range row {
			for piece := range strings.SplitSeq(value, ";") {
				if begin := strings.TrimLeft(piece, " "); begin != "" && strings.Contains("=+-@", begin[:1]) {
					t.Errorf("%s is computed: %q", name, value)
				}
			}
		}
	}
	if last := rows[len(rows)-1]; last["record"] != recordScan || last["status"] == "" {
		t.Errorf("the last line is %v", last)
	}
}

func TestCSVLines(t *testing.T) {
	records := map[string]int{}
	for _, row := range readCSV(t, render(t, "csv", rich(), Info{})) {
		records[row["record"]]++
	}
	places := 0
	for _, f := range rich().Findings {
		places += len(f.Locations)
	}
	want := map[string]int{recordFinding: places, recordSuppressed: 1 + 2 + 2, recordSkipped: len(skips()) - 1 + 2, recordLeftOut: 1, recordScan: 1}
	for record, n := range want {
		if records[record] != n {
			t.Errorf("%d lines are %q, want %d", records[record], record, n)
		}
	}
}

func TestCSVCells(t *testing.T) {
	location := at(scanner.Worktree, "a, \"b\"\n;=c", 7, 3)
	location.Commit, location.InHead = commit(1, "@Ann"), no()
	out := render(t, "csv", &scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule(), location)}}, Info{})
	row := readCSV(t, out)[0]
	for name, want := range map[string]string{
		"record": "finding", "severity": "critical", "rule_id": "sample-token", "secret": "pt-iL…(64)", "source": "worktree",
		"path": `a, "b"\n;'=c`, "line": "7", "column": "3", "author": "'@Ann", "email": "someone@example.com",
		"commit": location.Commit.ID, "date": "2026-01-01T21:34:05Z", "in_head": "false",
	} {
		if row[name] != want {
			t.Errorf("%s is %q, want %q", name, row[name], want)
		}
	}
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a=b": "a=b", "=1+1": "'=1+1", "+1": "'+1", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "\t=1": `\t=1`, "\r=1": `\r=1`,
		" =1": "' =1", "＝1": "'＝1", "a;=1;b": "a;'=1;b", `a;"=1`: `a;'"=1`,
	} {
		if got := cell(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
