package odb

import "math/bits"

// pages tell where keys stand among many that ascend and are spread evenly, as
// the beginnings of ids are: about one key to a page, so that it is found with
// one look, where halving would take twenty, each to other memory.
type pages struct {
	starts []uint32 // the first key of each page, then the end
	shift  uint
}

// newPages returns the pages of n keys. Keys that do not ascend are not found,
// and do no other harm.
func newPages(n int, at func(int) uint64) pages {
	p := pages{shift: uint(64 - bits.Len(uint(n)))}
	p.starts = make([]uint32, 1<<(64-p.shift)+1)
	next := 0 // the page whose start is to come
	for i := range n {
		for page := int(at(i) >> p.shift); next <= page; next++ {
			p.starts[next] = uint32(i)
		}
	}
	for ; next < len(p.starts); next++ {
		p.starts[next] = uint32(n)
	}
	return p
}

// around returns where a key stands, if it is among them: from low up to high.
func (p *pages) around(key uint64) (low, high int) {
	page := key >> p.shift
	return int(p.starts[page]), int(p.starts[page+1])
}
