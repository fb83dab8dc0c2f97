package rules

import (
	"fmt"
	"testing"
)

// alphabets are those that services make their tokens of, with the length from
// which a token of them is told from a name.
var alphabets = []struct {
	name, chars string
	from        int
}{
	{"base62", base62, 16},
	{"base64url", base64url, 20},
	{"base64", base62 + "+/", 20},
	{"hex", digits + "abcdef", 20},
	{"upper hex", digits + "ABCDEF", 20},
	{"base36", digits + lowerLetters, 16},
	{"upper base36", digits + upperLetters, 16},
	{"base32", upperLetters + "234567", 16},
	{"letters", lowerLetters + upperLetters, 16},
	{"lower case", lowerLetters, 32},
	{"lower case, digits, joiners", lowerLetters + digits + "-_", 61},
}

// TestRandomTextIsSeen demands that of a hundred thousand random tokens of each
// alphabet hardly any of each length is taken for a name or a placeholder. The
// short run takes a tenth of them.
func TestRandomTextIsSeen(t *testing.T) {
	count := 100_000
	if testing.Short() {
		count = 10_000
	}
	const perThousand, chance = 2, 5 // the latter is what a small sample adds
	for _, a := range alphabets {
		for _, n := range []int{12, 16, 20, 24, 32, 40, 61, 128, 300} {
			if n < a.from {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", a.name, n), func(t *testing.T) {
				t.Parallel()
				source := seeded(uint64(n))
				names, placeholders := 0, 0
				tries := count / 9
				for range tries {
					value := []byte(randomFrom(source, n, a.chars))
					if isPlaceholder(value) {
						placeholders++
					} else if !looksRandom(value) {
						names++
					}
				}
				t.Logf("%d of %d taken for names, %d for placeholders", names, tries, placeholders)
				if names+placeholders > perThousand*tries/1000+chance {
					t.Errorf("of %d, %d are taken for names, %d for placeholders", tries, names, placeholders)
				}
			})
		}
	}
}

// TestNamesAreNotRandom holds what looks like a token and names something.
func TestNamesAreNotRandom(t *testing.T) {
	for _, name := range []string{
		"online-schema-change", "duplicate-key-checker", "summary-internal-FNV_64",
		"summary-internal-jemalloc_enabled_for_pid_1089375", "query-digest-doc-bug-PT27",
		"BR-ThalitaMultilingualNeural", "BR-Chirp3-HD-Sadaltager", "PT-Wavenet-D", "BR-FranciscaNeural-2024",
		"page-rotateSlideRightOut", "non-ideal-state-visual", "safe-or-20", "web-7d9f8b6c5d-x2x4z",
		"payments-worker-5c68b9d4f7-qk9zj", "release-2024-12-17-build-1234", "v1-20-3-rc1-linux-amd64",
		"node_modules_react_dom_cjs", "IMAGE_DLLCHARACTERISTICS_APPCONTAINER", "getElementsByClassNameAndTag",
		"2024-12-17T10-11-12-000Z", "12345678901234567890", "configuracoes-do-usuario-administrador",
		"3fa85f64-5717-4562-b3fc-2c963f66afa6", "host-10-20-30-40-eu-west-1", "Benutzereinstellungen-Verwaltung",
	} {
		if looksRandom([]byte(name)) {
			t.Errorf("%s is taken for random text", name)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	for _, value := range []string{
		"your-token-here", "YOUR_PAT_HERE", "yourTokenHere", "meu-token-aqui", "seu_token_aqui", "dein-token", "votre_jeton",
		"tu-token-aqui", "你的令牌", "ここにトークン", "ваш_токен", "替换为你的", "invalid-token", "test-token", "secret-pat",
		"valid-qoder-token", "xxxxxxxxxxxx", "XXXX-XXXX-XXXX-XXXX", "000000000000", "************", "<token>", "{token}",
		"abcdefghijklmnopqrstuvwxyz", "0123456789abcdef0123456789abcdef", "ABC123DEF456GHI789", "a1b2c3d4e5f6g7h8i9j0",
		"qwertyuiopasdfghjkl", "1q2w3e4r5t6y7u8i9o0p", "deadbeefdeadbeefdeadbeef", "cafebabecafebabe", "abcabcabcabcabc",
		"1234512345123451234512345", "expired-4f9a8c1b2d3e5f60", "fake_9Xk2mQ7vLp4RtZ8w", "exampleTokenValue123456",
		"replace-with-your-PAT", "changeme123456789", "foobar-foobar-foobar", "mysecrettoken", "thisIsNotARealToken",
		"sat-example-token", "1a2b3c4d5e6f7g8h9i0j", "zyxwvutsrqponmlkjihgfedcba", "AbCdEfGhIjKlMnOpQrStUvWxYz",
	} {
		if !isPlaceholder([]byte(value)) {
			t.Errorf("%s is not taken for a placeholder", value)
		}
	}
}
