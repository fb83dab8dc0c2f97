package report

import (
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// fuzzed returns a result with the strings in every place that others write.
func fuzzed(path, author, line string, date int64, number int) *scanner.Result {
	kinds := []scanner.Kind{
		scanner.Worktree, scanner.Index, scanner.History, scanner.CommitMessage, scanner.TagMessage, scanner.Note,
		scanner.RefName, scanner.FileName, scanner.GitConfig, scanner.Stdin, scanner.Kind("other"),
	}
	var locations []scanner.Location
	for _, kind := range kinds {
		locations = append(locations, scanner.Location{
			Kind: kind, Path: path, Ref: author, Object: line,
			Commit: &scanner.Commit{ID: author, Author: author, Email: line, Date: time.Unix(date, 0)},
			Line:   number, Column: number, EndLine: number, EndColumn: number,
			Excerpt: scanner.Excerpt{Before: line, After: line},
		})
	}
	found := finding(1, tokenRule(), locations...)
	// A finding of a report that was read again is as whoever wrote it says.
	read := finding(2, &rules.Rule{ID: line, Title: path, Remedy: line, Severity: rules.High}, locations[:2]...)
	read.Fingerprint, read.Status = author, scanner.Status(path)
	read.Verified = &scanner.Verification{Region: line, RequestID: path, Reason: author}
	return &scanner.Result{
		Findings:   []scanner.Finding{found, read},
		Suppressed: []scanner.Suppressed{{Finding: found, By: "inline", Justification: line}},
		Skipped:    []scanner.Skip{{Path: path, Object: author, Reason: line}, {Object: path, Reason: line, Deliberate: true}},
		Failed:     []string{line},
	}
}
