package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// newSARIFResults returns the results of one finding: one for each file, or
// whatever else it stands in.
//
// GitHub makes an alert of each result, shows it at the first location, and
// tells alerts apart by primaryLocationLineHash. One result for a finding would
// hide all of its files but one; one for each location would open an alert for
// every commit in which a line moved. A file is what people mend as a whole,
// and its places in it are locations of its one result: a location more is for
// what "can only be corrected by making a change at every specified location"
// (SARIF 2.1.0, section 3.27.12).
func newSARIFResults(f *scanner.Finding, table *ruleTable) []sarifResult {
	var results []sarifResult
	for _, c := range containers(f) {
		results = append(results, newSARIFResult(f, c.path, c.places, table))
	}
	return results
}

// contained are the places of a finding in one file, or whatever else it
// stands in, in the order of the finding.
type contained struct {
	path   string // as [repositoryPath] has it
	places []*scanner.Location
}

// containers returns the places of a finding by what they stand in, in the
// order of the first of each.
func containers(f *scanner.Finding) []contained {
	var all []contained
	index := map[string]int{} // into all
	for i := range f.Locations {
		l := &f.Locations[i]
		path := repositoryPath(l)
		at, known := index[path]
		if !known {
			at = len(all)
			index[path] = at
			all = append(all, contained{path: path})
		}
		all[at].places = append(all[at].places, l)
	}
	return all
}

func newSARIFResult(f *scanner.Finding, uri string, locations []*scanner.Location, table *ruleTable) sarifResult {
	first := locations[0]
	result := sarifResult{
		RuleID: f.Rule.ID, RuleIndex: table.add(f.Rule), Level: sarifLevel(f.Severity),
		Message:      sarifText(resultMessage(f, first)),
		Fingerprints: sarifFingerprints{f.Fingerprint, lineHash(f, uri)},
		Properties: sarifResultProperties{
			Confidence: f.Confidence.String(), Source: string(first.Kind), Status: string(f.Status),
		},
	}
	if first.Commit != nil {
		result.Properties.Commit = first.Commit.ID
	}
	for _, l := range locations[:min(len(locations), sarifMaxPlaces)] {
		location := newSARIFLocation(uri, l)
		known := slices.ContainsFunc(result.Locations, func(k sarifLocation) bool {
			return *k.Physical.Region == *location.Physical.Region
		})
		if !known { // many commits may have brought a line to the same place
			result.Locations = append(result.Locations, location)
		}
	}
	return result
}

func suppressedResults(s *scanner.Suppressed, table *ruleTable) []sarifResult {
	kind := "external"
	if s.By == "inline" {
		kind = "inSource"
	}
	results := newSARIFResults(&s.Finding, table)
	for i := range results {
		results[i].Suppressions = []sarifSuppression{{kind, Visible(s.Justification)}}
	}
	return results
}

// resultMessage says what was found, and by which commit it came where it is
// not in a file any more. It holds nothing that others wrote, for GitHub
// renders the links in it; the first sentence is an alert's title.
func resultMessage(f *scanner.Finding, l *scanner.Location) string {
	text := f.Message()
	if !isCurrent(l) || l.Kind == scanner.FileName {
		text += " in " + kindName(l.Kind)
	}
	if l.Commit != nil && l.Commit.ID != "" {
		text += " (commit " + short(l.Commit.ID)
		if date := day(l.Commit.Date); date != "" {
			text += " of " + date
		}
		text += ")"
	}
	if how := decoding(l); how != "" {
		text += ", " + how
	}
	text += "."
	if l.InHead != nil && !*l.InHead {
		text += " It is not in the checked-out commit, but in the history."
	}
	if all := steps(f.Rule); len(all) > 0 {
		text += " " + sentence(strings.Join(all[0], " "))
	}
	return text
}

// kindName names a kind of place that is no file of today.
func kindName(k scanner.Kind) string {
	switch k {
	case scanner.History:
		return "the history"
	case scanner.CommitMessage:
		return "a commit message"
	case scanner.TagMessage:
		return "a tag's message"
	case scanner.Note:
		return "a note"
	case scanner.RefName:
		return "the name of a ref"
	case scanner.FileName:
		return "the name of a file"
	case scanner.GitConfig:
		return "the configuration of git"
	case scanner.Stdin:
		return "standard input"
	}
	return string(k)
}

// lineHash is what GitHub tells alerts apart by, in the form of its own action,
// "<16 hexadecimal digits>:<number>". Its action hashes the lines below an
// alert, and has nothing to hash for a file that is not in the checkout; ours
// depends on the rule, the secret and the file, so an edit above a secret does
// not open a new alert, and the history has its alerts too.
func lineHash(f *scanner.Finding, uri string) string {
	sum := sha256.Sum256([]byte(f.Fingerprint + "\x00" + uri))
	return hex.EncodeToString(sum[:8]) + ":1"
}

func newSARIFLocation(uri string, l *scanner.Location) sarifLocation {
	// GitHub wants all four; what has no lines is marked at its beginning.
	region := sarifRegion{1, 1, 1, 1}
	if l.Line > 0 {
		region = sarifRegion{l.Line, l.Column, l.EndLine, l.EndColumn}
	}
	location := sarifLocation{Physical: sarifPhysical{artifact(uri), &region}}
	if l.Kind != scanner.Worktree && l.Kind != scanner.Index && l.Kind != scanner.History {
		location.Logical = []sarifLogical{{container(l), string(l.Kind)}}
	}
	return location
}

// repositoryPath returns the path of a location's file. GitHub takes no result
// without one, so what is no file gets the path that git keeps it at; nobody
// can commit a file below ".git".
func repositoryPath(l *scanner.Location) string {
	switch {
	case l.Kind == scanner.CommitMessage && l.Commit != nil && l.Commit.ID != "":
		return objectPath(l.Commit.ID)
	case l.Kind == scanner.CommitMessage && l.Path == "":
		return ".git/COMMIT_EDITMSG"
	case l.Kind == scanner.Note && l.Ref != "" && l.Path != "":
		return path.Join(".git", l.Ref, strings.ReplaceAll(l.Path, "/", ""))
	case l.Kind == scanner.Stdin && l.Path == "":
		return "stdin"
	case l.Path != "":
		return l.Path
	case l.Object != "":
		return objectPath(l.Object)
	case l.Ref != "":
		return path.Join(".git", l.Ref)
	}
	return ".git/" + string(l.Kind)
}

// objectPath returns where git keeps an object that is in no pack.
func objectPath(id string) string {
	if len(id) < 3 {
		return ".git/objects/" + id
	}
	return fmt.Sprintf(".git/objects/%s/%s", id[:2], id[2:])
}

// artifact returns the location of a slash-separated path: percent-encoded
// byte by byte, so that it is exact even where it is no UTF-8, and relative to
// the root of the repository unless it is absolute.
func artifact(file string) sarifArtifact {
	segments := strings.Split(file, "/")
	for i, s := range segments {
		// A colon in the first segment would end a scheme (RFC 3986, section 4.2).
		segments[i] = strings.ReplaceAll(url.PathEscape(s), ":", "%3A")
	}
	uri := strings.Join(segments, "/")
	if strings.HasPrefix(file, "/") {
		return sarifArtifact{URI: "file://" + uri}
	}
	return sarifArtifact{uri, sarifRootID}
}
