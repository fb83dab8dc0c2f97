# Functions that the scripts of this folder share. It is sourced, not run.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

die() {
	printf 'FAILED: %s\n' "$*" >&2
	exit 1
}

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# random N prints N random letters and digits, every fourth one a digit, so
# that no rule takes them for words. Nothing in the repository looks like a
# token; what the checks need is made when they run.
random() {
	local n=$1 text=
	while [ "${#text}" -lt "$n" ]; do
		text+=$(head -c 96 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z' | head -c 3)
		text+=$((RANDOM % 10))
	done
	printf '%s' "${text:0:n}"
}

pat() { printf 'pt-%s' "$(random 61)"; }

# expect CODE NAME COMMAND... runs a command and demands an exit code. What the
# command printed is shown only if it is another one.
expect() {
	local want=$1 name=$2 code=0
	shift 2
	"$@" >"$TEMP/output" 2>&1 || code=$?
	if [ "$code" -ne "$want" ]; then
		sed 's/^/    | /' "$TEMP/output"
		die "$name: exit $code instead of $want"
	fi
	say "    $name: exit $code, as it should be"
}

# never TEXT... fails if the last output shows one of the tokens.
never() {
	local token
	for token; do
		if grep -qF -e "${token:8:16}" "$TEMP/output"; then die 'the output shows a secret'; fi
	done
}

# git_as_nobody keeps the machine's git configuration out of a check.
git_as_nobody() {
	export HOME=$TEMP/home XDG_CONFIG_HOME=$TEMP/home/.config GIT_CONFIG_NOSYSTEM=1
	mkdir -p "$XDG_CONFIG_HOME/git"
	git config --file "$HOME/.gitconfig" user.name 'Ann Author'
	git config --file "$HOME/.gitconfig" user.email ann@example.com
	git config --file "$HOME/.gitconfig" init.defaultBranch main
	git config --file "$HOME/.gitconfig" commit.gpgSign false
}
