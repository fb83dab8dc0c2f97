package inflate

const (
	numPre  = 19 // the symbols that code lengths are written with
	preBits = 7

	// The most bits of input that one of them takes: its code, and how often.
	maxPreBits = preBits + 7

	noLength = 16 // before the first one
)

type preTable struct {
	entries [1 << preBits]uint32
	mask    uint64
}

// preOrder is the order in which the lengths of their codes come.
var preOrder = [numPre]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// preEntries are their entries, as in the other tables: lengths 0 to 15, then
// repetitions with extra bits.
var preEntries = [numPre]uint32{
	0 << 16, 1 << 16, 2 << 16, 3 << 16, 4 << 16, 5 << 16, 6 << 16, 7 << 16, 8 << 16, 9 << 16,
	10 << 16, 11 << 16, 12 << 16, 13 << 16, 14 << 16, 15 << 16, 16<<16 | 2, 17<<16 | 3, 18<<16 | 7,
}

// dynamicTables reads the description of a block's codes into f.dynamic.
func (f *Inflater) dynamicTables(s *bitStream) error {
	numLits := int(s.bits&31) + 257
	numDists := int(s.bits>>5&31) + 1
	numPres := int(s.bits>>10&15) + 4
	s.drop(14)
	if numLits > maxLitCodes || numDists > maxDistCodes {
		return errCorrupt
	}
	if err := f.readPre(s, numPres); err != nil {
		return err
	}
	f.list.reset()
	if err := f.readLengths(s, numLits+numDists); err != nil {
		return err
	}

	t, l := &f.dynamic, &f.list
	split, distCount := l.split(numLits)
	if !l.holds(endBlock, split) {
		return errCorrupt
	}
	var ok bool
	if t.distMask, ok = f.builder.build(t.dist[:], distBits, l.used[split:l.n], &distCount, distEntries[:]); !ok {
		return errCorrupt
	}
	if t.litMask, ok = f.builder.build(t.lit[:], litBits, l.used[:split], &l.count, litEntries[:]); !ok {
		return errCorrupt
	}
	return nil
}

// readPre reads the code of code lengths into f.pre.
func (f *Inflater) readPre(s *bitStream, n int) error {
	var lengths [numPre]uint8
	for i := range n {
		if s.n < 3 && !s.refill(&f.tail) {
			return errTruncated
		}
		lengths[preOrder[i]] = uint8(s.bits & 7)
		s.drop(3)
	}
	l := &f.list
	l.reset()
	for symbol, length := range lengths {
		if length != 0 {
			l.add(symbol, uint(length))
		}
	}
	// zlib wants this code to be complete, even if it is one bit.
	mask, ok := f.builder.build(f.pre.entries[:], preBits, l.used[:l.n], &l.count, preEntries[:])
	if !ok || f.pre.entries[1]&isSpecial != 0 {
		return errCorrupt
	}
	f.pre.mask = mask
	return nil
}

// readLengths reads the lengths of total codes into f.list.
func (f *Inflater) readLengths(s *bitStream, total int) error {
	l := &f.list
	mask := f.pre.mask
	length := uint(noLength)
	for symbol := 0; symbol < total; {
		if s.n < maxPreBits && !s.refill(&f.tail) {
			return errTruncated
		}
		e := f.pre.entries[s.bits&mask&(1<<preBits-1)]
		saved := s.bits
		s.drop(uint(e & 63))
		if e>>16 < 16 {
			length = uint(e >> 16)
			if length != 0 {
				l.add(symbol, length)
			}
			symbol++
			continue
		}
		times := int(saved&(1<<(e&63)-1)>>(e>>8&15)) + 3
		switch e >> 16 {
		case 17:
			length = 0
		case 18:
			length = 0
			times += 8
		}
		if times > total-symbol || length == noLength {
			return errCorrupt
		}
		if length != 0 {
			for i := range times {
				l.add(symbol+i, length)
			}
		}
		symbol += times
	}
	return nil
}
