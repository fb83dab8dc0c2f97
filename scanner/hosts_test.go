package scanner

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/patlint/patlint/rules"
)

// hostsIn returns the hosts of each location in a text.
func hostsIn(t *testing.T, text string) [][]string {
	t.Helper()
	opts := &Options{Rules: rules.NewSet(rules.All()...)}
	out := searched{blob: Blob{Kind: Stdin, Path: "x"}}
	s := searcher{set: opts.Rules, chunk: defaultChunk, buffer: make([]byte, 64)}
	if err := s.searchIn(t.Context(), strings.NewReader(text), &out); err != nil {
		t.Fatal(err)
	}
	m := newMerger(opts)
	m.add(0, out)
	var all [][]string
	for _, f := range m.result(false).Findings {
		for _, l := range f.Locations {
			all = append(all, l.Hosts)
		}
	}
	return all
}

// TestHosts reads the hosts near a secret in what people write.
func TestHosts(t *testing.T) {
	t.Parallel()
	bearer := randomToken(rand.New(rand.NewPCG(3, 4)))[3:43]
	far := strings.Repeat("a line that says nothing\n", 60)
	for text, want := range map[string][]string{
		"curl -H 'Authorization: Bearer T' https://api.corp.example/v1": {"api.corp.example"},
		"curl https://API.Corp.example -H 'Authorization: Bearer T'":    {"api.corp.example"},
		// The command comes first, wherever its lines end.
		"curl https://a.example\ncurl -H 'Authorization: Bearer T' \\\n  -X POST \\\n  https://b.example/x\ncurl https://c.example\n": {"b.example"},
		"curl.exe https://b.example `\r\n  -H 'Authorization: Bearer T'\r\ncurl https://c.example\r\n":                                {"b.example"},
		"curl -d {} ^\r\n https://b.example ^\r\n  -H \"Authorization: Bearer T\"\r\nrem https://c.example\r\n":                       {"b.example"},
		// Without one in it, all around count, the nearest first.
		"fetch('https://a.example/x',\n {headers: {Authorization: 'Bearer T'}})\n\n// there is more about all of this, see https://b.example/doc": {"a.example", "b.example"},
		"GET /v1 HTTP/1.1\nHost: api.corp.example:8443\nAuthorization: Bearer T\n":                                                                {"api.corp.example:8443"},
		"{\"host\": \"api.corp.example\",\n \"Authorization\": \"Bearer T\"}":                                                                     {"api.corp.example"},
		"{\"url\":\"https:\\/\\/api.corp.example\\/v1\",\n\"headers\":{\"Authorization\":\"Bearer T\"}}":                                          {"api.corp.example"},
		"hostname = api.corp.example\nauthorization = Bearer T\n":                                                                                 {"api.corp.example"},
		"BASE_URL=api.corp.example/v1\nAUTHORIZATION='Bearer T'\n":                                                                                {"api.corp.example"},
		"url: \"wss://stream.corp.example:443/x\"\nAuthorization: Bearer T":                                                                       {"stream.corp.example:443"},
		"# http://localhost:8080, http://vault:8200 and http://127.0.0.1/\nAuthorization: Bearer T":                                               {"127.0.0.1", "vault:8200", "localhost:8080"},
		"docs at https://api.corp.example.\nAuthorization: Bearer T":                                                                              {"api.corp.example"},
		// Who asks is not shown.
		"curl https://ann:hunter2hunter@api.corp.example/ -H 'Authorization: Bearer T'": {"api.corp.example"},
		// None of these is a host.
		"curl https://${HOST}/ https://api.$ENV.corp.example https://{{host}}/x https://%s/ -H 'Authorization: Bearer T'":    nil,
		"curl https://api.{env}.corp.example https://api.corp.{{tld}} https://api-${X}.example -H 'Authorization: Bearer T'": nil,
		"x = secret://api.corp.example, file://a.b/c, https://x\nhost: config.apiHost\nhost: 1.2\nAuthorization: Bearer T":   nil,
		"ghost: a.example\ncurl: b.example\nAuthorization: Bearer T":                                                         nil,
		"https://a.example\n" + far + "Authorization: Bearer T\n" + far + "https://b.example":                                nil,
		"https://T.corp.example -H 'Authorization: Bearer T'":                                                                nil,
		"Authorization: Bearer T": nil,
	} {
		found := hostsIn(t, strings.ReplaceAll(text, "T", bearer))
		if len(found) == 0 && strings.Contains(text, "//T") {
			continue
		}
		if len(found) != 1 || !slices.Equal(found[0], want) {
			t.Errorf("%q: %q, want %q", text, found, want)
		}
	}
}

// TestHostsAreFew keeps the nearest of many hosts, and no secret as one.
func TestHostsAreFew(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(5, 6))
	bearer, other := randomToken(source)[3:43], randomToken(source)
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "https://h%d.example ", i)
	}
	fmt.Fprintf(&text, "-H 'Authorization: Bearer %s' https://%s.corp.example https://x-%s.corp.example", bearer, other, bearer)
	for _, found := range hostsIn(t, text.String()) {
		if len(found) < hostsMax-1 || len(found) > hostsMax { // a masked one may have been among them
			t.Errorf("%q", found)
		}
		for _, host := range found {
			if rules.NewSecret(strings.ToLower(other)).Overlaps(host) || rules.NewSecret(strings.ToLower(bearer)).Overlaps(host) {
				t.Errorf("%q", host)
			}
		}
	}
	if found := hostsIn(t, text.String()); len(found) == 0 || !slices.Contains(found[len(found)-1], "h39.example") {
		t.Errorf("%q", found)
	}
}

// FuzzHosts finds nothing but hosts, and the same ones in the whole and beside
// text that is out of reach.
func FuzzHosts(f *testing.F) {
	f.Add("curl https://u:p@a.example:1/x \\\n", " --url b.example\nHost: c.example")
	f.Add(`"url":"https:\/\/a.example`, `\/x","host" => 'b.example.'`)
	f.Fuzz(func(t *testing.T, before, after string) {
		secret := rules.NewSecret("0123456789abcdef0123456789abcdef")
		match := rules.Match{Start: len(before), End: len(before) + 32, Secret: secret}
		text := slices.Concat([]byte(before), []byte(secret.Reveal()), []byte(after))
		found := hosts(text, []rules.Match{match}, 0, new(hostIndex))
		if len(found) > hostsMax {
			t.Errorf("%d hosts", len(found))
		}
		for _, host := range found {
			if !IsHost(strings.ToLower(host)) || secret.Overlaps(host) || !strings.Contains(before+"\x00"+after, host) {
				t.Errorf("%q", host)
			}
		}
		room := bytes.Repeat([]byte("\n"), hostReach)
		match.Start, match.End = match.Start+len(room), match.End+len(room)
		if again := hosts(slices.Concat(room, text, room), []rules.Match{match}, 0, new(hostIndex)); !slices.Equal(found, again) {
			t.Errorf("%q, and in the middle of a text %q", found, again)
		}
	})
}

// TestHostsOfMany finds the same hosts for each of many secrets as for it alone.
func TestHostsOfMany(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(7, 8))
	var text []byte
	var matches []rules.Match
	for range 300 {
		for range source.IntN(4) {
			text = fmt.Appendf(text, "%s%s://h%d.example ", strings.Repeat("\n", source.IntN(300)), schemes[source.IntN(4)], source.IntN(30))
		}
		token := randomToken(source)
		matches = append(matches, rules.Match{Start: len(text), End: len(text) + len(token), Secret: rules.NewSecret(token)})
		text = append(text, token+" "...)
	}
	var together hostIndex
	for i := range matches {
		found, alone := hosts(text, matches, i, &together), hosts(text, matches, i, new(hostIndex))
		if !slices.Equal(found, alone) {
			t.Errorf("secret %d: %q, alone %q", i, found, alone)
		}
	}
}

// BenchmarkHosts looks for hosts where text is made of them and of secrets.
func BenchmarkHosts(b *testing.B) {
	const line = "https://a.b url:c.d Host: e.f "
	var matches []rules.Match
	text := bytes.Repeat([]byte(line), 10_000)
	for at := 0; at < len(text); at += 2 * len(line) {
		matches = append(matches, rules.Match{Start: at, End: at + len(line), Secret: rules.NewSecret(strings.Repeat("xy", 15))})
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		var named hostIndex
		for i := range matches {
			hosts(text, matches, i, &named)
		}
	}
}
