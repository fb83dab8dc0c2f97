package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/patlint/patlint/scanner"
)

// shortID is how many digits of an object's id people read.
const shortID = 7

// place names a location for a reader: "config/dev.env:12:11", or what it is
// where it is no file. It is visible text.
func place(l *scanner.Location) string {
	switch {
	case l.Line <= 0:
		return container(l)
	case isFile(l):
		return fmt.Sprintf("%s:%d:%d", container(l), l.Line, l.Column)
	}
	return fmt.Sprintf("%s, line %d", container(l), l.Line)
}

// isFile tells whether a location is in a file that has a path.
func isFile(l *scanner.Location) bool {
	switch l.Kind {
	case scanner.CommitMessage, scanner.TagMessage, scanner.Note:
		return false
	}
	return l.Path != ""
}

// container names what a location stands in.
func container(l *scanner.Location) string {
	path, ref := Visible(l.Path), Visible(l.Ref)
	switch l.Kind {
	case scanner.CommitMessage:
		if l.Commit != nil {
			return "message of commit " + short(l.Commit.ID)
		}
		return strings.TrimSuffix("commit message "+path, " ")
	case scanner.TagMessage:
		return "message of tag " + strings.TrimPrefix(ref, "refs/tags/")
	case scanner.Note:
		return noteOn(path, ref)
	case scanner.RefName:
		return "name of ref " + ref
	case scanner.FileName:
		return "name of file " + path
	case scanner.GitConfig:
		return strings.TrimSuffix("git configuration "+path, " ")
	case scanner.Stdin:
		if path == "" {
			return "standard input"
		}
	}
	switch {
	case path != "":
		return path
	case l.Object != "": // a blob that no commit has under a name
		return "object " + short(l.Object)
	case ref != "":
		return "content of ref " + ref
	}
	return string(l.Kind)
}

// noteOn names a note. Its path is the id of what it is about, which git may
// spread over folders: "ab/cdef…".
func noteOn(path, ref string) string {
	text := "note"
	if id := strings.ReplaceAll(path, "/", ""); id != "" {
		text += " on " + short(id)
	}
	if ref != "" && ref != "refs/notes/commits" {
		text += " in " + ref
	}
	return text
}

// origin says how a location came into the repository and whether it is still
// there, as far as known: "in HEAD since 2026-01-02 (abc1234, Ann <a@b>)".
func origin(l *scanner.Location) string {
	var words []string
	if l.Kind == scanner.Index {
		words = append(words, "staged")
	}
	if how := decoding(l); how != "" {
		words = append(words, how)
	}
	by := introduction(l)
	switch {
	case by == "":
	case l.Kind == scanner.CommitMessage, l.Kind == scanner.TagMessage:
	case l.InHead != nil && *l.InHead && day(l.Commit.Date) != "":
		by = "in HEAD since " + by
	default:
		by = "introduced " + by
	}
	if l.InHead != nil && !strings.HasPrefix(by, "in HEAD") {
		state := "not in HEAD"
		if *l.InHead {
			state = "in HEAD"
		}
		words = append(words, state)
	}
	if by != "" {
		words = append(words, by)
	}
	switch l.Reach {
	case scanner.ByReflog:
		words = append(words, "only in a reflog")
	case scanner.ByNothing:
		words = append(words, "reached by nothing any more")
	}
	if l.Ref != "" && l.Kind == scanner.History {
		words = append(words, "on "+Visible(l.Ref))
	}
	return strings.Join(words, ", ")
}

// decoding tells in which encodings a secret stands, the outermost first, or "".
func decoding(l *scanner.Location) string {
	switch {
	case len(l.Decoded) == 0:
		return ""
	case len(l.Decoded) == 1 && l.Decoded[0] == "joined":
		return "joined from parts"
	}
	return "decoded from " + strings.Join(l.Decoded, ", ")
}

// introduction tells date, commit and author of a location, or "". Where the
// place names the commit already, it does not.
func introduction(l *scanner.Location) string {
	c := l.Commit
	if c == nil {
		return ""
	}
	var who []string
	if l.Kind != scanner.CommitMessage && c.ID != "" {
		who = append(who, short(c.ID))
	}
	author := Visible(c.Author)
	if c.Email != "" {
		author = strings.TrimPrefix(author+" <"+Visible(c.Email)+">", " ")
	}
	if author != "" {
		who = append(who, author)
	}
	inside := strings.Join(who, ", ")
	switch date := day(c.Date); {
	case inside == "":
		return date
	case date == "":
		return "by " + inside
	default:
		return date + " (" + inside + ")"
	}
}

// day returns the date of a time in UTC, or "" if it is not known.
func day(t time.Time) string {
	if !datable(t) {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// datable tells whether a time is known and has a year of four digits, which is
// all that RFC 3339 can express; git stores any number.
func datable(t time.Time) bool {
	year := t.UTC().Year()
	return !t.IsZero() && year >= 0 && year <= 9999
}

func short(id string) string {
	return Visible(id[:min(len(id), shortID)])
}

// isCurrent tells whether a location can be opened in an editor right now.
func isCurrent(l *scanner.Location) bool {
	switch l.Kind {
	case scanner.Worktree, scanner.Index:
		return true
	case scanner.FileName:
		return l.Commit == nil || l.InHead != nil && *l.InHead
	}
	return false
}

// count returns a number with its noun: "1 file", "2 files".
func count[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
