//go:build !unix

package issuer

import "os"

// noFollow is not there: what a link leads to is compared after opening.
const noFollow = 0

// onlyOwner cannot tell from the mode who can write: the folders of a user are
// the user's own on these systems.
func onlyOwner(os.FileInfo) error { return nil }

// syncFolder is not there.
func syncFolder(string) error { return nil }
