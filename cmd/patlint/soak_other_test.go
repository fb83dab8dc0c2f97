//go:build !unix

package main

import "testing"

// moreSoaks has names, links and programs that only Unix has.
func moreSoaks() map[string]func(*testing.T) *soaked { return nil }
