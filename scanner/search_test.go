package scanner

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/patlint/patlint/rules"
)

const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomToken returns something that the rule qoder-pat finds.
func randomToken(source *rand.Rand) string {
	token := []byte("pt-")
	for range 61 {
		token = append(token, base62[source.IntN(len(base62))])
	}
	return string(token)
}

// randomText returns text with tokens, long and short lines, and wide characters.
func randomText(source *rand.Rand, size int) []byte {
	var text bytes.Buffer
	for text.Len() < size {
		switch source.IntN(16) {
		case 12:
			encoded := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%*s %s\n", source.IntN(3000), "", randomToken(source)))
			text.WriteString(" " + encoded + "\n")
		case 13:
			fmt.Fprintf(&text, "%s%s\n", strings.Repeat("%20", source.IntN(300)), strings.Replace(randomToken(source), "-", "%2D", 1))
		case 14:
			fmt.Fprintf(&text, "x = \"%s\" + \"%s\"\n", "pt-", randomToken(source)[3:])
		case 15:
			fmt.Fprintf(&text, "curl https://api%d.corp.example/x -H 'Host: www%d.corp.example' ", source.IntN(9), source.IntN(9))
		case 0:
			text.WriteString(randomToken(source))
		case 1:
			text.WriteString("Authorization: Bearer " + randomToken(source)[3:40])
		case 2:
			text.WriteString(strings.Repeat("é日 ", source.IntN(4000)))
		case 3:
			text.WriteString("\r\n")
		case 4:
			text.WriteString("# " + string(directiveNeedle) + " qoder-pat -- test\n")
		default:
			text.WriteString(strings.Repeat(" word", source.IntN(200)))
			text.WriteString([]string{"\n", "", "\xff", "\n\n"}[source.IntN(4)])
		}
	}
	return text.Bytes()
}

func searchChunks(t *testing.T, text []byte, chunk int) searched {
	t.Helper()
	s := searcher{set: rules.NewSet(rules.All()...), chunk: chunk}
	// One byte at a time would do, too, and take longer.
	content := iotest.HalfReader(bytes.NewReader(text))
	var out searched
	s.buffer = make([]byte, min(chunk, 64<<10))
	if err := s.searchIn(t.Context(), content, &out); err != nil {
		t.Fatal(err)
	}
	resolveDirectives(&out)
	return out
}

// TestChunksChangeNothing searches text in windows of different sizes, and as
// a whole, and wants the same of all.
func TestChunksChangeNothing(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		text := randomText(source, source.IntN(300_000))
		want := describe(searchChunks(t, text, len(text)+1+2*margin))
		for _, chunk := range []int{2*margin + 8 + source.IntN(9000), 3 * margin, 100_000} {
			if got := describe(searchChunks(t, text, chunk)); got != want {
				t.Fatalf("chunks of %d bytes of %d:\n%s\nwhole:\n%s", chunk, len(text), got, want)
			}
		}
	}
}

func describe(s searched) string {
	var b strings.Builder
	for _, x := range s.sightings {
		fmt.Fprintln(&b, x.rule.ID, x.secret.Reveal(), x.confidence, x.decoded, x.start, x.end, x.excerpt, x.comment != nil)
	}
	for _, c := range s.comments {
		fmt.Fprintln(&b, *c)
	}
	fmt.Fprintln(&b, s.bytes)
	return b.String()
}

// TestPositions compares the cursor with counting from the beginning.
func TestPositions(t *testing.T) {
	source := rand.New(rand.NewPCG(5, 6))
	text := append([]byte("\uFEFF"), randomText(source, 100_000)...)
	set := rules.NewSet(rules.All()...)
	out := searchChunks(t, text, 2*margin+8)
	matches := set.Find(text)
	if len(matches) != len(out.sightings) || len(matches) < 10 {
		t.Fatalf("%d sightings, %d matches", len(out.sightings), len(matches))
	}
	for i, m := range matches {
		lines := strings.Split(strings.TrimPrefix(string(text[:m.Start]), "\uFEFF"), "\n")
		want := position{len(lines), 1 + len([]rune(lines[len(lines)-1]))}
		if got := out.sightings[i].start; got != want {
			t.Errorf("match at byte %d: %v, want %v", m.Start, got, want)
		}
	}
}

// TestExcerptsHoldNoSecret looks for parts of any token in the lines around
// the others.
func TestExcerptsHoldNoSecret(t *testing.T) {
	source := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		var tokens []string
		var line strings.Builder
		for range 12 {
			token := randomToken(source)
			tokens = append(tokens, token)
			line.WriteString(strings.Repeat(string(" ,;="[source.IntN(4)]), 1+source.IntN(60)) + token)
		}
		out := searchChunks(t, []byte(line.String()), 1<<20)
		if len(out.sightings) != len(tokens) {
			t.Fatalf("%d sightings of %d tokens", len(out.sightings), len(tokens))
		}
		for _, s := range out.sightings {
			shown := s.excerpt.Before + "|" + s.excerpt.After
			for _, token := range tokens {
				for i := 5; i+8 <= len(token); i++ {
					if strings.Contains(shown, token[i:i+8]) {
						t.Fatalf("%q shows %q of %q", shown, token[i:i+8], token)
					}
				}
			}
		}
	}
}

func TestMaxSize(t *testing.T) {
	s := searcher{set: rules.NewSet(rules.All()...), chunk: defaultChunk, maxSize: 10}
	for size, want := range map[int]error{10: nil, 11: errTooLarge} {
		out := s.search(t.Context(), Blob{Open: Bytes(make([]byte, size))})
		if out.err != want {
			t.Errorf("%d bytes: %v, want %v", size, out.err, want)
		}
	}
}
