package main_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that every package of the project begins with.
const module = "github.com/patlint/patlint/"

// families are the parts of the house with their floors. A package may import
// its own family and lower floors.
var families = map[string]int{
	"rules":          0,
	"scanner/unpack": 0,
	"scanner":        1, // this package alone; what is below it has its own floor
	"scanner/source": 2,
	"scanner/issuer": 2,
	"scanner/report": 2,
	"cmd":            3,
}

// fences name the only families that may import a library, by its prefix; none
// means that production code does without it.
var fences = map[string][]string{
	"github.com/go-git/go-git":      {"scanner/source"},
	"github.com/go-git/go-billy":    {"scanner/source"},
	"github.com/bmatcuk/doublestar": {"scanner/source"},
	"net/http":                      {"scanner/issuer"},
	"github.com/cenkalti/backoff":   {"scanner/issuer"},
	"golang.org/x/time":             {"scanner/issuer"},
	"github.com/klauspost/compress": {"scanner/unpack"},
	"github.com/ulikunitz/xz":       {"scanner/unpack"},
	"github.com/fatih/color":        {"scanner/report", "cmd"},
	"github.com/cli/browser":        {"scanner/issuer"},
	"golang.org/x/net":              {"scanner/issuer"},
	"os/exec":                       {"scanner/issuer"}, // the command that the user names to revoke with; nothing else is executed
}

// onlyInMain is what no function but main touches.
var onlyInMain = []string{"os.Exit", "os.Args", "context.Background", "context.TODO", "log.Fatal", "log.Fatalf", "log.Fatalln"}

// revealers are the functions of production code that call Secret.Reveal: the
// places where a secret could leak.
var revealers = []string{ // sorted
	"rules.Secret.Fingerprint",        // hashes it
	"rules.Secret.ID",                 // hashes it
	"rules.Secret.IsPAT",              // looks at its form
	"rules.Secret.Mask",               // cuts it
	"rules.Secret.Overlaps",           // looks for it, to keep it from being shown
	"rules.Secret.TokenHosts",         // looks for whom it is
	"scanner.merger.masker",           // looks for it in what is reported, to mask it there
	"scanner/issuer.Command.Revoke",   // gives it to the user's command, on its standard input
	"scanner/issuer.OAuthClient.post", // sends it to the service that the user names, with the client's own
	"scanner/issuer.authorize",        // sends it to its issuer
	"scanner/issuer.template.fill",    // sends it to the organisation's service that revokes it
	"scanner/report.Info.secret",      // shows it for --show-secrets
	"scanner/report.WriteMasks",       // gives it to the runner of a workflow, to mask it in logs
}

// topLevel is all that stands at the top of the repository.
var topLevel = []string{
	".ci", ".github", ".gitignore", ".goreleaser.yaml", ".pre-commit-hooks.yaml", "CHANGELOG.md", "LICENSE", "README.md", "action.yml",
	"cmd", "go.mod", "go.sum", "rules", "scanner",
}

// sourceFile is a file of production code, for whatever system it is.
type sourceFile struct {
	pkg     string // relative to the module
	name    string // of the file, relative to the root
	syntax  *ast.File
	imports []importOf
}

// importOf is an import, with the name that the file knows it by.
type importOf struct{ local, path string }

// root is the repository's folder, seen from this package.
const root = "../.."

func TestImportsPointDownward(t *testing.T) {
	for _, f := range production(t) {
		from := family(f.pkg)
		if _, ok := families[from]; !ok {
			t.Errorf("%s: package %s is on no floor", f.name, f.pkg)
		}
		for _, imported := range f.imports {
			inside, ours := strings.CutPrefix(imported.path, module)
			if to := family(inside); ours && to != from && families[to] >= families[from] {
				t.Errorf("%s: %s (floor %d) must not import %s (floor %d)", f.name, f.pkg, families[from], inside, families[to])
			}
		}
	}
}

func TestLibrariesAreFenced(t *testing.T) {
	for _, f := range production(t) {
		for library, allowed := range fences {
			for _, imported := range f.imports {
				if strings.HasPrefix(imported.path+"/", library+"/") && !slices.Contains(allowed, family(f.pkg)) {
					t.Errorf("%s: must not import %s", f.name, imported.path)
				}
			}
		}
	}
}

func TestOnlyMainEndsTheProgram(t *testing.T) {
	for _, f := range production(t) {
		f.eachSelector(func(inside, selected string) {
			if slices.Contains(onlyInMain, selected) && inside != "cmd/patlint.main" {
				t.Errorf("%s: %s uses %s", f.name, inside, selected)
			}
		})
	}
}

func TestRevealIsCalledInNamedPlaces(t *testing.T) {
	var found []string
	for _, f := range production(t) {
		f.eachSelector(func(inside, selected string) {
			if strings.HasSuffix(selected, ".Reveal") {
				found = append(found, inside)
			}
		})
	}
	slices.Sort(found)
	if found = slices.Compact(found); !slices.Equal(found, revealers) {
		t.Errorf("Secret.Reveal is called in\n\t%s\nwant\n\t%s", strings.Join(found, "\n\t"), strings.Join(revealers, "\n\t"))
	}
}

func TestNoInit(t *testing.T) {
	for _, f := range production(t) {
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: has an init", f.name)
			}
		}
	}
}

func TestPackagesAndExportsAreDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, f := range production(t) {
		documented[f.pkg] = documented[f.pkg] || f.syntax.Doc.Text() != ""
		for _, decl := range f.syntax.Decls {
			for _, name := range undocumented(decl) {
				t.Errorf("%s: %s has no doc comment", f.name, name)
			}
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", pkg)
		}
	}
}

func TestTopLevel(t *testing.T) {
	if _, err := os.Stat(filepath.Join(root, ".git")); errors.Is(err, os.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skip("the sources are in no git repository")
	}
	git := exec.Command("git", "-C", root, "ls-files", "-z")
	out, err := git.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if top, _, _ := strings.Cut(name, "/"); !slices.Contains(topLevel, top) {
			t.Errorf("%s: %s does not belong at the top level", name, top)
		}
	}
}

// production returns the files of the module that are not tests, also those
// that are for other systems.
func production(t *testing.T) []sourceFile {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,CgoFiles,IgnoredGoFiles", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var files []sourceFile
	for packages := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Dir                   string
			GoFiles, CgoFiles, IgnoredGoFiles []string
		}
		if err := packages.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.IgnoredGoFiles) {
			if !strings.HasSuffix(name, "_test.go") {
				files = append(files, parse(t, strings.TrimPrefix(p.ImportPath, module), filepath.Join(p.Dir, name)))
			}
		}
	}
	if len(files) == 0 {
		t.Fatal("go list names no files")
	}
	return files
}

func parse(t *testing.T, pkg, name string) sourceFile {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := sourceFile{pkg: pkg, name: path.Join(pkg, filepath.Base(name)), syntax: syntax}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if local == "." {
			t.Errorf("%s: imports all names of %s", f.name, imported)
		}
		f.imports = append(f.imports, importOf{local, imported})
	}
	return f
}

// family returns the part of the house that a package belongs to.
func family(pkg string) string {
	top, below, _ := strings.Cut(pkg, "/")
	if top != "scanner" || below == "" {
		return top
	}
	below, _, _ = strings.Cut(below, "/")
	return "scanner/" + below
}

// eachSelector calls visit for each x.Name in the file, with the function that
// it stands in. A package x is called by its path.
func (f *sourceFile) eachSelector(visit func(inside, selected string)) {
	paths := map[string]string{}
	for _, imported := range f.imports {
		paths[imported.local] = imported.path
	}
	for _, decl := range f.syntax.Decls {
		inside := f.pkg + ".(package variable)"
		if fn, ok := decl.(*ast.FuncDecl); ok {
			inside = f.pkg + "." + qualified(fn)
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				x, _ := selector.X.(*ast.Ident)
				of := "(expression)"
				if x != nil {
					of = cmp.Or(paths[x.Name], x.Name)
				}
				visit(inside, of+"."+selector.Sel.Name)
			}
			return true
		})
	}
}

// qualified returns a function's name, behind that of its receiver if it is a method.
func qualified(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	return receiver(fn) + "." + fn.Name.Name
}

// receiver returns the name of the type that a method belongs to.
func receiver(fn *ast.FuncDecl) string {
	of := fn.Recv.List[0].Type
	for {
		switch x := of.(type) {
		case *ast.StarExpr:
			of = x.X
		case *ast.IndexExpr:
			of = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "?"
		}
	}
}

// undocumented returns the exported names of a declaration that have no comment.
func undocumented(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		exported := d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d)))
		if exported && d.Doc.Text() == "" {
			return []string{qualified(d)}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc.Text()+s.Doc.Text() == "" {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() && d.Doc.Text()+s.Doc.Text()+s.Comment.Text() == "" {
						names = append(names, name.Name)
					}
				}
			}
		}
		return names
	}
	return nil
}
