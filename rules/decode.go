package rules

import (
	"cmp"
	"slices"
)

// encoding is a way to write text in other characters.
type encoding uint8

const (
	inBase64 encoding = iota
	inHex
	inUTF16LE
	inUTF16BE
	inPercent
	inEscapes
	inHTML
	inQuoted
	inPieces
	inHexBytes
	inDecimal
)

// encodingNames are the steps as [Match].Decoded names them.
var encodingNames = [...]string{
	inBase64: "base64", inHex: "hex", inUTF16LE: "utf-16le", inUTF16BE: "utf-16be", inPercent: "percent",
	inEscapes: "escape", inHTML: "html", inQuoted: "quoted-printable", inPieces: "joined",
	inHexBytes: "hex", inDecimal: "decimal",
}

// decodeSteps is how often text is decoded that was made by decoding.
const decodeSteps = 4

// How far around a sign is decoded, in bytes to either side of it.
const (
	runReach  = 12 << 10 // of text that is encoded as a whole; half of it in the next step
	textReach = 1 << 10  // of text in which single characters are
)

// chainLength is how much of a source with one sign after the other is decoded
// at once, in bytes.
const chainLength = 64 << 10

// DecodeReach is how far from a secret, in bytes, text may stand that decides
// whether it is found in decoded form.
const DecodeReach = 2*runReach + Reach

// clue is a place in text that may be encoded: that of a sign, or of a needle
// behind which the text goes on in an encoding.
type clue struct {
	at    int
	size  uint16 // bytes from at that show it
	kind  encoding
	phase uint8 // of the character at at, in the group that its encoding makes
}

// reach returns how far around the clue text is decoded, in the given step.
func (c *clue) reach(step int) int {
	if c.kind <= inUTF16BE {
		return runReach >> step
	}
	if c.kind >= inHexBytes {
		return bytesReach >> step
	}
	return textReach
}

// findDecoded returns found with what the rules find in the decoded text around
// clues. step says how often data itself was decoded.
func (s *Set) findDecoded(data []byte, clues []clue, found []Match, step int) []Match {
	slices.SortFunc(clues, func(a, b clue) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.at, b.at), cmp.Compare(a.phase, b.phase), cmp.Compare(a.size, b.size))
	})
	plain := len(found)
	var views []*view // the last few, of one kind
	along := chain{start: -1, last: -1}
	for i := range clues {
		c := &clues[i]
		if i > 0 && clues[i-1].kind != c.kind {
			views = views[:0]
		}
		reach := c.reach(step)
		if slices.ContainsFunc(views, func(v *view) bool { return v.covers(c, reach) }) {
			continue
		}
		along.follow(clues[i:], reach)
		v := decode(data, c, reach, along.last+reach)
		if len(views) == 4 { // as many as base64 has phases
			views = append(views[:0], views[1:]...)
		}
		views = append(views, v)
		found = append(found, s.findInView(v, c.kind, step, found[:plain])...)
	}
	return found
}

// chain is a part of a source with one clue of a kind after the other.
type chain struct {
	kind        encoding
	start, last int
}

// follow makes the chain the one that begins with the first of clues, unless that
// is in it.
func (ch *chain) follow(clues []clue, reach int) {
	first := clues[0]
	if first.kind == ch.kind && first.at >= ch.start && first.at <= ch.last {
		return
	}
	*ch = chain{first.kind, first.at, first.at}
	for _, c := range clues[1:] {
		if c.kind != ch.kind || c.at-ch.last > reach || c.at-ch.start > chainLength {
			return
		}
		ch.last = c.at
	}
}

// covers tells whether the text around a clue is decoded in the view.
func (v *view) covers(c *clue, reach int) bool {
	if c.at < v.lo || c.at >= v.hi || !v.closed && c.at+reach > v.hi {
		return false
	}
	switch c.kind {
	case inBase64:
		return v.phase(c.at) == c.phase
	case inHex:
		i, ok := slices.BinarySearch(v.starts, int32(c.at-v.base))
		return ok || i == len(v.starts)
	case inUTF16LE, inUTF16BE:
		return (c.at-v.lo)%2 == 0
	}
	return true
}

// phase returns the phase of source[at] in base64.
func (v *view) phase(at int) uint8 {
	i, _ := slices.BinarySearch(v.starts, int32(at-v.base)+1)
	i = max(0, i-1) / 3 * 3
	if i >= len(v.starts) {
		return 0
	}
	n := uint8(0)
	for _, c := range v.source[v.base+int(v.starts[i]) : at] {
		if base64Values[c] >= 0 {
			n++
		}
	}
	return n % 4
}

// decode returns the view that a clue promises; it is empty if the clue was wrong.
func decode(data []byte, c *clue, reach, end int) *view {
	from, to := max(0, c.at-reach), min(len(data), end)
	switch c.kind {
	case inBase64:
		return decodeRun(data, c, from, to, &base64Values, 6, 4)
	case inHex:
		return decodeRun(data, c, from, to, &hexValues, 4, 2)
	case inUTF16LE, inUTF16BE:
		return decodeUTF16(data, c, from, to)
	case inPieces:
		return decodePieces(data, from, to)
	case inHexBytes, inDecimal:
		return decodeBytes(data, c.kind, c.at, from, to)
	}
	return decodeText(data, c.kind, c.at, from, to)
}

// findInView returns what is found in the view by its decoding; plain is what is
// found without.
func (s *Set) findInView(v *view, kind encoding, step int, plain []Match) []Match {
	var kept []Match
	for _, m := range flattened(s.find(v.text, v, step+1)) {
		if !v.isNew(min(m.needle, m.Start), max(m.needle+1, m.End)) {
			continue
		}
		var joined []byte
		if m.Secret.value == nil {
			joined = v.text[m.Start:m.End]
			m.Secret = NewSecret(string(joined))
		}
		m.Start, m.End = v.place(m.Start, m.End)
		m.needle, _ = v.place(m.needle, m.needle+1)
		m.Decoded = append([]string{encodingNames[kind]}, m.Decoded...)
		m.weak = m.weak || v.isGuess(min(m.needle, m.Start), max(m.needle, m.End))
		doubtful := m.weak && overlapsAny(m, plain) && (kind != inPieces || !prolongs(m, joined, plain))
		if m.Start < m.End && !doubtful {
			kept = append(kept, m)
		}
	}
	return kept
}

func overlapsAny(m Match, others []Match) bool {
	return slices.ContainsFunc(others, func(o Match) bool { return m.Start < o.End && o.Start < m.End })
}
