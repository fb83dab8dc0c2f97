package source

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/patlint/patlint/scanner"
)

// TestShrunkWhileScanned cuts a pack or its index short, which are mapped, while
// the scan runs: it ends, and is not complete.
func TestShrunkWhileScanned(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be cut short on Windows")
	}
	for _, ext := range []string{".pack", ".idx"} {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s late=%v", ext, late), func(t *testing.T) {
				f := newFixture(t)
				random := rand.New(rand.NewPCG(91, 92))
				for i := range 40 {
					f.write(fmt.Sprintf("dir/%d", i), strings.Repeat(randomToken(random)+"\n", 50))
					f.commit("message " + randomToken(random))
				}
				f.git("repack", "-q", "-a", "-d", "-f")
				files, _ := filepath.Glob(filepath.Join(f.dir, ".git/objects/pack/*"+ext))
				r := f.open()
				cut := func() {
					if err := os.Chmod(files[0], 0o666); err != nil {
						t.Error(err)
					}
					if err := os.Truncate(files[0], 10); err != nil {
						t.Error(err)
					}
				}
				source := historyOf(r)
				if late { // when all is searched
					attribute := source.Attribute
					source.Attribute = func(ctx context.Context, holders scanner.Holders) iter.Seq2[scanner.Place, error] {
						cut()
						return attribute(ctx, holders)
					}
				} else {
					blobs := source.Blobs
					source.Blobs = func(ctx context.Context) iter.Seq2[scanner.Blob, error] {
						return func(yield func(scanner.Blob, error) bool) {
							once := sync.OnceFunc(cut)
							blobs(ctx)(func(b scanner.Blob, err error) bool {
								once()
								return yield(b, err)
							})
						}
					}
				}
				if result := scan(t, source); result.Complete() || len(result.Findings) == 0 {
					t.Errorf("%d findings, complete: %v", len(result.Findings), result.Complete())
				}
			})
		}
	}
}
