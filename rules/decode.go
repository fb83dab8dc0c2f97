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

// sortClues puts the clues of a kind in order. None is far from its place, so
// this takes linear time.
func sortClues(cs []clue) {
	for i := range cs {
		for k := i; k > 0 && compareClues(&cs[k], &cs[k-1]) < 0; k-- {
			cs[k], cs[k-1] = cs[k-1], cs[k]
		}
	}
}

func compareClues(a, b *clue) int {
	if a.at != b.at {
		return cmp.Compare(a.at, b.at)
	}
	return cmp.Or(cmp.Compare(a.phase, b.phase), cmp.Compare(a.size, b.size))
}

// findDecoded returns found with what the rules find in the decoded text around
// the clues. step says how often data itself was decoded.
func (s *Set) findDecoded(data []byte, found []Match, step int, b *bench) []Match {
	slices.SortStableFunc(found, byNeedle)
	plain := len(found)
	for kind := range b.clues {
		clues := b.clues[kind]
		b.clues[kind] = clues[:0]
		if len(clues) == 0 {
			continue
		}
		sortClues(clues)
		var recent []*view // the last few
		along := chain{start: -1, last: -1}
		for i := range clues {
			c := &clues[i]
			reach := c.reach(step)
			if slices.ContainsFunc(recent, func(v *view) bool { return v.covers(c, reach) }) {
				continue
			}
			along.follow(clues[i:], reach)
			v := b.view()
			v.decode(data, c, reach, along.last+reach)
			if len(recent) == 4 { // as many as base64 has phases
				b.free(recent[0])
				recent = append(recent[:0], recent[1:]...)
			}
			recent = append(recent, v)
			found = append(found, s.findInView(v, c.kind, step, b, found[:plain])...)
		}
		b.free(recent...)
	}
	return found
}

// chain is a part of a source with one clue of a kind after the other.
type chain struct{ start, last int }

// follow makes the chain the one that begins with the first of clues, unless that
// is in it.
func (ch *chain) follow(clues []clue, reach int) {
	first := clues[0].at
	if first >= ch.start && first <= ch.last {
		return
	}
	*ch = chain{first, first}
	for _, c := range clues[1:] {
		if c.at-ch.last > reach || c.at-ch.start > chainLength {
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
		return v.run.char(c.at)&3 == int(c.phase)
	case inHex:
		return v.run.char(c.at)&1 == 0
	case inUTF16LE, inUTF16BE:
		return (c.at-v.lo)%2 == 0
	}
	return true
}

// isNewClue tells whether a clue in the view is there by the decoding alone: the
// others were followed before it. In text that was not decoded all are new.
func (v *view) isNewClue(c *clue) bool {
	return v == nil || v.isNew(c.at, min(len(v.text), c.at+int(c.size)))
}

// decode makes the view the one that a clue promises; it is empty if the clue was
// wrong.
func (v *view) decode(data []byte, c *clue, reach, end int) {
	from, to := max(0, c.at-reach), min(len(data), end)
	if c.kind <= inHex {
		to = min(len(data), end+signAhead) // clues may be left out, see [thinning]
	}
	switch c.kind {
	case inBase64:
		v.decodeRun(data, c, from, to, &base64Values, 6, 4)
	case inHex:
		v.decodeRun(data, c, from, to, &hexValues, 4, 2)
	case inUTF16LE, inUTF16BE:
		v.decodeUTF16(data, c, from, to)
	case inPieces:
		v.decodePieces(data, from, to)
	case inHexBytes, inDecimal:
		v.decodeBytes(data, c.kind, c.at, from, to)
	default:
		v.decodeText(data, c.kind, c.at, from, to)
	}
}

// findInView returns what is found in the view by its decoding; plain is what is
// found without, in the order of the needles.
func (s *Set) findInView(v *view, kind encoding, step int, b *bench, plain []Match) []Match {
	var kept []Match
	for _, m := range flattened(s.find(v.text, v, step+1, b.below(), new(bool))) {
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
		beside := around(plain, m)
		doubtful := m.weak && isDoubtful(m, kind, joined, beside) || (m.weak || kind == inQuoted) && isOther(m, beside)
		if m.Start < m.End && !doubtful {
			kept = append(kept, m)
		}
	}
	return kept
}

// isDoubtful tells whether a weak match says less than one of plain that it shares
// bytes with.
func isDoubtful(m Match, kind encoding, joined []byte, plain []Match) bool {
	shares := slices.ContainsFunc(plain, func(o Match) bool { return overlap(m, o) })
	return shares && (kind != inPieces || !prolongs(m, joined, plain))
}

// isOther tells whether a match is another reading of a needle of which its rule
// made something else in plain: "=20" may begin a value.
func isOther(m Match, plain []Match) bool {
	return slices.ContainsFunc(plain, func(o Match) bool { return o.needle == m.needle && o.rank == m.rank && !overlap(m, o) })
}

func overlap(a, b Match) bool { return a.Start < b.End && b.Start < a.End }

func byNeedle(a, b Match) int { return cmp.Compare(a.needle, b.needle) }

// around returns those of found, which are in the order of their needles, that
// may share bytes with m.
func around(found []Match, m Match) []Match {
	const near = 2 * Reach // no needle is as long as the second
	first, _ := slices.BinarySearchFunc(found, Match{needle: m.Start - near}, byNeedle)
	found = found[first:]
	last, _ := slices.BinarySearchFunc(found, Match{needle: m.End + near}, byNeedle)
	return found[:last]
}
