package inflate

const (
	numLit   = 288 // literals, end of block, lengths; the last two only in the fixed code
	numDist  = 32  // distances; the last two only in the fixed code
	endBlock = 256

	maxLitCodes   = 286 // that a block may describe
	maxDistCodes  = 30
	maxCodeLength = 15

	litBits  = 11 // at most, of a table's first level
	distBits = 8

	maxDistBits = maxCodeLength + 13 // with extra bits

	// What the largest complete codes need with all of their second levels:
	// zlib's enough.c says 2342 for 288 11 15, 402 for 32 8 15. Codes that are
	// not complete never come to a table's second level.
	litTableSize  = 2342
	distTableSize = 402
)

// A table is looked up with the next bits under its mask. An entry of it, from
// the lowest bit:
//
//	bits 0-5   how many bits of input to drop, with extra bits
//	bits 8-11  how many of them are the code; in a link, the bits of the second level
//	bits 13-15 flags
//	bits 16-30 literal, base of a length or distance, start of the second level
//	bit  31    it is a literal
//
// One that is special without more is a code that is not in use.
const (
	isLiteral = 1 << 31
	isSpecial = 1 << 15
	isLink    = 1 << 14 // to the second level
	isEnd     = 1 << 13 // of the block

	perBit = 1 + 1<<8 // for each bit of the code
)

type tables struct {
	lit      [litTableSize]uint32
	dist     [distTableSize]uint32
	litMask  uint64
	distMask uint64
}

// litEntries and distEntries hold the entries of symbols, but for their codes.
var (
	litEntries  = makeLitEntries()
	distEntries = makeDistEntries()
)

func makeLitEntries() (t [numLit]uint32) {
	for sym := range endBlock {
		t[sym] = isLiteral | uint32(sym)<<16
	}
	t[endBlock] = isSpecial | isEnd
	base := uint32(3)
	for sym := 257; sym < 285; sym++ {
		extra := uint32(max(0, (sym-261)/4))
		t[sym] = base<<16 | extra
		base += 1 << extra
	}
	t[285] = 258 << 16 // which the code before could say as well
	t[286], t[287] = isSpecial, isSpecial
	return t
}

func makeDistEntries() (t [numDist]uint32) {
	base := uint32(1)
	for sym := range maxDistCodes {
		extra := uint32(max(0, (sym-2)/2))
		t[sym] = base<<16 | extra
		base += 1 << extra
	}
	t[30], t[31] = isSpecial, isSpecial
	return t
}
