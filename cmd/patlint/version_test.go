package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestBuilt reads what "go version -m" prints of programs that were built in the
// ways in which people get this one.
func TestBuilt(t *testing.T) {
	const revision = "ab4b87ac3f5a2ae0aa0b4dd6b9b8b3b3a6a0a1c2"
	vcs := func(modified string) string {
		return "build\t-trimpath=true\nbuild\tvcs=git\nbuild\tvcs.revision=" + revision +
			"\nbuild\tvcs.time=2026-11-24T03:22:37Z\nbuild\tvcs.modified=" + modified + "\n"
	}
	for _, test := range []struct{ name, mod, settings, version, commit string }{
		{"a release", "v1.2.3\t", vcs("false"), "v1.2.3", revision},
		{"a commit after a release", "v1.2.4-0.20261124032237-ab4b87ac3f5a\t", vcs("false"), "v1.2.4-0.20261124032237-ab4b87ac3f5a", revision},
		{"a clone with changes", "v1.2.3+dirty\t", vcs("true"), "v1.2.3+dirty", revision},
		{"go install of a release", "v1.2.3\th1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "", "v1.2.3", "unknown"},
		{"an unpacked source archive", "(devel)\t", "", "(devel)", "unknown"},
	} {
		notes := "go\tgo1.26.8\npath\tgithub.com/patlint/patlint/cmd/patlint\n" +
			"mod\tgithub.com/patlint/patlint\t" + test.mod + "\n" + test.settings
		info, err := debug.ParseBuildInfo(notes)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if version, commit := built(info); version != test.version || commit != test.commit {
			t.Errorf("%s: %s of commit %s, want %s of %s", test.name, version, commit, test.version, test.commit)
		}
	}
	if version, commit := built(nil); version != "(devel)" || commit != "unknown" {
		t.Errorf("without notes: %s of commit %s", version, commit)
	}
}

// TestVersion demands that all that names the version names the same one.
func TestVersion(t *testing.T) {
	version, commit := build()
	var stdout, stderr strings.Builder
	if code := run(t.Context(), []string{"version"}, nil, nil, &stdout, &stderr); code != exitClean || stderr.Len() > 0 {
		t.Fatalf("exit %d: %s", code, &stderr)
	}
	if want := "patlint " + version + " (commit " + commit + ", go"; !strings.HasPrefix(stdout.String(), want) {
		t.Errorf("%q does not begin with %q", stdout.String(), want)
	}
}
