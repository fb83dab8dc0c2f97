//go:build unix

package issuer

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"net/http"

	"github.com/patlint/patlint/rules"
	"github.com/patlint/patlint/scanner"
)

// The flags of the test binary that make it a process that revokes and is killed.
var (
	crashAt     = flag.String("crash.at", "", "kill the process after this step of a revocation")
	crashIssuer = flag.String("crash.issuer", "", "the address of the issuer")
	crashLog    = flag.String("crash.log", "", "the audit log")
)

// endpointOf returns the provider http for a service that takes a token in its body.
func endpointOf(t *testing.T, url string) Provider {
	t.Helper()
	p, err := NewEndpoint(EndpointOptions{URL: url + "/revoke", Headers: map[string]string{"Content-Type": "text/plain"}, Body: "{{token}}"}, noVariables, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCrashChild is the process that TestCrash kills; the token comes on its
// standard input.
func TestCrashChild(t *testing.T) {
	if *crashAt == "" {
		return // it is not that process
	}
	var token string
	fmt.Scanln(&token)
	gateway, err := Gateway(*crashIssuer + "/api/v1")
	if err != nil {
		t.Fatal(err)
	}
	log, err := OpenAudit(*crashLog)
	if err != nil {
		t.Fatal(err)
	}
	v := NewVerifier(Options{Regions: []Region{gateway}, Rate: 1000})
	findings := []scanner.Finding{patFinding(token)}
	findings[0].Fingerprint = findings[0].Secret.Fingerprint(rules.QoderPAT)
	v.Verify(t.Context(), findings)
	r := NewRevoker(v, RevokeOptions{Provider: endpointOf(t, *crashIssuer), Log: log, Wait: 5 * time.Second})
	r.fault = func(step string) {
		fmt.Println("step", step, findings[0].Status)
		if step == *crashAt {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	leaks, _ := Plan(r.opts.Provider, findings)
	if err := r.Revoke(t.Context(), leaks); err != nil {
		t.Fatal(err)
	}
	fmt.Println("status", findings[0].Status)
}

// TestCrash kills a revocation after each step. Whatever was sent is in the log,
// which leaves it in doubt until it says that it is dead; nobody says revoked
// before that; and the next run settles it.
func TestCrash(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		step, log string
		sent      bool
		doubts    int
	}{
		{"planned", "planned", false, 0},
		{"sent", "planned, sent", false, 1},
		{"acted", "planned, sent", true, 1},
		{"answered", "planned, sent, answered", true, 1},
		{"asked", "planned, sent, answered", true, 1},
		{"verified", "planned, sent, answered, verified", true, 0},
		{"none", "planned, sent, answered, verified", true, 0},
	} {
		t.Run(c.step, func(t *testing.T) {
			t.Parallel()
			token := randomToken()
			var isDead atomic.Bool
			server := newRegion(t, func(w http.ResponseWriter, q *http.Request) {
				switch {
				case q.Method == http.MethodPost:
					isDead.Store(true)
				case isDead.Load():
					says(401, deniedBody)(w, q)
				default:
					says(200, okBody)(w, q)
				}
			})
			path := filepath.Join(t.TempDir(), "audit.jsonl")
			out := crash(t, c.step, token, server.URL, path)
			if isDead.Load() != c.sent {
				t.Errorf("sent: %t", isDead.Load())
			}
			if got := stepsOf(t, path, token); got != c.log {
				t.Errorf("the log has %s, want %s", got, c.log)
			}
			if said := strings.Contains(out, string(scanner.Revoked)); said != (c.step == "none") {
				t.Errorf("it says that it is revoked: %t\n%s", said, out)
			}
			doubts, err := ReadDoubts(path)
			if err != nil || len(doubts) != c.doubts {
				t.Errorf("%d are in doubt, %v", len(doubts), err)
			}
			crash(t, "none", token, server.URL, path) // again does no harm
			settle(t, token, server, path)
			if doubts, err := ReadDoubts(path); err != nil || len(doubts) != 0 {
				t.Errorf("settled, %d are in doubt, %v", len(doubts), err)
			}
		})
	}
}

// crash runs TestCrashChild until the step and returns what it says.
func crash(t *testing.T, step, token, url, path string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashChild$", "-crash.at="+step, "-crash.issuer="+url, "-crash.log="+path)
	var output bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(token+"\n"), &output, &output
	err := cmd.Run()
	if isKilled := err != nil && strings.Contains(err.Error(), "killed"); isKilled != (step != "none") {
		t.Errorf("%s: %v\n%s", step, err, &output)
	}
	if rules.NewSecret(token).Overlaps(output.String()) {
		t.Error("the token is shown")
	}
	return output.String()
}

// settle settles what a log leaves in doubt.
func settle(t *testing.T, token string, server *region, path string) {
	t.Helper()
	f := verifyOne(t, token, server.as("test"))
	f.Fingerprint = f.Secret.Fingerprint(rules.QoderPAT)
	log, err := OpenAudit(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	r := NewRevoker(nil, RevokeOptions{Provider: endpointOf(t, server.URL), Log: log})
	if err := r.Settle(&f); err != nil {
		t.Error(err)
	}
}

// stepsOf returns the steps in a log, which must not hold the token.
func stepsOf(t *testing.T, path, token string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if rules.NewSecret(token).Overlaps(string(content)) {
		t.Errorf("the token is in the log: %s", content)
	}
	var steps []string
	for line := range strings.Lines(string(content)) {
		for _, step := range []Step{Planned, Sent, Answered, Verified} {
			if strings.Contains(line, fmt.Sprintf(`"step":%q`, step)) {
				steps = append(steps, string(step))
			}
		}
	}
	return strings.Join(steps, ", ")
}

// TestAuditTorn has a log whose last record was cut short.
func TestAuditTorn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state", "audit.jsonl")
	secret := rules.NewSecret(randomToken())
	record := Record{Fingerprint: "f1", Rule: rules.QoderPAT, Provider: "http", Words: "said " + secret.Reveal()[9:30]}
	write := func(steps ...Record) {
		log, err := OpenAudit(path)
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		for _, r := range steps {
			if err := log.append(r, secret); err != nil {
				t.Error(err)
			}
		}
	}
	sent, dead := record, record
	sent.Step = Sent
	dead.Step, dead.Status = Verified, scanner.Dead
	write(sent)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if secret.Overlaps(string(content)) {
		t.Errorf("the token is in the log: %s", content)
	}
	for cut := range len(content) {
		torn := slices.Concat(content, content[:cut])
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		if doubts, err := ReadDoubts(path); err != nil || len(doubts) != 1 {
			t.Fatalf("cut at %d: %d are in doubt, %v", cut, len(doubts), err)
		}
	}
	write(dead)
	if doubts, err := ReadDoubts(path); err != nil || len(doubts) != 0 {
		t.Errorf("%d are in doubt, %v", len(doubts), err)
	}
	live := dead
	live.Status = scanner.Live
	write(sent, live, sent, dead, sent)
	if doubts, err := ReadDoubts(path); err != nil || len(doubts) != 1 {
		t.Errorf("%d are in doubt, %v", len(doubts), err)
	}
}
