package scanner

// heritage tells which comments of a content were written for another secret than
// the one that they cover. It looks at a content once, however many secrets it
// holds: whoever wrote the repository decides how many.
type heritage struct {
	sightings map[contentKey]map[int][]sighting
	counts    map[contentKey]map[words]int     // of sightings that comments cover
	lost      map[[2]contentKey]map[words]bool // see losses
}

// words are what an inline comment says.
type words struct{ rule, reason, fingerprint string }

func (d *directive) words() words { return words{d.rule, d.reason, d.fingerprint} }

// inherited returns the comment that covers a secret in the content of a place
// but was written for another: the content before had as many comments with the
// same words, and one of them covered a secret that is gone.
func (h *heritage) inherited(source int, place Place, now map[int][]sighting) *directive {
	var comment *directive
	for _, s := range now[place.Secret] {
		if d := s.allowedBy(); d != nil && d.fingerprint == "" {
			comment = d
		}
	}
	if comment == nil {
		return nil
	}
	same := comment.words()
	content := contentKey{source, place.Key}
	for _, key := range place.Before {
		before := contentKey{source, key}
		if h.losses(before, content)[same] && h.covered(before)[same] >= h.covered(content)[same] {
			return comment
		}
	}
	return nil
}

// covered counts the sightings in a content that comments cover, by their words.
func (h *heritage) covered(content contentKey) map[words]int {
	counts, ok := h.counts[content]
	if !ok {
		counts = map[words]int{}
		for _, sightings := range h.sightings[content] {
			for i := range sightings {
				if d := sightings[i].allowedBy(); d != nil {
					counts[d.words()]++
				}
			}
		}
		h.counts[content] = counts
	}
	return counts
}

// losses returns the words of the comments in a content that cover secrets which a
// later one does not hold.
func (h *heritage) losses(before, now contentKey) map[words]bool {
	pair := [2]contentKey{before, now}
	lost, ok := h.lost[pair]
	if !ok {
		lost = map[words]bool{}
		for number, sightings := range h.sightings[before] {
			for i := range sightings {
				if d := sightings[i].allowedBy(); d != nil && h.sightings[now][number] == nil {
					lost[d.words()] = true
				}
			}
		}
		h.lost[pair] = lost
	}
	return lost
}
