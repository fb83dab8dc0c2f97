package source

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source/odb"
)

// maxGrafts bounds the list of grafts, in bytes.
const maxGrafts = 64 << 20

// grafts returns the commits that have other parents than their objects say: one
// a line of info/grafts, followed by its parents (gitrepository-layout(5)). git
// log goes by them, deprecated as they are, and so does attribution. What is left
// out that way is scanned like all objects, as what nothing reaches.
func (r *Repo) grafts(skip func(error)) map[odb.ID][]odb.ID {
	const name = "info/grafts"
	content, err := readFile(filepath.Join(r.commonDir, filepath.FromSlash(name)), maxGrafts)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			skip(scanner.Skip{Path: ".git/" + name, Reason: "unreadable grafts: " + reason(err)})
		}
		return nil
	}
	grafts := map[odb.ID][]odb.ID{}
	for line := range strings.Lines(string(content)) {
		if line[0] == '#' {
			continue
		}
		var ids []odb.ID
		for _, word := range strings.Fields(line) {
			id, ok := odb.ParseID(word)
			if !ok {
				ids = nil // git leaves out such a line
				break
			}
			ids = append(ids, id)
		}
		if len(ids) > 0 {
			grafts[ids[0]] = ids[1:]
		}
	}
	return grafts
}
