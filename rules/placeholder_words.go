package rules

import (
	"slices"
	"strings"
	"sync"
)

// telling are words of which a single one, standing as a word, makes a value a
// placeholder, whatever else it holds.
const telling = ` your yours example examples placeholder replace replaced replaceme changeme change-me dummy sample
 fake faked invalid expired redacted insert masked hidden removed obfuscated sanitized notreal not-real nonexistent
 not-a-real bogus foobar lorem ipsum todo fixme tbd xxxx xxxxx here tokenhere token-here key-here yourtoken
 mytoken my-token mysecret my-secret somesecret some-token sometoken some-secret secret-token secrettoken
 supersecret super-secret topsecret s3cr3t thisis this-is deadbeef cafebabe undefined unknown
 votre jeton dein deine deinen ihr ihre seu sua meu minha tuo tuoi twoj uw jouw vash vas tvoy senin sizin
 aqui hier ici qui inserir insira inserte inserta introduzca coloque coloca cole pegar hierher einfuegen
 einsetzen ersetzen ersetze remplacer remplace remplacez inserer reemplazar reemplace substituir substitua
 sostituire sostituisci inserisci vervang vervangen wklej wstaw zamien buraya degistir ejemplo exemplo exemple
 esempio beispiel voorbeeld przyklad ornek primer contoh zdes vstavte zamenite ganti masukkan nide anata watashi
`

// weak are words that stand in placeholders and in real tokens alike: with
// those above they make a value a placeholder where they are most of it.
const weak = ` test tests testing secret token tokens key keys api apikey access auth authorization bearer personal
 mock stub demo foo bar baz qux quux quuz corge grault hello world the and for not real valid value string text some any
 this that with none null nil empty user username password passwd pass credential credentials client service
 account refresh session jwt pat live prod production staging dev development local public private
 secreto secreta clave chave senha contrasena acceso acesso passwort geheim schluessel zugang cle motdepasse
 chiave segreto parola haslo klucz anahtar sifre gizli sleutel wachtwoord parol klyuch kunci rahasia lingpai
 mein meine mon mes mio mia moj mijn moy benim saya wode mi my su tu ton ta o de la le el il den der das
 abc abcd xyz asdf qwerty feed face beef dead cafe babe c0de f00d badc0de deadc0de badf00d feedface facefeed
 shared other new old first second one two three wrong bad good right correct incorrect qoder cn global a an
 `

// saysSo tells whether value names a credential instead of being one: a telling
// word stands in it as a word, or words known here are most of it.
func saysSo(value []byte) bool {
	covered, total := 0, 0
	for i := 0; i < len(value); {
		n := partLength(value[i:])
		part := value[i : i+n]
		if isTelling(value, i, n) {
			return true
		}
		if isAlnum(part[0]) {
			total += n
			covered += wordsIn(part)
		}
		i += n
	}
	return total > 0 && covered*2 >= total
}

// withoutLeet returns value with letters for the digits that are written for them
// in "s3cr3t" and "p4ssw0rd".
func withoutLeet(value []byte) []byte {
	plain := slices.Clone(value)
	for i, c := range plain {
		if at := strings.IndexByte("013457", c); at >= 0 {
			plain[i] = "oieast"[at]
		}
	}
	return plain
}

// partLength returns the length of the word, the number or the joiner at the
// beginning of value. CamelCase divides words.
func partLength(value []byte) int {
	if n := runLength(value, isDigit); n > 0 {
		return n
	}
	upper := runLength(value, isUpper)
	lower := runLength(value[upper:], isLower)
	switch {
	case upper+lower == 0:
		return 1
	case upper <= 1 || lower == 0:
		return upper + lower
	}
	return upper - 1 // the last capital begins the next word
}

// camelMin is the length in bytes from which a telling word is seen between other
// letters and digits: shorter ones stand in random text by chance.
const camelMin = 6

// isTelling tells whether the word value[at:at+n], or it with the word that is
// joined to it, is a telling one.
func isTelling(value []byte, at, n int) bool {
	end := at + n
	if !isLower(lowered(value[at])) {
		return false
	}
	apart := (at == 0 || !isAlnum(value[at-1])) && (end == len(value) || !isAlnum(value[end]))
	if (n >= camelMin || apart && n > 3) && kindOf(value[at:end]) == tellingWord {
		return true
	}
	if !apart || end+1 >= len(value) || n > longestWord {
		return false
	}
	next := partLength(value[end+1:])
	last := end + 1 + next
	closed := last == len(value) || !isAlnum(value[last])
	pair := slices.Concat(value[at:end], []byte("-"), value[end+1:last])
	return closed && kindOf(pair) == tellingWord
}

// kinds are the words of both lists, with what each is.
var kinds = sync.OnceValue(func() map[string]wordKind {
	kinds := map[string]wordKind{}
	for word := range strings.FieldsSeq(weak) {
		kinds[word] = weakWord
	}
	for word := range strings.FieldsSeq(telling) {
		kinds[word] = tellingWord
	}
	return kinds
})

// wordKind is what a word says about the value that it stands in.
type wordKind uint8

const (
	noWord wordKind = iota
	weakWord
	tellingWord
)

// longestWord is the length in bytes above which no word is known.
const longestWord = 16

// kindOf returns what a word is, in any case.
func kindOf(word []byte) wordKind {
	if len(word) > longestWord {
		return noWord
	}
	var low [longestWord]byte
	for i, c := range word {
		low[i] = lowered(c)
	}
	return kinds()[string(low[:len(word)])]
}

// wordsIn returns how many bytes of part known words cover, the longest first:
// also of words that are written together.
func wordsIn(part []byte) int {
	const shortest = 2
	if kindOf(part) != noWord {
		return len(part)
	}
	covered := 0
	for i := 0; i < len(part); {
		n := min(longestWord, len(part)-i)
		for n > shortest && kindOf(part[i:i+n]) == noWord {
			n--
		}
		if n <= shortest {
			i++
			continue
		}
		covered += n
		i += n
	}
	return covered
}
