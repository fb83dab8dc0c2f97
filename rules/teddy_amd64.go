package rules

import "golang.org/x/sys/cpu"

// canTeddy tells whether findGrams works on this machine.
func canTeddy() bool { return cpu.X86.HasAVX2 }

// findGrams returns the first place in data where three bytes stand that pass
// the masks of a teddy, or one near the end, from where on it did not look.
func findGrams(data []byte, masks *[6][32]byte) int {
	const block = 32
	if len(data) < block+gramSize-1 {
		return findGramsSlowly(data, masks)
	}
	at := findGramsAVX2(&data[0], len(data)-(gramSize-1), masks)
	if len(data)-at < block+gramSize-1 {
		at += findGramsSlowly(data[at:], masks)
	}
	return at
}

// findGramsAVX2 looks at the places from data on, n of them, as far as these
// make blocks of 32, and returns the first that passes, or the first that it
// did not look at. It reads two bytes beyond the last place.
//
//go:noescape
func findGramsAVX2(data *byte, n int, masks *[6][32]byte) int

// findGramsSlowly is findGrams a byte at a time. It returns len(data) if nothing
// passes.
func findGramsSlowly(data []byte, masks *[6][32]byte) int {
	for at := 0; at+gramSize <= len(data); at++ {
		pass := byte(0xff)
		for k, c := range data[at : at+gramSize] {
			pass &= masks[2*k][c&15] & masks[2*k+1][c>>4]
		}
		if pass != 0 {
			return at
		}
	}
	return len(data)
}
