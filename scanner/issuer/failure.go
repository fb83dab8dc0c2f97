package issuer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// trouble is why there was no answer, in words that are fit to be shown: errors
// of net/http quote addresses, headers and what the other side has sent, each of
// which may hold a credential.
type trouble struct {
	reason  string
	passing bool // it may work later
}

func (t *trouble) Error() string { return t.reason }

// isPassing tells whether it is worth it to try again after the error.
func isPassing(err error) bool {
	var t *trouble
	return errors.As(err, &t) && t.passing
}

// busy is the error of an answer that says to come again.
func busy(a *answer) error {
	reason := fmt.Sprintf("it answers %s", status(a.code))
	if a.after > 0 {
		reason += fmt.Sprintf(" and wants to be asked again in %s", a.after)
	}
	return &trouble{reason, true}
}

// status names an HTTP status, as in "429 Too Many Requests".
func status(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// lateOr returns why a try failed: for want of time if it was cut short, or else
// what err says.
func lateOr(ctx, tried context.Context, err error) error {
	if ctx.Err() == nil && tried.Err() != nil {
		return &trouble{"it did not answer in time", true}
	}
	return failure(err)
}

// failure returns err in words that hold neither an address' path nor anything
// that the other side has sent.
func failure(err error) error {
	var t *trouble
	if errors.As(err, &t) {
		return t
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if reason := untrusted(err); reason != "" {
		return &trouble{reason, false}
	}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	timeout, isNet := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, context.Canceled):
		return &trouble{"interrupted", false}
	case errors.Is(err, context.DeadlineExceeded), isNet && timeout.Timeout():
		return &trouble{"it did not answer in time", true}
	case isDNS && dns.IsNotFound:
		return &trouble{"its name is not known", false}
	case isDNS:
		return &trouble{"its name could not be looked up", true}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &trouble{"it refuses connections", true}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &trouble{"it closed the connection", true}
	case strings.Contains(err.Error(), "server closed"), strings.Contains(err.Error(), "GOAWAY"):
		return &trouble{"it closed the connection", true}
	case isNet && isOperation(err):
		return &trouble{"it cannot be reached", true}
	}
	return &trouble{"it does not answer as a web server does", false}
}

func isOperation(err error) bool {
	_, ok := errors.AsType[*net.OpError](err)
	return ok
}

// untrusted says why the other side's certificate does not prove who it is, or "".
func untrusted(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "its certificate is signed by an unknown authority"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "its certificate is for another host"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return "its certificate has expired or is not valid yet"
		}
		return "its certificate is not valid"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate cannot be verified"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "it does not speak TLS"
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return "it refuses the TLS handshake"
	}
	return ""
}
