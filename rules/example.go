package rules

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// placeholders are the names that a rule's examples use for values that must
// not stand in a source file, with a random value of each.
var placeholders = []struct {
	name  string
	value func(s sampler) string
}{
	{"pat", func(s sampler) string { return patPrefix + s.text(patRealBody, sampleAlphabets["base64url"]) }},
	{"bearer", func(s sampler) string { return s.text(40, sampleAlphabets["random"]) }},
	{"random", func(s sampler) string { return s.text(40, sampleAlphabets["random"]) }},
	{"shortpat", sampler.shortPAT},
	{"job", func(s sampler) string { return "jt-" + s.text(40, sampleAlphabets["random"]) }},
	{"device", func(s sampler) string { return "drt-" + s.text(40, sampleAlphabets["random"]) }}, // its refresh token
	{"jwt", sampler.jwt}, // a signed JSON Web Token
	{"uuid", sampler.uuid},
}

// Example fills in the placeholders of an example: each {{name}} becomes
// value(name). Other text in braces stays as it is.
func Example(example string, value func(name string) string) string {
	for _, p := range placeholders {
		mark := "{{" + p.name + "}}"
		for strings.Contains(example, mark) {
			example = strings.Replace(example, mark, value(p.name), 1)
		}
	}
	return example
}

func (s sampler) uuid() string {
	hex := sampleAlphabets["hex"]
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", s.text(8, hex), s.text(4, hex), s.text(3, hex), s.text(3, hex), s.text(12, hex))
}

func (s sampler) jwt() string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		encode([]byte(`{"sub":"`+s.text(12, sampleAlphabets["random"])+`"}`)) + "." + s.text(43, sampleAlphabets["random"])
}
