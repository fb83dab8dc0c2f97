package source

import "testing"

func TestFetched(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ spec, ref, to string }{
		{"+refs/heads/*:refs/remotes/origin/*", "refs/heads/a/b", "refs/remotes/origin/a/b"},
		{"refs/heads/main:refs/remotes/o/main", "refs/heads/main", "refs/remotes/o/main"},
		{"refs/heads/main:refs/remotes/o/main", "refs/heads/other", ""},
		{"refs/heads/a*b:refs/x/*", "refs/heads/a-b", "refs/x/-"},
		{"refs/heads/ab*ba:refs/x/*", "refs/heads/aba", ""},
		{"^refs/heads/main", "refs/heads/main", ""},
		{"refs/heads/main", "refs/heads/main", ""},
	} {
		if to, ok := fetched(c.spec, c.ref); ok != (c.to != "") || ok && to != c.to {
			t.Errorf("%s: %s is kept at %q, %v, want %q", c.spec, c.ref, to, ok, c.to)
		}
	}
}

// A repository's configuration is read as git reads it.
func TestRepositoryConfig(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.write("a.txt", "a")
	f.commit("first")
	f.write(".git/config", "\ufeff[core] repositoryformatversion = 1\n[Remote \"a.b\"]\n\tPromisor\n\tfetch = nonsense\n[extensions]\n\tobjectFormat = SHA1\n")
	r := f.open()
	if r.unreadable != "" || !r.isPartial() || r.head() == "" {
		t.Errorf("unreadable %q, partial %v, head %s", r.unreadable, r.isPartial(), r.head())
	}
}
