package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	digits  = "0123456789"
)

// randomText returns n random characters that cannot look like words to any
// rule: every fourth one is a digit. They differ from run to run, so that no
// realistic token stands in the repository.
func randomText(n int) string {
	text := make([]byte, n)
	for i := range text {
		alphabet := letters
		if i%4 == 3 {
			alphabet = digits
		}
		text[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(text)
}

func randomPAT() string { return "pt-" + randomText(61) }

func randomBearer() string { return randomText(40) }

// mask is the most that a report may show of a token.
func mask(token string) string { return fmt.Sprintf("%s…(%d)", token[:5], len(token)) }

// leakLength is how many characters of a token in a row are a leak.
const leakLength = 8

// leak returns a part of a token that stands in text, or "".
func leak(text string, tokens ...string) string {
	parts := map[string]bool{}
	for _, token := range tokens {
		for i := 0; i+leakLength <= len(token); i++ {
			parts[token[i:i+leakLength]] = true
		}
	}
	for i := 0; i+leakLength <= len(text); i++ {
		if part := text[i : i+leakLength]; parts[part] {
			return part
		}
	}
	return ""
}

// wantNoLeak fails at once if text, which is called name, holds a part of a
// token.
func wantNoLeak(t *testing.T, name, text string, tokens ...string) {
	t.Helper()
	part := leak(text, tokens...)
	if part == "" {
		return
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			t.Fatalf("%s: %q of a secret is in the line\n%.300s", name, part, line)
		}
	}
	t.Fatalf("%s: %q of a secret is in it", name, part)
}

func TestLeakSeesWhatItShould(t *testing.T) {
	token := randomPAT()
	for _, text := range []string{token, "x" + token[20:28] + "y", token[len(token)-8:]} {
		if leak(text, token) == "" {
			t.Errorf("no leak is seen in %q", text)
		}
	}
	if part := leak(mask(token), token); part != "" {
		t.Errorf("the mask counts as a leak: %q", part)
	}
}

// allowing begins an inline comment that allows a finding. It is joined here so
// that the tests' own files have none, which would cover nothing.
const allowing = "patlint" + ":allow"
