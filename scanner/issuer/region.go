package issuer

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Region is one of the issuer's installations. They know nothing of each other's
// tokens: only all of them together can say that a token is dead.
type Region struct {
	Name    string // "global", "cn", or the host of a gateway
	API     string // where its API begins, without a slash at the end
	Console string // the page on which its tokens are revoked; "" if not known
}

// Regions returns the issuer's own regions, in the order in which they are asked
// (https://docs.qoder.com, "API overview" and "API tokens", 2026-11).
func Regions() []Region {
	return []Region{
		{Name: "global", API: "https://api.qoder.com/api/v1", Console: "https://qoder.com/account/integrations"},
		{Name: "cn", API: "https://api.qoder.com.cn/api/v1", Console: "https://qoder.cn/account/integrations"},
	}
}

// Gateway returns the region that stands for an issuer's API at another address,
// such as a company's own gateway. Text without encryption is for loopback
// addresses only.
func Gateway(address string) (Region, error) {
	u, err := secureURL(address)
	if err != nil {
		return Region{}, err
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return Region{}, errors.New("the address must have neither a query nor a fragment")
	}
	return Region{Name: u.Host, API: strings.TrimRight(u.String(), "/")}, nil
}

// secureURL returns the address if a credential may be sent there: https, or
// http to this machine. Its errors do not quote the address, which may hold a
// password.
func secureURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return nil, errors.New("the address is not one of the form https://HOST/PATH")
	case u.User != nil:
		return nil, errors.New("the address must hold no user and no password")
	case u.Scheme == "https":
		return u, nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return u, nil
	case u.Scheme == "http":
		return nil, fmt.Errorf("http://%s is not encrypted: only https may be used, or http to this machine", u.Host)
	}
	return nil, errors.New("the address does not begin with https://")
}

// isLoopback tells whether a host is this machine, by its address alone: what a
// name stands for is for others to say.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true // RFC 6761, section 6.3
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
