package scanner

import "time"

// Status says what is known about a secret's life.
type Status string

// The statuses of a secret.
const (
	Unverified Status = "unverified" // nobody was asked
	Live       Status = "live"       // its issuer accepts it
	Dead       Status = "dead"       // its issuer does not accept it any more
	Unknown    Status = "unknown"    // nobody could say
	Revoked    Status = "revoked"    // it was live, was revoked, and is proven dead
)

// Verification is how the status of a secret is known.
type Verification struct {
	Status    Status
	At        time.Time // of the last answer, or of the judgement
	Region    string    // of the issuer, where it is known; "" if not
	RequestID string    // of the answer that decided, if there is one
	Reason    string    // in words
	Answers   []Answer  // of all who were asked, in their order
}

// Answer is what came of asking one region of an issuer.
type Answer struct {
	Region    string
	Status    Status // Live, Dead or Unknown
	Code      int    // of HTTP; 0 if nothing came back
	RequestID string // by which the issuer can find the question in its logs
	At        time.Time
	Reason    string
}
