package main

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// untrusted are the suppressions that what is scanned has beside those of the
// trusted commit. They are read to be named: whatever is wrong with them, the scan
// goes on without.
type untrusted struct {
	target  *target
	read    reader
	allows  []*scanner.Allow
	trusted []*scanner.Allow
}

// untrusted compares what is scanned with the trusted configuration and baseline,
// notes what would change, and returns the suppressions that do not count.
func (t *target) untrusted(trusted config, allows []*scanner.Allow) []*scanner.Allow {
	u := untrusted{target: t, trusted: allows}
	if t.trusted != nil {
		u.read = t.scanned()
	}
	if u.read == nil {
		return nil
	}
	f, c := t.flags, trusted
	if !f.noConfig && f.config == "" {
		c = u.config(trusted)
	}
	if f.baseline == "" && !f.noSuppress && c.Baseline != "" {
		u.baseline(c)
	}
	return u.allows
}

// content reads a file; the error names it.
func (u *untrusted) content(path string, limit int64) ([]byte, error) {
	content, err := u.read(path, limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return content, nil
}

// config adds what the configuration of what is scanned allows, and returns it; the
// trusted one if it cannot be read.
func (u *untrusted) config(trusted config) config {
	content, err := u.content(configName, maxConfig)
	var c config
	var allows []*scanner.Allow
	if err == nil {
		c, allows, err = parseConfig(content, configName)
	}
	t := u.target
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.note("the configuration of what is scanned cannot be read, and does not count: %v", err)
		return trusted
	}
	if keys := changedKeys(trusted, c); len(keys) > 0 {
		t.note("%s: what is scanned changes %s, which does not count: %s is trusted", configName, strings.Join(keys, ", "), t.flags.trustCommit)
	}
	known := map[string]bool{}
	for _, a := range trusted.Allow {
		known[a.scope()] = true
	}
	for i, a := range c.Allow {
		if !known[a.scope()] {
			u.allows = append(u.allows, allows[i])
		}
	}
	if n := len(u.allows); n > 0 {
		t.note("%s: what is scanned allows %d more, which does not count", configName, n)
	}
	return c
}

// scope is what an entry allows, without the reason.
func (a *allow) scope() string { return fmt.Sprintf("%s %q", a.Fingerprint, a.Paths) }

// baseline adds what the baseline that a configuration of what is scanned names
// has beside the trusted one.
func (u *untrusted) baseline(c config) {
	t := u.target
	path, err := c.baselinePath()
	if err == nil && t.root != "" {
		_, err = c.baselineIn(t.root)
	}
	var allows []*scanner.Allow
	if err == nil {
		var content []byte
		if content, err = u.content(path, maxBaseline); err == nil {
			allows, err = parseBaseline(content, path)
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.note("the baseline of what is scanned cannot be read, and does not count: %v", err)
		return
	}
	known := map[string]bool{}
	for _, a := range u.trusted {
		known[a.Fingerprint] = known[a.Fingerprint] || a.By == "baseline"
	}
	n := len(u.allows)
	for _, a := range allows {
		if !known[a.Fingerprint] {
			u.allows = append(u.allows, a)
		}
	}
	if n = len(u.allows) - n; n > 0 {
		t.note("%s: what is scanned allows %d more, which does not count", path, n)
	}
}

// changedKeys names the keys in which two configurations differ.
func changedKeys(a, b config) (keys []string) {
	from, to := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range from.NumField() {
		key := from.Type().Field(i).Tag.Get("yaml")
		if key == "" {
			continue // not in the file
		}
		x, y := from.Field(i), to.Field(i)
		if x.Len()+y.Len() > 0 && !reflect.DeepEqual(x.Interface(), y.Interface()) {
			keys = append(keys, key)
		}
	}
	return keys
}
