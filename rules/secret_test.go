package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestSecretStaysMasked prints a secret in every way that Go has.
func TestSecretStaysMasked(t *testing.T) {
	token := randomPAT()
	secret := NewSecret(token)
	type inner struct{ hidden Secret }
	nested := struct {
		Open  Secret
		Deep  []inner
		Table map[string]*Secret
	}{secret, []inner{{secret}}, map[string]*Secret{"a": &secret}}

	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%10.3s", "%c", "%U", "%t", "%p", "%w"} {
		fmt.Fprintf(&out, verb+"\n", secret)
		fmt.Fprintf(&out, verb+"\n", &secret)
		fmt.Fprintf(&out, verb+"\n", nested)
		fmt.Fprintf(&out, verb+"\n", inner{secret})
		fmt.Fprintln(&out, fmt.Errorf("wrapped: "+verb, secret))
	}
	if err := json.NewEncoder(&out).Encode(nested); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "s", secret, "n", nested)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "s", secret, "n", nested)

	for i := maskPrefix; i+8 <= len(token); i++ {
		part := token[i : i+8]
		if strings.Contains(out.String(), part) || strings.Contains(out.String(), fmt.Sprintf("%x", part)) {
			t.Fatalf("characters %d to %d are shown", i, i+8)
		}
	}
}

func TestMask(t *testing.T) {
	for secret, want := range map[string]string{
		"": "…(0)", "abc": "…(3)", "abcdefgh": "ab…(8)", strings.Repeat("x", 64): "xxxxx…(64)", "日本語日本語日本": "日本…(8)",
	} {
		if got := NewSecret(secret).Mask(); got != want {
			t.Errorf("mask of %q: %q, want %q", secret, got, want)
		}
	}
	if got := (Secret{}).Mask(); got != "…(0)" {
		t.Errorf("mask of the zero secret: %q", got)
	}
}

func TestFingerprint(t *testing.T) {
	a, b := NewSecret(randomPAT()), NewSecret(randomText(16, base62))
	if a.Fingerprint("r") != NewSecret(a.Reveal()).Fingerprint("r") {
		t.Error("the same secret has two fingerprints")
	}
	if a.Fingerprint("r") == a.Fingerprint("s") || a.Fingerprint("r") == b.Fingerprint("r") {
		t.Error("another rule or secret has the same fingerprint")
	}
	if n := len(b.Fingerprint("r")); n != 32 {
		t.Errorf("a fingerprint has %d digits", n)
	}
}
