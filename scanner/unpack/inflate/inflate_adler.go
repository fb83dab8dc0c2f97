package inflate

import "encoding/binary"

const (
	adlerPrime = 65521

	// As many words as their bytes can be summed in lanes of 16 bits:
	// 255·(22·23/2) is below 65536. And as many of those as the sums fit in 32
	// bits behind a remainder, and more.
	adlerWords = 22
	adlerBlock = 8 * adlerWords
)

// adler32 returns the Adler-32 checksum (RFC 1950, 8.2). It sums eight bytes at
// a time in the halves of words: hash/adler32 goes byte by byte, which would
// take about a sixth of the time to inflate.
func adler32(p []byte) uint32 {
	const even = 0x00ff00ff00ff00ff
	a, b := uint64(1), uint64(0)
	for len(p) >= 8 {
		// x and y are the sums of the bytes at even and odd places, in each lane;
		// xs and ys the sums of what x and y have been.
		n := min(len(p)&^7, adlerBlock)
		b += a * uint64(n)
		var x, y, xs, ys uint64
		for ; n >= 16; n -= 16 {
			v := binary.LittleEndian.Uint64(p)
			w := binary.LittleEndian.Uint64(p[8:])
			p = p[16:]
			x += v & even
			y += v >> 8 & even
			xs += x
			ys += y
			x += w & even
			y += w >> 8 & even
			xs += x
			ys += y
		}
		if n > 0 {
			w := binary.LittleEndian.Uint64(p)
			p = p[8:]
			x += w & even
			y += w >> 8 & even
			xs += x
			ys += y
		}
		// A byte at place i of its word counts 8 times for each word from its own
		// on, less i.
		x0, x2, x4, x6 := x&0xffff, x>>16&0xffff, x>>32&0xffff, x>>48
		y1, y3, y5, y7 := y&0xffff, y>>16&0xffff, y>>32&0xffff, y>>48
		a += x0 + x2 + x4 + x6 + y1 + y3 + y5 + y7
		b += 8 * (lanes(xs) + lanes(ys))
		b -= y1 + 2*x2 + 3*y3 + 4*x4 + 5*y5 + 6*x6 + 7*y7
		a %= adlerPrime
		b %= adlerPrime
	}
	for _, c := range p {
		a += uint64(c)
		b += a
	}
	return uint32(b%adlerPrime<<16 | a%adlerPrime)
}

func lanes(v uint64) uint64 {
	return v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48
}
