package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print version, commit and Go version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			version, commit := build()
			_, err := fmt.Fprintf(c.out, "patlint %s (commit %s, %s)\n", version, commit, runtime.Version())
			return err
		},
	}
}

// build returns the version and the commit that the program was built from, as
// the Go command noted them.
func build() (version, commit string) {
	info, _ := debug.ReadBuildInfo()
	return built(info)
}

// built returns the version and the commit that a build's notes name. A clone and
// a release have both; what "go install" built from the module proxy has the
// version alone. The notes are nil if there are none.
func built(info *debug.BuildInfo) (version, commit string) {
	version, commit = "(devel)", "unknown"
	if info == nil {
		return version, commit
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return version, commit
}
