package source

import (
	"os"
	"slices"
	"testing"
)

func TestAlternateDirs(t *testing.T) {
	const sep = string(os.PathListSeparator)
	for value, want := range map[string][]string{
		"":                                   nil,
		"a":                                  {"a"},
		"a" + sep + sep + "b" + sep:          {"a", "b"},
		`"a` + sep + `b"` + sep + "c":        {"a" + sep + "b", "c"},
		`"\"\303\251\\"` + sep + `"c"`:       {"\"é\\", "c"},
		`"open` + sep + "b":                  {`"open`, "b"},
		`"bad\q"` + sep + "b":                {`"bad\q"`, "b"},
		`a"b` + sep + `"a" b` + sep + "last": {`a"b`, "a", " b", "last"},
	} {
		if got := alternateDirs(value); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}
