package odb

import (
	"errors"
	"fmt"
)

// ErrMissing tells that an object is in no pack and no folder.
var ErrMissing = errors.New("object is missing")

// ErrGone tells that an object was there when the storage was opened, and is
// nowhere now.
var ErrGone = errors.New("object was removed meanwhile")

// ErrTooLarge tells that an object is larger than [Options.MaxObject] and is
// therefore not held in memory.
var ErrTooLarge = errors.New("object is too large to be held in memory")

// Damage is something of the storage that could not be read. All else was.
type Damage struct {
	Path string // the pack, file or folder that it is in; "" if there is none
	ID   ID     // the object; "" if it is about more than one
	Err  error  // the reason
}

// Error returns the reason, behind what it is about.
func (d Damage) Error() string {
	switch {
	case d.ID != "":
		return "object " + d.ID.String() + ": " + d.Err.Error()
	case d.Path != "":
		return d.Path + ": " + d.Err.Error()
	}
	return d.Err.Error()
}

// Unwrap returns the reason.
func (d Damage) Unwrap() error { return d.Err }

// asError turns what a goroutine recovered into an error. A file that is cut
// short while it is mapped faults wherever it is read.
func asError(recovered any) error {
	if _, ok := recovered.(interface{ Addr() uintptr }); ok {
		return errors.New("the file changed while it was read")
	}
	return fmt.Errorf("internal error: %v", recovered)
}
