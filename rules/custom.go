package rules

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode/utf8"
)

// Custom describes a rule that a user wrote. [NewRule] makes the rule of it.
type Custom struct {
	ID, Title, Text, Remedy string

	// Pattern is what is looked for, in RE2 syntax, with one group named
	// "secret". In it ^ and $ stand for the ends of a line; the ends of the whole
	// text cannot be asked for, since a rule sees only what is around a needle.
	// A match reaches less than [Reach] bytes to either side of its needle: what
	// is longer is none.
	Pattern string

	// Needles are literals of which one stands in every match. If there are
	// none, they are derived from the pattern.
	Needles []string

	Severity   Severity   // 0 means High
	Confidence Confidence // 0 means MediumConfidence

	// Allow are patterns. A match is passed over if one of them is found in the
	// secret, or in its line as far as 256 bytes around it.
	Allow []string

	Match, NoMatch []string               // see [Rule] and [Fill]
	Wanted         func(path string) bool // see [Rule]
}

// CustomError says what is wrong with a [Custom]. It quotes nothing of it.
type CustomError struct {
	Rule  int    // its index in what [NewRules] was given
	Field string // in lower case, as "pattern"
	Index int    // of the entry, if the field is a list; else -1
	Err   error
}

// Error returns the field and what is wrong with it.
func (e *CustomError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns what is wrong with the field.
func (e *CustomError) Unwrap() error { return e.Err }

// What bounds the size and the cost of a rule that somebody else wrote.
const (
	maxTitle        = 200      // bytes
	maxText         = 8 << 10  // bytes, of text, remedy and each example
	maxPattern      = 2 << 10  // bytes
	maxMachine      = 4000     // instructions of one pattern
	maxMachines     = 1 << 20  // instructions of all patterns
	maxRules        = 2000     // of a user
	maxSteps        = 4 << 20  // of the pattern's machine around one needle
	maxNeedles      = 64       // of one rule
	maxNeedle       = 64       // bytes
	maxList         = 100      // patterns of allow, and examples of each kind
	minCustomSecret = 6        // bytes; what is shorter is no secret
	allowReach      = 256      // bytes
	secretGroup     = "secret" // the group's name
)

var customID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`) })

// NewRules returns the rules that a user described, or a [CustomError].
func NewRules(all []Custom) ([]*Rule, error) {
	var made []*Rule
	seen := map[string]bool{}
	size := 0
	for i, c := range all {
		r, err := NewRule(c)
		bad := (*CustomError)(nil)
		switch {
		case errors.As(err, &bad):
			bad.Rule = i
			return nil, bad
		case seen[c.ID]:
			return nil, &CustomError{i, "id", -1, errors.New("is that of another rule")}
		case i >= maxRules:
			return nil, &CustomError{i, "id", -1, fmt.Errorf("more than %d rules", maxRules)}
		}
		if size += c.size(); size > maxMachines {
			return nil, &CustomError{i, "pattern", -1, errors.New("all patterns together are too complex")}
		}
		seen[c.ID] = true
		made = append(made, r)
	}
	return made, nil
}

// NewRule returns the rule that c describes, or a [CustomError].
func NewRule(c Custom) (*Rule, error) {
	if err := c.checkWords(); err != nil {
		return nil, err
	}
	re, tree, err := compileCustom(c.Pattern)
	if err != nil {
		return nil, &CustomError{0, "pattern", -1, err}
	}
	f := &customFinder{pattern: re, group: re.SubexpIndex(secretGroup), confidence: cmp.Or(c.Confidence, MediumConfidence)}
	if f.group < 0 {
		return nil, &CustomError{0, "pattern", -1, errors.New(`has no group named "secret": write (?P<secret>…) around it`)}
	}
	needles, err := c.place(f, tree)
	if err != nil {
		return nil, err
	}
	if f.allow, err = c.allowed(); err != nil {
		return nil, err
	}
	return &Rule{
		ID: c.ID, Title: Redact(c.Title), Text: Redact(cmp.Or(c.Text, c.Title)), Remedy: Redact(cmp.Or(c.Remedy, anyRemedy)),
		Severity: cmp.Or(c.Severity, High),
		Needles:  needles, Match: c.Match, NoMatch: c.NoMatch, Wanted: c.Wanted, quiet: f.quiet, find: f.find,
	}, nil
}

// anyRemedy is the remedy of a rule whose user gave none.
const anyRemedy = `Revoke or rotate the credential at the service that issued it.
Read the value from the environment or a secret store when the program runs.`

// checkWords checks all that is not a pattern.
func (c *Custom) checkWords() error {
	fail := func(field string, index int, format string, args ...any) error {
		return &CustomError{0, field, index, fmt.Errorf(format, args...)}
	}
	switch {
	case len(c.ID) < gramSize || len(c.ID) > maxNeedle || !customID().MatchString(c.ID):
		return fail("id", -1, "want %d to %d small letters and digits, in words with hyphens between", gramSize, maxNeedle)
	case strings.TrimSpace(c.Title) == "":
		return fail("title", -1, "is needed")
	case len(c.Title) > maxTitle || strings.ContainsFunc(c.Title, func(r rune) bool { return r < ' ' }):
		return fail("title", -1, "want one line of at most %d bytes", maxTitle)
	}
	for _, r := range All() {
		if r.ID == c.ID {
			return fail("id", -1, "is that of a built-in rule, which cannot be redefined")
		}
	}
	for _, list := range []struct {
		field string
		texts []string
		most  int
	}{{"text", []string{c.Text}, 1}, {"remedy", []string{c.Remedy}, 1}, {"match", c.Match, maxList}, {"nomatch", c.NoMatch, maxList}, {"allow", c.Allow, maxList}} {
		if len(list.texts) > list.most {
			return fail(list.field, list.most, "more than %d", list.most)
		}
		for i, text := range list.texts {
			if len(text) > maxText {
				return fail(list.field, i, "longer than %d bytes", maxText)
			}
		}
	}
	if len(c.Needles) > maxNeedles {
		return fail("needles", maxNeedles, "more than %d", maxNeedles)
	}
	for i, n := range c.Needles {
		if len(n) < gramSize || len(n) > maxNeedle {
			return fail("needles", i, "want %d to %d bytes", gramSize, maxNeedle)
		}
	}
	return nil
}

// place finds the needles and how far a match reaches around them.
func (c *Custom) place(f *customFinder, tree *syntax.Regexp) ([]string, error) {
	length := longest(tree)
	needles, before := c.Needles, length
	found := requiredLiterals(tree)
	if len(needles) > 0 {
		before = min(before, found.around(needles))
	} else {
		best, ok := found.best()
		if !ok {
			return nil, &CustomError{0, "needles", -1, fmt.Errorf("are needed: the pattern has no literal of %d bytes or more that stands in every match", gramSize)}
		}
		needles, before = best.texts, min(before, best.before)
	}
	f.before, f.ahead = min(before, Reach-1), min(length, Reach-1)
	if machineSize(tree)*(f.before+f.ahead) > maxSteps {
		return nil, &CustomError{0, "pattern", -1, errTooCostly}
	}
	if f.before == 0 {
		f.anchored = regexp.MustCompile(`\A(?s:.)(?m:` + c.Pattern + `)`)
		f.atStart = regexp.MustCompile(`\A(?m:` + c.Pattern + `)`)
	}
	return needles, nil
}

var (
	errTooComplex = errors.New("too complex")
	errTooCostly  = errors.New("too costly for matches that may be so long: bound its repetitions, or make it simpler")
)

// allowed compiles the patterns of allow.
func (c *Custom) allowed() ([]*regexp.Regexp, error) {
	var all []*regexp.Regexp
	for i, pattern := range c.Allow {
		re, _, err := compileCustom(pattern)
		if err != nil {
			return nil, &CustomError{0, "allow", i, err}
		}
		all = append(all, re)
	}
	return all, nil
}

// compileCustom compiles a pattern with ^ and $ for the ends of a line. Its
// errors hold nothing of the pattern.
func compileCustom(pattern string) (*regexp.Regexp, *syntax.Regexp, error) {
	switch {
	case pattern == "":
		return nil, nil, errors.New("is needed")
	case len(pattern) > maxPattern:
		return nil, nil, fmt.Errorf("longer than %d bytes", maxPattern)
	case !utf8.ValidString(pattern):
		return nil, nil, errors.New("is not UTF-8")
	}
	tree, err := syntax.Parse(pattern, syntax.Perl&^syntax.OneLine)
	if bad := (*syntax.Error)(nil); errors.As(err, &bad) {
		return nil, nil, errors.New(bad.Code.String())
	}
	if err != nil {
		return nil, nil, errTooComplex
	}
	if asksForEnds(tree) {
		return nil, nil, errors.New(`\A, \z and (?-m) cannot be used: a rule sees only what is around a needle`)
	}
	if machineSize(tree) > maxMachine {
		return nil, nil, errTooComplex
	}
	re, err := regexp.Compile("(?m:" + pattern + ")")
	if err != nil { // as one that closes our parenthesis
		return nil, nil, errTooComplex
	}
	return re, tree, nil
}

// asksForEnds tells whether a pattern has a sign for the ends of the whole text.
func asksForEnds(tree *syntax.Regexp) bool {
	if tree.Op == syntax.OpBeginText || tree.Op == syntax.OpEndText {
		return true
	}
	for _, sub := range tree.Sub {
		if asksForEnds(sub) {
			return true
		}
	}
	return false
}
