package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/issuer"
)

// issuerFile is the user's own file about services: what is sent where, and what is
// run. It is never one of the scanned repository.
type issuerFile struct {
	Introspection []introspectionSetting `yaml:"introspection"`
	Revocation    revocation             `yaml:"revocation"`

	at layout
}

// revocation holds the settings of the providers, by their names.
type revocation struct {
	RFC7009 rfc7009Setting `yaml:"rfc7009"`
	HTTP    httpSetting    `yaml:"http"`
	Exec    execSetting    `yaml:"exec"`
}

type introspectionSetting struct {
	Endpoint string   `yaml:"endpoint"`
	Hosts    []string `yaml:"hosts"`

	Client clientSetting `yaml:",inline"`
}

type rfc7009Setting struct {
	Endpoint      string   `yaml:"endpoint"`
	Hosts         []string `yaml:"hosts"`
	TokenTypeHint string   `yaml:"token-type-hint"`

	Client clientSetting `yaml:",inline"`
}

// clientSetting is as whom a service with OAuth 2.0 is asked.
type clientSetting struct {
	ClientAuth      string `yaml:"client-auth"`
	ClientID        string `yaml:"client-id"`
	ClientSecretEnv string `yaml:"client-secret-env"` // the name of a variable
}

type httpSetting struct {
	Method  string            `yaml:"method"`
	URL     string            `yaml:"url"`
	Headers map[string]string `yaml:"headers"`
	Body    string            `yaml:"body"`
	Success []int             `yaml:"success"`
}

type execSetting struct {
	Command []string `yaml:"command"`
	Timeout string   `yaml:"timeout"`
}

var optionPattern = regexp.MustCompile(`^[a-z0-9-]+$`)

// userPath returns a path below the folder that a variable of the XDG base
// directories names, or else below one of the home folder. A relative one would be
// taken from wherever the program is called, and does not count.
func userPath(env func(string) string, variable, below string, names ...string) (string, error) {
	base := env(variable)
	if !filepath.IsAbs(base) {
		if base = env("HOME"); !filepath.IsAbs(base) {
			base = env("USERPROFILE")
		}
		if !filepath.IsAbs(base) {
			return "", fmt.Errorf("neither %s nor HOME names a folder", variable)
		}
		base = filepath.Join(base, filepath.FromSlash(below))
	}
	return filepath.Join(append([]string{base}, names...)...), nil
}

// issuerFilePath returns where the user's file is if no flag names one; "" if that
// is not known.
func issuerFilePath(env func(string) string) string {
	path, err := userPath(env, "XDG_CONFIG_HOME", ".config", "patlint", "issuer.yaml")
	if err != nil {
		return ""
	}
	return path
}

// checkPlace refuses the user's file if it lies in the folder that is scanned, or in
// the repository in which a report is read, and no flag names it.
func (v *verifyFlags) checkPlace(c *console, scanned string) error {
	if path := issuerFilePath(c.env); v.config == "" && isBelow(path, scanned) {
		return usage("%s: it lies in what is scanned: name it with --issuer-config", path)
	}
	return nil
}

// readIssuerFile reads the file that the flag names, or else the user's, which
// may be missing. It is refused if others could have written it.
func readIssuerFile(env func(string) string, named string) (*issuerFile, error) {
	path := named
	if path == "" {
		path = issuerFilePath(env)
	}
	if path == "" {
		return &issuerFile{}, nil
	}
	content, err := issuer.ReadOwn(path, maxConfig)
	if errors.Is(err, fs.ErrNotExist) && named == "" {
		return &issuerFile{}, nil
	}
	if err != nil {
		return nil, usage("%s: %w", path, err)
	}
	f, err := parseIssuerFile(content, path)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	return f, nil
}

func parseIssuerFile(content []byte, name string) (*issuerFile, error) {
	if err := checkNesting(content); err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	f := &issuerFile{}
	if err := yaml.UnmarshalWithOptions(content, f, yaml.Strict()); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s%s", name, yamlError(err))
	}
	f.at = locate(name, content)
	return f, nil
}

// repositoryAround returns the nearest folder with a repository's .git, from one on
// upwards; "" if there is none.
func repositoryAround(folder string) string {
	dir, err := filepath.Abs(folder)
	for err == nil {
		if _, missing := os.Lstat(filepath.Join(dir, ".git")); missing == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

// isBelow tells whether a file that exists lies in a folder; "" is none.
func isBelow(path, folder string) bool {
	if folder == "" {
		return false
	}
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	root, err := filepath.Abs(folder)
	if err != nil {
		return true // not known: rather not
	}
	if resolved, err := filepath.EvalSymlinks(root); err == nil {
		root = resolved
	}
	rel, err := filepath.Rel(root, file)
	return err == nil && filepath.IsLocal(rel)
}

// set changes settings of a provider to what flags say: KEY=VALUE, where a list or a
// map is written as in YAML.
func (f *issuerFile) set(provider string, options []string) error {
	settings := map[string]any{"rfc7009": &f.Revocation.RFC7009, "http": &f.Revocation.HTTP, "exec": &f.Revocation.Exec}[provider]
	for _, option := range options {
		key, value, ok := strings.Cut(option, "=")
		if !ok || settings == nil || !optionPattern.MatchString(key) {
			return usage("--provider-option: want KEY=VALUE with a setting of the provider http, exec or rfc7009")
		}
		quoted, err := json.Marshal(value)
		if err != nil {
			return usage("--provider-option %s: %w", key, err)
		}
		for _, text := range []string{string(quoted), value} {
			if err = yaml.UnmarshalWithOptions([]byte(key+": "+text), settings, yaml.Strict()); err == nil {
				break
			}
		}
		if err != nil { // whose text may quote the value
			return usage("--provider-option %s: %s has no such setting, or not with such a value", key, provider)
		}
	}
	return nil
}

// provider returns the provider of a name with its settings.
func (f *issuerFile) provider(name string, env func(string) string, asking issuer.Options, open bool, say issuer.Said) (p issuer.Provider, err error) {
	network := issuer.Options{Rate: asking.Rate, Version: asking.Version}
	switch name {
	case "console":
		return &issuer.Console{Regions: asking.Regions, Open: open, Say: say}, nil
	case "rfc7009":
		p, err = f.Revocation.RFC7009.provider(env, network)
	case "http":
		s := f.Revocation.HTTP
		p, err = issuer.NewEndpoint(issuer.EndpointOptions{Method: s.Method, URL: s.URL, Headers: s.Headers, Body: s.Body, Success: s.Success}, env, network)
	case "exec":
		p, err = f.Revocation.Exec.provider(say)
	default:
		return nil, usage("unknown provider %q: want console, rfc7009, http or exec", name)
	}
	if err == nil {
		return p, nil
	}
	if f.at.root == nil {
		return nil, usage("the provider %s needs its settings, as --provider-option or in the section revocation of issuer.yaml in the folder %s: %w",
			name, "$XDG_CONFIG_HOME/patlint or ~/.config/patlint", err)
	}
	return nil, usage("%s: %s: %w", f.at.of("revocation", name), name, err)
}

func (s *rfc7009Setting) provider(env func(string) string, network issuer.Options) (issuer.Provider, error) {
	client, err := s.Client.of(env)
	if err != nil {
		return nil, err
	}
	return issuer.NewRFC7009(issuer.RFC7009Options{Endpoint: s.Endpoint, Hosts: s.Hosts, Client: client, Hint: s.TokenTypeHint}, network)
}

// of returns the client, with its secret from the environment.
func (s *clientSetting) of(env func(string) string) (issuer.OAuthClient, error) {
	client := issuer.OAuthClient{Auth: s.ClientAuth, ID: s.ClientID}
	if s.ClientSecretEnv != "" {
		value := env(s.ClientSecretEnv)
		if value == "" {
			return client, errors.New("client-secret-env: there is no environment variable of this name, or it is empty")
		}
		client.Secret = rules.NewSecret(value)
	}
	return client, nil
}

// introspections returns the services that know their tokens.
func (f *issuerFile) introspections(env func(string) string) ([]issuer.Introspection, error) {
	var services []issuer.Introspection
	for i, s := range f.Introspection {
		service := issuer.Introspection{URL: s.Endpoint, Hosts: s.Hosts}
		var err error
		if service.Client, err = s.Client.of(env); err == nil {
			err = service.Check()
		}
		if err != nil {
			return nil, usage("%s: introspection: %w", f.at.of("introspection", i), err)
		}
		services = append(services, service)
	}
	return services, nil
}

func (s *execSetting) provider(say issuer.Said) (issuer.Provider, error) {
	o := issuer.CommandOptions{Command: s.Command}
	if s.Timeout != "" {
		var err error
		if o.Timeout, err = time.ParseDuration(s.Timeout); err != nil || o.Timeout <= 0 {
			return nil, errors.New("timeout: want a duration such as 30s")
		}
	}
	return issuer.NewCommand(o, say)
}
