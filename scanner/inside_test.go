package scanner

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/patlint/patlint/rules"
)

// TestTapFindsTheSame writes text to a tap in pieces of any length, and wants
// what a search of the whole gives.
func TestTapFindsTheSame(t *testing.T) {
	source := rand.New(rand.NewPCG(13, 14))
	for range 5 {
		text := randomText(source, 1+source.IntN(4*entryChunk))
		want := searchChunks(t, text, len(text)+1+2*margin)
		var got searched
		s := searcher{set: rules.NewSet(rules.All()...), chunk: defaultChunk}
		sink := s.newTap("", &got)
		for rest := text; len(rest) > 0; {
			n := min(len(rest), 1+source.IntN(100_000))
			if _, err := sink.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		sink.Close()
		got.bytes = sink.found.bytes
		if describe(got) != describe(want) {
			t.Fatalf("%d bytes:\n%.2000s\nwhole:\n%.2000s", len(text), describe(got), describe(want))
		}
	}
}

// TestContainersAreSearchedAlike searches a container in memory and as a stream.
func TestContainersAreSearchedAlike(t *testing.T) {
	source := rand.New(rand.NewPCG(15, 16))
	text := randomText(source, 3*entryChunk)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	want := searchChunks(t, text, len(text)+1+2*margin)
	search := func(content io.ReadCloser) searched {
		s := searcher{set: rules.NewSet(rules.All()...), chunk: defaultChunk}
		return s.search(t.Context(), Blob{Open: func() (io.ReadCloser, error) { return content, nil }})
	}
	for name, content := range map[string]io.ReadCloser{
		"memory": memory{bytes.NewReader(packed.Bytes())},
		"stream": io.NopCloser(iotest.HalfReader(bytes.NewReader(packed.Bytes()))),
	} {
		got := search(content)
		if got.err != nil || len(got.troubles) > 0 || got.bytes != int64(packed.Len()) {
			t.Errorf("%s: %v, %d bytes of %d, %v", name, got.err, got.bytes, packed.Len(), got.troubles)
		}
		for _, s := range got.sightings {
			if s.inner != "!/" {
				t.Errorf("%s: found at %q", name, s.inner)
			}
		}
		for _, c := range got.comments {
			c.inner = ""
		}
		got.bytes = want.bytes
		if describe(got) != describe(want) {
			t.Errorf("%s: other findings than in the text", name)
		}
	}
}

// A limit of the size holds for each entry, and many findings end the search.
func TestLimitsInside(t *testing.T) {
	token := randomToken(rand.New(rand.NewPCG(17, 18)))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.WriteString(z, strings.Repeat(token+"\n", 2*maxInside)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int64]error{0: errTooMany, 100_000: errTooLarge} {
		s := searcher{set: rules.NewSet(rules.All()...), chunk: defaultChunk, maxSize: limit}
		got := s.search(t.Context(), Blob{Open: Bytes(packed.Bytes())})
		if len(got.troubles) != 1 || got.troubles[0].trouble != want.Error() || len(got.sightings) > 2*maxInside {
			t.Errorf("limit %d: %d found, %v, %v", limit, len(got.sightings), got.troubles, got.err)
		}
	}
}
