package rules

import (
	"bytes"
	"strings"
)

// needle is a literal that is looked for by its rarest byte.
type needle struct {
	text   []byte
	rule   int   // index into Set.rules
	sign   *form // instead of a rule: it is a sign of encoded text
	mark   bool  // instead of a rule: it is [InlineComment]
	anchor int   // the position of the rarest byte in text
}

// common lists the bytes of source code and prose, the most frequent first; what
// is not in it is rarer.
const common = " etaoinsrlcdupm0fhgb1,.\t_xy\n()w2\"v=;k/:-{}"

func newNeedle(text string, rule int) needle {
	n := needle{text: []byte(text), rule: rule}
	for i, c := range n.text {
		if rarity(c) > rarity(n.text[n.anchor]) {
			n.anchor = i
		}
	}
	return n
}

func rarity(c byte) int {
	if i := strings.IndexByte(common, c); i >= 0 {
		return i
	}
	return len(common)
}

// isAt tells whether the needle stands at data[at:].
func (n *needle) isAt(data []byte, at int) bool { return bytes.HasPrefix(data[at:], n.text) }

// patience is how many bytes a stop at a false anchor has to be worth, on
// average, for the search to go on with anchors.
const patience = 16

// next returns where the needle stands in data[from:], as an index into data,
// or -1. It goes from anchor to anchor, which the machine finds at the speed of
// memory; where they are too frequent for that it looks for the whole.
func (n *needle) next(data []byte, from int) int {
	anchor := n.text[n.anchor]
	for at, stops := from+n.anchor, 0; at < len(data); at++ {
		i := bytes.IndexByte(data[at:], anchor)
		if i < 0 {
			return -1
		}
		at += i
		if start := at - n.anchor; bytes.HasPrefix(data[start:], n.text) {
			return start
		}
		if stops++; stops*patience > at-from+8*patience {
			rest := at - n.anchor + 1
			if i = bytes.Index(data[rest:], n.text); i < 0 {
				return -1
			}
			return rest + i
		}
	}
	return -1
}

// eachOf calls yield for the needles in data, until it returns false.
func eachOf(needles []needle, data []byte, yield func(n *needle, at int) bool) {
	for i := range needles {
		n := &needles[i]
		for at := n.next(data, 0); at >= 0; at = n.next(data, at+1) {
			if !yield(n, at) {
				return
			}
		}
	}
}
