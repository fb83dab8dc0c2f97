package event

import (
	"errors"
	"strings"
	"testing"

	"github.com/patlint/patlint/scanner/source"
)

var (
	a = strings.Repeat("a1", 20)
	b = strings.Repeat("b2", 20)
	c = strings.Repeat("c3", 20)
	z = strings.Repeat("0", 40)
)

// read reads an event as a workflow would see it.
func read(name, payload string) (Event, error) {
	env := map[string]string{"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": "event.json", "GITHUB_SHA": c}
	return Read(func(key string) string { return env[key] }, func(path string, limit int64) ([]byte, error) {
		switch {
		case path != "event.json":
			return nil, errors.New("another file is read")
		case int64(len(payload)) > limit:
			return nil, errors.New("too large")
		}
		return []byte(payload), nil
	})
}

func TestEvents(t *testing.T) {
	pull := `{"action": "opened", "pull_request": {"base": {"sha": "` + a + `", "ref": "main"}, "head": {"sha": "` + b + `"}}}`
	pushed := func(ref, before, after, more string) string {
		return `{"ref": "` + ref + `", "before": "` + before + `", "after": "` + after + `", "repository": {"default_branch": "main"}` + more + `}`
	}
	for _, test := range []struct {
		name, payload string
		want          Event
	}{
		{"pull_request", pull, Event{Scope: Range, Base: a, Head: b, Merge: c, Request: true}},
		{"pull_request_target", pull, Event{Scope: Range, Base: a, Head: b, Merge: c, Request: true}},
		{"pull_request_review", pull, Event{Scope: Range, Base: a, Head: b, Merge: c, Request: true}},
		{"merge_group", `{"merge_group": {"base_sha": "` + a + `", "head_sha": "` + b + `"}}`, Event{Scope: Range, Base: a, Head: b, Request: true}},
		{"push", pushed("refs/heads/topic", a, b, ""), Event{Scope: Range, Base: a, Head: b, Trunk: "refs/remotes/origin/main"}},
		{"push", pushed("refs/heads/main", a, b, ""), Event{Scope: Range, Base: a, Head: b}},
		{"push", pushed("refs/heads/topic", z, b, ""), Event{Scope: New, Head: b, Trunk: "refs/remotes/origin/main"}},
		{"push", pushed("refs/heads/main", z, b, ""), Event{Scope: New, Head: b}},
		{"push", pushed("refs/heads/topic", a, z, `, "deleted": true`), Event{Scope: Nothing}},
		{"push", pushed("refs/tags/v1", z, b, ""), Event{Scope: Everything}},
		{"schedule", `{"schedule": "0 0 * * *"}`, Event{}},
		{"workflow_dispatch", "not JSON at all", Event{}},
		{"repository_dispatch", "", Event{}},
		{"", "", Event{}},
	} {
		test.want.Name = test.name
		if got, err := read(test.name, test.payload); err != nil || got != test.want {
			t.Errorf("%s %s\n got %+v, %v\nwant %+v", test.name, test.payload, got, err, test.want)
		}
	}
}

// Whatever an event names, nothing but ids and names of references that git takes
// come out of it.
func TestHostileEvents(t *testing.T) {
	pull := func(base, head string) string {
		return `{"pull_request": {"base": {"sha": ` + base + `}, "head": {"sha": ` + head + `}}}`
	}
	id := `"` + a + `"`
	for _, test := range []struct{ name, payload string }{
		{"pull_request", ""},
		{"pull_request", "null"},
		{"pull_request", "{}"},
		{"pull_request", `[1]`},
		{"pull_request", `{"pull_request": null}`},
		{"pull_request", pull(id, `"$(touch hacked)"`)},
		{"pull_request", pull(`"--upload-pack=touch hacked"`, id)},
		{"pull_request", pull(id, `"`+strings.ToUpper(a)+`"`)},
		{"pull_request", pull(id, `"`+a+`\n::error::"`)},
		{"pull_request", pull(id, `"`+a+`%0A"`)},
		{"pull_request", pull(id, `"`+a[:39]+`"`)},
		{"pull_request", pull(`"`+z+`"`, id)},
		{"pull_request", pull(id, `17`)},
		{"pull_request", pull(id, `{"sha": `+id+`}`)},
		{"pull_request", pull(id, id) + pull(id, id)},
		{"pull_request", `{"a": "` + strings.Repeat("x", maxPayload) + `", "pull_request": {}}`},
		{"pull_request", strings.Repeat("[", 1<<20)},
		{"merge_group", `{"merge_group": {"base_sha": "main; touch hacked", "head_sha": ` + id + `}}`},
		{"merge_group", `{"merge_group": {}}`},
		{"push", `{}`},
		{"push", `{"ref": "refs/heads/x", "before": "HEAD~5", "after": ` + id + `}`},
		{"push", `{"ref": "refs/heads/x", "before": ` + id + `, "after": ""}`},
		{"push", `{"ref": "refs/heads/x", "before": ` + id + `, "after": "` + z + `"}`},
		{"push", `{"ref": "refs/heads/x\n::error::", "before": ` + id + `, "after": ` + id + `}`},
		{"push", `{"ref": "main", "before": ` + id + `, "after": ` + id + `}`},
		{"push", `{"before": ` + id + `, "after": ` + id + `}`},
	} {
		if e, err := read(test.name, test.payload); err == nil {
			t.Errorf("%s %.200s: is taken for %+v", test.name, test.payload, e)
		} else if strings.Contains(err.Error(), "hacked") || strings.ContainsAny(err.Error(), "\n%$") {
			t.Errorf("the error quotes the event: %v", err)
		}
	}
}

// A name that git takes is a name, however it looks; one that it does not take is
// compared with nothing.
func TestHostileBranches(t *testing.T) {
	for trunk, want := range map[string]string{
		"a;$(touch${IFS}hacked)": "refs/remotes/origin/a;$(touch${IFS}hacked)",
		"%0A::error::x":          "",
		"##[error]":              "",
		"a%0Ab":                  "refs/remotes/origin/a%0Ab",
		"../../../etc/passwd":    "",
		"main~3":                 "",
		"@{-1}":                  "",
		"":                       "",
		"a//b":                   "",
		".hidden":                "",
		"x.lock":                 "",
		"main^{commit}":          "",
		"-x":                     "", // "git branch" makes none
	} {
		payload := `{"ref": "refs/heads/topic", "before": "` + z + `", "after": "` + b + `", "repository": {"default_branch": "` + trunk + `"}}`
		if e, err := read("push", payload); err != nil || e.Trunk != want {
			t.Errorf("%q: %q, %v", trunk, e.Trunk, err)
		}
	}
	if e, err := read("a;$(touch hacked)\n::error::", ""); err != nil || e.Name != "atouchhackederror" {
		t.Errorf("%q, %v", e.Name, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("push", `{"ref": "refs/heads/x", "before": "`+a+`", "after": "`+b+`", "repository": {"default_branch": "main"}}`)
	f.Add("pull_request", `{"pull_request": {"base": {"sha": "`+a+`"}, "head": {"sha": "`+b+`"}}}`)
	f.Fuzz(func(t *testing.T, name, payload string) {
		e, err := read(name, payload)
		if err != nil {
			return
		}
		for _, id := range []string{e.Base, e.Head, e.Merge} {
			if id != "" && !isID(id) {
				t.Errorf("%q is no id", id)
			}
		}
		if e.Scope == Range && (e.Base == "" || e.Head == "") || e.Trunk != "" && !source.IsReference(e.Trunk) {
			t.Errorf("%+v", e)
		}
	})
}
