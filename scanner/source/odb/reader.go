package odb

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/patlint/patlint/scanner/unpack/inflate"
)

// Reader reads objects by their id. It remembers what it read lately, so that
// the neighbours of an object cost little. It is for one goroutine.
type Reader struct {
	db     *DB
	zip    inflate.Inflater
	stream stream
	cache  cache
	failed map[place]error // of the object at hand: entries that were tried
	depth  int             // how many packs are entered for the object at hand
	newer  *Reader         // of the storage as it is now, if something was moved

	allowance *allowance
	isAgain   bool  // what is read was made before, so that nothing is free
	stored    int64 // bytes that the entry at hand takes, 0 if they do not count
}

// place is an entry of a pack.
type place struct {
	pack  *pack
	entry int32
}

// maxDepth is how often a chain of deltas may change packs.
const maxDepth = 100

// NewReader returns a reader.
func (db *DB) NewReader() *Reader {
	return &Reader{db: db, cache: cache{limit: 16 << 20}, allowance: db.newAllowance()}
}

// newVisitReader returns a reader for what a visit has to make again.
func (db *DB) newVisitReader(a *allowance) *Reader {
	return &Reader{db: db, cache: cache{limit: 16 << 20}, allowance: a, isAgain: true}
}

// Has tells whether there is an object, not whether it can be read.
func (db *DB) Has(id ID) bool {
	found := false
	guard(func() error {
		found = len(db.entries([]byte(id))) > 0
		return nil
	})
	return found || len(id) == db.opts.HashSize && db.inLoose([]byte(id), len(db.loose))
}

// Read returns an object, compared with its id. If a copy is damaged another
// one is read, and if it was moved it is read from where it is now. The content
// is not to be changed. The error is [ErrMissing], [ErrGone], [ErrTooLarge] or the
// reason why the first copy cannot be read.
func (r *Reader) Read(id ID) (typ Type, content []byte, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = asError(p)
		}
	}()
	if len(id) != r.db.opts.HashSize {
		return 0, nil, ErrMissing
	}
	r.failed, r.depth = nil, 0
	typ, content, err = r.read([]byte(id), nil, true)
	if isGone(err) {
		if newer := r.next(); newer != nil {
			if typ, content, err := newer.Read(id); err == nil {
				return typ, content, nil
			}
		}
	}
	if errors.Is(err, os.ErrNotExist) {
		err = ErrGone
	}
	return typ, content, err
}

// next returns a reader of the storage as it is now, nil if nothing was moved.
func (r *Reader) next() *Reader {
	if r.newer == nil {
		if db := r.db.next(); db != nil {
			r.newer = db.NewReader()
			r.newer.allowance, r.newer.isAgain = r.allowance, r.isAgain
		}
	}
	return r.newer
}

// read reads the first copy that is not damaged, and not in one pack. To
// compare it with its id is left out for bases: their deltas are compared.
func (r *Reader) read(id []byte, except *pack, verify bool) (Type, []byte, error) {
	var first error
	try := func(typ Type, content []byte, err error) bool {
		if err == nil && verify && !bytes.Equal(r.sum(typ, content), id) {
			err = errTwoHashes
		}
		if first == nil {
			first = err
		}
		return err == nil
	}
	for _, at := range r.db.entries(id) {
		if at.pack == except {
			continue
		}
		if typ, content, err := r.entry(at.pack, at.entry); try(typ, content, err) {
			return typ, content, nil
		}
	}
	for _, l := range r.db.loose {
		if l.has(id) {
			if typ, content, err := r.loose(l, id); try(typ, content, err) {
				return typ, content, nil
			}
		}
	}
	if first == nil {
		first = ErrMissing
	}
	return 0, nil, first
}

func (r *Reader) loose(l *looseDir, id []byte) (Type, []byte, error) {
	o, err := l.open(id)
	if err != nil {
		return 0, nil, err
	}
	defer o.Close()
	if o.size > r.db.opts.MaxObject {
		return 0, nil, ErrTooLarge
	}
	content, err := o.readAll()
	return o.typ, content, err
}

// entry reads an entry of a pack: up the chain of its bases to one that is
// known or whole, and down again.
func (r *Reader) entry(p *pack, e int32) (Type, []byte, error) {
	var chain []int32
	var o cached
	var err error
	for {
		var known bool
		if o, known = r.cache.get(place{p, e}); known {
			break
		}
		if base := p.bases[e]; base >= 0 {
			chain = append(chain, e)
			e = base
			continue
		}
		if o, err = r.top(p, e); err != nil {
			return 0, nil, err
		}
		r.cache.put(place{p, e}, o)
		break
	}
	for i := len(chain) - 1; i >= 0; i-- {
		e := chain[i]
		base := o
		if o, err = r.delta(p, e, base); err != nil {
			if o, err = r.elsewhere(p, e, err); err != nil {
				return 0, nil, err
			}
		}
		r.cache.put(place{p, e}, o)
	}
	return o.typ, o.content, nil
}

// top reads an entry whose base is not in the same pack, or that has none.
func (r *Reader) top(p *pack, e int32) (o cached, err error) {
	h, err := p.header(e)
	switch {
	case err != nil:
	case p.bases[e] == none:
		o.typ = h.typ
		o.content, err = r.inflate(p, h)
	case p.bases[e] == external:
		o, err = r.base(p, e, h.baseID)
	default:
		err = p.whyBroken(e)
	}
	if err != nil {
		return r.elsewhere(p, e, err)
	}
	return o, nil
}

// base reads an entry whose base is elsewhere.
func (r *Reader) base(p *pack, e int32, id []byte) (o cached, err error) {
	if r.depth++; r.depth > maxDepth {
		return o, errLooping
	}
	var base cached
	if base.typ, base.content, err = r.read(id, p, false); err != nil {
		return o, fmt.Errorf("its base %x cannot be read: %w", id, err)
	}
	return r.delta(p, e, base)
}

// elsewhere reads another copy of an entry that cannot be read, unless that is
// what led here.
func (r *Reader) elsewhere(p *pack, e int32, why error) (o cached, err error) {
	at := place{p, e}
	if err, tried := r.failed[at]; tried {
		return o, err
	}
	if r.failed == nil {
		r.failed = map[place]error{}
	}
	r.failed[at] = why
	if p.flags[e]&copied == 0 {
		return o, why
	}
	if o.typ, o.content, err = r.read(p.id(e), p, false); err != nil {
		return o, why
	}
	delete(r.failed, at)
	return o, nil
}

// delta makes the object of an entry from its base.
func (r *Reader) delta(p *pack, e int32, base cached) (cached, error) {
	h, err := p.header(e)
	if err != nil {
		return cached{}, err
	}
	delta, err := r.inflate(p, h)
	if err != nil {
		return cached{}, err
	}
	size, ops, err := checkDelta(delta, base.content, r.db.opts.MaxObject)
	if err != nil {
		return cached{}, err
	}
	if err := r.allowance.pay(size, r.stored); err != nil {
		return cached{}, err
	}
	content := make([]byte, size)
	if err := applyDelta(content, base.content, ops); err != nil {
		return cached{}, err
	}
	return cached{base.typ, content}, nil
}

// inflate returns what the stream of an entry holds.
func (r *Reader) inflate(p *pack, h header) ([]byte, error) {
	src := p.data[h.stream:p.end()]
	switch {
	case h.size > r.db.opts.MaxObject:
		return nil, ErrTooLarge
	case !plausible(h.size, len(src)):
		return nil, errTooDense
	case r.isAgain:
		if err := r.allowance.pay(h.size, 0); err != nil {
			return nil, err
		}
	}
	if r.stored = 0; h.size > large {
		return inflateLarge(&r.stream, src, h.size)
	}
	content := make([]byte, h.size)
	used, err := r.zip.Inflate(content, src)
	if !r.isAgain {
		r.stored = int64(used)
	}
	return content, err
}

// sum returns what the id of an object has to be.
func (r *Reader) sum(typ Type, content []byte) []byte {
	h := objectHash(r.db.opts.HashSize, typ, int64(len(content)))
	h.Write(content)
	return h.Sum(nil)
}

// objectHash returns the hash of an object whose content is yet to be written.
func objectHash(hashSize int, typ Type, size int64) hash.Hash {
	h := newHash(hashSize)
	io.WriteString(h, typ.String()+" "+strconv.FormatInt(size, 10)+"\x00")
	return h
}
