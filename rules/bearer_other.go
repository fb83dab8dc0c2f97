package rules

import "bytes"

// wrapKeys are the keys of a value whose name stands under another key, or around
// it, in lower case.
var wrapKeys = [][]byte{[]byte("value"), []byte("default")}

// otherTokens are what a token is of that opens nothing by itself, or only tells
// where to go on, in lower case.
var otherTokens = [][]byte{
	[]byte("refresh"), []byte("page"), []byte("next"), []byte("previous"), []byte("continuation"), []byte("pagination"), []byte("sync"), []byte("cursor"),
	[]byte("resume"), []byte("csrf"), []byte("xsrf"), []byte("verification"), []byte("middleware"), []byte("antiforgery"), []byte("cancellation"),
}

// isOfOther tells whether a value beside a scheme is of something else: its key
// is of a token for other ends, or it stands in a part of its own, an object or
// an item of a list, that is named for no credential, as in {"key":
// "X-Request-Id", "value": "…"} and "schema: {default: …}". before reaches from the
// scheme to the key, after goes on from the value.
func isOfOther(before, key, after []byte) bool {
	if !isOneOf(key, wrapKeys) {
		of := bytes.TrimRight(key[:max(0, len(key)-len("token"))], "-_")
		return endsInOneOf(of, otherTokens)
	}
	begin := partBegin(before)
	if begin < 0 {
		return false
	}
	if end := bytes.IndexAny(after, "}>\n"); end >= 0 {
		after = after[:end]
	}
	for _, part := range [][]byte{before[begin:], after} {
		if name := nameIn(part); len(name) > 0 {
			return !isAuthName(name)
		}
	}
	outer := bytes.TrimRight(before[:begin], " \t")
	plain := bytes.TrimRight(outer, ":= \t\"'`\\")
	return len(plain) < len(outer) && bytes.ContainsAny(outer[len(plain):], ":=") && !isAuthName(tail(plain, isTokenByte))
}

// isShared tells whether the value of a key like "value" stands in the same object
// as the scheme behind it, with between in the middle.
func isShared(key, between []byte) bool {
	return isOneOf(key, wrapKeys) && bytes.IndexByte(between, '}') < 0 && !bytes.Contains(between, []byte("/>"))
}

// partBegin returns where the object or the item of a list begins that before
// ends in, or -1 if that begins before it.
func partBegin(before []byte) int {
	begin := bytes.LastIndexAny(before, "{<")
	for end := len(before); ; {
		item := bytes.LastIndex(before[:end], []byte("- "))
		if item <= begin {
			return begin
		}
		if bytes.HasSuffix(bytes.TrimRight(before[:item], " \t"), []byte("\n")) {
			return item
		}
		end = item
	}
}

// nameIn returns what the keys "name", "key" or "header" in text are set to.
func nameIn(text []byte) []byte {
	for i := 0; i < len(text); {
		n := runLength(text[i:], isTokenByte)
		word := text[i : i+n]
		i += max(1, n)
		if !isOneOf(word, [][]byte{[]byte("name"), []byte("key"), []byte("header")}) {
			continue
		}
		rest := bytes.TrimLeft(text[i:], " \t\"'`\\:=>")
		return rest[:runLength(rest, isTokenByte)]
	}
	return nil
}

// isAuthName tells whether a name is one of what holds a credential.
func isAuthName(name []byte) bool {
	for _, word := range authWords {
		if lastIndexFold(name, word) >= 0 {
			return true
		}
	}
	return false
}
