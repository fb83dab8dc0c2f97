package odb

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"
)

// link is one entry of the packs that FuzzChains makes, and what it has to be
// read as.
type link struct {
	typ   Type // of an object that is stored whole, or ofsDelta or refDelta
	pack  int
	base  int    // of a delta: any entry, even itself
	bytes []byte // the content, or what is written of the instructions
	isRaw bool   // the instructions are these bytes, not those that make them
	lies  bool   // about the size of its result

	state   int // of resolve
	content []byte
	id      ID
}

const (
	unresolved = iota
	resolving
	resolved
	lost
)

// parseLinks reads entries from a fuzzer's bytes: a kind, a base, a length and
// so many bytes.
func parseLinks(script []byte) (links []link) {
	for len(script) >= 3 && len(links) < 64 {
		kind, base, n := script[0], int(script[1]), min(int(script[2]), len(script)-3)
		l := link{typ: Blob, pack: int(kind >> 2 & 1), base: base, bytes: script[3 : 3+n], isRaw: kind&8 != 0, lies: kind&0xf0 == 0xf0}
		switch kind & 3 {
		case 1:
			l.typ = ofsDelta
		case 2:
			l.typ = refDelta
		case 3:
			l.typ = Type(1 + kind>>4&3)
		}
		links = append(links, l)
		script = script[3+n:]
	}
	for i := range links {
		links[i].base %= len(links)
		if b := links[i].base; links[i].typ == ofsDelta && (b >= i || links[b].pack != links[i].pack) {
			links[i].typ = refDelta // an offset leads back in the same pack
		}
	}
	return links
}

// delta returns the delta of an entry whose base is resolved.
func (l *link) delta(base []byte) []byte {
	if !l.isRaw && !l.lies {
		return deltaOf(base, l.bytes)
	}
	size, err := resultSize(l.bytes, 1<<20)
	if l.lies || err != nil {
		size++
	}
	d := binary.AppendUvarint(nil, uint64(len(base)))
	return append(binary.AppendUvarint(d, uint64(size)), l.bytes...)
}

// resolve finds out what an entry has to be read as: lost, if its chain leads
// to itself, or is damaged.
func resolve(links []link, i int) Type {
	l := &links[i]
	switch {
	case l.state == resolved && l.typ < ofsDelta:
		return l.typ
	case l.state == resolved:
		return resolve(links, l.base)
	case l.state != unresolved:
		l.state = lost
		return 0
	case l.typ < ofsDelta:
		l.state, l.content = resolved, l.bytes
		return l.typ
	}
	l.state = resolving
	typ := resolve(links, l.base)
	base := &links[l.base]
	if base.state != resolved || l.state == lost {
		l.state = lost
		return 0
	}
	l.state = lost
	if content, ok := plainApply(l.delta(base.content), base.content); ok {
		l.state, l.content = resolved, content
	}
	return typ
}

// plainApply applies a delta byte by byte, as gitformat-pack(5) has it.
func plainApply(delta, base []byte) (result []byte, ok bool) {
	baseSize, n := binary.Uvarint(delta)
	size, m := binary.Uvarint(delta[max(0, n):])
	if n <= 0 || m <= 0 || baseSize != uint64(len(base)) {
		return nil, false
	}
	in := bytes.NewReader(delta[n+m:])
	result = []byte{}
	for in.Len() > 0 && len(result) < 1<<22 {
		op, _ := in.ReadByte()
		if op < 0x80 {
			insert := make([]byte, op)
			if got, _ := in.Read(insert); op == 0 || got < len(insert) {
				return nil, false
			}
			result = append(result, insert...)
			continue
		}
		var args [7]int
		for bit := range args {
			if op>>bit&1 != 0 {
				b, err := in.ReadByte()
				if err != nil {
					return nil, false
				}
				args[bit] = int(b)
			}
		}
		from, length := args[0]|args[1]<<8|args[2]<<16|args[3]<<24, args[4]|args[5]<<8|args[6]<<16
		if length == 0 {
			length = 1 << 16
		}
		if from+length > len(base) {
			return nil, false
		}
		result = append(result, base[from:from+length]...)
	}
	return result, in.Len() == 0 && uint64(len(result)) == size
}

// forge writes the entries into packs, and returns the objects that have to be
// found.
func forge(t testing.TB, links []link, objects string) (want map[ID]object) {
	want = map[ID]object{}
	for i := range links {
		typ := resolve(links, i)
		l := &links[i]
		if l.state != resolved {
			l.id = idOf(Blob, fmt.Append(nil, "lost ", i))
			continue
		}
		l.id = idOf(typ, l.content)
		want[l.id] = object{typ.String(), sha256.Sum256(l.content)}
	}
	packs := []*crafted{newCrafted(), newCrafted()}
	offs := make([]int, len(links))
	for i := range links {
		l := &links[i]
		c, base := packs[l.pack], &links[l.base]
		switch l.typ {
		case ofsDelta:
			offs[i] = c.ofs(l.id, offs[l.base], l.delta(base.content))
		case refDelta:
			offs[i] = c.ref(l.id, base.id, l.delta(base.content))
		default:
			offs[i] = c.whole(l.typ, l.content)
		}
	}
	for _, c := range packs {
		c.write(t, objects)
	}
	return want
}

// FuzzChains makes packs whose deltas lead anywhere: back, ahead, into the
// other pack, to themselves. What can be read of them is found, by a visit and
// by a search, and all else is reported.
func FuzzChains(f *testing.F) {
	f.Add([]byte("\x00\x00\x0etext pat_01234\x01\x00\x10text pat_0123456\x01\x01\x13text pat_0123456789"))
	f.Add([]byte("\x06\x01\x03abc\x02\x00\x03abd\x00\x00\x03xyz"))
	f.Add([]byte("\x00\x00\x05pat_0\x0e\x00\x0b\x90\x05\x09123456789"))
	f.Add([]byte("\x02\x00\x01a\x02\x02\x01b\x02\x01\x01c\x23\x00\x04tag!"))
	f.Fuzz(func(t *testing.T, script []byte) {
		links := parseLinks(script)
		objects := t.TempDir()
		want := forge(t, links, objects)
		for _, verify := range []bool{false, true} {
			full, search := inspect(t, objects, EachOptions{Verify: verify}, token)
			compare(t, "each", full.found, want)
			for _, l := range links {
				_, shown := search.found[l.id]
				isAlways := full.found[l.id].typ == "commit" || full.found[l.id].typ == "tag"
				switch {
				case l.state != resolved && (!full.lost[l.id] || !search.lost[l.id] || shown):
					t.Errorf("%+v is lost without a word", l)
				case l.state == resolved && shown != (isAlways || bytes.Contains(l.content, []byte(token))):
					t.Errorf("%+v: shown is %v", l, shown)
				}
			}
		}
	})
}
