package hook

import (
	"bytes"
	"path/filepath"
	"strings"
	"text/template"
)

// scriptText is plain POSIX sh, as git for Windows brings it along. Of
// a hook that pre-commit wrote, the one from before must not be called where
// pre-commit called this one: it is running already, and stops there.
const scriptText = `#!/bin/sh
{{.Marker}}; ` + "`patlint hook uninstall`" + ` removes it.
# It calls {{.Name}}{{.Aside}}, which was here before it, if there is one, and
# then patlint. Do not edit it: it is written anew by every install.

installed={{.Program}}

case $0 in
*/*) before=${0%/*}/{{.Name}}{{.Aside}} ;;
*) before=./{{.Name}}{{.Aside}} ;;
esac

if command -v patlint >/dev/null 2>&1; then
	patlint=patlint
elif [ -n "$installed" ] && command -v "$installed" >/dev/null 2>&1; then
	patlint=$installed
else
	printf 'patlint: not found on the PATH{{if .HasProgram}}, nor as %s{{end}}: nothing was checked\n'{{if .HasProgram}} "$installed"{{end}} >&2
	echo "patlint: install it: go install github.com/patlint/patlint/cmd/patlint@latest" >&2
{{- if .Skip}}
	echo "patlint: or skip the check this time: {{.Skip}}" >&2
{{- end}}
	exit 1
fi

if [ -x "$before" ] && ! { [ -n "${PRE_COMMIT_RUNNING_LEGACY-}" ] && grep -q hook-impl "$before"; }; then
{{- if .Input}}
	input=$(cat && echo .) # both read it
	input=${input%.}
	printf '%s' "$input" | "$before" "$@" || exit
	printf '%s' "$input" | "$patlint" hook run {{.Name}} "$@"
	exit
{{- else}}
	"$before" "$@" || exit
{{- end}}
fi
exec "$patlint" hook run {{.Name}} "$@"
`

// Hook is a hook of git's.
type Hook struct {
	Name  string // as git calls it
	Skip  string // the command that skips it once, "" if there is none
	Input bool   // git tells it something on standard input
}

// script returns what is written for a hook.
func (d Folder) script(h Hook) []byte {
	t := template.Must(template.New("").Parse(scriptText))
	var b bytes.Buffer
	err := t.Execute(&b, map[string]any{
		"Marker": marker, "Name": h.Name, "Aside": aside, "Skip": h.Skip, "Input": h.Input,
		"Program": Quote(filepath.ToSlash(d.Program)), "HasProgram": d.Program != "",
	})
	if err != nil {
		panic(err) // the template is wrong
	}
	return b.Bytes()
}

// Quote returns a word that any sh takes for s.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// program returns the path that a script has from its installation.
func (f *file) program() string {
	_, rest, found := strings.Cut(string(f.content), "\ninstalled='")
	if !found {
		return ""
	}
	quoted, _, _ := strings.Cut(rest, "'\n")
	return filepath.FromSlash(strings.ReplaceAll(quoted, `'\''`, "'"))
}
