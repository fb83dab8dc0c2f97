package rules

import (
	"slices"
	"strings"
	"testing"
)

// TestLists checks that every value of a list is found, a § stands for one.
func TestLists(t *testing.T) {
	set := NewSet(All()...)
	for _, form := range []string{
		"QODER_PAT_LIST=§,§,§\n", `export QODER_PAT_LIST="§, §"`, `{"OPENCODE_QODER_PAT":"§;§"}`, "QODER_PAT=§|§\n",
		`{"QODER_PAT_LIST": ["§", "§", "§"], "x": 1}`, "qoder_pats:\n  - §\n  - §\n", "QODER_TOKENS = [\n  '§',\n  '§',\n]",
		"QODER_PAT_LIST=pt-§,§,pt-§,§\n", `QODER_PAT = { value = "§", force = true }`,
	} {
		for range 20 {
			text, planted := fillIn(form)
			var found []string
			for _, m := range set.Find([]byte(text)) {
				found = append(found, m.Secret.Reveal())
			}
			if !slices.Equal(found, planted) {
				t.Errorf("found %q in %q", found, text)
			}
		}
	}
}

// TestNoLists checks that a list ends with its variable: only its first value is
// found.
func TestNoLists(t *testing.T) {
	set := NewSet(All()...)
	for _, form := range []string{
		`{"QODER_PAT": "§", "commit": "§"}`, `{"QODER_PAT": "§", "§": 1}`, "QODER_PAT=§\nCOMMIT=§\n", "f(QODER_PAT='§', §)",
		"QODER_PAT=§,commit=§\n", `QODER_PATS="§", "§": 1`, "QODER_PAT=§\n§\n", "QODER_PAT_LIST=§,lookup(§)\n", "QODER_PAT_LIST=§ §\n",
	} {
		for range 20 {
			text, planted := fillIn(form)
			if found := set.Find([]byte(text)); len(found) != 1 || found[0].Secret.Reveal() != planted[0] {
				t.Errorf("found %d in %q", len(found), text)
			}
		}
	}
}

// fillIn puts random values in the place of every § with what prefix stands before it.
func fillIn(form string) (text string, planted []string) {
	for strings.Contains(form, "§") {
		value := randomText(40, base62)
		before, after, _ := strings.Cut(form, "§")
		if strings.HasSuffix(before, patPrefix) {
			planted = append(planted, patPrefix+value)
		} else {
			planted = append(planted, value)
		}
		text, form = text+before+value, after
	}
	return text + form, planted
}
