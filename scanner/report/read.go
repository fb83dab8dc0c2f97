package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// Known is what a JSON report says of a scan, as far as somebody else can go on
// with it.
type Known struct {
	Path     string   // of the target, as the user wrote it
	Modes    []string // what was scanned
	Range    string
	Findings []scanner.Finding
}

// Missing counts the findings whose secret the report masks.
func (k *Known) Missing() (n int) {
	for i := range k.Findings {
		if k.Findings[i].Secret == (rules.Secret{}) {
			n++
		}
	}
	return n
}

// Read reads a report in JSON that [Write] wrote. A finding has a secret only if
// the report shows it, and its fingerprint proves that it is the one that was
// found. Its rule is known by id alone if it is none of active. The error holds
// nothing of the report.
func Read(content []byte, active []*rules.Rule) (*Known, error) {
	var d document
	decoder := json.NewDecoder(bytes.NewReader(content))
	if err := decoder.Decode(&d); err != nil {
		if at, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("it is no JSON from byte %d on", at.Offset)
		}
		return nil, errors.New("it is no report in JSON")
	}
	if d.Schema != schema || d.Tool.Name != toolName {
		return nil, fmt.Errorf("it is no report of %s, or one of another schema than %d", toolName, schema)
	}
	k := &Known{Path: d.Target.Path, Modes: d.Target.Modes, Range: d.Target.Range}
	for _, e := range d.Findings {
		f, err := e.finding(active)
		if err != nil {
			return nil, err
		}
		k.Findings = append(k.Findings, f)
	}
	return k, nil
}

// finding is the inverse of newFindingEntry.
func (e *findingEntry) finding(active []*rules.Rule) (f scanner.Finding, err error) {
	f = scanner.Finding{Rule: &rules.Rule{ID: e.RuleID, Title: e.RuleID}, Fingerprint: e.Fingerprint, Status: scanner.Status(e.Status)}
	for _, r := range active {
		if r.ID == e.RuleID {
			f.Rule = r
		}
	}
	if f.Severity, err = rules.ParseSeverity(e.Severity); err != nil {
		return f, err
	}
	if f.Confidence, err = rules.ParseConfidence(e.Confidence); err != nil {
		return f, err
	}
	if s := rules.NewSecret(e.Secret); s.Fingerprint(e.RuleID) == e.Fingerprint {
		f.Secret = s
	}
	for _, a := range e.Allowed {
		f.Refused = append(f.Refused, scanner.Allowance{By: a.Reason, Justification: a.Justification})
	}
	for _, l := range e.Locations {
		f.Locations = append(f.Locations, l.location())
	}
	if len(f.Locations) == 0 {
		return f, errors.New("a finding in it has no place")
	}
	return f, nil
}

// location is the inverse of newLocationEntry.
func (e *locationEntry) location() scanner.Location {
	l := scanner.Location{
		Kind: scanner.Kind(e.Source), Path: e.Path, Ref: e.Ref, Object: e.Object, Reach: scanner.Reach(e.Reach), InHead: e.InHead, Commits: e.Commits,
		Line: e.Line, Column: e.Column, EndLine: e.EndLine, EndColumn: e.EndColumn, Decoded: e.Decoded,
	}
	for _, host := range e.Hosts {
		if scanner.IsHost(host) {
			l.Hosts = append(l.Hosts, host)
		}
	}
	if e.Commit != "" {
		l.Commit = &scanner.Commit{ID: e.Commit, Author: e.Author, Email: e.Email, Date: e.Date}
	}
	return l
}
