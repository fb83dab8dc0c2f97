package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the program a command on PATH that runs main itself, so that
// the tests see what people see: arguments, streams, signals and exit codes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"patlint": main})
}
