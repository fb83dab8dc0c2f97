package scanner

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// hostSigns are what stands in front of a host, in the spellings that are in use:
// the sign of an address, also as JSON escapes it, and names of headers and keys.
var hostSigns = []struct {
	sign string
	read func(text []byte, at, end int) (start, length int)
}{
	{"://", behindScheme},
	{`:\/\/`, behindScheme},
	{"host", behindKey}, {"Host", behindKey}, {"HOST", behindKey},
	{"url", behindKey}, {"Url", behindKey}, {"URL", behindKey},
}

// hostIndex holds the hosts of a part of a text, by where their signs are. It grows
// with the secrets that are looked at, each behind the one before, so that no part
// is read twice.
type hostIndex struct {
	found []namedHost
	end   int // up to where signs were looked for
}

// around returns some hosts around text[start:end], those that are next to it.
func (x *hostIndex) around(text []byte, start, end int) []namedHost {
	from, to := max(0, start-hostReach), min(len(text), end+hostReach)
	x.extend(text, from, to)
	bySign := func(h namedHost, at int) int { return cmp.Compare(h.sign, at) }
	middle, _ := slices.BinarySearchFunc(x.found, start, bySign)
	first, _ := slices.BinarySearchFunc(x.found, from, bySign)
	last, _ := slices.BinarySearchFunc(x.found, to, bySign)
	return slices.Clone(x.found[max(first, middle-hostTries):min(last, middle+hostTries)])
}

// extend looks for hosts up to text[to], from text[from] on if it did not before.
func (x *hostIndex) extend(text []byte, from, to int) {
	from = max(from, x.end)
	if from >= to {
		return
	}
	x.end = to
	known := len(x.found)
	for _, s := range hostSigns {
		for at := from; ; at++ {
			i := bytes.Index(text[at:min(len(text), to+len(s.sign)-1)], []byte(s.sign))
			if i < 0 {
				break
			}
			at += i
			if start, n := s.read(text, at, at+len(s.sign)); n > 0 {
				x.found = append(x.found, namedHost{string(text[start : start+n]), start, start + n, at})
			}
		}
	}
	slices.SortFunc(x.found[known:], func(a, b namedHost) int { return cmp.Compare(a.sign, b.sign) })
}

// schemes are those of addresses that take a bearer token.
var schemes = [...]string{"https", "http", "wss", "ws", "grpcs", "grpc"}

// behindScheme returns where the host of the address stands whose "://" is
// text[at:end].
func behindScheme(text []byte, at, end int) (start, length int) {
	isKnown := slices.ContainsFunc(schemes[:], func(scheme string) bool {
		from := at - len(scheme)
		return from >= 0 && bytes.EqualFold(text[from:at], []byte(scheme)) && (from == 0 || !isLetter(text[from-1]))
	})
	if !isKnown {
		return 0, 0
	}
	if user := userLength(text[end:]); user > 0 {
		end += user
	}
	host, n := hostAt(text[end:])
	if !host || !isEnd(text[end+n:]) {
		return 0, 0
	}
	return end, n
}

// userLength returns the length of the user and password that an address has in
// front of its host, with the sign behind them.
func userLength(address []byte) int {
	address = address[:min(len(address), hostMax)]
	if i := bytes.IndexAny(address, "/?# \t\r\n\"'`<>"); i >= 0 {
		address = address[:i]
	}
	return bytes.LastIndexByte(address, '@') + 1
}

// behindKey returns where the host stands that the header or key ending with
// text[at:end] has as its value. A full address is for [behindScheme].
func behindKey(text []byte, at, end int) (start, length int) {
	if at > 0 && isLetter(text[at-1]) && isLower(text[at]) {
		return 0, 0 // inside of another word
	}
	rest := text[end:min(len(text), end+16)]
	n := 0
	for n < len(rest) && (isLetter(rest[n]) || rest[n] == '_') && n < len("name") {
		n++ // as in hostname
	}
	quoted := false
	skip := func(signs string) {
		for n < len(rest) && strings.IndexByte(signs, rest[n]) >= 0 {
			quoted = quoted || rest[n] == '"' || rest[n] == '\''
			n++
		}
	}
	skip(`"'\`)
	skip(" \t")
	before := n
	skip(":=>")
	if n == before {
		return 0, 0
	}
	skip(" \t")
	skip(`"'\`)
	start = end + n
	host, length := hostAt(text[start:])
	if !host || !isEnd(text[start+length:]) || !quoted && bytes.ContainsFunc(text[start:start+length], isUpper) {
		return 0, 0 // as the field of a variable
	}
	return start, length
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isLower(b byte) bool  { return b >= 'a' && b <= 'z' }
func isUpper(r rune) bool  { return r >= 'A' && r <= 'Z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }

// isNoAddress tells what is no part of an IPv4 address.
func isNoAddress(r rune) bool { return r != '.' && (r < '0' || r > '9') }

func isNumber(label []byte) bool { return !bytes.ContainsFunc(label, isNoAddress) }

// isEnd tells whether a host may end in front of rest: what goes on as a template
// or as something else is none.
func isEnd(rest []byte) bool {
	const signs = "/?#\\\"'`<>)]},;|& \t\r\n"
	if len(rest) > 0 && rest[0] == '.' { // of a sentence, or the root of all names
		return len(rest) == 1 || strings.IndexByte("/\"'` \t\r\n", rest[1]) >= 0
	}
	return len(rest) == 0 || strings.IndexByte(signs, rest[0]) >= 0
}

// hostAt tells whether text begins with a host, and returns its length with that
// of its port. A name without a dot is one only with a port: what else stands
// behind "://" may be a secret.
func hostAt(text []byte) (isHost bool, length int) {
	n, dots, label := 0, 0, 0
	for n < len(text) && n <= hostMax {
		b := text[n]
		switch {
		case isLetter(b), isDigit(b), b == '-' && label > 0:
			label++
		case b == '.' && label > 0 && text[n-1] != '-':
			dots++
			label = 0
		default:
			b = 0
		}
		if b == 0 || label > labelMax {
			break
		}
		n++
	}
	name := bytes.TrimSuffix(text[:n], []byte("."))
	if len(name) < n {
		dots--
	}
	if len(name) == 0 || len(name) > hostMax || name[len(name)-1] == '-' {
		return false, 0
	}
	port := portLength(text[len(name):])
	if isNumber(name[bytes.LastIndexByte(name, '.')+1:]) && (dots != 3 || bytes.ContainsFunc(name, isNoAddress)) {
		return false, 0 // a version
	}
	if dots <= 0 && port == 0 && !bytes.EqualFold(name, []byte("localhost")) {
		return false, 0
	}
	return true, len(name) + port
}

// portLength returns the length of a port with the colon in front of it.
func portLength(text []byte) int {
	n := 1
	for n < len(text) && n <= len("65535") && isDigit(text[n]) {
		n++
	}
	if len(text) == 0 || text[0] != ':' || n == 1 {
		return 0
	}
	return n
}
