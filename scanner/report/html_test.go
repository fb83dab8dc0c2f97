package report

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/patlint/patlint/scanner"
)

// pageElements are all that a page may consist of: nothing that runs, loads or
// leads anywhere.
var pageElements = strings.Fields(`html head meta title style body header main section h1 h2 h3 p dl dt dd ul ol li
	fieldset legend label input details summary b i span code pre mark table thead tbody tr th td`)

// checkHTML fails if a page has an element or an attribute that is not the
// template's.
func checkHTML(t testing.TB, out string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	classes := []string{"summary", "leaks", "clean", "incomplete", "warning", "show", "finding", "severity", "status", "live", "line"}
	for _, s := range []string{"critical", "high", "medium", "low"} {
		classes = append(classes, s, "show-"+s)
	}
	for n := range root.Descendants() {
		switch {
		case n.Type == html.CommentNode:
			t.Errorf("a comment: %s", n.Data)
		case n.Type == html.ElementNode && !slices.Contains(pageElements, n.Data):
			t.Errorf("an element %s", n.Data)
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "class":
				for class := range strings.FieldsSeq(a.Val) {
					if !slices.Contains(classes, class) {
						t.Errorf("a class %q", a.Val)
					}
				}
			case "lang", "charset", "http-equiv", "content", "name", "scope", "type", "checked", "open":
			default:
				t.Errorf("an attribute %s=%q of %s", a.Key, a.Val, n.Data)
			}
		}
	}
	return root
}

// text returns what the elements of a name hold.
func textOf(root *html.Node, name string) []string {
	var all []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != name {
			continue
		}
		var b strings.Builder
		for inside := range n.Descendants() {
			if inside.Type == html.TextNode {
				b.WriteString(inside.Data)
			}
		}
		all = append(all, b.String())
	}
	return all
}

// The page allows itself its own style and nothing else.
func TestHTMLPolicy(t *testing.T) {
	root := checkHTML(t, render(t, "html", rich(), sampleInfo()))
	styles := textOf(root, "style")
	hash := sha256.Sum256([]byte(strings.Join(styles, "")))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'"
	var policies []string
	for n := range root.Descendants() {
		if i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "content" }); i >= 0 && n.Attr[0].Val == "Content-Security-Policy" {
			policies = append(policies, n.Attr[i].Val)
		}
	}
	if len(styles) != 1 || !slices.Equal(policies, []string{want}) {
		t.Errorf("%d styles, the policies are %q, want %q", len(styles), policies, want)
	}
	if strings.Contains(styles[0], "url(") || strings.Contains(styles[0], "@import") {
		t.Error("the style loads something")
	}
}

func TestHTMLSaysAll(t *testing.T) {
	info := sampleInfo()
	info.Changes = []string{"sample-token: off"}
	root := checkHTML(t, render(t, "html", rich(), info))
	places := 0
	for _, f := range rich().Findings {
		places += len(f.Locations)
	}
	for _, s := range rich().Suppressed {
		places += len(s.Locations)
	}
	if n := len(textOf(root, "tr")) - len(textOf(root, "thead")); n != places {
		t.Errorf("%d places, want %d", n, places)
	}
	if n := len(textOf(root, "details")); n != 4+3 {
		t.Errorf("%d findings and suppressed", n)
	}
	all := strings.Join(textOf(root, "body"), "")
	for _, want := range []string{
		"The scan is not complete, there may be more", "interrupted before everything was searched", "missing from the repository (13, as object ",
		"sample-token: off", "This finding is suppressed by the configuration: revoked in May.", "Not part of the scan", "libs/sub: a submodule",
		Visible(hostile), "Rotate the credential.", "someone@example.com", "Verified1 live", "critical (2)", "medium (1)", "low (1)",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestHTMLClean(t *testing.T) {
	root := checkHTML(t, render(t, "html", &scanner.Result{}, Info{}))
	if got := textOf(root, "p"); !slices.Equal(got, []string{"no leaks found"}) || len(textOf(root, "section")) != 0 {
		t.Errorf("got %q", got)
	}
}
