// Package issuer asks whoever issued a leaked credential whether it still works,
// and has it revoked. It is floor 2 of patlint, and the only package that speaks
// to the network.
//
// A credential goes to its own issuer alone: to a fixed list of hosts, or to one
// that the user names outside of what is scanned. Nothing that a scanned
// repository holds has a say in where anything is sent.
package issuer
