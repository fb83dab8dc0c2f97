package odb

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"
)

// expanding returns a pack with a chain of n deltas, each of which makes size
// bytes of a hundred.
func expanding(n, size int) *crafted {
	const unit = 1 << 20
	c := newCrafted()
	base := c.whole(Blob, bytes.Repeat([]byte("."), unit))
	last := unit
	for i := range n {
		d := binary.AppendUvarint(nil, uint64(last))
		d = binary.AppendUvarint(d, uint64(size))
		d = appendInsert(d, fmt.Appendf(nil, "%08d", i))
		for made := 8; made < size; {
			n := min(size-made, unit)
			d = append(d, 0xf0, byte(n), byte(n>>8), byte(n>>16)) // from 0 on
			made += n
		}
		base = c.ofs(idOf(Blob, fmt.Append(nil, "expanding ", i)), base, d)
		last = size
	}
	return c
}

// TestExpansion scans a pack of 1 MB at most that holds hundreds of GB.
func TestExpansion(t *testing.T) {
	r := newRepo(t)
	c := expanding(300, 200<<20)
	c.write(t, r.objects())
	sound := newCrafted()
	old := lines(seeded(t, 15), 30)
	base := sound.whole(Blob, old)
	changed := append([]byte(token+"\n"), old...)
	sound.ofs(idOf(Blob, changed), base, deltaOf(old, changed))
	sound.write(t, r.objects())
	for _, search := range []bool{false, true} {
		db := r.open(Options{Expansion: 1 << 30})
		v := newVisits(t)
		lost := map[ID]bool{}
		opts := EachOptions{Damaged: func(d Damage) {
			lost[d.ID] = true
			if len(lost) == 1 && !errors.Is(d.Err, ErrExpands) {
				t.Errorf("the first is %v", d)
			}
		}}
		visit := func(worker int, o *Object) {
			if o.Size < large {
				v.visit(worker, o)
			}
		}
		began := time.Now()
		var err error
		if search {
			_, err = db.Scan(context.Background(), opts, Needles{func(data []byte) bool { return bytes.Contains(data, []byte(token)) }, len(token)}, visit)
		} else {
			err = db.Each(context.Background(), opts, visit)
		}
		took := time.Since(began)
		t.Log(took, len(lost))
		if _, ok := v.found[idOf(Blob, changed)]; !ok || err != nil {
			t.Errorf("a sound object is not visited: %v", err)
		}
		if len(lost) < 200 || took > time.Minute {
			t.Errorf("%d objects are reported, after %v", len(lost), took)
		}
	}
}
