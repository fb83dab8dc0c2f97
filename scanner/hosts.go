package scanner

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/patlint/patlint/rules"
)

const (
	hostReach = 1 << 10 // bytes to either side of a secret that are looked at
	hostsMax  = 8       // hosts that are kept of them
	hostTries = 16      // hosts that are looked at to either side: text may be made of them
	hostMax   = 253     // characters of a name (RFC 1035, section 2.3.4)
	labelMax  = 63
)

// hosts returns the hosts that text names near matches[i], as it is written, the
// nearest first: those of the command that the secret stands in, or if that names
// none, those around it. They hold no part of any match.
func hosts(text []byte, matches []rules.Match, i int, named *hostIndex) []string {
	m := matches[i]
	all := named.around(text, m.Start, m.End)
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b namedHost) int { return cmp.Compare(a.distance(m), b.distance(m)) })
	start, end := command(text, m.Start, m.End)
	isBeside := func(h namedHost) bool { return h.start < start || h.end > end }
	if inside := slices.DeleteFunc(slices.Clone(all), isBeside); len(inside) > 0 {
		all = inside
	}
	return pick(all, matches, i)
}

// pick returns the names of the first hosts that hold no part of any match, each
// once.
func pick(all []namedHost, matches []rules.Match, i int) []string {
	m := matches[i]
	first, last := i, i+1
	for first > 0 && lastEnd(matches[first-1]) > m.Start-hostReach {
		first--
	}
	for last < len(matches) && matches[last].Start < m.End+hostReach {
		last++
	}
	var names []string
	for _, h := range all {
		isSecret := slices.ContainsFunc(matches[first:last], func(o rules.Match) bool { return o.Start < h.end && h.start < lastEnd(o) })
		isKnown := slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, h.name) })
		if len(names) < hostsMax && !isSecret && !isKnown && !m.Secret.Overlaps(h.name) {
			names = append(names, h.name)
		}
	}
	return names
}

// namedHost is a host that text[start:end] names.
type namedHost struct {
	name       string
	start, end int
	sign       int // where what makes it a host begins, in front of it
}

func (h namedHost) distance(m rules.Match) int {
	if h.start >= m.End {
		return h.start - m.End
	}
	return m.Start - h.end
}

// command returns where the command or statement around text[start:end] begins and
// ends, as far as hosts are looked for: its line, and those that are joined to it
// by the sign of a shell at their ends.
func command(text []byte, start, end int) (int, int) {
	from, to := max(0, start-hostReach), min(len(text), end+hostReach)
	first, _ := lineBounds(text, start, hostReach)
	for first > from && isContinued(text[from:first-1]) {
		first = from + bytes.LastIndexByte(text[from:first-1], '\n') + 1
	}
	_, last := lineBounds(text, end, hostReach)
	for last < to && isContinued(text[start:last]) {
		next := bytes.IndexByte(text[last+1:to], '\n')
		if next < 0 {
			return first, to
		}
		last += 1 + next
	}
	return first, last
}

// isContinued tells whether a line goes on behind its end: in a shell, in
// PowerShell, and in the one of Windows.
func isContinued(line []byte) bool {
	line = bytes.TrimSuffix(line, []byte("\r"))
	return len(line) > 0 && strings.IndexByte("\\`^", line[len(line)-1]) >= 0
}

// cleanHosts returns the hosts as they are compared, without those that mask changes.
func cleanHosts(names []string, mask func(string) string) []string {
	var clean []string
	for _, name := range names {
		if mask(name) == name {
			clean = append(clean, strings.ToLower(name))
		}
	}
	return clean
}

// IsHost tells whether name is a host as in [Location.Hosts].
func IsHost(name string) bool {
	isHost, n := hostAt([]byte(name))
	return isHost && n == len(name) && name == strings.ToLower(name)
}
