package issuer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/cli/browser"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// browserTime is for how long a browser may take to say that it cannot be started.
const browserTime = 2 * time.Second

// Console has a person revoke a PAT in the issuer's console: the issuer publishes
// no other way (docs.qoder.com, "API tokens", 2026-11).
type Console struct {
	Regions []Region // nil means [Regions]
	Open    bool     // also open the page in a browser
	Say     Said

	mutex  sync.Mutex
	opened map[string]bool // pages, so that each is opened once
}

// Name returns "console".
func (c *Console) Name() string { return "console" }

// Refuses says that only PATs are in the console.
func (c *Console) Refuses(f *scanner.Finding) string { return refusesAllButPAT(f) }

// Target returns the console's host.
func (c *Console) Target(v *scanner.Verification) string {
	page, err := url.Parse(c.page(v))
	if err != nil || page.Host == "" {
		return v.Region
	}
	return page.Host
}

// page returns the address of the page for a token's region, or "".
func (c *Console) page(v *scanner.Verification) string {
	regions := c.Regions
	if regions == nil {
		regions = Regions()
	}
	for _, r := range regions {
		if r.Name == v.Region {
			return r.Console
		}
	}
	return ""
}

// Plan says on which page somebody has to do it.
func (c *Console) Plan(f *scanner.Finding) string {
	return "show you how to revoke it on " + c.where(f.Verified) + ", and ask the issuer until it is dead"
}

// where names the page.
func (c *Console) where(v *scanner.Verification) string {
	if page := c.page(v); page != "" {
		return page
	}
	var known []string
	for _, r := range Regions() {
		known = append(known, r.Console)
	}
	return fmt.Sprintf("the page of API tokens behind %s (the issuer's own are %s)", v.Region, strings.Join(known, " and "))
}

// Revoke says what to do, and opens the page if that is wanted. It changes nothing
// itself.
func (c *Console) Revoke(ctx context.Context, secret rules.Secret, v *scanner.Verification) (Reply, error) {
	c.say("revoke %s now:", secret.Mask())
	c.say("  1. open %s and sign in as the owner of the token", c.where(v))
	c.say("  2. under Settings, API Tokens, find the token that begins with %s, and revoke it", first(secret.Mask()))
	c.say("  3. leave this running: it asks the issuer whether the token is dead, and says so")
	page := c.page(v)
	if !c.Open || page == "" || !c.isFirst(page) {
		return Reply{Words: "the steps were shown"}, nil
	}
	if err := openPage(ctx, page); err != nil {
		c.say("no browser could be opened: open the page yourself")
		return Reply{Words: "the steps were shown, and no browser could be opened"}, nil
	}
	return Reply{Words: "the steps were shown, and the page opened"}, nil
}

func (c *Console) say(format string, args ...any) {
	if c.Say != nil {
		c.Say(format, args...)
	}
}

// isFirst tells whether a page was not opened before.
func (c *Console) isFirst(page string) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.opened == nil {
		browser.Stdout = os.Stderr // what its starter writes must not get into a report
		c.opened = map[string]bool{}
	}
	seen := c.opened[page]
	c.opened[page] = true
	return !seen
}

// first returns the part of a mask that is the secret's own.
func first(mask string) string {
	shown, _, _ := strings.Cut(mask, "…")
	return shown
}

// openPage opens a page in the user's browser. Some browsers stay until their window
// is closed, and the token is to be asked about before that.
func openPage(ctx context.Context, page string) error {
	if !strings.HasPrefix(page, "https://") {
		return errors.New("only a page behind https:// is opened")
	}
	started := make(chan error, 1)
	go func() { started <- browser.OpenURL(page) }() // ends with the browser, or with the program
	select {
	case err := <-started:
		return err
	case <-ctx.Done():
	case <-time.After(browserTime):
	}
	return nil
}
