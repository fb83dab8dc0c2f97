package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// traceCase is one way of a token, and how it ends.
type traceCase struct {
	args  []string
	env   []string
	stdin bool
	child bool // a program is started
	code  int
	says  string
}

// In arguments and variables stand {issuer}, {untrusted} (an issuer that nobody
// vouches for), {proxy} (to the issuer's own regions) and {denying} for addresses, and
// {authority} for the file with who vouches for the regions.
func traceCases() map[string]traceCase {
	regions := []string{"HTTPS_PROXY={proxy}", "SSL_CERT_FILE={authority}"}
	return map[string]traceCase{
		"verify":                {[]string{"verify", "--issuer-url={issuer}"}, nil, true, false, 1, `"live"`},
		"scan":                  {[]string{"scan", "--verify", "--issuer-url={issuer}"}, nil, false, false, 1, `"live"`},
		"introspection":         {[]string{"scan", "--verify", "--issuer-url={issuer}"}, nil, false, false, 1, "its service says"},
		"http":                  {[]string{"revoke", "--provider=http", "--yes", "--issuer-url={issuer}"}, nil, true, false, 0, "proven dead"},
		"scan that revokes":     {[]string{"scan", "--worktree", "--verify", "--revoke", "--provider=http", "--yes", "--issuer-url={issuer}"}, nil, false, false, 1, "proven dead"},
		"rfc7009":               {[]string{"scan", "--verify", "--revoke", "--provider=rfc7009", "--yes", "--wait=0s", "--issuer-url={issuer}"}, nil, false, false, 1, "STILL LIVE"},
		"exec":                  {[]string{"revoke", "--provider=exec", "--yes", "--wait=0s", "--issuer-url={issuer}"}, nil, true, true, 1, "not shown"},
		"regions":               {[]string{"verify"}, regions, true, false, 1, `"region": "cn"`},
		"console with browser":  {[]string{"revoke", "--open", "--yes", "--wait=0s"}, regions, true, true, 1, "https://qoder.cn/account/integrations"},
		"nobody vouches for it": {[]string{"verify"}, regions[:1], true, false, 3, "unknown authority"},
		"another's certificate": {[]string{"verify", "--issuer-url=https://elsewhere.example"}, regions, true, false, 3, "another host"},
		"own certificate":       {[]string{"verify", "--issuer-url={untrusted}"}, nil, true, false, 3, "unknown authority"},
		"proxy that denies":     {[]string{"verify"}, []string{"HTTPS_PROXY={denying}"}, true, false, 3, "unknown"},
		"proxy without address": {[]string{"verify"}, []string{"HTTPS_PROXY=http://%zz"}, true, false, 3, "unknown"},
		"no such gateway":       {[]string{"verify", "--issuer-url=https://gateway.invalid"}, nil, true, false, 3, "unknown"},
	}
}

// traceWorld is who can be asked, and the tokens.
type traceWorld struct {
	token, other, bearer string

	issuer           *testIssuer
	service          *testService
	secret           *httptest.Server
	proxy, denying   *connectProxy
	authority, child string // files
}

func (s *traceWorld) start(t *testing.T, w *workplace) {
	s.issuer = newIssuer(t, s.token, s.other)
	s.service = newService(t, s.issuer, nil)
	s.secret = httptest.NewTLSServer(s.issuer)
	t.Cleanup(s.secret.Close)
	s.authority = w.path("../authority.pem")
	s.proxy = newProxy(t, w, s)
	s.denying = newProxy(t, w, nil)
	s.child = w.path("../bin/revoke")
	script := "#!/bin/sh\nuntil [ -e '" + w.path("../noted") + "' ]; do sleep 0.02; done\n(env; cat /proc/$$/environ) >> '" + w.path("../tmp/seen") + "'\ncat\n"
	w.write("../bin/revoke", script)
	w.chmod("../bin/revoke", 0o755)
	w.write("../bin/xdg-open", script)
	w.chmod("../bin/xdg-open", 0o755)
}

// settings returns the workplace with the user's file and the other token in the
// user's environment, where a program that is started could find it.
func (s *traceWorld) settings(w *workplace) *workplace {
	answer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"active":true}`)
	}))
	w.t.Cleanup(answer.Close)
	client := "    hosts: ['*.corp.example']\n    client-auth: none\n    client-id: me\n"
	w = w.settings("introspection:\n  - endpoint: " + answer.URL + "\n" + client + httpSettings(s.service.URL) +
		"  exec:\n    command: [" + s.child + "]\n  rfc7009:\n    endpoint: " + answer.URL + "\n" + client)
	return w.with("PATH=" + filepath.Dir(s.child) + ":/usr/local/bin:/usr/bin:/bin")
}

func (s *traceWorld) fill(text string) string {
	return strings.NewReplacer("{issuer}", s.issuer.URL, "{untrusted}", s.secret.URL, "{proxy}", s.proxy.URL,
		"{denying}", s.denying.URL, "{authority}", s.authority).Replace(text)
}

// wantDirect wants that the proxies were asked for hosts and for nothing else.
func (s *traceWorld) wantDirect(t *testing.T) {
	t.Helper()
	for _, proxy := range []*connectProxy{s.proxy, s.denying} {
		proxy.mutex.Lock()
		asked := strings.Join(proxy.asked, "\n")
		proxy.mutex.Unlock()
		wantNoLeak(t, "what a proxy sees", asked, s.token, s.other, s.bearer)
	}
}

// connectProxy is a proxy that notes what it is asked, and leads everything to a
// server that plays the issuer's regions, or denies it.
type connectProxy struct {
	*httptest.Server
	mutex sync.Mutex
	asked []string
}

func newProxy(t *testing.T, w *workplace, world *traceWorld) *connectProxy {
	p := &connectProxy{}
	inside := &tunnel{conns: make(chan net.Conn), done: make(chan struct{})}
	p.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, q *http.Request) {
		p.mutex.Lock()
		var text strings.Builder
		_ = q.Write(&text)
		p.asked = append(p.asked, q.Method+" "+q.Host+"\n"+text.String())
		p.mutex.Unlock()
		if q.Method != http.MethodConnect || world == nil {
			rw.Header().Set("Proxy-Authenticate", "Basic realm=x")
			rw.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		conn, _, err := rw.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		select {
		case inside.conns <- conn:
		case <-inside.done:
		}
	}))
	t.Cleanup(p.Close)
	if world == nil {
		return p
	}
	regions := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, q *http.Request) {
		if q.Host != "api.qoder.com.cn" { // where the token is not known
			q.Header.Set("Authorization", "Bearer none")
		}
		q.RequestURI = strings.TrimPrefix(q.RequestURI, "/api/v1")
		world.issuer.ServeHTTP(rw, q)
	})}
	certificate := newCertificate(t, w, world.authority)
	go func() {
		_ = regions.Serve(tls.NewListener(inside, &tls.Config{Certificates: []tls.Certificate{certificate}})) // ends with the test
	}()
	t.Cleanup(func() { regions.Close() })
	return p
}

// tunnel is a listener for connections that came in through a proxy.
type tunnel struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *tunnel) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *tunnel) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *tunnel) Addr() net.Addr { return &net.TCPAddr{} }

// newCertificate returns a certificate for the issuer's hosts, and writes it to a file
// for those who trust it.
func newCertificate(t *testing.T, w *workplace, path string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "issuer"}, DNSNames: []string{"api.qoder.com", "api.qoder.com.cn"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	w.write(path, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
