package source

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// script is what a fuzzer decides. Where it ends, every choice is the first.
type script struct{ data []byte }

// below returns a choice among n.
func (s *script) below(n int) int {
	choice := 0
	for range 1 + min(n>>8, 1) {
		if len(s.data) > 0 {
			choice = choice<<8 | int(s.data[0])
			s.data = s.data[1:]
		}
	}
	return choice % max(n, 1)
}

// forger turns a script into the input of git fast-import: edits of the same few
// files, so that chains of deltas carry tokens, are cut in them, and complete
// them at a seam.
type forger struct {
	script
	stream   bytes.Buffer
	marks    int
	commits  []version
	branches map[string]version
	notes    map[string]int
	tags     []int
	cut      [2]string // the beginning of a token that was inserted last, and the token
}

// version is what a commit holds.
type version struct {
	mark  int
	files map[string]string
}

func newForger(data []byte) *forger {
	f := &forger{script: script{data}, branches: map[string]version{}, notes: map[string]int{}}
	start := version{files: map[string]string{}}
	for i, path := range []string{"a", "b.env", "dir/a", "dir/sub/c"} {
		start.files[path] = strings.Repeat(fmt.Sprintf("line %d of the file, which is long enough for a delta\n", i%3), 40+20*i)
	}
	f.commit("main", start, 0, slices.Sorted(maps.Keys(start.files))...)
	return f
}

// token returns one of some tokens.
func (f *forger) token() string { return randomToken(rand.New(rand.NewPCG(uint64(f.below(256)), 71))) }

// leak returns a token as it stands in a file, and a place to cut it: mostly in
// what the engine looks for.
func (f *forger) leak() (text string, cut int) {
	text = f.token()
	if f.below(3) == 0 {
		text = "Authorization: Bea" + "rer " + text[3:50] + "\n"
		cut = 15
	}
	if f.below(3) == 0 {
		return text, f.below(len(text))
	}
	return text, cut + 1 + f.below(6)
}

// text returns words that may hold a token.
func (f *forger) text() string {
	switch f.below(6) {
	case 0:
		return "qoder " + f.token() + " words"
	case 1:
		return "words\n\n" + f.token() + "\n"
	}
	return "words"
}

// commit writes a commit of a branch with some paths changed, and a second
// parent if there is one.
func (f *forger) commit(branch string, s version, merged int, changed ...string) {
	f.marks++
	message := f.text()
	// Dates are mostly later than the parents', but not always.
	date := 1_700_000_000 + 60*f.marks - 500*(f.below(8)/7)
	fmt.Fprintf(&f.stream, "commit refs/heads/%s\nmark :%d\ncommitter C <c@example.com> %d +0000\ndata %d\n%s\n", branch, f.marks, date, len(message), message)
	if s.mark > 0 {
		fmt.Fprintf(&f.stream, "from :%d\n", s.mark)
	}
	if merged > 0 {
		fmt.Fprintf(&f.stream, "merge :%d\n", merged)
	}
	for _, path := range changed {
		if content, ok := s.files[path]; ok {
			fmt.Fprintf(&f.stream, "M 100644 inline %q\ndata %d\n%s\n", path, len(content), content)
		} else {
			fmt.Fprintf(&f.stream, "D %q\n", path)
		}
	}
	f.branches[branch] = version{f.marks, s.files}
	f.commits = append(f.commits, f.branches[branch])
}

// step does one thing to a branch, or nothing where the script ended.
func (f *forger) step() {
	if len(f.data) == 0 {
		return
	}
	names := slices.Sorted(maps.Keys(f.branches))
	branch := names[f.below(len(names))]
	s := f.branches[branch]
	s.files = maps.Clone(s.files)
	paths := slices.Sorted(maps.Keys(s.files))
	if len(paths) == 0 {
		paths = []string{"a"}
	}
	path := paths[f.below(len(paths))]
	switch f.below(20) {
	case 0:
		f.rename(branch, s, path)
	case 1: // back to an earlier commit: what came after is reached by nothing
		f.branches[branch] = f.commits[f.below(len(f.commits))]
		f.point("refs/heads/"+branch, f.branches[branch].mark)
	case 2: // a branch from anywhere
		name := fmt.Sprintf("branch%d", len(f.branches))
		if f.below(4) == 0 {
			name = f.token()
		}
		f.branches[name] = f.commits[f.below(len(f.commits))]
		f.point("refs/heads/"+name, f.branches[name].mark)
	case 3:
		s.files[path] = f.edit(s.files[path])
		f.commit(branch, s, f.commits[f.below(len(f.commits))].mark, path)
	case 4:
		f.tag()
	case 5:
		f.note()
	case 6:
		f.leaf()
	default:
		s.files[path] = f.edit(s.files[path])
		f.commit(branch, s, 0, path)
	}
}

func (f *forger) point(ref string, mark int) {
	fmt.Fprintf(&f.stream, "reset %s\nfrom :%d\n", ref, mark)
}

// rename moves, copies or removes a file.
func (f *forger) rename(branch string, s version, path string) {
	to := []string{"moved", "dir/moved", path + ".d", "dir/" + f.token(), f.token() + "/a"}[f.below(5)]
	for other := range s.files { // a file and a folder of one name cannot be
		if strings.HasPrefix(other, to+"/") || strings.HasPrefix(to, other+"/") {
			return
		}
	}
	s.files[to] = s.files[path]
	if f.below(3) > 0 {
		delete(s.files, path)
	}
	f.commit(branch, s, 0, to, path)
}

// tag writes an annotated tag of a commit, a note or a tag.
func (f *forger) tag() {
	f.marks++
	target, message := f.commits[f.below(len(f.commits))].mark, f.text()
	if last := f.notes["commits"]; last > 0 && f.below(8) == 0 {
		target = last
	}
	if len(f.tags) > 0 && f.below(3) == 0 {
		target = f.tags[f.below(len(f.tags))]
	}
	fmt.Fprintf(&f.stream, "tag v%d\nmark :%d\nfrom :%d\ntagger T <t@example.com> 1700000000 +0000\ndata %d\n%s\n", f.marks, f.marks, target, len(message), message)
	f.tags = append(f.tags, f.marks)
}

func (f *forger) note() {
	note, ref := f.text(), []string{"commits", "review"}[f.below(2)]
	f.marks++
	fmt.Fprintf(&f.stream, "commit refs/notes/%s\nmark :%d\ncommitter C <c@example.com> %d +0000\ndata 4\nnote\n", ref, f.marks, 1_700_000_000+60*f.marks)
	if last := f.notes[ref]; last > 0 {
		fmt.Fprintf(&f.stream, "from :%d\n", last)
	}
	target := f.commits[f.below(len(f.commits))].mark
	if last := f.notes["commits"]; last > 0 && f.below(3) == 0 {
		target = last // a note on a note
	}
	fmt.Fprintf(&f.stream, "N inline :%d\ndata %d\n%s\n", target, len(note), note)
	f.notes[ref] = f.marks
}

// leaf writes a file that nothing names, small or larger than the rest.
func (f *forger) leaf() {
	content := f.token() + " and no name"
	if f.below(4) == 0 {
		noise := make([]byte, 600<<10)
		rand.NewChaCha8([32]byte{byte(f.below(4))}).Read(noise)
		content = string(noise) + content
	}
	fmt.Fprintf(&f.stream, "blob\ndata %d\n%s\n", len(content), content)
}

// edit changes content around its tokens, or plants one.
func (f *forger) edit(content string) string {
	at := f.below(len(content) + 1)
	if n := strings.Count(content, "pt-"); n > 0 && f.below(4) > 0 { // before a token, in it, or behind it
		i := 0
		for range f.below(n) + 1 {
			i += strings.Index(content[i:], "pt-") + 3
		}
		at = max(0, min(len(content), i-13+f.below(80)))
	}
	leak, cut := f.leak()
	switch f.below(14) {
	case 0:
		return content[:at] + "qoder " + leak + " " + content[at:]
	case 1: // the beginning, to be completed
		f.cut = [2]string{" " + leak[:cut] + "\n", " " + leak + "\n"}
		return content[:at] + f.cut[0] + content[at:]
	case 2:
		return strings.Replace(content, f.cut[0], f.cut[1], 1)
	case 3:
		return content[:at] + content[min(len(content), at+f.below(90)):]
	case 4:
		return content[at:] + content[:at]
	case 5: // rotated
		i := strings.Index(content, "pt-")
		if i < 0 || i+len(leak) > len(content) {
			return content + leak
		}
		return content[:i] + leak + content[i+len(leak):]
	case 6:
		return content[:at] + leak[cut:] + content[at:]
	case 7: // the halves at both ends
		return leak[cut:] + content + " " + leak[:cut]
	case 8: // with something in between, to be joined
		return content[:at] + leak[:cut] + between + leak[cut:] + content[at:]
	case 9:
		return strings.ReplaceAll(content, between, "")
	case 10: // what stands before a token decides whether it is one
		before := []string{"x", "+", "-", " ", `\n`, "%2", "%20", `\u003`, `\u003d`}
		return content[:at] + before[f.below(len(before))] + content[at:]
	case 11:
		return content[:at] + content[min(len(content), at+1+f.below(4)):]
	case 12: // cleaned
		return strings.NewReplacer("pt-", "", "Bearer", "").Replace(content)
	default:
		return content[:at] + strings.Repeat("a line\n", f.below(9)) + content[at:]
	}
}

// between is long enough that git copies what is on both sides of it.
const between = "<something in between that is to be taken out again>"
