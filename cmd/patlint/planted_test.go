package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// planted says where each token of the planted repository stands: the places as
// jsonLocation.String writes them, with names for commits and MASK for the
// masked token. The names say what each is about; see plantedRepo.
var planted = []struct {
	name string
	want []string
}{
	{"a file in HEAD", []string{"worktree config/dev.env:2:7 by first in HEAD"}},
	{"a file deleted three commits ago", []string{"history deleted.env:1:7 by first not in HEAD"}},
	{"a value overwritten later", []string{"history changed.env:1:7 by first not in HEAD"}},
	{"a file moved later", []string{"history old/moved.env:1:7 by first not in HEAD", "worktree new/moved.env:1:7 by second in HEAD"}},
	{"an evil merge", []string{"worktree evil.env:1:7 by merge in HEAD"}},
	{"the second parent only", []string{"history side.env:1:7 by side not in HEAD"}},
	{"the third parent of an octopus", []string{"worktree arm.env:1:7 by arm in HEAD"}},
	{"staged", []string{"worktree staged.env:1:7"}},
	{"staged, other on disk", []string{"index staged-only.env:1:7"}},
	{"on disk, other staged", []string{"worktree disk-only.env:1:7"}},
	{"untracked", []string{"worktree untracked.env:1:7"}},
	{"tracked but ignored", []string{"worktree forced.ign:1:7 by first in HEAD"}},
	{"ignored and in an ignored folder", nil},
	{"a commit message", []string{"commit-message 3:8 by second"}},
	{"a tag message", []string{"tag-message refs/tags/v1 1:9 by second"}},
	{"a tag of a tag", []string{"tag-message refs/tags/v2 2:5 by second"}},
	{"a tagged blob", []string{"history refs/tags/blob 1:7"}},
	{"the stash's work tree", []string{"history stashed.env:1:7 by stash not in HEAD"}},
	{"the stash's index", []string{"history stashed-index.env:1:7 by stash-index not in HEAD"}},
	{"the stash's untracked files", []string{"history stashed-new.env:1:7 by stash-untracked not in HEAD"}},
	{"an older stash", []string{"history stashed.env:1:7 by older-stash not in HEAD"}},
	{"a note", []string{"note refs/notes/commits @first:1:6 by note"}},
	{"a note in another ref", []string{"note refs/notes/review @first:1:1 by review"}},
	{"another branch", []string{"history branch.env:1:7 by branch not in HEAD"}},
	{"an unrelated root", []string{"history root.env:1:7 by root not in HEAD"}},
	{"a file name", []string{"file-name names/MASK.txt by first in HEAD"}},
	{"an untracked file name", []string{"file-name MASK"}},
	{"a folder name", []string{"file-name names/MASK by first in HEAD"}},
	{"a deleted file name", []string{"file-name gone/MASK by first not in HEAD"}},
	{"a ref name", []string{"ref-name refs/heads/MASK"}},
	{"a link's target", []string{"worktree link:1:10 by first in HEAD"}},
	{"CRLF", []string{"worktree crlf.env:2:7 by first in HEAD"}},
	{"a byte order mark", []string{"worktree bom.env:1:7 by first in HEAD"}},
	{"no final newline", []string{"worktree no-newline.env:3:1 by first in HEAD"}},
	{"-diff in .gitattributes", []string{"worktree hidden.dat:1:7 by first in HEAD"}},
	{"NUL bytes", []string{"worktree blob.bin:1:7 by first in HEAD"}},
	{"characters of several bytes", []string{"worktree ключи/ß 𝄞.env:1:8 by first in HEAD"}},
	{"an executable", []string{"worktree run.sh:2:7 by first in HEAD"}},
}

// ignoredRow is the row that is found only with --no-ignore.
const ignoredRow = "ignored and in an ignored folder"

func TestPlanted(t *testing.T) {
	t.Parallel()
	p := plantedRepo(t)
	rows := map[string][]string{}
	for _, row := range planted {
		rows[row.name] = row.want
	}
	if len(rows) != len(p.tokens) {
		t.Fatalf("%d rows in the table, %d tokens planted", len(rows), len(p.tokens))
	}
	p.wantPlaces(t, p.scan(exitFound), rows)

	rows[ignoredRow] = []string{"worktree build/out.ign:1:7"}
	p.wantPlaces(t, p.scan(exitFound, "--no-ignore"), rows)
}

// The modes show each their part of the same repository.
func TestPlantedModes(t *testing.T) {
	t.Parallel()
	p := plantedRepo(t)
	t.Run("worktree", func(t *testing.T) {
		p.wantPlaces(t, p.scan(exitFound, "--worktree"), p.rows(func(place string) string {
			source, _, _ := strings.Cut(place, " ")
			if source != "worktree" && source != "file-name" || strings.HasSuffix(place, " not in HEAD") {
				return ""
			}
			place, _, _ = strings.Cut(place, " by ")
			return place
		}))
	})
	t.Run("history", func(t *testing.T) {
		p.wantPlaces(t, p.scan(exitFound, "--history"), p.rows(func(place string) string {
			switch {
			case place == "worktree staged.env:1:7":
				return "index staged.env:1:7"
			case strings.HasPrefix(place, "index "):
				return place
			}
			return committed(place)
		}))
	})
	t.Run("staged", func(t *testing.T) {
		p.wantPlaces(t, p.scan(exitFound, "--staged"), p.rows(func(place string) string {
			if strings.Contains(place, " staged.env") || strings.Contains(place, " staged-only.env") {
				return strings.Replace(place, "worktree ", "index ", 1)
			}
			return ""
		}))
	})
}

// committed returns a place as it is without the work tree, or "".
func committed(place string) string {
	source, _, _ := strings.Cut(place, " ")
	switch {
	case source == "ref-name", source == "history":
		return place
	case !strings.Contains(place, " by "):
		return ""
	case source == "worktree":
		return strings.Replace(place, "worktree", "history", 1)
	}
	return place
}

// rows returns the table with every place changed; "" takes it out.
func (p *plantation) rows(change func(place string) string) map[string][]string {
	rows := map[string][]string{}
	for _, row := range planted {
		rows[row.name] = nil
		for _, place := range row.want {
			if changed := change(place); changed != "" {
				rows[row.name] = append(rows[row.name], changed)
			}
		}
	}
	return rows
}

// wantPlaces fails unless the report has every token of the rows at its places,
// and nothing else.
func (p *plantation) wantPlaces(t *testing.T, r *jsonReport, rows map[string][]string) {
	t.Helper()
	missing := maps.Clone(rows)
	r.wantComplete(t)
	for _, f := range r.Findings {
		name, ok := p.nameOf(f.Secret)
		if !ok {
			t.Errorf("found %s, which nobody planted", f.Secret)
			continue
		}
		var got []string
		for _, l := range f.Locations {
			got = append(got, p.symbolic(l))
			if l.Commit != "" && (l.Author != authorName || l.Date == "") {
				t.Errorf("%s: author %q, date %q", name, l.Author, l.Date)
			}
		}
		p.compare(t, name, got, rows[name])
		delete(missing, name)
	}
	for name, want := range missing {
		p.compare(t, name, nil, want)
	}
}

func (p *plantation) compare(t *testing.T, name string, got, want []string) {
	t.Helper()
	var masked []string
	for _, place := range want {
		masked = append(masked, strings.ReplaceAll(place, "MASK", mask(p.tokens[name])))
	}
	slices.Sort(got)
	slices.Sort(masked)
	if !slices.Equal(got, masked) {
		t.Errorf("%s: found at\n  %s\nwant\n  %s", name, strings.Join(got, "\n  "), strings.Join(masked, "\n  "))
	}
}

// symbolic returns a place with the names of the commits.
func (p *plantation) symbolic(l jsonLocation) string {
	for name, id := range p.commits {
		if l.Commit == id {
			l.Commit = name
		}
		if l.Path == id {
			l.Path = "@" + name
		}
	}
	return l.String()
}

func (p *plantation) nameOf(token string) (string, bool) {
	for name, t := range p.tokens {
		if t == token {
			return name, true
		}
	}
	return "", false
}
