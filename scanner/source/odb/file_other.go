//go:build !unix

package odb

// nonBlock is nothing where named pipes are no files.
const nonBlock = 0
