package source

import (
	"context"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// shownMissing is how many missing objects are looked for in the trees; above,
// as in a partial clone, they are named without a path.
const shownMissing = 10_000

// reportMissing reports the objects that commits and trees name and the storage has not,
// as far as references lead to them: what nothing reaches may have been cleaned
// up in part.
func (h *history) reportMissing(ctx context.Context, all []*harvest) {
	ids := missingObjects(all)
	if len(ids) == 0 {
		return
	}
	holders := scanner.Holders{}
	if len(ids) <= shownMissing {
		for i, id := range ids {
			holders[id.String()] = []int{i}
		}
	}
	reached := map[odb.ID]string{} // a path
	a := &attribution{repo: h.repo, holders: holders, first: map[spot]bool{}, placed: map[held]bool{}}
	a.yield = func(p scanner.Place, _ error) bool {
		if _, known := reached[ids[p.Secret]]; !known && p.Reach == scanner.ByReference {
			reached[ids[p.Secret]] = p.Path
		}
		return true
	}
	if len(holders) > 0 {
		if err := guarded(func() { a.run(ctx, h.walks) }); err != nil {
			h.skip(err)
		}
	}
	for _, id := range ids {
		path, ok := reached[id]
		if ok || len(holders) == 0 {
			_, _, err := h.repo.readAny(id)
			skip := asSkip(err)
			skip.Path = path
			h.skip(skip)
		}
	}
}
