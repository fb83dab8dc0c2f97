package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/issuer"
)

// issuerVariable is the environment variable that stands for --issuer-url.
const issuerVariable = "PATLINT_ISSUER_URL"

// The rates that --verify-rate takes: less would never end, more is no limit.
const (
	minRate = 0.01
	maxRate = 10_000
)

// verifyFlags are the flags about asking the issuer.
type verifyFlags struct {
	gateway string
	jobs    int
	rate    float64
	config  string // the user's own file about services

	introspect introspectFlags
}

func (v *verifyFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&v.gateway, "issuer-url", "", "ask the API at `URL`, such as a gateway of your own, instead of the issuer's regions (or "+issuerVariable+")")
	flags.IntVar(&v.jobs, "verify-jobs", 0, "ask about `N` secrets at once (default 8)")
	flags.Float64Var(&v.rate, "verify-rate", 0, "send at most `N` requests a second (default 20)")
	v.introspect.register(flags)
	flags.StringVar(&v.config, "issuer-config", "", "read your settings about services from `FILE` (default $XDG_CONFIG_HOME/patlint/issuer.yaml)")
}

// settings are what the user says about services: whom to ask, and who revokes.
type settings struct {
	asking issuer.Options
	file   *issuerFile
}

// settings returns what the flags, the user's environment and the user's file say.
// Nothing that is scanned is asked, and the file must not lie in it.
func (v *verifyFlags) settings(c *console, scanned string) (*settings, error) {
	version, _ := build()
	s := &settings{asking: issuer.Options{Jobs: v.jobs, Rate: v.rate, Version: version}}
	if v.jobs < 0 || v.rate < 0 {
		return nil, usage("--verify-jobs and --verify-rate must not be negative")
	}
	if v.rate != 0 && !(v.rate >= minRate && v.rate <= maxRate) { // nor is NaN
		return nil, usage("--verify-rate: want from %g to %d requests a second", minRate, maxRate)
	}
	services, err := v.introspect.services(c)
	if err != nil {
		return nil, err
	}
	if s.asking.Regions, err = v.regions(c); err != nil {
		return nil, err
	}
	if err := v.checkPlace(c, scanned); err != nil {
		return nil, err
	}
	if s.file, err = readIssuerFile(c.env, v.config); err != nil {
		return nil, err
	}
	named, err := s.file.introspections(c.env)
	s.asking.Introspections = append(services, named...)
	return s, err
}

// services returns the settings for a scan, or none if nothing is to be verified.
func (f *scanFlags) services(c *console, t *target) (*settings, error) {
	v := &f.verifier
	isSet := v.gateway != "" || v.jobs != 0 || v.rate != 0 || v.config != "" || v.introspect.url != ""
	switch {
	case f.verify:
		return v.settings(c, t.root)
	case isSet:
		return nil, usage("--issuer-url, --verify-jobs, --verify-rate, --introspect and --issuer-config go with --verify")
	}
	return &settings{}, nil
}

// regions returns whom to ask about PATs; nil means the issuer's own.
func (v *verifyFlags) regions(c *console) ([]issuer.Region, error) {
	address, from := v.gateway, "--issuer-url"
	if address == "" {
		address, from = c.env(issuerVariable), issuerVariable
	}
	if address == "" {
		return nil, nil
	}
	region, err := issuer.Gateway(address)
	if err != nil {
		return nil, usage("%s: %w", from, err)
	}
	return []issuer.Region{region}, nil
}

// verify asks about the findings and says on the way how far it is.
func verify(ctx context.Context, c *console, findings []scanner.Finding, opts issuer.Options, progress bool) {
	if progress {
		opts.Progress = func(done, all int) {
			// One write, so that lines of several goroutines stay whole.
			fmt.Fprintf(c.err, "\r\x1b[Kpatlint: asked about %d of %d secrets", done, all)
		}
		defer fmt.Fprint(c.err, "\r\x1b[K")
	}
	issuer.NewVerifier(opts).Verify(ctx, findings)
}

// verifyAll asks about the findings of a scan, and revokes what is live if that is
// wanted, unless they are a stranger's.
func (f *scanFlags) verifyAll(ctx context.Context, c *console, r *scanner.Result, opts issuer.Options, revoking *revocationOf) {
	if why := foreign(c.env); why != "" {
		c.warn("%s: nothing is verified", why)
		f.revoke = false
		return
	}
	verify(ctx, c, r.Findings, opts, f.isProgressShown(c))
	if revoking != nil && ctx.Err() == nil {
		if err := revoking.revoke(ctx, r.Findings); err != nil {
			c.warn("%v", err)
			r.Failed = append(r.Failed, "the revocation stopped")
		}
	}
	if ctx.Err() != nil {
		r.Interrupted = true
	}
}

// maxReport is the size of the largest report that is read, in bytes.
const maxReport = 1 << 30

// readReport reads the report that the arguments name; none, or "-", is standard
// input. It does not wait for more when the context ends.
func readReport(ctx context.Context, c *console, args []string) (content []byte, name string, err error) {
	path := ""
	if name = "standard input"; len(args) > 0 && args[0] != "-" {
		path, name = args[0], args[0]
	}
	done := make(chan struct{})
	var read []byte
	var failed error
	go func() { // ends with the program if nothing comes
		defer close(done)
		read, failed = c.read(path)
	}()
	select {
	case <-ctx.Done():
		return nil, name, &exitError{exitInterrupted, errors.New("interrupted")}
	case <-done:
	}
	switch {
	case failed != nil:
		return nil, name, usage("%s: %w", name, plain(failed))
	case len(read) > maxReport:
		return nil, name, usage("%s: larger than %d MB", name, maxReport>>20)
	}
	return bytes.TrimPrefix(read, []byte("\ufeff")), name, nil // what PowerShell writes begins with it
}

// read reads a file, or standard input for "", up to one byte more than a report may
// have.
func (c *console) read(path string) ([]byte, error) {
	in := c.in
	if path != "" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	return io.ReadAll(io.LimitReader(in, maxReport+1))
}
