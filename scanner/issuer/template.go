package issuer

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/patlint/patlint/rules"
)

// template is text with places for values: {{token}} and {{env:NAME}}.
type template []piece

// piece is a part of a template: text as it is, or a value.
type piece struct {
	text  string
	token bool         // the token stands here
	value rules.Secret // of an environment variable; empty if none stands here
}

var placePattern = regexp.MustCompile(`\{\{(.*?)\}\}`)
var variablePattern = regexp.MustCompile(`^env:([A-Za-z_][A-Za-z0-9_]*)$`)

// parseTemplate reads a template, with the variables that it names. Its errors
// quote no more than their names.
func parseTemplate(text string, env func(string) string) (template, error) {
	var t template
	at := 0
	for _, m := range placePattern.FindAllStringSubmatchIndex(text, -1) {
		t = append(t, piece{text: text[at:m[0]]})
		at = m[1]
		name := text[m[2]:m[3]]
		variable := variablePattern.FindStringSubmatch(name)
		switch {
		case name == "token":
			t = append(t, piece{token: true})
		case variable == nil:
			return nil, errors.New("want {{token}} or {{env:NAME}} between the braces")
		case env(variable[1]) == "":
			return nil, fmt.Errorf("the environment variable %s is not set", variable[1])
		default:
			t = append(t, piece{value: rules.NewSecret(env(variable[1]))})
		}
	}
	if strings.Contains(text[at:], "{{") {
		return nil, errors.New("a {{ has no }}")
	}
	return append(t, piece{text: text[at:]}), nil
}

// fill returns the text with the values, each encoded for where it stands.
func (t template) fill(secret rules.Secret, encode func(string) string) string {
	var b strings.Builder
	for _, p := range t {
		switch {
		case p.token:
			b.WriteString(encode(secret.Reveal()))
		case p.value != (rules.Secret{}):
			b.WriteString(encode(p.value.Reveal()))
		default:
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// hasToken tells whether the token has a place in the template.
func (t template) hasToken() bool {
	for _, p := range t {
		if p.token {
			return true
		}
	}
	return false
}

// isFixed tells whether nothing is filled in.
func (t template) isFixed() bool { return len(t) == 1 }

// inJSON encodes a value for the inside of a string in JSON.
func inJSON(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil { // a string always can be encoded
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}

// inPath encodes a value for one segment of a path. One of dots alone would be a
// step in it.
func inPath(value string) string {
	if strings.Trim(value, ".") == "" {
		return strings.ReplaceAll(value, ".", "%2E")
	}
	return url.PathEscape(value)
}

// asIs leaves a value as it is, where nothing has a meaning of its own.
func asIs(value string) string { return value }
