package source

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// stored is the second oracle of the history source: every object that git
// itself prints, reachable or not, searched in full, and placed by going through
// every tree of every commit.
type stored struct {
	t       *testing.T
	set     *rules.Set
	objects map[string]storedObject // by id
	commits map[string]storedCommit
	refs    [][2]string // names and ids, in order
	reflogs []string
	head    string // the id of the tree of HEAD, "" if there is none

	holders map[string][]string // the secrets in files and names, by key
	first   map[string]bool     // spots: kinds, secrets and paths
	carry   map[string]int      // how many commits of the walk at hand hold a spot
	placed  map[string]bool     // secrets and keys
	places  []string
	found   []string
}

type storedObject struct{ typ, content string }

type storedCommit struct {
	tree    string
	parents []string
	time    int
}

type storedEntry struct{ mode, path, name, id string }

// store reads a bare repository.
func store(f *fixture, reflogs []string) *stored {
	f.t.Helper()
	s := &stored{
		t: f.t, set: rules.NewSet(rules.All()...), objects: map[string]storedObject{}, commits: map[string]storedCommit{},
		reflogs: reflogs, holders: map[string][]string{}, first: map[string]bool{}, placed: map[string]bool{},
	}
	cmd := f.command("cat-file", "--batch-all-objects", "--batch")
	out, err := cmd.Output()
	if err != nil {
		f.t.Fatal(err)
	}
	in := bufio.NewReader(bytes.NewReader(out))
	for {
		var id, typ string
		var size int
		if _, err := fmt.Fscanf(in, "%s %s %d\n", &id, &typ, &size); err != nil {
			break
		}
		content := make([]byte, size+1)
		if _, err := io.ReadFull(in, content); err != nil {
			f.t.Fatal(err)
		}
		s.objects[id] = storedObject{typ, string(content[:size])}
	}
	for line := range strings.Lines(f.git("for-each-ref", "--format=%(refname) %(objectname)")) {
		name, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		s.refs = append(s.refs, [2]string{name, id})
	}
	slices.SortFunc(s.refs, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	s.parse()
	if head, err := f.try("rev-parse", "-q", "--verify", "HEAD"); err == nil {
		s.head = s.commits[strings.TrimSpace(head)].tree
	}
	return s
}

// parse reads commits, and finds the secrets in files and names.
func (s *stored) parse() {
	for id, o := range s.objects {
		switch o.typ {
		case "commit":
			header, _, _ := strings.Cut(o.content, "\n\n")
			c := storedCommit{tree: headerValues(header, "tree")[0], parents: headerValues(header, "parent")}
			committer := strings.Fields(headerValues(header, "committer")[0])
			fmt.Sscan(committer[len(committer)-2], &c.time)
			s.commits[id] = c
		case "blob":
			s.hold(id, o.content)
		case "tree":
			for _, e := range s.entries(id, "", false) {
				s.hold("name "+e.name, e.name)
			}
		}
	}
}

func (s *stored) hold(key, content string) {
	if secrets := s.secrets(content); len(secrets) > 0 {
		s.holders[key] = secrets
		for _, secret := range secrets {
			s.found = append(s.found, key+" "+secret)
		}
	}
}

// secrets returns the secrets in a content, each once, in order.
func (s *stored) secrets(content string) (secrets []string) {
	for _, m := range s.set.Find([]byte(content)) {
		secrets = append(secrets, m.Secret.Reveal())
	}
	slices.Sort(secrets)
	return slices.Compact(secrets)
}

// entries returns the entries of a tree, or of all below it, too.
func (s *stored) entries(tree, dir string, deep bool) (entries []storedEntry) {
	content := s.objects[tree].content
	for len(content) > 0 {
		mode, rest, _ := strings.Cut(content, " ")
		name, rest, _ := strings.Cut(rest, "\x00")
		e := storedEntry{mode, dir + name, name, fmt.Sprintf("%x", rest[:len(tree)/2])}
		content = rest[len(tree)/2:]
		entries = append(entries, e)
		if deep && mode == "40000" {
			entries = append(entries, s.entries(e.id, e.path+"/", true)...)
		}
	}
	return entries
}
