package odb

import (
	"context"
	"io"
)

// Needles are what [DB.Scan] searches objects for.
type Needles struct {
	// Present tells whether there is a needle in data. It is called from
	// several goroutines.
	Present func(data []byte) bool

	// Longest is the length of the longest needle in bytes: so many bytes side by
	// side decide, at most. What stands before or behind them changes nothing,
	// unless they are at the beginning or the end of data.
	Longest int
}

// Scan visits the objects that hold a needle and, needle or not, all commits and
// tags. It returns how many bytes the objects have that it went through. It visits what [DB.Each] visits if
// the visitor looks for needles itself, but does not make most of it: a needle
// in an object that derives from one without is in the bytes that its delta
// inserts, or touches the end of a copy.
func (db *DB) Scan(ctx context.Context, opts EachOptions, needles Needles, visit func(worker int, o *Object)) (bytes int64, err error) {
	j := &job{db: db, opts: opts, needles: &needles, visit: visit}
	j.always[Commit], j.always[Tag] = true, true
	j.always[Tree] = opts.Trees != nil // where they are large
	return db.run(ctx, j)
}

// gatherer collects the parts of an object that may hold a needle which its
// base does not hold.
type gatherer struct {
	needles *Needles
	buf     []byte
}

// gatherSize is how much is gathered before it is searched.
const gatherSize = 64 << 10

// search tells whether the result of a delta holds a needle, if its base holds
// none. It may be wrong if it says so, where parts that are gathered side by
// side are apart in the result; it is never wrong if it denies. The result has
// to be of the given size.
func (g *gatherer) search(base, ops []byte, size int64) (found bool, err error) {
	end := max(0, g.needles.Longest-1) // of a copy: as far as a needle reaches that touches it
	g.buf = g.buf[:0]
	for len(ops) > 0 {
		if op := int(ops[0]); op < 0x80 {
			if op == 0 || op >= len(ops) {
				return false, errDelta
			}
			g.buf = append(g.buf, ops[1:1+op]...)
			size -= int64(op)
			ops = ops[op+1:]
		} else {
			off, n, used := copyOp(ops)
			if used == 0 || off < 0 || off > len(base) || n > len(base)-off {
				return false, errDelta
			}
			from := base[off : off+n]
			if n > 2*end {
				g.buf = append(g.buf, from[:end]...)
				from = from[n-end:]
			}
			g.buf = append(g.buf, from...)
			size -= int64(n)
			ops = ops[used:]
		}
		if len(g.buf) > gatherSize {
			found = found || g.needles.Present(g.buf)
			g.keep(end)
		}
	}
	if size != 0 {
		return false, errDelta
	}
	return found || g.needles.Present(g.buf), nil
}

// keep drops all but the last n bytes: a needle may begin there.
func (g *gatherer) keep(n int) {
	g.buf = g.buf[:copy(g.buf, g.buf[len(g.buf)-min(n, len(g.buf)):])]
}

// searchStream tells whether there is a needle in a stream.
func (g *gatherer) searchStream(r io.Reader) (found bool, err error) {
	buf := make([]byte, 1<<20+max(0, g.needles.Longest))
	kept := 0
	for {
		n, err := io.ReadFull(r, buf[kept:])
		data := buf[:kept+n]
		if n > 0 && g.needles.Present(data) {
			return true, nil
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return false, nil
		default:
			return false, err
		}
		kept = copy(buf, data[len(data)-max(0, g.needles.Longest-1):])
	}
}
