package issuer

import (
	"errors"
	"path"
	"slices"
	"strings"
)

// checkHosts says what is wrong with patterns of hosts. One without a word of its
// own would send everything that is found to one service.
func checkHosts(patterns []string) error {
	if len(patterns) == 0 {
		return errors.New("no host is named: want one, or a pattern such as *.example.com")
	}
	for _, pattern := range patterns {
		name, _ := splitPort(pattern)
		plain := false
		for label := range strings.SplitSeq(name, ".") {
			if _, err := path.Match(label, ""); err != nil || label == "" || strings.ContainsAny(label, "/@: ") {
				return errors.New("a pattern of hosts is not of the form of api.example.com or *.example.com")
			}
			plain = plain || !strings.ContainsAny(label, "*?[\\")
		}
		if !plain {
			return errors.New("a pattern of hosts is for all hosts: it must hold a name")
		}
	}
	return nil
}

// matchesAny tells whether one of the hosts is one of the patterns.
func matchesAny(patterns, hosts []string) bool {
	return slices.ContainsFunc(hosts, func(host string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool { return matchesHost(pattern, host) })
	})
}

// matchesHost tells whether a host is one of a pattern. A "*" in front stands for
// one label or more, anywhere else a label is matched as by [path.Match]. A pattern
// without a port is for all of them.
func matchesHost(pattern, host string) bool {
	name, port := splitPort(strings.ToLower(pattern))
	found, foundPort := splitPort(strings.ToLower(host))
	if port != "" && port != foundPort {
		return false
	}
	wanted, labels := strings.Split(name, "."), strings.Split(strings.TrimSuffix(found, "."), ".")
	if wanted[0] == "*" && len(wanted) > 1 && len(labels) > len(wanted) {
		labels = labels[len(labels)-len(wanted):]
	}
	if len(labels) != len(wanted) {
		return false
	}
	for i, label := range labels {
		if ok, err := path.Match(wanted[i], label); err != nil || !ok || label == "" {
			return false
		}
	}
	return true
}

// splitPort returns a host without its port, and that.
func splitPort(host string) (name, port string) {
	name, port, found := strings.Cut(host, ":")
	if !found || port == "" || strings.Trim(port, "0123456789") != "" {
		return host, ""
	}
	return name, port
}
