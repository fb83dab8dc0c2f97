package odb

import (
	"encoding/hex"
	"slices"
	"sort"
	"strings"
)

// Find returns the ids that begin with the given hexadecimal digits, in lower
// case, in their order.
func (db *DB) Find(digits string) []ID {
	low, err := hex.DecodeString(digits[:len(digits)&^1])
	if err != nil || digits == "" {
		return nil
	}
	var found []ID
	collect := func(n int, at func(int) []byte) {
		first := sort.Search(n, func(i int) bool { return string(at(i)) >= string(low) })
		for i := first; i < n && strings.HasPrefix(string(at(i)), string(low)); i++ {
			if id := ID(at(i)); strings.HasPrefix(id.String(), digits) {
				found = append(found, id)
			}
		}
	}
	guard(func() error {
		for _, p := range db.packs {
			collect(int(p.index.fan(255)), p.index.id)
		}
		return nil
	})
	for _, l := range db.loose {
		collect(l.len(), l.id)
	}
	slices.Sort(found)
	return slices.Compact(found)
}
