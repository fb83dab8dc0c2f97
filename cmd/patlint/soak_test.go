package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSoak changes bytes in files of a repository at random, and scans it: a token
// in a file that nobody touched is found, or the scan says that it is not complete.
// PATLINT_SOAK says for how long; it does a few hundred changes otherwise.
func TestSoak(t *testing.T) {
	t.Parallel()
	until := time.Time{}
	if text := os.Getenv("PATLINT_SOAK"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		until = time.Now().Add(d)
	}
	rounds := 300
	if testing.Short() {
		rounds = 60
	}
	seed := rand.Uint64()
	if text := os.Getenv("PATLINT_SOAK_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
		rounds = 1
	}
	kinds := map[string]func(*testing.T) *soaked{"loose": soakLoose, "packed": soakPacked, "no repository": soakFolder}
	maps.Copy(kinds, moreSoaks())
	for name, build := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := build(t)
			s.collect()
			n := uint64(0)
			for ; int(n) < rounds || time.Now().Before(until); n++ {
				s.round(t, rand.New(rand.NewPCG(seed+n, 1)), seed+n)
			}
			t.Logf("%d rounds, %d tokens still stood in damaged files", n, s.readable)
		})
	}
}

// soaked is a repository that is damaged again and again.
type soaked struct {
	*workplace
	tokens map[string]string // where each stands: a file of the work tree, or "" for the history alone
	args   []string          // of the scan
	check  func(*testing.T)  // what else must hold after it, or nil
	files  []string          // what may be damaged, by path
	sound  map[string][]byte

	readable int // tokens in damaged files that had to be found
}

// soakFolder is a folder without git.
func soakFolder(t *testing.T) *soaked {
	s := &soaked{workplace: newWorkplace(t), tokens: map[string]string{}}
	s.plant("a/b/c.env", "KEY=", "\n")
	s.plant("d.txt", "curl -H 'Authorization: Bearer ", "'\n")
	s.write("e.json", `{"name": "x", "list": [1, 2, 3]}`)
	return s
}

// soakLoose is a repository with loose objects.
func soakLoose(t *testing.T) *soaked {
	s := &soaked{workplace: newRepo(t), tokens: map[string]string{}}
	s.plant("config/a.env", "KEY=", "\n")
	s.plant("gone.env", "KEY=", "\n")
	s.write("src/main.go", strings.Repeat("package main // nothing\n", 50))
	s.write(".gitignore", "*.log\n")
	s.commit("first")
	s.remove("gone.env")
	s.tokens[s.tokenAt("gone.env")] = ""
	s.write("src/main.go", strings.Repeat("package main // something\n", 60))
	token := randomPAT()
	s.tokens[token] = ""
	s.commit("second, with a token: " + token)
	s.git("tag", "-a", "-m", "a tag", "v1")
	s.plant("untracked.env", "KEY=", "\n")
	return s
}

// soakPacked is the same in a pack, with packed references.
func soakPacked(t *testing.T) *soaked {
	s := soakLoose(t)
	s.git("repack", "-q", "-a", "-d")
	s.git("pack-refs", "--all")
	s.git("commit-graph", "write", "--reachable")
	return s
}

func (s *soaked) plant(path, before, after string) {
	token := randomPAT()
	s.tokens[token] = path
	s.write(path, before+token+after)
}

func (s *soaked) tokenAt(path string) string {
	for token, at := range s.tokens {
		if at == path {
			return token
		}
	}
	return ""
}

// collect remembers all files as they are.
func (s *soaked) collect() {
	s.sound = map[string][]byte{}
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(path, "hooks") && d.Name() != ".gitignore" && d.Name() != "exclude" {
			content, readErr := os.ReadFile(path)
			s.sound[path] = content
			s.files = append(s.files, path)
			return readErr
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Sort(s.files)
}

// round damages one to three files, scans, and mends them.
func (s *soaked) round(t *testing.T, random *rand.Rand, seed uint64) {
	t.Helper()
	touched := map[string][]byte{}
	for range 1 + random.IntN(3) {
		path := s.files[random.IntN(len(s.files))]
		touched[path] = damaged(random, s.sound[path])
		s.spoil(path, touched[path])
	}
	defer func() {
		for path := range touched {
			s.spoil(path, s.sound[path])
		}
	}()
	code, text := s.scanHere(t, seed)
	if s.check != nil {
		s.check(t)
	}
	if code == exitUsage || code == exitIncomplete && text == "" { // nothing can be read at all
		return
	}
	r := parseReport(t, text)
	if (code == exitFound) != (len(r.Findings) > 0) || code == exitClean && !r.Complete {
		t.Errorf("PATLINT_SOAK_SEED=%d: exit code %d with %d findings, complete: %t", seed, code, len(r.Findings), r.Complete)
	}
	if _, isOther := touched[s.path(configName)]; isOther || !r.Complete {
		return
	}
	found := r.secrets()
	for token, path := range s.tokens {
		content, isTouched := touched[s.path(path)]
		if isTouched && !isReadable(content, token) {
			continue
		}
		if isTouched {
			s.readable++
		}
		if slices.Contains(found, token) {
			continue
		}
		t.Errorf("PATLINT_SOAK_SEED=%d: the token in %q is missing from a complete scan after damage in %q",
			seed, path, slices.Sorted(maps.Keys(touched)))
	}
}

// scanHere scans as the program does, and returns the exit code and the report.
func (s *soaked) scanHere(t *testing.T, seed uint64) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	env := func(name string) string {
		for _, variable := range s.env() {
			if value, ok := strings.CutPrefix(variable, name+"="); ok {
				return value
			}
		}
		return ""
	}
	args := append([]string{"scan", "-f", "json", "--show-secrets"}, s.args...)
	code := run(ctx, append(args, s.dir), env, strings.NewReader(""), &stdout, &stderr)
	if ctx.Err() != nil {
		t.Errorf("PATLINT_SOAK_SEED=%d: it takes too long", seed)
	}
	return code, stdout.String()
}

// envLine is a line that leaves no doubt.
func envLine(token string) string { return "KEY=" + token + "\n" }

// isReadable tells whether a damaged file still holds the token, as others read it.
func isReadable(content []byte, token string) bool {
	return bytes.Contains(content, []byte("\n"+envLine(token))) || slices.ContainsFunc(unpacked(content), func(inside []byte) bool {
		return isReadable(inside, token)
	})
}

// unpacked returns the files in a container as far as Go reads them.
func unpacked(content []byte) (all [][]byte) {
	add := func(r io.Reader, err error) {
		if err == nil {
			inside, _ := io.ReadAll(io.LimitReader(r, 16<<20)) // what comes before an error counts
			all = append(all, inside)
		}
	}
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		for n := 0; err == nil && n < len(z.File); n++ {
			add(z.File[n].Open())
		}
	}
	if bytes.HasPrefix(content, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(bytes.NewReader(content))
		add(z, err)
	}
	if len(content) > 512 && string(content[257:262]) == "ustar" {
		r := tar.NewReader(bytes.NewReader(content))
		for _, err := r.Next(); err == nil; _, err = r.Next() {
			add(r, nil)
		}
	}
	return all
}

func (s *soaked) spoil(path string, content []byte) {
	s.t.Helper()
	if err := os.Chmod(path, 0o644); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// damaged returns content with bits turned, bytes lost, added, repeated or zeroed.
func damaged(random *rand.Rand, content []byte) []byte {
	spoiled := bytes.Clone(content)
	for range 1 + random.IntN(4) {
		if len(spoiled) == 0 {
			return []byte{byte(random.Uint32())}
		}
		at := random.IntN(len(spoiled))
		end := min(len(spoiled), at+1+random.IntN(16))
		switch random.IntN(6) {
		case 0, 1:
			spoiled[at] ^= 1 << random.IntN(8)
		case 2:
			spoiled = spoiled[:at]
		case 3:
			spoiled = slices.Delete(spoiled, at, end)
		case 4:
			spoiled = slices.Insert(spoiled, at, spoiled[at:end]...)
		case 5:
			clear(spoiled[at:end])
		}
	}
	return spoiled
}
