package rules

import (
	"encoding/base64"
	"testing"
)

func TestJWT(t *testing.T) {
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	token := func(header, claims string) []byte {
		return []byte(encode(header) + "." + encode(claims) + "." + randomText(43, base64url))
	}
	const signed = `{"alg":"HS256","typ":"JWT"}`
	for _, c := range []struct {
		token   []byte
		isJWT   bool
		sample  bool
		expires int64
	}{
		{token(signed, `{"sub":"u-1","exp":1700000000}`), true, false, 1700000000},
		{token(signed, `{"sub":"u-1","exp":1.7e9}`), true, false, 1700000000},
		{token(signed, `{"sub":"u-1","exp":"soon"}`), true, false, 0},
		{token(signed, `{"sub":"u-1","exp":1e300}`), true, false, 0},
		{token(signed, `{"exp":-1}`), true, false, 0},
		{token(signed, `not JSON`), true, false, 0},
		{token(signed, `{"sub":"1234567890","name":"Someone"}`), true, true, 0},
		{token(signed, `{"sub":"7","name":"John Doe"}`), true, true, 0},
		{token(signed, `{"iat":1516239022}`), true, true, 0},
		{token(signed, `{"iss":"joe","exp":1300819380}`), true, true, 1300819380},
		{token(`{"alg":"none"}`, `{"sub":"7"}`), true, true, 0},
		{[]byte(encode(`{"alg":"None"}`) + "." + encode(`{"sub":"7"}`) + "."), true, true, 0},
		{token(`{"typ":"JWT"}`, `{}`), false, false, 0},
		{[]byte("e30.e30.x"), false, false, 0},
		{[]byte("eyJ"), false, false, 0},
		{nil, false, false, 0},
	} {
		if isJWT(c.token) != c.isJWT || isSampleJWT(c.token) != c.sample || jwtExpiry(c.token) != c.expires {
			t.Errorf("%s: JWT %v, sample %v, expires %d", c.token, isJWT(c.token), isSampleJWT(c.token), jwtExpiry(c.token))
		}
	}
}
