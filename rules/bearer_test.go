package rules

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func bearerLines(lines string) []string {
	return strings.FieldsFunc(lines, func(r rune) bool { return r == '\n' })
}

// bearerKinds are what a credential may look like.
func bearerKinds() []string {
	return []string{
		randomValue("bearer"), randomValue("jwt"), randomText(32, base62[26:32]+base62[52:]), randomText(64, base62[26:32]+base62[52:]),
		"sk_live_" + randomText(24, base62), "ghp_" + randomText(36, base62), randomText(43, base64url) + "A",
		"prod-api-s3rv-" + randomText(12, base62[26:32]+base62[52:]) + "7a9c",
	}
}

func TestBearerLeaks(t *testing.T) {
	kinds := len(bearerKinds())
	tryBearerLeaks(t, bearerLeaks+moreBearerLeaks, kinds)
	tryBearerLeaks(t, bearerAlone, kinds-1)
}

// tryBearerLeaks looks for the first kinds of credentials in lines.
func tryBearerLeaks(t *testing.T, lines string, kinds int) {
	set := NewSet(bearerLiteral())
	for _, line := range bearerLines(lines) {
		missed := 0
		var example string
		for range 12 {
			for _, value := range bearerKinds()[:kinds] {
				text := strings.NewReplacer("§", value, "¶", "\n").Replace(line)
				found := set.Find([]byte(text))
				if len(found) != 1 || text[found[0].Start:found[0].End] != value {
					missed++
					example = text
				}
				if len(found) > 0 && !set.Present([]byte(text)) {
					t.Fatalf("nothing is present in %q", text)
				}
			}
		}
		if missed > 2+kinds*12/20 { // names made of words and an id are judged as names now and then
			t.Errorf("missed %d of %d, as %s", missed, 12*kinds, example)
		}
	}
}

func TestBearerQuiet(t *testing.T) { tryBearerQuiet(t, bearerQuiet+moreBearerQuiet) }

// tryBearerQuiet checks that nothing is found in lines.
func tryBearerQuiet(t *testing.T, lines string) {
	t.Helper()
	set := NewSet(bearerLiteral())
	for _, line := range bearerLines(lines) {
		for range 20 {
			text := strings.NewReplacer("§", randomValue("bearer"), "¶", "\n").Replace(line)
			if found := set.Find([]byte(text)); len(found) != 0 {
				t.Errorf("found %q in %q", text[found[0].Start:found[0].End], text)
				break
			}
		}
	}
}

// FuzzBearer checks that nothing is found where nothing is present, and that
// what surrounds a header does not hide it.
func FuzzBearer(f *testing.F) {
	for _, line := range append(bearerLines(bearerLeaks), bearerLines(bearerQuiet)...) {
		f.Add([]byte(strings.NewReplacer("§", randomValue("bearer"), "¶", "\n").Replace(line)))
	}
	set := NewSet(bearerLiteral())
	header := []byte("\n\nAuthorization: Bearer " + randomText(40, base62))
	f.Fuzz(func(t *testing.T, data []byte) {
		found := set.Find(data)
		if len(found) > 0 && !set.Present(data) {
			t.Fatal("nothing is present where something is found")
		}
		for _, m := range found {
			// A literal that is put together has what stands between its pieces in the data.
			if value := m.Secret.Reveal(); len(value) < bearerMinLength || strings.ContainsAny(value, " \t\r\n\"'`\\") {
				t.Fatalf("%q is no credential", value)
			}
		}
		if more := set.Find(append(bytes.Clone(data), header...)); len(more) == 0 || more[len(more)-1].End != len(data)+len(header) {
			t.Fatalf("the header is not found behind %q", data)
		}
	})
}

// BenchmarkBearer searches text that is made to be slow, by the kilobyte and by
// the megabyte: as many MB/s in both show that no text is gone through many
// times. Its reference is the same amount of the tests' quiet lines.
func BenchmarkBearer(b *testing.B) {
	set := NewSet(bearerLiteral())
	for _, unit := range []string{
		bearerQuiet, "Bearer ", `"bearer",`, "bearer_token=", "Authorization: Bearer ", "bearer {token: ", "Bearer aB3", "bearer\"", "Bearer\n%20",
		"bearer=((((", "Bearer+", "bearer ${", "bearer {{default ", "type: bearer\ntoken: ",
	} {
		for _, size := range []int{64 << 10, 1 << 20} {
			text := bytes.Repeat([]byte(unit), 1+size/len(unit))[:size]
			b.Run(fmt.Sprintf("%.24q/%d KB", unit, size>>10), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					set.Find(text)
				}
			})
		}
	}
}
