package rules

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"
)

// Secret is a leaked credential. Every fmt verb, JSON, text and slog form of
// it is masked; the pointer keeps reflection on nested unexported fields from
// printing the value. The zero Secret is empty.
type Secret struct{ value *string }

// NewSecret wraps the credential s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the credential itself. Each caller is a place where a secret
// can leak, and a test lists them all.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// maskPrefix is the most that a mask shows of a secret, in characters.
const maskPrefix = 5

// Mask returns the first characters of the secret and its length in
// characters: "pt-Ab…(64)". It shows five characters at most, and no more than
// a quarter of a short secret.
func (s Secret) Mask() string {
	text := s.Reveal()
	n := utf8.RuneCountInString(text)
	show := min(maskPrefix, n/4)
	end := 0
	for range show {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return fmt.Sprintf("%s…(%d)", text[:end], n)
}

// IsPAT tells whether the secret has the form of a Personal Access Token.
func (s Secret) IsPAT() bool {
	body, ok := strings.CutPrefix(s.Reveal(), patPrefix)
	return ok && len(body) >= patShortBody && len(body) <= patMaxBody && runLength([]byte(body), isTokenByte) == len(body)
}

// pieceLength is the length in bytes of the shortest piece of a secret that tells
// something about it.
const pieceLength = 8

// Overlaps tells whether text holds a piece of the secret, so that it must not be
// shown.
func (s Secret) Overlaps(text string) bool {
	secret := s.Reveal()
	if len(secret) <= pieceLength {
		return secret != "" && strings.Contains(text, secret)
	}
	for i := 0; i+pieceLength <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+pieceLength]) {
			return true
		}
	}
	return false
}

// ID identifies the secret within one run: equal secrets have equal IDs. It is
// not for output; see [Secret.Fingerprint].
func (s Secret) ID() [sha256.Size]byte { return sha256.Sum256([]byte(s.Reveal())) }

const (
	fingerprintBytes   = 16
	fingerprintSalt    = "patlint fingerprint 1\x00"
	guessableLength    = 32
	guessableIteration = 20_000
)

// Fingerprint names the secret in reports, baselines and configuration: 32
// hexadecimal digits that depend on the rule and the secret alone. A secret
// short enough that somebody might guess it is hashed slowly (PBKDF2, RFC
// 8018); a longer one is random enough for a single SHA-256.
func (s Secret) Fingerprint(ruleID string) string {
	salt := []byte(fingerprintSalt + ruleID)
	iterations := 1
	if len(s.Reveal()) < guessableLength {
		iterations = guessableIteration
	}
	sum, err := pbkdf2.Key(sha256.New, s.Reveal(), salt, iterations, fingerprintBytes)
	if err != nil { // only a key length or a FIPS policy that these constants cannot meet
		panic("fingerprint: " + err.Error())
	}
	return hex.EncodeToString(sum)
}

// String returns the mask.
func (s Secret) String() string { return s.Mask() }

// Format writes the mask, whatever the verb and flags.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.Mask()) }

// MarshalText returns the mask; encoding/json uses it too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.Mask()), nil }

// LogValue returns the mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.Mask()) }
