package issuer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// TestAuditAtOnce has several revocations begin a log at once, each of which finds all
// that it wrote.
func TestAuditAtOnce(t *testing.T) {
	t.Parallel()
	for range 50 {
		path := filepath.Join(t.TempDir(), "state", "audit.jsonl")
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				log, err := OpenAudit(path)
				if err != nil {
					t.Error(err)
					return
				}
				defer log.Close()
				secret := rules.NewSecret(randomToken())
				for _, step := range []Step{Planned, Sent, Answered} {
					if err := log.append(Record{Step: step, Fingerprint: fmt.Sprint(i), Rule: rules.QoderPAT}, secret); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		doubts, err := ReadDoubts(path)
		if err != nil || len(doubts) != 8 {
			t.Fatalf("%d are in doubt, %v", len(doubts), err)
		}
	}
}

// TestAuditDamaged has a log in which a record was cut short and the next one follows
// on the same line, and one with what a file system leaves after a crash.
func TestAuditDamaged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	log, err := OpenAudit(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	secret := rules.NewSecret(randomToken())
	if err := log.append(Record{Step: Sent, Fingerprint: "f1", Rule: rules.QoderPAT}, secret); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dead := []byte(strings.Replace(string(whole), `"step":"sent"`, `"step":"verified","status":"`+string(scanner.Dead)+`"`, 1))
	for name, c := range map[string]struct {
		log  []byte
		want int
	}{
		"a hole at its end": {slices.Concat(whole, make([]byte, 1<<20)), 1},
		"a hole in it":      {slices.Concat(whole, make([]byte, 1<<20), []byte("\n"), dead), 0},
		"a hole before it":  {slices.Concat(make([]byte, 1<<20), []byte("\n"), whole), 1},
		"no end":            {slices.Concat(whole, dead[:len(dead)-1]), 0},
		"not a single line": {make([]byte, 1<<20), 0},
		"other text":        {slices.Concat([]byte("null\n[]\n7\n"), whole), 1},
	} {
		if err := os.WriteFile(path, c.log, 0o600); err != nil {
			t.Fatal(err)
		}
		if doubts, err := ReadDoubts(path); err != nil || len(doubts) != c.want {
			t.Errorf("%s: %d are in doubt, %v", name, len(doubts), err)
		}
	}
	for cut := range len(whole) - 1 {
		torn := slices.Concat(whole[:cut], whole)
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		if doubts, err := ReadDoubts(path); err != nil || len(doubts) != 1 {
			t.Fatalf("cut at %d: %d are in doubt, %v", cut, len(doubts), err)
		}
	}
}
