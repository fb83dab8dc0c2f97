package issuer

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// Step is how far a revocation has come.
type Step string

// The steps, in their order. A token that was sent to be revoked and of which it is
// not written that it is dead is in doubt.
const (
	Planned  Step = "planned"
	Sent     Step = "sent" // written before the request goes out
	Answered Step = "answered"
	Verified Step = "verified" // the issuer was asked again
)

// Record is one line of the audit log. It never holds a token.
type Record struct {
	Time        time.Time      `json:"time"`
	Run         string         `json:"run"` // the same for all that one call of patlint writes
	Step        Step           `json:"step"`
	Fingerprint string         `json:"fingerprint"`
	Rule        string         `json:"rule"`
	Provider    string         `json:"provider"`
	Target      string         `json:"target"` // a host without a path, or a program's name
	Code        int            `json:"code,omitempty"`
	Status      scanner.Status `json:"status,omitempty"` // of Verified: dead, live or unknown
	Region      string         `json:"region,omitempty"`
	RequestID   string         `json:"request_id,omitempty"`
	Words       string         `json:"words,omitempty"`
}

// Audit is an append-only log of what was done. Each record is on the disk before
// the next step is taken.
type Audit struct {
	file *os.File
	run  string
}

// OpenAudit opens the log for appending, and makes it if there is none. It refuses
// one that others could have written, or could write.
func OpenAudit(path string) (*Audit, error) {
	a, err := openAudit(path)
	if errors.Is(err, fs.ErrExist) { // another patlint has just made it
		a, err = openAudit(path)
	}
	return a, err
}

func openAudit(path string) (*Audit, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, bare(err)
	}
	if err := isOwn(dir, true); err != nil {
		return nil, fmt.Errorf("its folder: %w", err)
	}
	err := isOwn(path, false)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err != nil && !isNew {
		return nil, bare(err)
	}
	mode := os.O_APPEND | os.O_RDWR | noFollow
	if isNew {
		mode |= os.O_CREATE | os.O_EXCL
	}
	file, err := os.OpenFile(path, mode, 0o600)
	if err != nil {
		return nil, bare(err)
	}
	a := &Audit{file, newRun()}
	if err := a.prepare(path, isNew); err != nil {
		file.Close()
		return nil, bare(err)
	}
	return a, nil
}

// prepare sees to it that the file is the one that was looked at, that nobody else
// can read it, that a record begins on a line of its own even if the last was cut
// short, and that a new file is in its folder after a crash.
func (a *Audit) prepare(path string, isNew bool) error {
	opened, err := a.file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Lstat(path)
	if err != nil || !os.SameFile(opened, named) {
		return errors.New("it was exchanged while it was opened")
	}
	if opened.Mode().Perm()&0o077 != 0 {
		if err := a.file.Chmod(0o600); err != nil {
			return err
		}
	}
	if isNew {
		return syncFolder(filepath.Dir(path))
	}
	last := make([]byte, 1)
	if opened.Size() == 0 {
		return nil
	}
	if _, err := a.file.ReadAt(last, opened.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = a.file.WriteString("\n")
	return err
}

// newRun returns a name for what is written from now on.
func newRun() string { return rand.Text()[:16] }

// Close closes the log.
func (a *Audit) Close() error { return a.file.Close() }

// append writes a record, and returns when it is on the disk. Words that hold a
// piece of the secret are left out.
func (a *Audit) append(r Record, secret rules.Secret) error {
	r.Time, r.Run = time.Now().UTC().Truncate(time.Millisecond), a.run
	for _, text := range []*string{&r.Target, &r.Region, &r.RequestID, &r.Words} {
		if secret.Overlaps(*text) {
			*text = "(not shown)"
		}
		*text = rules.Redact(*text)
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := a.file.Write(append(line, '\n')); err != nil { // one write, so that several programs' lines stay whole
		return bare(err)
	}
	return bare(a.file.Sync())
}

// Doubt is a token that was sent to be revoked, and is not proven dead.
type Doubt struct{ Last Record }

// maxRecord is the length of the longest record that is read, in bytes.
const maxRecord = 64 << 10

// ReadDoubts returns the tokens that the log leaves in doubt, in the order in which
// they came into it. A log that is not there leaves none. A line that was cut short
// by a crash says nothing, and nothing is done before its record is whole.
func ReadDoubts(path string) ([]Doubt, error) {
	file, err := openOwn(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readDoubts(file)
}

func readDoubts(in io.Reader) ([]Doubt, error) {
	open := map[string]*Doubt{}
	var order []string
	lines := bufio.NewReaderSize(in, maxRecord)
	var failed error
	for failed == nil {
		var line []byte
		line, failed = lines.ReadSlice('\n')
		if errors.Is(failed, bufio.ErrBufferFull) { // of what is no record: its end may be one
			failed = nil
			continue
		}
		r, ok := readRecord(line)
		if !ok {
			continue
		}
		key := r.Rule + " " + r.Fingerprint
		switch {
		case r.Step == Sent && open[key] == nil:
			open[key] = &Doubt{r}
			order = append(order, key)
		case r.Step == Verified && r.Status == scanner.Dead:
			open[key] = nil
		case open[key] != nil && r.Step != Planned:
			open[key].Last = r
		}
	}
	var doubts []Doubt
	for _, key := range order {
		if open[key] != nil {
			doubts = append(doubts, *open[key])
			open[key] = nil // it may have come into doubt twice
		}
	}
	if errors.Is(failed, io.EOF) {
		failed = nil
	}
	return doubts, failed
}

// readRecord reads the record that a line ends with. Before it may stand one that was
// cut short, when the disk was full, while another patlint had the log open.
func readRecord(line []byte) (r Record, ok bool) {
	if json.Unmarshal(line, &r) == nil {
		return r, true
	}
	at := bytes.LastIndex(line, []byte(`{"time":`))
	if at <= 0 {
		return r, false
	}
	r = Record{}
	return r, json.Unmarshal(line[at:], &r) == nil
}

// bare returns an error about a file without the file's name, which the message of
// the caller has.
func bare(err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
