package scanner

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/patlint/patlint/rules"
)

// TestExpired shows that a JSON Web Token that has expired is less severe and
// says so, on the days after and on no other.
func TestExpired(t *testing.T) {
	end := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	encode := base64.RawURLEncoding.EncodeToString
	signature := make([]byte, 32)
	source := rand.New(rand.NewPCG(1, 2))
	for i := range signature {
		signature[i] = byte(source.Uint32())
	}
	token := encode([]byte(`{"alg":"HS256"}`)) + "." + encode(fmt.Appendf(nil, `{"exp":%d}`, end.Unix())) + "." + encode(signature)
	for _, c := range []struct {
		now      time.Time
		severity rules.Severity
		note     string
	}{
		{time.Time{}, rules.High, ""},
		{time.Unix(0, 0), rules.High, ""}, // a clock that was never set
		{time.Unix(1<<40, 0), rules.Low, "expired on 2026-03-04"},
		{end.Truncate(24 * time.Hour), rules.High, ""},
		{end.Truncate(24*time.Hour).AddDate(0, 0, 1), rules.Low, "expired on 2026-03-04"},
	} {
		opts := &Options{Rules: rules.NewSet(rules.All()...), Now: c.now}
		out := searched{blob: Blob{Kind: Stdin, Path: "x"}}
		s := searcher{set: opts.Rules, chunk: defaultChunk, buffer: make([]byte, 64)}
		if err := s.searchIn(t.Context(), strings.NewReader("Authorization: Bearer "+token), &out); err != nil {
			t.Fatal(err)
		}
		m := newMerger(opts)
		m.add(0, out)
		found := m.result(false).Findings
		if len(found) != 1 || found[0].Severity != c.severity || found[0].Note() != c.note || !strings.Contains(found[0].Message(), c.note) {
			t.Errorf("on %s: %+v", c.now, found)
		}
	}
}
