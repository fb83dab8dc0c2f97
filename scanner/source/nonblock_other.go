//go:build !unix

package source

// nonBlock is nothing where named pipes are no files.
const nonBlock = 0
