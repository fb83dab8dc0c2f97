package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/patlint/patlint/cmd/patlint/hook"
	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/report"
	"github.com/patlint/patlint/scanner/unpack"
)

// language says how a kind of file reads an environment variable, %s, and what
// begins a comment in it.
type language struct {
	names    string // extensions and whole names, between blanks
	variable string
	comment  string
}

// languages returns what is known of kinds of files, by the ends of their names.
func languages() []language {
	return []language{
		{" .py .pyi .ipynb ", `os.environ["%s"]`, "#"},
		{" .js .mjs .cjs .jsx .ts .mts .cts .tsx .vue .svelte ", "process.env.%s", "//"},
		{" .go ", `os.Getenv("%s")`, "//"},
		{" .java .kt .kts .scala .groovy .gradle jenkinsfile ", `System.getenv("%s")`, "//"},
		{" .cs ", `Environment.GetEnvironmentVariable("%s")`, "//"},
		{" .rs ", `std::env::var("%s")`, "//"},
		{" .swift ", `ProcessInfo.processInfo.environment["%s"]`, "//"},
		{" .dart ", `Platform.environment['%s']`, "//"},
		{" .c .h .cc .cpp .cxx .hpp .m .mm .php ", `getenv("%s")`, "//"},
		{" .rb .rake gemfile rakefile ", `ENV.fetch("%s")`, "#"},
		{" .pl .pm ", "$ENV{%s}", "#"},
		{" .ex .exs ", `System.fetch_env!("%s")`, "#"},
		{" .r ", `Sys.getenv("%s")`, "#"},
		{" .jl ", `ENV["%s"]`, "#"},
		{" .lua ", `os.getenv("%s")`, "--"},
		{" .nix ", `builtins.getEnv "%s"`, "#"},
		{" .ps1 .psm1 ", "$env:%s", "#"},
		{" .bat .cmd ", "%%%s%%", "rem"},
		{" .sh .bash .zsh .fish .ksh .bashrc .zshrc .profile ", `"$%s"`, "#"},
		{" .tf .tfvars .hcl ", "a variable, set by TF_VAR_%s", "#"},
		{" .sql ", "a parameter, set from %s", "--"},
		{" .json .jsonc .lock ", "${%s}", ""},
		{" .md .markdown .html .htm .xml .svg ", "a placeholder such as ${%s}", "<!--"},
		{" .yml .yaml .toml .ini .cfg .conf .properties dockerfile makefile .mk ", "${%s}", "#"},
	}
}

// languageOf returns what is known of a file, by its name.
func languageOf(name string) language {
	base := strings.ToLower(path.Base(name))
	if inside := strings.LastIndex(name, unpack.Between); inside >= 0 {
		return language{variable: "${%s}"} // nobody edits it in there
	}
	for _, l := range languages() {
		if strings.Contains(l.names, " "+base+" ") || path.Ext(base) != "" && strings.Contains(l.names, " "+path.Ext(base)+" ") {
			return l
		}
	}
	return language{variable: "${%s}", comment: "#"}
}

// instead says what to write instead of a secret at a place.
func instead(l *scanner.Location, rule *rules.Rule) string {
	base := strings.ToLower(path.Base(l.Path))
	name := variable(l, rule)
	switch {
	case l.Kind == scanner.CommitMessage:
		return "say where the secret is kept, not what it is"
	case l.Kind == scanner.FileName:
		return "another name for the file"
	case base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env"):
		return "a line for it in .gitignore; commit an example with " + name + "= and no value"
	case strings.HasPrefix(l.Path, ".github/workflows/"):
		return "${{ secrets." + name + " }}"
	}
	return fmt.Sprintf(languageOf(l.Path).variable, name)
}

// comment returns what begins and ends a comment in a file, "" if it has none.
func comment(name string) (open, end string) {
	open = languageOf(name).comment
	if open == "<!--" {
		end = "-->"
	}
	return open, end
}

// fileOf returns the file that a path of the report is in: a secret in an archive
// has its place inside of it.
func fileOf(root, name string) string {
	file, _, inside := strings.Cut(name, unpack.Between)
	if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name))); !inside || err == nil {
		return name
	}
	return file
}

// pathspec returns what names just this file to git in a shell in the folder
// prefix, whatever is in its name.
func pathspec(file, prefix string) string {
	if prefix != "" || strings.HasPrefix(file, ":") || strings.ContainsAny(file, `*?[\`) {
		file = ":(top,literal)" + file
	}
	return shellWord(file, runtime.GOOS)
}

// shellWord quotes a word for the shells that people use on a system. A name with
// characters that are not shown is quoted as bash and zsh know it.
func shellWord(word, system string) string {
	switch {
	case report.Visible(word) != word || !utf8.ValidString(word):
		return ansiWord(word)
	case system == "windows" && !strings.ContainsAny(word, "\"$`%!\\"): // cmd does not know '
		return `"` + word + `"`
	}
	return hook.Quote(word)
}

// ansiWord returns $'…' with an escape for every byte that is not plain.
func ansiWord(word string) string {
	var b strings.Builder
	b.WriteString("$'")
	for len(word) > 0 {
		r, n := utf8.DecodeRuneInString(word)
		switch piece := word[:n]; {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + piece)
		case r != utf8.RuneError && r != '#' && report.Visible(piece) == piece:
			b.WriteString(piece)
		default:
			for i := range n {
				fmt.Fprintf(&b, `\%03o`, piece[i])
			}
		}
		word = word[n:]
	}
	return b.String() + "'"
}
