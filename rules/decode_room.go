package rules

// bench is room for the search of one text and of what it is decoded to, used
// again for the next.
type bench struct {
	clues [len(encodingNames)][]clue // those of a kind come nearly in order
	views []*view                    // that are not in use
	next  *bench                     // for the decoded text
}

func (b *bench) add(c *clue) { b.clues[c.kind] = append(b.clues[c.kind], *c) }

// gatherer tells which needles and signs in a text are clues.
type gatherer struct {
	text []byte
	view *view // how the text was made; nil if it was not decoded
	thin thinning

	clue clue // the last
	any  bool // there is one
}

// take tells whether the needle or sign at text[at:] is a clue.
func (g *gatherer) take(n *needle, at int) bool {
	solid, ok := 0, false
	if f := n.sign; f == nil {
		g.clue, ok = clueAt(g.text, at, n)
	} else if !g.thin.has(f, at) {
		g.clue = clue{at, uint16(len(f.text)), f.kind, f.phase}
		solid, ok = f.solid(g.text, at)
	}
	if !ok || !g.view.isNewClue(&g.clue) {
		return false
	}
	if n.sign != nil {
		g.thin.note(n.sign, at, solid)
	}
	g.any = true
	return true
}

// view returns room for a view.
func (b *bench) view() *view {
	if n := len(b.views); n > 0 {
		v := b.views[n-1]
		b.views = b.views[:n-1]
		return v
	}
	return &view{}
}

// free takes back what is not in use any more.
func (b *bench) free(views ...*view) {
	for _, v := range views {
		v.source, v.run.data = nil, nil
	}
	b.views = append(b.views, views...)
}

// below returns the bench for decoded text.
func (b *bench) below() *bench {
	if b.next == nil {
		b.next = &bench{}
	}
	return b.next
}
