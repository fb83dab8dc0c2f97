package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner/report"
)

// The same input gives the same bytes, however many goroutines search it.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	p := plantedRepo(t)
	for i := range 30 { // enough files that goroutines can overtake each other
		p.write("more/"+strconv.Itoa(i)+".env", strings.Repeat("# nothing\n", 100*i)+"TOKEN="+randomPAT()+"\nAgain="+p.tokens["staged"]+"\n")
	}
	p.write("notes.txt", allowing+" qoder-pat -- nothing to allow\n# "+allowing+" bearer-literal -- nor here\n")
	p.remove(p.loose(p.commits["first"] + ":deleted.env"))
	p.remove(p.loose(p.commits["first"] + ":changed.env"))
	for _, format := range report.Formats() {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			var first outcome
			for jobs := 1; jobs <= 8; jobs++ {
				out := p.of(t).patlint("scan", "-f", format, "--jobs", strconv.Itoa(jobs))
				if out.code != exitFound {
					t.Fatalf("exit code %d: %s", out.code, out.stderr)
				}
				if jobs == 1 {
					first = out
				} else if out != first {
					t.Fatalf("with %d jobs the output differs: %s", jobs, firstDifference(first.stdout+first.stderr, out.stdout+out.stderr))
				}
			}
		})
	}
}

// firstDifference shows the first line that differs.
func firstDifference(a, b string) string {
	linesA, linesB := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(linesA), len(linesB)) {
		if linesA[i] != linesB[i] {
			return "line " + strconv.Itoa(i+1) + ":\n" + linesA[i] + "\n" + linesB[i]
		}
	}
	return "one has more lines"
}
