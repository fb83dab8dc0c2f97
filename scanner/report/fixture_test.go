package report

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// hostile holds what an attacker may put into names: an escape sequence, a
// line of its own, a workflow command, a right-to-left override, a zero-width
// space, a C1 control, commands to GitHub's and Azure's runners, characters outside of the first plane, broken UTF-8,
// and what JSON, URIs, properties, messages and HTML treat in special ways.
const hostile = "a\x1b[31mb\r\n::error::c\u202ed\u200be\u009b2J\U000e0041\xff%0A,:\\\"'<&>{0}[x](http://y)##[error]?é##vso[task 令"

// random makes the same tokens in every run, for they stand masked in the
// golden files.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func token(seed uint64, prefix string, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	r := random(seed)
	text := []byte(prefix)
	for range n {
		text = append(text, alphabet[r.IntN(len(alphabet))])
	}
	return string(text)
}

func hexadecimal(seed uint64, n int) string {
	r := random(seed)
	text := ""
	for range n {
		text += fmt.Sprintf("%x", r.IntN(16))
	}
	return text
}

// The rules of the fixture. Their ids are none of patlint's, so that a golden
// file holding an allow comment is no comment for patlint itself.
func tokenRule() *rules.Rule {
	return &rules.Rule{
		ID: "sample-token", Title: "Sample Access Token", Severity: rules.Critical,
		Text: "Whoever holds it acts as its owner.\n\nThe rule looks for {braces} and [brackets].",
		Remedy: "Revoke the token: https://example.com/tokens\n" +
			"  Removing it from the file is not enough.\nCreate a new one.\n",
	}
}

func bearerRule() *rules.Rule {
	return &rules.Rule{
		ID: "sample-bearer", Title: "Hard-coded bearer", Severity: rules.Medium,
		Text: "A header with its value.", Remedy: "Rotate the credential.",
	}
}

func weakRule() *rules.Rule {
	return &rules.Rule{ID: "sample-weak", Title: "Weak sign", Severity: rules.Low, Text: "A sign.", Remedy: "Look at it."}
}

func sampleRules() []*rules.Rule { return []*rules.Rule{tokenRule(), bearerRule(), weakRule()} }

func yes() *bool { b := true; return &b }
func no() *bool  { b := false; return &b }

func commit(seed uint64, author string) *scanner.Commit {
	zone := time.FixedZone("", 5*3600+30*60)
	return &scanner.Commit{
		ID: hexadecimal(seed, 40), Author: author, Email: "someone@example.com",
		Date: time.Date(2026, 1, int(seed%28)+1, 3, 4, 5, 678, zone),
	}
}

func finding(seed uint64, rule *rules.Rule, locations ...scanner.Location) scanner.Finding {
	return scanner.Finding{
		Rule: rule, Severity: rule.Severity, Confidence: rules.HighConfidence, Status: scanner.Unverified, Locations: locations,
		Secret: rules.NewSecret(token(seed, "pt"+"-", 61)), Fingerprint: hexadecimal(100+seed, 32),
	}
}

func at(kind scanner.Kind, path string, line, column int) scanner.Location {
	return scanner.Location{
		Kind: kind, Path: path, Line: line, Column: column, EndLine: line, EndColumn: column + 64,
		Excerpt: scanner.Excerpt{Before: "export SAMPLE='", After: "' # why"},
	}
}

// everywhere has a place of each kind.
func everywhere() []scanner.Location {
	current := at(scanner.Worktree, "config/dev.env", 12, 11)
	current.Excerpt = scanner.Excerpt{Before: "\tQODER=", After: "; 令牌\x1b[2J"}
	current.Commit, current.InHead = commit(1, "Ann"), yes()
	current.Hosts = []string{"api.corp.example", "localhost:8080"}
	again := at(scanner.Worktree, "config/dev.env", 40, 1)
	again.Commit, again.InHead = current.Commit, yes()
	old := at(scanner.History, "old/path 1.env", 3, 1)
	old.Commit, old.InHead, old.Object = commit(2, "Bob"), no(), hexadecimal(50, 40)
	stash := at(scanner.History, "stashed.env", 7, 1)
	stash.Commit, stash.InHead, stash.Ref = commit(3, ""), no(), "refs/stash"
	staged := at(scanner.Index, "staged.env", 1, 5)
	name := scanner.Location{Kind: scanner.FileName, Path: "backup/pt-….txt", Commit: commit(4, "Cid"), InHead: no()}
	message := at(scanner.CommitMessage, "", 3, 10)
	message.Commit = commit(5, "Dora")
	tag := at(scanner.TagMessage, "", 1, 8)
	tag.Ref, tag.Commit = "refs/tags/v1.0", commit(6, "Eve")
	note := at(scanner.Note, "ab/"+hexadecimal(7, 38), 1, 1)
	note.Ref = "refs/notes/review"
	ref := scanner.Location{Kind: scanner.RefName, Ref: "refs/heads/fix-it"}
	return []scanner.Location{
		current, again, old, stash, staged, name, message, tag, note, ref,
		at(scanner.GitConfig, ".git/config", 9, 20), at(scanner.Stdin, "", 2, 2),
	}
}

// many has more places than a text shows.
func many() []scanner.Location {
	var all []scanner.Location
	for i := range 47 {
		l := at(scanner.History, fmt.Sprintf("deploy/%02d.yaml", i), i+1, 1)
		l.Commit, l.InHead = commit(uint64(i), "Ann"), no()
		all = append(all, l)
	}
	return all
}

func hostilePlaces() []scanner.Location {
	file := at(scanner.Worktree, hostile, 1, 5)
	file.Excerpt = scanner.Excerpt{Before: hostile + "\t令", After: hostile}
	file.Commit, file.InHead = commit(8, hostile), yes()
	file.Commit.Email = hostile
	file.Commit.Date = time.Unix(1<<50, 0)
	old := at(scanner.History, hostile, 1, 5)
	old.Commit, old.Ref = file.Commit, "refs/heads/"+hostile
	note := at(scanner.Note, hostile, 1, 1)
	note.Ref = hostile
	return []scanner.Location{file, old, note, {Kind: scanner.RefName, Ref: hostile}}
}

// rich is a result with something of everything.
func rich() *scanner.Result {
	live := finding(4, weakRule(), at(scanner.Worktree, "a.txt", 1, 1))
	live.Status, live.Confidence = "live", rules.LowConfidence
	allowed := finding(5, tokenRule(), at(scanner.Worktree, "testdata/x", 5, 5))
	based := finding(6, bearerRule(), many()[:2]...)
	return &scanner.Result{
		Findings: []scanner.Finding{
			finding(1, tokenRule(), everywhere()...),
			finding(2, tokenRule(), hostilePlaces()...),
			finding(3, bearerRule(), many()...),
			live,
		},
		Suppressed: []scanner.Suppressed{
			{Finding: allowed, By: "inline", Justification: "made up" + hostile},
			{Finding: based, By: "baseline"},
			{Finding: based, By: "config", Justification: "revoked in May"},
		},
		Skipped: skips(),
		Failed:  []string{"history: " + hostile}, Interrupted: true,
		Stats: scanner.Stats{Files: 120, Objects: 345, Bytes: 67_890, Commits: 12},
	}
}

func skips() []scanner.Skip {
	all := []scanner.Skip{
		{Reason: "shallow clone: the history before 3 commits is not here"},
		{Path: "libs/sub", Reason: "a submodule", Deliberate: true},
		{Path: "x" + hostile, Reason: "permission denied" + hostile},
	}
	for i := range 13 {
		all = append(all, scanner.Skip{Object: hexadecimal(uint64(i), 40), Reason: "missing from the repository"})
	}
	return append(all, scanner.Skip{Path: "big.bin", Object: hexadecimal(60, 40), Reason: "larger than 1 MiB"})
}

func sampleInfo() Info {
	return Info{
		Version: "v1.2.3", Path: ".", Head: hexadecimal(99, 40), Modes: []string{"worktree", "history"},
		Start: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC),
	}
}
