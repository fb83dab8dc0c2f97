//go:build unix

package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestRevokeUnasked wants that nothing is asked or sent if nobody can say yes.
func TestRevokeUnasked(t *testing.T) {
	t.Parallel()
	w := newRepo(t)
	token := randomPAT()
	w.write("a.env", "QODER_PAT="+token+"\n")
	server := newIssuer(t, token)
	for _, args := range [][]string{{"revoke"}, {"scan", "--verify", "--revoke"}} {
		cmd := exec.CommandContext(t.Context(), "patlint", append(args, "--issuer-url="+server.URL)...)
		var output bytes.Buffer
		cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = w.dir, w.env(), strings.NewReader(token), &output, &output
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // without a terminal, wherever the test runs
		_ = cmd.Run()                                        // the exit code tells
		if code := cmd.ProcessState.ExitCode(); code != exitUsage || !strings.Contains(output.String(), "no terminal") {
			t.Errorf("%v: exit code %d\n%s", args, code, &output)
		}
	}
	server.wantAsked(t)
}

// killable is a run of patlint that a server can kill while it waits for it.
type killable struct {
	mutex sync.Mutex
	cmd   *exec.Cmd
}

func (k *killable) kill() { k.signal(syscall.SIGKILL) }

func (k *killable) signal(s syscall.Signal) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	_ = k.cmd.Process.Signal(s)
}

// run runs patlint until it ends or is killed.
func (k *killable) run(t *testing.T, w *workplace, stdin string, args ...string) outcome {
	t.Helper()
	k.mutex.Lock()
	var stdout, stderr bytes.Buffer
	k.cmd = exec.CommandContext(t.Context(), "patlint", args...)
	k.cmd.Dir, k.cmd.Env, k.cmd.Stdin, k.cmd.Stdout, k.cmd.Stderr = w.dir, w.env(), strings.NewReader(stdin), &stdout, &stderr
	err := k.cmd.Start()
	k.mutex.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	_ = k.cmd.Wait() // it is killed
	return outcome{k.cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// TestRevokeKilled kills patlint when the service has its request, before the token
// is dead or after. It never says revoked, the log tells what is in doubt, and
// --resume settles it.
func TestRevokeKilled(t *testing.T) {
	t.Parallel()
	for _, isDead := range []bool{false, true} {
		w := newWorkplace(t)
		token := randomPAT()
		server := newIssuer(t, token)
		k, first := &killable{}, true
		service := newService(t, server, func(_ http.ResponseWriter, token string) {
			if isDead || !first {
				server.kill(token)
			}
			if first {
				first = false
				k.kill()
			}
		})
		w = w.settings(httpSettings(service.URL))
		args := []string{"revoke", "--issuer-url=" + server.URL, "--provider=http", "--yes"}
		killed := k.run(t, w, token, args...)
		if killed.code == 0 || strings.Contains(killed.stdout+killed.stderr, "proven dead") || w.steps() != "planned, sent" {
			t.Errorf("killed: exit code %d, %q\n%s%s", killed.code, w.steps(), killed.stdout, killed.stderr)
		}
		hint := w.run(randomPAT(), "patlint", args...)
		if !strings.Contains(hint.stderr, "1 secret in doubt") {
			t.Errorf("no hint: %s", hint.stderr)
		}
		other := w.run(randomPAT(), "patlint", append(args, "--resume")...)
		if other.code != exitIncomplete || !strings.Contains(other.stderr, fingerprint(token)) {
			t.Errorf("without the token: exit code %d\n%s", other.code, other.stderr)
		}
		list := token + "\n" + randomPAT() + "\n"
		dry := w.run(list, "patlint", "revoke", "--issuer-url="+server.URL, "--resume", "--dry-run")
		if w.steps() != "planned, sent" {
			t.Errorf("the dry run wrote %s\n%s", w.steps(), dry.stderr)
		}
		resumed := w.run(list, "patlint", append(args, "--resume", "-f", "json")...)
		if got := statuses(t, resumed.stdout); resumed.code != 0 || len(got) != 1 || got[mask(token)] != "revoked" {
			t.Errorf("resumed: exit code %d, %v\n%s", resumed.code, got, resumed.stderr)
		}
		if !strings.HasSuffix(w.steps(), "verified dead") {
			t.Errorf("the log has %s", w.steps())
		}
		done := w.run(list, "patlint", append(args, "--resume")...)
		if done.code != 0 || !strings.Contains(done.stderr, "nothing in doubt") {
			t.Errorf("settled: exit code %d\n%s", done.code, done.stderr)
		}
		for _, out := range []outcome{killed, other, dry, resumed, done} {
			w.wantQuiet(t, out, token)
		}
	}
}

// TestRevokeExec gives the token to a command, which looks at what others could see
// of it, and of patlint.
func TestRevokeExec(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	server := newIssuer(t, token)
	script := `#!/bin/sh
pwd > DIR/seen
env >> DIR/seen
echo "$@" >> DIR/seen
ps -ef >> DIR/seen 2>&1
[ -d /proc/$PPID ] && tr '\0' '\n' < /proc/$PPID/cmdline >> DIR/seen
[ -d /proc/$$ ] && tr '\0' '\n' < /proc/$$/environ >> DIR/seen
read -r token
printf %s "$token" > DIR/got
echo "revoked $token"
echo "key $(echo "$token" | cut -c 20-40)" >&2
head -c 1000000 /dev/zero | tr '\0' x
`
	dir := t.TempDir()
	program := filepath.Join(dir, "revoke")
	if err := os.WriteFile(program, []byte(strings.ReplaceAll(script, "DIR", dir)), 0o700); err != nil {
		t.Fatal(err)
	}
	w = w.settings("revocation:\n  exec:\n    command: [" + program + ", --now]\n    timeout: 20s\n").with("MY_TOKEN=" + token)
	go func() {
		for !strings.HasPrefix(readOr(filepath.Join(dir, "got")), token) && t.Context().Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
		server.kill(token)
	}()
	out := w.run(token, "patlint", "revoke", "--issuer-url="+server.URL, "--provider=exec", "--yes", "-f", "json")
	if got := statuses(t, out.stdout); out.code != 0 || got[mask(token)] != "revoked" || !strings.Contains(out.stderr, "not shown") {
		t.Errorf("exit code %d, %v\n%s", out.code, got, out.stderr)
	}
	seen := readOr(filepath.Join(dir, "seen"))
	if !strings.HasPrefix(seen, "/\n") || !strings.Contains(seen, "--now") {
		t.Errorf("the command saw %.300s", seen)
	}
	wantNoLeak(t, "what the command saw", seen, token)
	w.wantQuiet(t, out, token)
}

func readOr(path string) string {
	content, _ := os.ReadFile(path)
	return string(content)
}

// TestRevokeUnsafeFiles refuses settings and a log that others could have written.
func TestRevokeUnsafeFiles(t *testing.T) {
	t.Parallel()
	token := randomPAT()
	server := newIssuer(t, token)
	for name, spoil := range map[string]func(w *workplace, settings string){
		"settings others can write": func(w *workplace, settings string) { w.chmod(settings, 0o666) },
		"settings in a folder that others can write": func(w *workplace, settings string) {
			w.chmod(filepath.Dir(settings), 0o777)
		},
		"settings behind a link": func(w *workplace, settings string) {
			w.write("other.yaml", "")
			w.remove(settings)
			w.symlink(w.path("other.yaml"), settings)
		},
		"log others can write": func(w *workplace, _ string) {
			w.write(w.auditPath(), "")
			w.chmod(w.auditPath(), 0o666)
		},
		"log behind a link": func(w *workplace, _ string) {
			w.write("log", "")
			w.write(w.auditPath(), "")
			w.remove(w.auditPath())
			w.symlink(w.path("log"), w.auditPath())
		},
		"log that is a folder": func(w *workplace, _ string) { w.write(w.auditPath()+"/x", "") },
	} {
		w := newWorkplace(t)
		service := newService(t, server, nil)
		w = w.settings(httpSettings(service.URL))
		spoil(w, filepath.Join(w.home, ".config", "patlint", "issuer.yaml"))
		out := w.run(token, "patlint", "revoke", "--issuer-url="+server.URL, "--provider=http", "--yes")
		if out.code != exitUsage || len(service.received()) > 0 {
			t.Errorf("%s: exit code %d\n%s", name, out.code, out.stderr)
		}
		w.wantQuiet(t, out, token)
	}
	server.wantAsked(t)
}

// TestHostileRevocation has a repository that tries to have its own service, command
// or log used, and to have something revoked at all.
func TestHostileRevocation(t *testing.T) {
	t.Parallel()
	token := randomPAT()
	good := newIssuer(t, token)
	evil := newService(t, good, func(http.ResponseWriter, string) {})
	w := newRepo(t)
	settings := httpSettings(evil.URL) + "  exec:\n    command: [" + w.path("evil.sh") + "]\n"
	for name, content := range map[string]string{
		".config/patlint/issuer.yaml": settings, "patlint/issuer.yaml": settings, "issuer.yaml": settings, ".patlint/issuer.yaml": settings,
		".env":                "XDG_CONFIG_HOME=" + w.dir + "\nPATLINT_ISSUER_URL=" + evil.URL + "\nBROWSER=" + w.path("evil.sh") + "\n",
		"evil.sh":             "#!/bin/sh\ntouch " + w.path("../ran") + "\n",
		"a.env":               "QODER_PAT=" + token + "\nREVOKE_URL=" + evil.URL + "\n",
		"patlint/audit.jsonl": `{"step":"verified","status":"dead","rule":"qoder-pat","fingerprint":"` + fingerprint(token) + "\"}\n",
	} {
		w.write(name, content)
	}
	for _, name := range []string{"xdg-open", "revoke", "git"} {
		w.write(name, w.read("evil.sh"))
		w.chmod(name, 0o755)
	}
	w.chmod("evil.sh", 0o755)
	w.git("config", "core.fsmonitor", w.path("evil.sh"))
	w.git("config", "credential.helper", w.path("evil.sh"))
	relative := w.with("XDG_CONFIG_HOME=.", "XDG_STATE_HOME=.") // relative ones do not count
	for _, provider := range []string{"http", "exec", "rfc7009"} {
		for _, at := range []*workplace{w, relative} {
			out := at.run("", "patlint", "scan", "--verify", "--revoke", "--yes", "--issuer-url="+good.URL, "--provider="+provider)
			if out.code != exitUsage || !strings.Contains(out.stderr, "needs its settings") {
				t.Errorf("%s: exit code %d\n%s", provider, out.code, out.stderr)
			}
		}
	}
	good.wantAsked(t)
	inside := w.with("XDG_CONFIG_HOME="+w.dir).run("", "patlint", "scan", "--verify", "--revoke", "--yes", "--issuer-url="+good.URL, "--provider=http")
	if inside.code != exitUsage || !strings.Contains(inside.stderr, "lies in what is scanned") {
		t.Errorf("inside: exit code %d\n%s", inside.code, inside.stderr)
	}
	out := relative.run("", "patlint", "scan", "--verify", "--revoke", "--yes", "--issuer-url="+good.URL, "--wait=0s", "--open")
	if out.code != exitFound || !strings.Contains(out.stderr, "STILL LIVE") {
		t.Errorf("console: exit code %d\n%s", out.code, out.stderr)
	}
	if got := evil.received(); len(got) > 0 || readOr(w.path("patlint/audit.jsonl")) == "" {
		t.Errorf("the hostile service got %d requests", len(got))
	}
	if _, err := os.Stat(w.path("../ran")); err == nil {
		t.Error("a command of the repository ran")
	}
	if got, want := w.steps(), "planned, sent, answered, verified live"; got != want {
		t.Errorf("the log has %s, want %s", got, want)
	}
}

// TestRevokeInterrupted interrupts patlint while it waits for a person. What was
// shown stays in doubt until somebody asks again.
func TestRevokeInterrupted(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	token := randomPAT()
	server := newIssuer(t, token)
	k := &killable{}
	go func() {
		for server.number() < 2 && t.Context().Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
		k.signal(syscall.SIGINT)
	}()
	started := time.Now()
	out := k.run(t, w, token, "revoke", "--issuer-url="+server.URL, "--yes", "-f", "json")
	if took := time.Since(started); took > patience {
		t.Errorf("it took %s to end", took)
	}
	if got := statuses(t, out.stdout); out.code != exitInterrupted || got[mask(token)] != "unknown" {
		t.Errorf("exit code %d, %v\n%s", out.code, got, out.stderr)
	}
	if got, want := w.steps(), "planned, sent, answered"; got != want {
		t.Errorf("the log has %s, want %s", got, want)
	}
	server.kill(token)
	resumed := w.run(token, "patlint", "revoke", "--issuer-url="+server.URL, "--yes", "--resume", "-f", "json")
	if got := statuses(t, resumed.stdout); resumed.code != exitClean || got[mask(token)] != "revoked" {
		t.Errorf("resumed: exit code %d, %v\n%s", resumed.code, got, resumed.stderr)
	}
	w.wantQuiet(t, out, token)
	w.wantQuiet(t, resumed, token)
}
