// Package rules says what a leak looks like. It is floor 0 of patlint: it
// knows bytes and nothing else, does no I/O and imports nothing of the module.
//
// A [Rule] names literal needles; bytes that hold none of them cannot match
// and are passed at the speed of a substring search. Around each needle the
// rule decides on a window of at most [Reach] bytes to either side, so that an
// answer never depends on anything further away: a file may be searched in
// overlapping chunks with the same result. One rule is one file, which also
// holds its documentation, its remedy and its examples; the README's table,
// "patlint rules", SARIF and the tests are all made from it.
//
// What is found travels as a [Secret], which no fmt verb, encoder or logger
// shows.
package rules
