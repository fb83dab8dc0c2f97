package rules

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
)

// jwtMax is the length in bytes of the longest JSON Web Token that is looked
// into; longer ones do not fit the window of a rule.
const jwtMax = 2 * Reach

// isJWT tells whether value is a JSON Web Token in its compact form: three
// base64url parts, the first of which holds a JSON object (RFC 7519, section 3).
// An encrypted one has five (RFC 7516, section 3.1).
func isJWT(value []byte) bool {
	_, _, ok := splitJWT(value)
	return ok
}

// splitJWT returns what the header of a token says, and its second part as it
// stands.
func splitJWT(value []byte) (header jwtHeader, payload []byte, ok bool) {
	if len(value) > jwtMax || len(value) == 0 || value[0] != 'e' { // as in the base64 of "{"
		return jwtHeader{}, nil, false
	}
	parts := bytes.Split(value, []byte("."))
	if len(parts) != 3 && len(parts) != 5 || len(parts) == 3 && len(parts[1]) == 0 {
		return jwtHeader{}, nil, false
	}
	if !decodePart(parts[0], &header) || header.Algorithm == "" {
		return jwtHeader{}, nil, false
	}
	unsigned := header.isUnsigned() || len(parts) == 5
	return header, parts[1], unsigned || len(parts[2]) > 0
}

// jwtHeader is what counts of a token's header (RFC 7515, section 4).
type jwtHeader struct {
	Algorithm string `json:"alg"`
}

// isUnsigned tells the algorithm that protects nothing (RFC 7518, section 3.6).
func (h jwtHeader) isUnsigned() bool {
	return bytes.EqualFold([]byte(h.Algorithm), []byte("none"))
}

// jwtClaims are the claims that count of a token (RFC 7519, section 4.1). They
// are numbers and strings of whatever kind those who write tokens by hand use.
type jwtClaims struct {
	Issuer  any `json:"iss"`
	Subject any `json:"sub"`
	Name    any `json:"name"`
	Issued  any `json:"iat"`
	Expires any `json:"exp"`
}

// decodePart reads a base64url part of a token that holds JSON.
func decodePart(part []byte, into any) bool {
	part = bytes.TrimRight(part, "=")
	text := make([]byte, base64.RawURLEncoding.DecodedLen(len(part)))
	n, err := base64.RawURLEncoding.Decode(text, part)
	return err == nil && json.Unmarshal(text[:n], into) == nil
}

// jwtExpiry returns when a JSON Web Token expires, in seconds since 1970, or 0
// if value is none or does not say so.
func jwtExpiry(value []byte) int64 {
	_, payload, ok := splitJWT(value)
	var claims jwtClaims
	if !ok || !decodePart(payload, &claims) {
		return 0
	}
	const latest = 1 << 40 // far beyond any date that is meant
	exp, ok := claims.Expires.(float64)
	if !ok || !(exp > 0 && exp < latest) {
		return 0
	}
	return int64(exp)
}

// signatureMin is the length in bytes from which text may be a signature. The
// shortest in use have 43; some are cut.
const signatureMin = 16

// isSignature tells whether the last part of a token is random, not a word that
// stands for the signature.
func isSignature(part []byte) bool { return len(part) >= signatureMin && looksRandom(part) }

// isSampleJWT tells whether value is a JSON Web Token that opens nothing: it is
// not signed, or made for documents, as that of jwt.io and its many copies, and
// those of RFC 7515 and RFC 7519.
func isSampleJWT(value []byte) bool {
	header, payload, ok := splitJWT(value)
	if !ok {
		return false
	}
	var claims jwtClaims
	if header.isUnsigned() || !isSignature(value[bytes.LastIndexByte(value, '.')+1:]) {
		return true
	}
	if !decodePart(payload, &claims) {
		return false
	}
	switch {
	case claims.Subject == "1234567890", claims.Subject == 1234567890.0:
		return true
	case claims.Name == "John Doe", claims.Name == "Jane Doe", claims.Issued == 1516239022.0:
		return true
	}
	return claims.Issuer == "joe"
}
