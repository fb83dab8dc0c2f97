package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/patlint/patlint/scanner"
)

// A report can be read again, and says the same then.
func TestJSONReadAgain(t *testing.T) {
	for _, r := range []*scanner.Result{rich(), {}} {
		out := render(t, "json", r, sampleInfo())
		var d document
		decoder := json.NewDecoder(strings.NewReader(out))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&d); err != nil {
			t.Fatal(err)
		}
		again, err := encode(d, "  ")
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != out {
			t.Errorf("read again and written it is another: %d bytes, not %d", len(again), len(out))
		}
	}
}

// Escaping changes no value: what is valid comes back as it was.
func TestJSONIsExact(t *testing.T) {
	want := strings.ToValidUTF8(hostile, string(utf8.RuneError))
	var d document
	if err := json.Unmarshal([]byte(render(t, "json", rich(), Info{})), &d); err != nil {
		t.Fatal(err)
	}
	if got := d.Findings[1].Locations[0].Path; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJSONListsAreNeverNull(t *testing.T) {
	for _, format := range []string{"json", "jsonl", "sarif"} {
		for _, out := range []string{
			render(t, format, &scanner.Result{}, Info{}),
			render(t, format, &scanner.Result{Findings: []scanner.Finding{finding(1, tokenRule())}}, Info{}),
		} {
			if format == "sarif" && strings.Contains(out, `"ruleId"`) {
				t.Error("a result without a location, which GitHub refuses")
			}
			if strings.Contains(out, "null") {
				t.Errorf("%s: null in %s", format, out)
			}
		}
	}
}

func TestJSONKeyOrder(t *testing.T) {
	var keys []string
	decoder := json.NewDecoder(strings.NewReader(render(t, "json", rich(), sampleInfo())))
	depth := 0
	for isKey := true; ; {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		switch d, _ := token.(json.Delim); {
		case d == '{' || d == '[':
			depth++
			isKey = true
		case d == '}' || d == ']':
			depth--
			isKey = true
		case depth == 1 && isKey:
			keys = append(keys, token.(string))
			isKey = false
		default:
			isKey = true
		}
	}
	want := "schema tool target complete findings suppressed skipped stats"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Each line of JSONL but the last is an entry of the report's findings.
func TestJSONLines(t *testing.T) {
	lines := bytes.SplitAfter([]byte(render(t, "jsonl", rich(), sampleInfo())), []byte("\n"))
	lines = lines[:len(lines)-1] // behind the last line feed is nothing
	if len(lines) != len(rich().Findings)+1 {
		t.Fatalf("got %d lines", len(lines))
	}
	info := sampleInfo()
	for i, f := range rich().Findings {
		want, err := encode(newFindingEntry(&f, &info), "")
		if err != nil || !bytes.Equal(lines[i], want) {
			t.Errorf("line %d is %s, want %s (%v)", i, lines[i], want, err)
		}
	}
	var last summary
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Schema != schema || last.Complete {
		t.Errorf("the last line is %s (%v)", lines[len(lines)-1], err)
	}
}
