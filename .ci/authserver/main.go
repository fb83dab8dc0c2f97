// Command authserver is a real OAuth 2.0 authorization server for the tests: the one
// of github.com/zitadel/oidc with its own storage in memory. It has a module of its
// own because it needs twenty modules that patlint does without: who installs or
// checks patlint should not have to trust them. fosite of Ory would need seventy,
// and had its last release in 2024 (2026-11-24).
//
// It gives out opaque access tokens for client credentials (RFC 6749, section 4.4)
// at /oauth/token, answers token introspection (RFC 7662) at /oauth/introspect and
// token revocation (RFC 7009) at /revoke. Its only client is that of the variables
// AUTHSERVER_CLIENT_ID and AUTHSERVER_CLIENT_SECRET. It prints its address, and ends
// when its standard input does.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

func main() {
	if err := run(os.Getenv("AUTHSERVER_CLIENT_ID"), os.Getenv("AUTHSERVER_CLIENT_SECRET")); err != nil {
		fmt.Fprintln(os.Stderr, "authserver:", err)
		os.Exit(1)
	}
}

func run(id, secret string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	users := storage.NewUserStore(address)
	clients := map[string]*storage.Client{id: storage.WebClient(id, secret)}
	config := &op.Config{AuthMethodPost: true}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		return err
	}
	provider, err := op.NewProvider(config, &store{storage.NewStorageWithClients(users, clients), id}, op.StaticIssuer(address), op.WithAllowInsecure())
	if err != nil {
		return err
	}
	server := &http.Server{Handler: provider, ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Println(address)
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// store is the storage of the library's example, which gives out tokens for client
// credentials, but to a fixed client that can neither introspect nor revoke.
type store struct {
	*storage.Storage
	client string
}

// ClientCredentials lets the client have tokens.
func (s *store) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	if err := s.AuthorizeClientIDSecret(ctx, id, secret); err != nil {
		return nil, err
	}
	return s.Storage.ClientCredentials(ctx, "sid1", "verysecret") // the example's own
}

// ClientCredentialsTokenRequest makes a token for the client, about a user that the
// example knows: it tells only about those.
func (s *store) ClientCredentialsTokenRequest(_ context.Context, id string, scopes []string) (op.TokenRequest, error) {
	return &oidc.JWTTokenRequest{Subject: "id1", Audience: []string{id}, Scopes: scopes}, nil
}

// RevokeToken revokes tokens of the client: the example does not note whose those
// for client credentials are.
func (s *store) RevokeToken(ctx context.Context, token, user, client string) *oidc.Error {
	if client == s.client {
		client = ""
	}
	return s.Storage.RevokeToken(ctx, token, user, client)
}
