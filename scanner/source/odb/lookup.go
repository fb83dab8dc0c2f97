package odb

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner/unpack/inflate"
)

// Lookup reads single objects of a storage that is not open. To open one takes
// time for each of its objects, in a large repository more than all the rest of
// a scan that needs only a few.
//
// It knows the straight way to an object that nothing is the matter with, and
// compares what it finds there with the id. For all else there is [Open]: for what
// is missing, damaged, moved or large, and for deltas whose base is in another
// pack. It is for one goroutine.
type Lookup struct {
	objects string
	opts    Options
	zip     inflate.Inflater
	left    int64 // bytes that it may still make

	listed bool
	loose  []*looseDir
	packs  []*lookedUp // the one that had the last object first
}

// lookedUp is a pack, mapped as far as it was needed.
type lookedUp struct {
	pack
	stem string
	bad  bool
}

const (
	// maxLookup is how many bytes a Lookup may make of deltas and streams. That
	// is more than the objects take which it is for, and too little to be slow.
	maxLookup = 512 << 20

	// maxChain is how long a chain of deltas it follows; git writes at most 4095.
	maxChain = 4096
)

// NewLookup returns a Lookup in the storage that [Open] would open.
func NewLookup(objects string, opts Options) *Lookup {
	if opts.HashSize == 0 {
		opts.HashSize = 20
	}
	return &Lookup{objects: objects, opts: opts, left: maxLookup}
}

// Read returns an object, compared with its id. If it is not ok, nothing is
// known about the object. The content is not to be changed.
func (l *Lookup) Read(id ID) (typ Type, content []byte, ok bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			ok = false // a file was cut short: opening the storage will tell
		}
	}()
	if len(id) != l.opts.HashSize || l.left < 0 {
		return 0, nil, false
	}
	l.list()
	if typ, content, ok = l.inPacks([]byte(id)); !ok {
		typ, content, ok = l.inLoose([]byte(id))
	}
	if ok {
		h := objectHash(l.opts.HashSize, typ, int64(len(content)))
		h.Write(content)
		ok = bytes.Equal(h.Sum(nil), []byte(id))
	}
	return typ, content, ok
}

// Close gives back the memory that packs are mapped to.
func (l *Lookup) Close() {
	for _, p := range l.packs {
		unmapFile(p.data)
		unmapFile(p.index.data)
	}
	l.packs, l.loose, l.listed = nil, nil, false
}

// list finds the folders and packs. What cannot be listed hides objects, which
// are then looked for in the storage as [Open] sees it.
func (l *Lookup) list() {
	if l.listed {
		return
	}
	l.listed = true
	for _, dir := range new(listing).folders(l.objects, l.opts.Alternates) {
		l.loose = append(l.loose, &looseDir{path: dir, hash: l.opts.HashSize})
		files, _ := os.ReadDir(filepath.Join(dir, "pack"))
		for _, f := range files {
			if stem, ok := strings.CutSuffix(f.Name(), ".idx"); ok {
				l.packs = append(l.packs, &lookedUp{stem: filepath.Join(dir, "pack", stem)})
			}
		}
	}
}

func (l *Lookup) inLoose(id []byte) (Type, []byte, bool) {
	for _, dir := range l.loose {
		o, err := dir.open(id)
		if err != nil {
			continue
		}
		defer o.Close()
		if o.size > large {
			return 0, nil, false
		}
		content, err := o.readAll()
		return o.typ, content, err == nil
	}
	return 0, nil, false
}

func (l *Lookup) inPacks(id []byte) (Type, []byte, bool) {
	for i, p := range l.packs {
		if !p.mapIndex(l.opts.HashSize) {
			continue
		}
		rank, ok := p.index.find(id)
		if !ok {
			continue
		}
		copy(l.packs[1:], l.packs[:i])
		l.packs[0] = p
		if !p.mapData() {
			return 0, nil, false
		}
		return l.entry(&p.pack, p.index.offset(rank))
	}
	return 0, nil, false
}

// mapIndex maps the index, and tells whether it can be used.
func (p *lookedUp) mapIndex(hash int) bool {
	if p.bad || p.index.data != nil {
		return !p.bad
	}
	data, err := mapFile(p.stem + ".idx")
	if err == nil {
		p.index, err = parseIndex(data, hash)
	}
	p.bad = err != nil
	return !p.bad
}

// mapData maps the pack itself.
func (p *lookedUp) mapData() bool {
	if p.data == nil {
		var err error
		p.data, err = mapFile(p.stem + ".pack")
		p.bad = err != nil || p.check() != nil
	}
	return !p.bad
}

// entry reads the entry at an offset: up the chain of its bases to one that is
// whole, and down again.
func (l *Lookup) entry(p *pack, at int64) (Type, []byte, bool) {
	var deltas []header
	for len(deltas) <= maxChain && p.inside(at) {
		h, err := p.headerAt(at)
		if err != nil {
			break
		}
		switch h.typ {
		case ofsDelta:
			at = h.base
		case refDelta:
			rank, ok := p.index.find(h.baseID)
			if !ok {
				return 0, nil, false
			}
			at = p.index.offset(rank)
		default:
			content, ok := l.inflate(p, h)
			if ok {
				content, ok = l.apply(p, content, deltas)
			}
			return h.typ, content, ok
		}
		deltas = append(deltas, h)
	}
	return 0, nil, false
}

// apply changes an object by deltas, from the last to the first.
func (l *Lookup) apply(p *pack, content []byte, deltas []header) ([]byte, bool) {
	for _, h := range slices.Backward(deltas) {
		delta, ok := l.inflate(p, h)
		if !ok {
			return nil, false
		}
		size, ops, err := checkDelta(delta, content, large)
		if l.left -= size; err != nil || l.left < 0 {
			return nil, false
		}
		result := make([]byte, size)
		if err := applyDelta(result, content, ops); err != nil {
			return nil, false
		}
		content = result
	}
	return content, true
}

// inflate returns what the stream of an entry holds.
func (l *Lookup) inflate(p *pack, h header) ([]byte, bool) {
	src := p.data[h.stream:p.end()]
	if l.left -= h.size; l.left < 0 || h.size > large || !plausible(h.size, len(src)) {
		return nil, false
	}
	content := make([]byte, h.size)
	_, err := l.zip.Inflate(content, src)
	return content, err == nil
}
