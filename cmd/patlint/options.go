package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
	"github.com/patlint/patlint/scanner/source"
)

// options brings flags, configuration and baseline together. Every error is
// one of usage, nothing was scanned yet, unless the commit that is trusted cannot
// be read.
func (f *scanFlags) options(t *target) (scanner.Options, error) {
	opts, err := f.makeOptions(t)
	if exit := (*exitError)(nil); err != nil && !errors.As(err, &exit) {
		return opts, &exitError{exitUsage, err}
	}
	return opts, err
}

func (f *scanFlags) makeOptions(t *target) (opts scanner.Options, err error) {
	c, allows, err := f.configuration(t)
	if err != nil {
		return opts, err
	}
	opts = scanner.Options{Jobs: f.jobs, NoInline: f.noSuppress, NoArchives: f.noArchives, Counters: new(scanner.Counters)}
	opts.Now = time.Now().UTC().Truncate(24 * time.Hour) // a report is the same all day
	known := c.rules()
	if opts.Rules, err = known.selectRules(slices.Concat(c.Rule, f.rule), slices.Concat(c.NoRule, f.noRule)); err != nil {
		return opts, err
	}
	f.weakened = known.weakened(opts.Rules.Rules())
	include, exclude := slices.Concat(c.Include, f.include), slices.Concat(c.Exclude, f.exclude)
	if opts.Wanted, err = source.Filter(include, exclude); err != nil {
		return opts, err
	}
	if level := first(f.minConfidence, c.MinConfidence); level != "" {
		if opts.MinConfidence, err = rules.ParseConfidence(level); err != nil {
			return opts, err
		}
	}
	if size := first(f.maxFileSize, c.MaxFileSize); size != "" {
		if opts.MaxSize, err = parseSize(size); err != nil {
			return opts, err
		}
	}
	if f.jobs < 0 {
		return opts, fmt.Errorf("--jobs %d: must not be negative", f.jobs)
	}
	if f.noSuppress {
		t.untrusted(c, nil)
		return opts, nil
	}
	if opts.Allows, err = f.addBaseline(t, c, allows); err != nil {
		return opts, err
	}
	if t.trusted != nil {
		opts.Trusted = &scanner.Trusted{Contains: t.trusted.Contains, Others: t.untrusted(c, opts.Allows)}
	}
	opts.Whole = t.isWhole() && len(include)+len(exclude) == 0 && len(opts.Rules.Rules()) == len(known.all)
	return opts, nil
}

// configuration reads the configuration file that counts, if any.
func (f *scanFlags) configuration(t *target) (config, []*scanner.Allow, error) {
	switch {
	case f.noConfig:
		return config{}, nil, nil
	case f.config != "":
		return readConfig(f.config, f.config)
	case t.trusted != nil:
		return t.trustedConfig()
	case t.root == "": // a bare repository
		return config{}, nil, nil
	}
	c, allows, err := readConfig(filepath.Join(t.root, configName), configName)
	if errors.Is(err, fs.ErrNotExist) {
		return config{}, nil, nil
	}
	return c, allows, err
}

// addBaseline adds what the baseline of the command line, or else of the
// configuration, allows.
func (f *scanFlags) addBaseline(t *target, c config, allows []*scanner.Allow) ([]*scanner.Allow, error) {
	path := f.baseline
	if path == "" && t.trusted != nil {
		known, err := t.trustedBaseline(c)
		return append(allows, known...), err
	}
	if path == "" {
		var err error
		if path, err = c.baselineIn(t.root); err != nil {
			return nil, err
		}
	}
	if path == "" {
		return allows, nil
	}
	known, err := readBaseline(path)
	if errors.Is(err, fs.ErrNotExist) && path == f.newBaseline {
		return allows, nil // it is about to be written for the first time
	}
	return append(allows, known...), err
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// parseSize reads a size in bytes, with KB, MB or GB (powers of 1024) behind it
// or not.
func parseSize(s string) (int64, error) {
	upper := strings.ToUpper(strings.TrimSpace(s))
	shift := 0
	for i, unit := range []string{"K", "M", "G"} {
		if number, ok := strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(upper, "B"), "I"), unit); ok {
			upper, shift = number, 10*(i+1)
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(upper, "B")), 10, 64)
	if err != nil || n <= 0 || n > 1<<62>>shift {
		return 0, fmt.Errorf("bad size %q: want a number of bytes, or one with KB, MB or GB", s)
	}
	return n << shift, nil
}
