package source

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"iter"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// TreeOptions say which files of a folder are wanted. The zero value takes
// those that git would.
type TreeOptions struct {
	// Below limits the scan to a folder, slash-separated and relative to the
	// root; "" is the root itself.
	Below string

	// All takes the files that git ignores too.
	All bool

	// Trusted, if not nil, is a commit to which the files on the disk are what a
	// request makes of them. Its .gitignore files count instead of those on the disk,
	// and what attributes have git write to the disk in another form, such as in
	// EBCDIC, is searched as git stores it, too.
	Trusted *Snapshot

	// Wanted tells whether a file is to be read; nil means all.
	Wanted func(path string) bool

	// Present tells whether a name is worth a search, see [rules.Set.Present]; nil
	// means that all are.
	Present func(name []byte) bool

	// Submodules is set if submodules are scanned by somebody else, so that
	// they need not be named as left out.
	Submodules bool

	// Env is the environment, which says where the user's own ignore file is.
	Env func(string) string

	// Searched, if not nil, tells which files need not be read, since the
	// history of the repository holds the same and was searched before. They
	// count as if they were. Without, every file is read.
	Searched *Searched

	// Counters, if not nil, counts what is passed over.
	Counters *scanner.Counters

	// MaxSize is the size in bytes above which no file is passed over, since
	// the scan is to say that it is too large; 0 means that there is none.
	MaxSize int64
}

// Tree returns the files of a work tree: what "git ls-files --cached --others
// --exclude-standard" lists. Links are not followed, their targets are content.
// Without a repository it is all files but those of git.
func Tree(root string, r *Repo, opts TreeOptions) scanner.Source {
	return scanner.Source{Blobs: func(ctx context.Context) iter.Seq2[scanner.Blob, error] {
		return func(yield func(scanner.Blob, error) bool) {
			at, err := newTrail(root)
			if err != nil {
				yield(scanner.Blob{}, scanner.Skip{Path: ".", Reason: reason(err)})
				return
			}
			w := &treeWalk{ctx: ctx, at: at, repo: r, opts: opts, yield: yield, tracked: map[string]uint32{}, named: map[string]bool{}}
			defer at.close()
			w.run()
		}
	}}
}

// treeWalk is one walk over the files of a folder.
type treeWalk struct {
	ctx   context.Context
	at    *trail
	repo  *Repo // nil without a repository
	opts  TreeOptions
	yield func(scanner.Blob, error) bool
	done  bool // the consumer wants no more

	tracked  map[string]uint32
	foldCase bool            // core.ignoreCase
	named    map[string]bool // folders whose name was yielded
}

func (w *treeWalk) run() {
	var rules *ignores
	if w.repo == nil {
		w.opts.All = true
	} else {
		w.walkTracked()
		rules = w.baseRules()
	}
	w.walk("", rules)
}

// baseRules returns the ignore rules that hold for the whole tree.
func (w *treeWalk) baseRules() (rules *ignores) {
	rules, foldCase, err := standardIgnores(w.opts.Env, ignoreDirs{w.rootName(), w.repo.gitDir, w.repo.commonDir})
	if err != nil {
		w.skip("ignore rules", reason(err))
	}
	w.foldCase = foldCase
	return rules
}

// walk yields the untracked files of a folder.
func (w *treeWalk) walk(dir string, rules *ignores) {
	entries, err := w.readDir(dir)
	if err != nil {
		w.skip(cmp.Or(dir, "."), reason(err))
	}
	if w.hasIgnores(entries) {
		rules = rules.push(w.parseIgnoreIn(dir))
	}
	for _, e := range entries {
		name := e.Name()
		if dir != "" {
			name = dir + "/" + name
		}
		switch {
		case w.stopped():
			return
		case e.Name() == ".git":
		case e.IsDir() && w.leadsBelow(name):
			w.enter(name, rules)
		case e.IsDir():
		case !w.isBelow(name), w.tracked[name] != 0:
		case w.opts.All || !rules.match(name, false):
			w.file(name, e.Type())
		}
	}
}

// enter walks a folder below, unless git would not.
func (w *treeWalk) enter(name string, rules *ignores) {
	if w.tracked[name] == submodule && !w.opts.All {
		return // named already
	}
	if !w.opts.All && rules.match(name, true) {
		if !w.isBelow(w.opts.Below) || !strings.HasPrefix(w.opts.Below+"/", name+"/") {
			return
		}
		// The user named a folder in here: git's rules are about what nobody named.
		all := *w
		all.opts.All = true
		all.walk(name, rules)
		w.done = all.done
		return
	}
	if !w.opts.All && name != w.opts.Below && w.isRepository(name) {
		w.leaveOut(name, "repository of its own, not scanned")
		return
	}
	w.walk(name, rules)
}

// file yields the names in a path and the content of the file.
func (w *treeWalk) file(name string, mode fs.FileMode) {
	if !w.isWanted(name) {
		return
	}
	w.sendNames(name)
	b := scanner.Blob{Kind: scanner.Worktree, Path: name}
	switch {
	case mode.IsRegular():
		b.Open = w.at.opener(name)
	case mode&fs.ModeSymlink != 0:
		target, err := w.at.readlink(name)
		if err != nil {
			w.skip(name, reason(err))
			return
		}
		b.Open = scanner.Bytes([]byte(target))
	case mode.IsDir(): // where git tracks a file
		return
	default:
		w.leaveOut(name, "device, pipe or socket, not opened")
		return
	}
	w.send(b, nil)
}

// sendNames yields the name of a file, which comes once, and those of its folders
// that were not yielded before.
func (w *treeWalk) sendNames(name string) {
	w.sendName(name)
	for dir := folderOf(name); dir != "" && !w.named[dir]; dir = folderOf(dir) {
		w.named[dir] = true
		w.sendName(dir)
	}
}

func (w *treeWalk) sendName(name string) {
	base := []byte(name[strings.LastIndexByte(name, '/')+1:])
	if w.opts.Present == nil || w.opts.Present(base) {
		w.send(scanner.Blob{Kind: scanner.FileName, Path: name, Open: scanner.Bytes(base)}, nil)
	}
}

// readDir returns the entries of a folder by name, those that could be read
// also if there is an error.
func (w *treeWalk) readDir(dir string) ([]fs.DirEntry, error) {
	f, err := w.at.to(dir)
	if err != nil {
		return nil, err
	}
	entries, err := f.list.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// hasIgnores tells whether a folder may have a .gitignore that counts.
func (w *treeWalk) hasIgnores(entries []fs.DirEntry) bool {
	if w.repo == nil || w.opts.Trusted != nil {
		return w.repo != nil && !w.opts.All
	}
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == ".gitignore" && e.Type().IsRegular() })
}

func (w *treeWalk) parseIgnoreIn(dir string) *ignoreFile {
	name := path.Join(dir, ".gitignore")
	var content []byte
	var err error
	if w.opts.Trusted != nil {
		content, err = w.opts.Trusted.ReadFile(name, maxPatternFile)
	} else {
		content, err = readIgnoreFile(filepath.Join(w.rootName(), filepath.FromSlash(name)), false)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNotRegular) { // which git has no pattern from
		w.skip(name, "its rules do not count: "+reason(err))
	}
	return parseIgnore(content, dir, w.foldCase)
}

// isBelow tells whether a path is in the folder that the scan is limited to.
func (w *treeWalk) isBelow(name string) bool {
	return w.opts.Below == "" || name == w.opts.Below || strings.HasPrefix(name, w.opts.Below+"/")
}

// leadsBelow tells whether a folder is in that folder or on the way to it.
func (w *treeWalk) leadsBelow(dir string) bool {
	return w.isBelow(dir) || strings.HasPrefix(w.opts.Below, dir+"/")
}

// isRepository tells whether git would take a folder for a repository of its own.
func (w *treeWalk) isRepository(name string) bool {
	_, ok, err := dotGit(filepath.Join(w.rootName(), filepath.FromSlash(name)))
	return ok && err == nil
}

// rootName is the path of the folder that is scanned.
func (w *treeWalk) rootName() string { return w.at.base.base.Name() }

func (w *treeWalk) isWanted(name string) bool {
	return w.opts.Wanted == nil || w.opts.Wanted(name)
}

func (w *treeWalk) stopped() bool { return w.done || w.ctx.Err() != nil }

func (w *treeWalk) send(b scanner.Blob, err error) {
	if !w.done {
		w.done = !w.yield(b, err)
	}
}

func (w *treeWalk) skip(path, reason string) {
	w.send(scanner.Blob{}, scanner.Skip{Path: path, Reason: reason})
}

// leaveOut names what is not part of the scan.
func (w *treeWalk) leaveOut(path, reason string) {
	if !w.opts.Submodules {
		w.send(scanner.Blob{}, scanner.Skip{Path: path, Reason: reason, Deliberate: true})
	}
}
