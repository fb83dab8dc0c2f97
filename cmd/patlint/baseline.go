package main

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// A baseline is a text file: "FINGERPRINT RULE PLACE" a line, sorted, and
// comments behind "#". The place is for people; what counts is the fingerprint.
const baselineHeader = `# Findings that patlint knows and does not report (patlint scan --baseline FILE).
# A line names a secret by its fingerprint; sort and merge lines as you like.
`

const maxBaseline = 64 << 20 // bytes

// readBaseline reads the suppressions of a baseline file.
func readBaseline(path string) ([]*scanner.Allow, error) {
	content, err := readSmall(path, maxBaseline)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return parseBaseline(content, path)
}

// parseBaseline reads a baseline, which is called name in messages.
func parseBaseline(content []byte, name string) ([]*scanner.Allow, error) {
	var allows []*scanner.Allow
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, maxConfig)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		if !fingerprintPattern.MatchString(fields[0]) {
			return nil, fmt.Errorf("%s:%d: want a fingerprint of 32 hexadecimal digits", name, n)
		}
		allows = append(allows, &scanner.Allow{By: "baseline", Origin: fmt.Sprintf("%s:%d", name, n), Fingerprint: fields[0]})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return allows, nil
}

// writeBaseline writes what was found, and what the old baseline still covers.
func writeBaseline(path string, r *scanner.Result) error {
	var lines []string
	add := func(f *scanner.Finding) {
		l := f.Locations[0]
		place := strings.Join(strings.Fields(safe(l.Path)), "_") // one field, so that lines stay simple
		if place == "" {
			place = string(l.Kind)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s\n", f.Fingerprint, f.Rule.ID, strings.ReplaceAll(place, "#", "_")))
	}
	for i := range r.Findings {
		add(&r.Findings[i])
	}
	for i := range r.Suppressed {
		if r.Suppressed[i].By == "baseline" {
			add(&r.Suppressed[i].Finding)
		}
	}
	slices.Sort(lines)
	lines = slices.CompactFunc(lines, func(a, b string) bool { return a[:32] == b[:32] })
	return writeFile(path, []byte(baselineHeader+strings.Join(lines, "")), 0o644)
}
