package source

import (
	"context"
	"slices"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// shownMissing is how many missing objects are looked for in the trees; above,
// as in a partial clone, they are named without a path.
const shownMissing = 10_000

// missingObjects returns what the harvests miss, in order.
func missingObjects(all []*harvest, commits *ancestry) []odb.ID {
	ids := commits.missingTrees()
	for _, v := range all {
		ids = append(ids, v.missing...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// reportMissing reports the objects that commits and trees name and the storage
// has not, as far as references lead to them: what nothing reaches may have been
// cleaned up in part.
func (h *history) reportMissing(ctx context.Context, ids []odb.ID) {
	if len(ids) == 0 {
		return
	}
	holders := scanner.Holders{}
	if len(ids) <= shownMissing {
		for i, id := range ids {
			holders[id.String()] = []int{i}
			h.wanted.addID(id)
		}
	}
	reached := map[odb.ID]string{} // a path
	a := h.attribution(holders, func(p scanner.Place, _ error) bool {
		if _, known := reached[ids[p.Secret]]; !known && p.Reach == scanner.ByReference {
			reached[ids[p.Secret]] = p.Path
		}
		return true
	})
	if len(holders) > 0 {
		if err := guarded(func() { a.run(ctx) }); err != nil {
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
