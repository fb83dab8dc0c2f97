package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the program a command on PATH that runs main itself, so that
// the tests see what people see: arguments, streams, signals and exit codes.
func TestMain(m *testing.M) {
	testscript.Main(sharing{m}, map[string]func(){"patlint": main})
}

// sharedVariable names the folder that all tests may put things into.
const sharedVariable = "PATLINT_TEST_SHARED"

// sharing runs the tests with a folder of their own, which ends with them.
type sharing struct{ *testing.M }

func (s sharing) Run() int {
	dir, err := os.MkdirTemp("", "patlint-test-")
	if err == nil {
		err = os.Setenv(sharedVariable, dir)
	}
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	return s.M.Run()
}
