package rules

import "golang.org/x/sys/cpu"

// canTeddy tells whether findGrams works on this machine.
func canTeddy() bool { return cpu.X86.HasAVX2 }

// findGrams returns the first place in data[at:] where three bytes stand that
// pass the masks of a teddy and whose hash is known, or one near the end, from
// where on it did not look.
func findGrams(data []byte, at int, masks *[6][32]byte, known *knownGrams) int {
	const block = 32
	if len(data)-at < block+gramSize-1 {
		return at
	}
	return at + findGramsAVX2(&data[at], len(data)-at-(gramSize-1), masks, known)
}

// findGramsAVX2 looks at the places from data on, n of them, as far as these
// make blocks of 32, and returns the first that passes, or the first that it
// did not look at. It reads two bytes beyond the last place.
//
//go:noescape
func findGramsAVX2(data *byte, n int, masks *[6][32]byte, known *knownGrams) int
