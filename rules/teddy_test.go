package rules

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// occurrences returns what each tells of, in order.
func occurrences(each func(yield func(n *needle, at int) bool)) (all []string) {
	each(func(n *needle, at int) bool {
		all = append(all, fmt.Sprintf("%08d %s", at, n.text))
		return true
	})
	slices.Sort(all)
	return all
}

// TestTeddy compares the search for all needles at once with that for one after
// the other.
func TestTeddy(t *testing.T) {
	for round := range 4000 {
		alphabet := "pt-aBer\x00\xff\x8f/?"[:2+source.IntN(10)]
		var needles []needle
		for i := range 1 + source.IntN(20) {
			needles = append(needles, newNeedle(randomText(3+source.IntN(6), alphabet), i))
		}
		buffer := []byte(randomText(source.IntN(300), alphabet))
		data := buffer[:source.IntN(len(buffer)+1):len(buffer)]
		want := occurrences(func(yield func(*needle, int) bool) { eachOf(needles, data, yield) })
		teddy := newTeddy(needles)
		for _, walks := range []bool{true, !canTeddy()} {
			teddy.walks = walks
			got := occurrences(func(yield func(*needle, int) bool) { teddy.each(needles, data, yield) })
			if !slices.Equal(got, want) {
				t.Fatalf("round %d: %q in %q, want %q (walks: %v)", round, got, data, want, walks)
			}
		}
	}
}

// BenchmarkPresent searches text without a token: this package's own source, or
// the file that PATLINT_BENCH_FILE names. Its reference is bytes.IndexByte for a
// byte that is not there.
func BenchmarkPresent(b *testing.B) {
	data, err := os.ReadFile("judge.go")
	if path := os.Getenv("PATLINT_BENCH_FILE"); path != "" {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		b.Fatal(err)
	}
	data = bytes.Repeat(data, 1+(1<<20)/len(data))
	set := NewSet(All()...)
	set.Prepare()
	run := func(name string, search func()) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				search()
			}
		})
	}
	run("IndexByte", func() { bytes.IndexByte(data, 0xff) })
	run("set", func() { set.Present(data) })
	run("each needle", func() {
		eachOf(set.needles, data, func(n *needle, at int) bool { return true })
	})
}

// TestManyNeedles shows that a set with very many needles, also short ones, finds
// each of them.
func TestManyNeedles(t *testing.T) {
	for _, shortest := range []int{2, 3, 4, 9} {
		var texts []string
		for range 300 {
			texts = append(texts, randomText(shortest+source.IntN(6), base62))
		}
		set := NewSet(&Rule{ID: "many", Needles: texts})
		set.Prepare()
		data := []byte(randomText(3000, base62) + strings.Join(texts, "") + randomText(source.IntN(9), base62) + texts[0])
		want := occurrences(func(yield func(*needle, int) bool) { eachOf(set.needles, data, yield) })
		got := occurrences(func(yield func(*needle, int) bool) { set.each(data, yield) })
		if !slices.Equal(got, want) {
			t.Errorf("%d needles of %d bytes or more: %d places, want %d", len(texts), shortest, len(got), len(want))
		}
		n := 0
		set.each(data, func(*needle, int) bool { n++; return n < 200 })
		if n != 200 {
			t.Errorf("went on to %d after it was told to stop", n)
		}
	}
}
