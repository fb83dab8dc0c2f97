package main

import (
	"github.com/spf13/pflag"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner/issuer"
)

// The environment variables with the client's id and secret for --introspect.
const (
	introspectIDVariable     = "PATLINT_INTROSPECT_CLIENT_ID"
	introspectSecretVariable = "PATLINT_INTROSPECT_CLIENT_SECRET"
)

// introspectFlags are the flags about the user's own service that knows its tokens.
type introspectFlags struct {
	url, auth string
	hosts     []string
}

func (i *introspectFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&i.url, "introspect", "", "ask `URL` (OAuth 2.0 Token Introspection) about bearer credentials of your own service; the client's id and secret are in "+
		introspectIDVariable+" and "+introspectSecretVariable)
	flags.StringArrayVar(&i.hosts, "introspect-host", nil, "send it only credentials near which a host matches `GLOB`, such as *.example.com; repeatable")
	flags.StringVar(&i.auth, "introspect-auth", "", "how the client says who it is: basic (default), post or none")
}

// services returns the services that the flags and the environment name.
func (i *introspectFlags) services(c *console) ([]issuer.Introspection, error) {
	if i.url == "" {
		if len(i.hosts) > 0 || i.auth != "" {
			return nil, usage("--introspect-host and --introspect-auth are for --introspect, which is missing")
		}
		return nil, nil
	}
	if len(i.hosts) == 0 {
		return nil, usage("--introspect needs an --introspect-host: which hosts are the service's")
	}
	client := issuer.OAuthClient{Auth: i.auth, ID: c.env(introspectIDVariable)}
	if secret := c.env(introspectSecretVariable); secret != "" {
		client.Secret = rules.NewSecret(secret)
	}
	if i.auth != issuer.AuthNone && (client.ID == "" || client.Secret == rules.Secret{}) {
		return nil, usage("--introspect needs the client's id in %s and its secret in %s, or --introspect-auth none", introspectIDVariable, introspectSecretVariable)
	}
	service := issuer.Introspection{URL: i.url, Hosts: i.hosts, Client: client}
	if err := service.Check(); err != nil {
		return nil, usage("--introspect: %w", err)
	}
	return []issuer.Introspection{service}, nil
}
