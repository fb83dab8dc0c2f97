package rules

import "bytes"

// cipherMarks are what tools put before the ciphertext that they keep in place
// of a secret, up to a colon, in lower case.
var cipherMarks = [][]byte{
	[]byte("encrypted"), []byte("enc"), []byte("vault"), []byte("kms"), []byte("cipher"), []byte("crypt"), []byte("secure"),
	[]byte("sealed"), []byte("age"), []byte("pgp"), []byte("gpg"), []byte("sops"), []byte("aes"), []byte("rsa"),
}

// What sealedMin says is the length in bytes from which base64 is the ciphertext
// of a sealed secret, which begins with the length of an RSA key; kmsMin the same
// for the key service whose ciphertexts all begin alike.
const sealedMin, kmsMin = 300, 100

// isCiphertext tells whether value is a secret that was encrypted to be kept
// where it stands.
func isCiphertext(value []byte) bool {
	if mark, rest, found := bytes.Cut(value, []byte(":")); found && len(rest) > 0 && isOneOf(mark, cipherMarks) {
		return true
	}
	if len(value) >= kmsMin && bytes.HasPrefix(value, []byte("AQICAH")) {
		return true
	}
	return len(value) >= sealedMin && bytes.HasPrefix(value, []byte("Ag")) && value[2] >= 'A' && value[2] <= 'D'
}
