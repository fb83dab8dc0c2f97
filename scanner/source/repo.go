package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/patlint/patlint/scanner/source/odb"
)

// ErrNoRepository is returned where a path is in no git repository.
var ErrNoRepository = errors.New("not a git repository")

// Repo is a git repository on disk, opened for reading.
type Repo struct {
	// Root is the absolute path of the work tree, "" in a bare repository.
	Root string

	gitDir    string // of this work tree
	commonDir string // shared by all linked work trees
	indexFile string

	objectDir  string   // "" is that of commonDir; a push has its objects elsewhere until it is accepted
	alternates []string // further folders of objects

	config gitConfig // its own
	jobs   int       // how many goroutines go through the objects; 0 means one a processor

	hashSize int         // of the names of objects, in bytes
	single   *odb.Lookup // for single objects, while the storage is not open
	looked   int         // how many objects were looked up
	db       *odb.DB     // nil until [Repo.storage] opens it
	reader   *odb.Reader // of db; for one goroutine at a time

	// unreadable says why the objects of the repository cannot be read, ""
	// if they can.
	unreadable string
}

// Open opens the repository that path is in. The environment counts as it does
// for git when path is in the current work tree: a hook runs with GIT_DIR,
// GIT_WORK_TREE and GIT_INDEX_FILE set, on a server also GIT_OBJECT_DIRECTORY
// and GIT_ALTERNATE_OBJECT_DIRECTORIES. Its objects are gone through by so many
// goroutines as jobs says; 0 means one a processor. A repository that is there but cannot
// be read is opened all the same; its sources then say why.
func Open(path string, env func(string) string, jobs int) (*Repo, error) {
	r, err := discover(path)
	if env != nil {
		r, err = fromEnvironment(r, err, env)
	}
	if err != nil {
		return nil, err
	}
	r.jobs = jobs
	if r.indexFile == "" {
		r.indexFile = filepath.Join(r.gitDir, "index")
	}
	r.commonDir = commonDir(r.gitDir)
	r.readConfig()
	r.checkObjects()
	return r, nil
}

// Close releases what reading the repository keeps open.
func (r *Repo) Close() error {
	if r.single != nil {
		r.single.Close()
	}
	if r.db == nil {
		return nil
	}
	return r.db.Close()
}

// discover walks up from path to the folder that is or has a git directory. One above
// path that belongs to another user is not used.
func discover(path string) (*Repo, error) {
	dir, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	for here := dir; ; {
		if isGitDir(dir) && filepath.Base(dir) != ".git" {
			return &Repo{gitDir: dir}, nil
		}
		gitDir, ok, err := dotGit(dir)
		if (ok || err != nil) && dir != here && isForeign(filepath.Join(dir, ".git"), here) {
			return nil, fmt.Errorf("%s belongs to another user: scan %s if you trust it", filepath.Join(dir, ".git"), dir)
		}
		if err != nil {
			return nil, err
		}
		if ok {
			return &Repo{Root: dir, gitDir: gitDir}, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, ErrNoRepository
		}
		dir = parent
	}
}

// dotGit returns the git directory that dir/.git is or names. A .git that is
// neither is no repository to git, but not nothing either.
func dotGit(dir string) (gitDir string, ok bool, err error) {
	path := filepath.Join(dir, ".git")
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	case err != nil:
		return "", false, err
	case info.IsDir():
		// An empty .git is what a container's mount leaves behind; git
		// looks further up, and so do we.
		ok = isGitDir(path)
		if !ok {
			err = isWrecked(path)
		}
		return path, ok, err
	case !info.Mode().IsRegular() || info.Size() > maxSmallFile:
		return "", false, nil
	}
	content, err := readFile(path, maxSmallFile)
	if err != nil {
		return "", false, fmt.Errorf("%s: %w", path, err)
	}
	target, found := strings.CutPrefix(string(content), "gitdir:")
	if !found {
		return "", false, fmt.Errorf("%s: no gitdir in it", path)
	}
	target = strings.TrimSpace(target)
	if !filepath.IsAbs(target) {
		target = filepath.Join(dir, target)
	}
	if !isGitDir(target) {
		return "", false, fmt.Errorf("%s: names %s, which is no git directory", path, target)
	}
	return target, true, nil
}

// maxSmallFile bounds, in bytes, the files of a git directory that hold one line.
const maxSmallFile = 64 << 10

// isGitDir tells whether dir has what git wants of a git directory.
func isGitDir(dir string) bool {
	if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
		return false
	}
	common := commonDir(dir)
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(common, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// isWrecked returns an error if a folder was a git directory, or may be one that
// cannot be looked at: its history must not pass for none.
func isWrecked(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if name := e.Name(); name == "HEAD" || name == "objects" || name == "packed-refs" {
			return fmt.Errorf("%s: HEAD, objects or refs is missing, or cannot be read", dir)
		}
	}
	return nil
}

// commonDir returns what a linked work tree shares with its repository.
func commonDir(gitDir string) string {
	content, err := readFile(filepath.Join(gitDir, "commondir"), maxSmallFile)
	if err != nil {
		return gitDir
	}
	path := strings.TrimSpace(string(content))
	if !filepath.IsAbs(path) {
		path = filepath.Join(gitDir, path)
	}
	return filepath.Clean(path)
}

// fromEnvironment lets GIT_DIR and its companions override what was found,
// where they are about the same repository as the path.
func fromEnvironment(found *Repo, err error, env func(string) string) (*Repo, error) {
	here, hereErr := discover(".")
	if dir := env("GIT_DIR"); dir != "" {
		gitDir, absErr := filepath.Abs(dir)
		if absErr != nil || !isGitDir(gitDir) || err == nil && !sameFile(found.gitDir, gitDir) {
			return found, err
		}
		if err != nil {
			found = &Repo{gitDir: gitDir}
			if tree := env("GIT_WORK_TREE"); tree != "" {
				found.Root, err = filepath.Abs(tree)
				if err != nil {
					return nil, err
				}
			}
		}
		here, hereErr, err = found, nil, nil
	}
	if err != nil || hereErr != nil || !sameFile(here.gitDir, found.gitDir) {
		return found, err
	}
	if index := env("GIT_INDEX_FILE"); index != "" {
		found.indexFile, err = filepath.Abs(index)
	}
	found.objectDir = env("GIT_OBJECT_DIRECTORY")
	found.alternates = alternateDirs(env("GIT_ALTERNATE_OBJECT_DIRECTORIES"))
	return found, err
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// readConfig reads the repository's own configuration, and from it whether the
// repository is stored in a way that can be read.
func (r *Repo) readConfig() {
	content, err := readFile(filepath.Join(r.commonDir, "config"), maxConfigFile)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		r.config, err = parseGitConfig(content)
	}
	if err != nil {
		r.unreadable = fmt.Sprintf("its configuration cannot be read: %v", err)
		return
	}
	if storage := r.config.last("extensions.refstorage"); storage != "" && storage != "files" {
		r.unreadable = fmt.Sprintf("its reference storage %q is not supported yet", storage)
	}
}

// Head returns the id of the checked-out commit, "" if there is none.
func (r *Repo) Head() string { return r.head().String() }

func (r *Repo) head() odb.ID {
	id, _ := r.resolveRef("HEAD") // that it cannot be read is reported where references are
	return id
}

// isPartial tells whether the repository was cloned with a filter, so that
// objects are missing by design.
func (r *Repo) isPartial() bool {
	for _, name := range r.config.remotes() {
		if yes, err := configBool(r.config.last("remote."+name+".promisor"), true); yes && err == nil {
			return true
		}
	}
	return r.config.last("extensions.partialclone") != "" || r.storage().Promised()
}
