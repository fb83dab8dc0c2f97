package odb

import (
	"errors"
	"hash/crc32"
)

// header is what a pack has in front of an entry's zlib stream.
type header struct {
	typ    Type
	size   int64 // of what is in the stream: the object or the delta
	stream int64 // where it begins in the pack
	base   int64 // of an offset delta: where its base begins
	baseID []byte
}

var (
	errHeader  = errors.New("header of the entry is damaged")
	errNoBase  = errors.New("no object begins where its base should")
	errLooping = errors.New("its chain of deltas loops")

	errEntryChecksum = errors.New("checksum in the index does not match")
)

// header reads the header of an entry.
func (p *pack) header(entry int32) (header, error) { return p.headerAt(p.offs[entry]) }

// headerAt reads the header of the entry at an offset inside the pack.
func (p *pack) headerAt(at int64) (header, error) {
	data := p.data[at:p.end()]
	b := data[0]
	h := header{typ: Type(b >> 4 & 7), size: int64(b & 15)}
	used := 1
	for shift := 4; b&0x80 != 0; shift += 7 {
		if shift > 53 || used == len(data) {
			return h, errHeader
		}
		b = data[used]
		h.size |= int64(b&0x7f) << shift
		used++
	}
	switch h.typ {
	case Commit, Tree, Blob, Tag:
	case ofsDelta:
		back, n := baseDistance(data[used:])
		if n == 0 || back <= 0 || back >= at {
			return h, errHeader
		}
		h.base = at - back
		used += n
	case refDelta:
		if len(data)-used < p.index.hash {
			return h, errHeader
		}
		h.baseID = data[used : used+p.index.hash]
		used += p.index.hash
	default:
		return h, errHeader
	}
	h.stream = at + int64(used)
	return h, nil
}

// verify compares an entry, whose stream takes so many bytes, with the checksum
// that the index has of it. A zlib stream's own checksum says nothing of what
// stands before it: which type the object has, and which base.
func (p *pack) verify(entry int32, h header, used int) error {
	want, ok := p.index.crc(int(p.ranks[entry]))
	if ok && crc32.ChecksumIEEE(p.data[p.offs[entry]:h.stream+int64(used)]) != want {
		return errEntryChecksum
	}
	return nil
}

// baseDistance reads how far an offset delta's base is before it, and how many
// bytes say so; 0 if they are damaged.
func baseDistance(data []byte) (back int64, n int) {
	for n < len(data) && n < 9 {
		b := data[n]
		back = back<<7 | int64(b&0x7f)
		n++
		if b&0x80 == 0 {
			return back, n
		}
		back++
	}
	return 0, 0
}

// base returns the base of an entry as bases has it.
func (p *pack) base(entry int32) int32 {
	h, err := p.header(entry)
	if err != nil {
		return broken
	}
	switch h.typ {
	case ofsDelta:
		if base, ok := p.at(h.base); ok {
			return base
		}
		return broken
	case refDelta:
		if base, ok := p.find(h.baseID); ok {
			return base
		}
		return external
	}
	return none
}

// whyBroken returns the reason of an entry that is no part of a family.
func (p *pack) whyBroken(entry int32) error {
	if p.bases[entry] == looping {
		return errLooping
	}
	if _, err := p.header(entry); err != nil {
		return err
	}
	return errNoBase
}

// cutLoops makes one entry of each loop the root of a damaged family. Only a
// delta whose base stands behind it can close one, and git writes few of these.
func (p *pack) cutLoops() {
	for i, base := range p.bases {
		if base < int32(i) {
			continue
		}
		p.sever()
		return
	}
}

// sever walks up from every entry and cuts each loop where it is entered.
func (p *pack) sever() {
	const unknown, current, sound = 0, 1, 2
	state := make([]uint8, len(p.bases))
	for i := range p.bases {
		e := int32(i)
		for e >= 0 && state[e] == unknown {
			state[e] = current
			e = p.bases[e]
		}
		loop := e >= 0 && state[e] == current
		for s := int32(i); s >= 0 && state[s] == current; s = p.bases[s] {
			state[s] = sound
		}
		if loop {
			p.bases[e] = looping
		}
	}
}

// linkChildren lists the deltas of each base. The one with the largest family
// of its own comes last: its base is given back before it is walked, so that
// a walk never has more bases at hand than the logarithm of their number.
func (p *pack) linkChildren() {
	n := len(p.bases)
	p.first, p.next = make([]int32, n), make([]int32, n)
	for i := range n {
		p.first[i], p.next[i] = none, none
	}
	heaviest := p.heaviestChildren()
	for base, child := range heaviest {
		if child >= 0 {
			p.first[base] = child
		}
	}
	for i := n - 1; i >= 0; i-- {
		base := p.bases[i]
		if base >= 0 && heaviest[base] != int32(i) {
			p.next[i] = p.first[base]
			p.first[base] = int32(i)
		}
	}
}

// heaviestChildren returns, for each entry, its delta with the largest family.
func (p *pack) heaviestChildren() []int32 {
	n := len(p.bases)
	pending, weight := make([]int32, n), make([]int32, n) // deltas not counted yet; entries of the family
	for _, base := range p.bases {
		if base >= 0 {
			pending[base]++
		}
	}
	heaviest := make([]int32, n)
	for i := range heaviest {
		heaviest[i] = none
	}
	for i := n - 1; i >= 0; i-- {
		// A base mostly stands before its deltas, so that one leaf leads far up.
		for e := int32(i); e >= 0 && pending[e] == 0; {
			pending[e] = -1
			weight[e]++
			base := p.bases[e]
			if base < 0 {
				break
			}
			weight[base] += weight[e]
			if h := heaviest[base]; h < 0 || weight[e] > weight[h] {
				heaviest[base] = e
			}
			pending[base]--
			e = base
		}
	}
	return heaviest
}
