package inflate

import "math/bits"

// A symbolList holds the symbols in use with the lengths of their codes. In a
// small stream they are few, and a list of them is quicker to go through than
// the lengths of all.
type symbolList struct {
	used  [numLit + numDist]uint16 // symbol<<4 | length, ascending
	n     int
	count [maxCodeLength + 1]uint16 // of symbols by length
}

func (l *symbolList) reset() {
	l.n = 0
	l.count = [maxCodeLength + 1]uint16{}
}

func (l *symbolList) add(symbol int, length uint) {
	l.used[l.n] = uint16(symbol)<<4 | uint16(length)
	l.n++
	l.count[length&maxCodeLength]++
}

// split parts the symbols from first on, which are distances: they are numbered
// from 0 and counted apart. It returns where in used they begin.
func (l *symbolList) split(first int) (at int, count [maxCodeLength + 1]uint16) {
	at = l.n
	for at > 0 && int(l.used[at-1]>>4) >= first {
		at--
		u := l.used[at]
		l.used[at] = u - uint16(first)<<4
		l.count[u&maxCodeLength]--
		count[u&maxCodeLength]++
	}
	return at, count
}

// holds says whether a symbol is among the first n, looking from the end.
func (l *symbolList) holds(symbol uint16, n int) bool {
	for n--; n >= 0 && l.used[n]>>4 > symbol; n-- {
	}
	return n >= 0 && l.used[n]>>4 == symbol
}

// tableBuilder makes tables of canonical codes.
type tableBuilder struct {
	sorted [numLit]uint32 // entries by length of code, then symbol
}

// build fills a table, whose first level is of at most maxBits, and returns its
// mask. The symbols are in used, counted by length in count; entries[symbol] is
// an entry but for the code.
//
// As in zlib, codes that give some bits two meanings or none are refused, but
// for one code alone, which has one bit, and no code.
func (b *tableBuilder) build(table []uint32, maxBits int, used []uint16, count *[maxCodeLength + 1]uint16, entries []uint32) (mask uint64, ok bool) {
	var next [maxCodeLength + 1]uint16
	space, longest, sum := 0, 0, uint16(0)
	for length := 1; length <= maxCodeLength; length++ {
		next[length] = sum
		sum += count[length]
		space = space<<1 + int(count[length])
		if count[length] != 0 {
			longest = length
		}
	}
	if space != 1<<maxCodeLength {
		if len(used) > 1 || longest > 1 {
			return 0, false
		}
		table[0], table[1] = isSpecial+perBit, isSpecial+perBit
		if len(used) == 1 {
			table[0] = entries[used[0]>>4] + perBit
		}
		return 1, true
	}
	for _, u := range used {
		at := next[u&maxCodeLength]
		next[u&maxCodeLength] = at + 1
		b.sorted[at] = entries[u>>4]
	}
	tableBits := min(maxBits, longest)
	at, code := b.firstLevel(table, tableBits, count)
	if longest > tableBits {
		b.secondLevel(table, tableBits, count, at, code)
	}
	return 1<<tableBits - 1, true
}

// firstLevel writes the codes of up to tableBits. They come in ascending order
// of length, so that the table, complete for one length, is doubled for the
// next by copying it. It returns where it stopped.
func (b *tableBuilder) firstLevel(table []uint32, tableBits int, count *[maxCodeLength + 1]uint16) (at int, code uint) {
	size := 1
	for length := 1; length <= tableBits; length++ {
		copy(table[size:2*size], table[:size])
		size *= 2
		for range count[length] {
			table[code] = b.sorted[at] + uint32(length)*perBit
			code = nextCode(code, uint(size)-1)
			at++
		}
	}
	return at, code
}

// secondLevel writes the codes longer than tableBits. Those that begin alike
// share a table, whose size follows from how many codes of each length there
// are left, since the code is complete.
func (b *tableBuilder) secondLevel(table []uint32, tableBits int, count *[maxCodeLength + 1]uint16, at int, code uint) {
	first := uint(1)<<tableBits - 1
	start, end, prefix := 0, 1<<tableBits, first+1
	for length := tableBits + 1; length <= maxCodeLength; length++ {
		for left := int(count[length]); left > 0; left-- {
			if code&first != prefix {
				prefix = code & first
				width, space := length-tableBits, left
				for space < 1<<width {
					width++
					space = space<<1 + int(count[(tableBits+width)&maxCodeLength])
				}
				start, end = end, end+1<<width
				table[prefix] = uint32(start)<<16 | isSpecial | isLink | uint32(width)<<8 | uint32(tableBits)
			}
			entry := b.sorted[at] + uint32(length-tableBits)*perBit
			for i := start + int(code>>tableBits); i < end; i += 1 << (length - tableBits) {
				table[i] = entry
			}
			code = nextCode(code, 1<<length-1)
			at++
		}
	}
}

// nextCode increments a code that is kept with its first bit lowest, as input
// has it; ones has all bits of the code's length. What follows the last code
// does not matter.
func nextCode(code, ones uint) uint {
	highest := uint(1) << ((bits.Len(code^ones) - 1) & 63)
	return code&(highest-1) | highest
}
