package source

import (
	"os"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// BenchmarkSourceTree scans the source tree that PATLINT_BENCH_TREE names, with a
// look inside of archives and without.
func BenchmarkSourceTree(b *testing.B) {
	root := os.Getenv("PATLINT_BENCH_TREE")
	if root == "" {
		b.Skip("PATLINT_BENCH_TREE names no folder")
	}
	set := rules.NewSet(rules.All()...)
	for name, without := range map[string]bool{"archives": false, "no-archives": true} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				opts := scanner.Options{Rules: set, NoArchives: without, Counters: new(scanner.Counters)}
				scanner.Scan(b.Context(), []scanner.Source{Tree(root, nil, TreeOptions{})}, opts)
				b.SetBytes(opts.Counters.Bytes.Load())
			}
		})
	}
}
