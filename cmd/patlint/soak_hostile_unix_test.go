//go:build unix

package main

import (
	"archive/zip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// moreSoaks are the kinds of repositories that take what is not everywhere.
func moreSoaks() map[string]func(*testing.T) *soaked {
	return map[string]func(*testing.T) *soaked{
		"hostile": soakHostile, "archives": soakArchives, "own rules": soakOwnRules,
		"staged": soakStaged, "staged, split index": soakSplit, "range": soakRange,
	}
}

// soakArchives is a folder with containers of all formats. The damage is in them
// alone.
func soakArchives(t *testing.T) *soaked {
	s := &soaked{workplace: newWorkplace(t), tokens: map[string]string{}}
	for _, a := range archives(t) {
		s.tokens[a.token] = a.name
		s.write(a.name, a.content)
	}
	line := func(path string) string {
		token := randomPAT()
		s.tokens[token] = path
		return "# settings\n# more\n" + envLine(token)
	}
	s.write("two.zip", zipped(t, zip.Deflate, "a.env", line("two.zip"), "b.env", line("two.zip")))
	s.write("two.tar.gz", gzipped(t, tarred(t, "a.env", line("two.tar.gz"), "b.env", line("two.tar.gz"))))
	s.write("two.log.gz", gzipped(t, line("two.log.gz"))+gzipped(t, line("two.log.gz")))
	return s
}

// soakOwnRules is a repository with rules and suppressions of its own.
func soakOwnRules(t *testing.T) *soaked {
	s := soakLoose(t)
	key := "acme_" + strings.ToLower(randomText(24))
	s.tokens[key] = "app.tf"
	s.write("app.tf", "key = \""+key+"\"\n")
	s.write(".patlint.yaml", `exclude: [docs/**, "*.min.js"]
min-confidence: low
max-file-size: 50MB
allow:
  - fingerprint: 0123456789abcdef0123456789abcdef
    reason: of a test
rules:
  - id: acme-key
    title: Key of the Acme service
    pattern: '\b(?P<secret>acme_[a-z0-9]{24})\b'
    severity: critical
    paths: ['*.tf']
    match: ['key = "acme_{{lower:24}}"']
  - id: wiki-password
    title: Password of the wiki
    pattern: 'wiki\.example\.com/\?password=(?P<secret>[^\s&]{8,64})'
    needles: [wiki.example.com]
    allow: ['^x+$']
`)
	return s
}

// soakHostile is a repository of somebody who does not want it to be scanned: what
// git would run, names that are none, encodings, containers, references that hide
// others, and objects that are elsewhere.
func soakHostile(t *testing.T) *soaked {
	s := soakLoose(t)
	for _, name := range []string{"-q", "new\nline\x1b[31m.env", "dir/" + strings.Repeat("n", 200), "..env", "\u202eenv.txt"} {
		s.plant(name, "KEY=", "\n")
	}
	token := randomPAT()
	s.tokens[token] = ""
	s.write("names/"+token+"/file", "nothing\n")
	for name, encode := range map[string]func(string) string{
		"b64.txt": func(text string) string { return base64.StdEncoding.EncodeToString([]byte("user:" + text)) },
		"hex.txt": func(text string) string { return hex.EncodeToString([]byte("user:" + text)) },
		"u16.txt": asUTF16,
	} {
		token := randomPAT()
		s.tokens[token] = name
		s.write(name, encode(token)+"\n")
	}
	s.commit("third")
	s.git("repack", "-q", "-a", "-d")
	s.alternate()
	s.git("replace", s.git("rev-parse", "HEAD~1"), s.git("rev-parse", "HEAD"))
	s.git("update-index", "--assume-unchanged", "d.env")
	s.git("update-index", "--split-index")
	s.git("config", "core.multiPackIndex", "true")
	s.git("multi-pack-index", "write")
	s.check = s.hostile()
	return s
}

// alternate stores a commit with a token elsewhere.
func (s *soaked) alternate() {
	elsewhere := s.path("elsewhere/objects")
	s.write("elsewhere/objects/pack/README", "")
	s.write("d.env", "D=1\n")
	s.commit("fourth")
	token := randomPAT()
	s.tokens[token] = ""
	other := s.workplace.with("GIT_OBJECT_DIRECTORY="+elsewhere, "GIT_ALTERNATE_OBJECT_DIRECTORIES="+s.path(".git/objects"))
	id := other.git("commit-tree", "-p", "HEAD", "-m", "elsewhere: "+token, "HEAD^{tree}")
	s.write(".git/objects/info/alternates", elsewhere+"\n")
	s.git("update-ref", "refs/heads/other", id)
}

func asUTF16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune("user:" + text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

// soakStaged is a repository whose next commit holds tokens.
func soakStaged(t *testing.T) *soaked {
	s := &soaked{workplace: newRepo(t), tokens: map[string]string{}, args: []string{"--staged"}}
	for n := range 30 {
		s.write(fmt.Sprintf("d%d/e%d/a.txt", n%5, n), "nothing\n")
	}
	s.plantStaged("changed.env")
	old := s.tokenAt("")
	delete(s.tokens, old)
	s.commit("first")
	s.git("repack", "-q", "-a", "-d")
	for _, name := range []string{"changed.env", "d1/new.env", "d9/e/new.env", "removed.env"} {
		s.plantStaged(name)
	}
	s.git("add", "--all")
	s.remove("removed.env")
	s.git("write-tree") // which fills the cache of trees
	return s
}

// plantStaged plants what is found whatever becomes of the file itself.
func (s *soaked) plantStaged(name string) {
	s.plant(name, "KEY=", "\n")
	s.tokens[s.tokenAt(name)] = ""
}

func soakSplit(t *testing.T) *soaked {
	s := soakStaged(t)
	s.git("update-index", "--split-index")
	s.plantStaged("later.env")
	s.git("add", "--all", "later.env")
	return s
}

// soakRange is a repository in which commits of a range hold tokens that later ones
// take away.
func soakRange(t *testing.T) *soaked {
	s := &soaked{workplace: newRepo(t), tokens: map[string]string{}}
	s.write("a/a.txt", "nothing\n")
	base := s.commit("base")
	for n := range 5 {
		name := fmt.Sprintf("d%d/a.env", n%2)
		s.plantStaged(name)
		s.commit("commit")
		s.remove(name)
	}
	head := s.commit("head")
	s.git("commit-graph", "write", "--reachable")
	s.args = []string{"--range", base + ".." + head}
	return s
}
