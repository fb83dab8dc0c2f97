package rules

import "testing"

// formatLeaks are ways in which a format, a template or a document takes the
// credential from somewhere else in the text, a § stands for it.
const formatLeaks = `
printf "Authorization: Bearer %s" § | x
printf 'header = "Authorization: Bearer %s"\n' § | curl -K - x.io
hdr=$(printf 'Authorization: Bearer %s' '§')
h = "Authorization: Bearer {token}".format(token="§")
h = "Authorization: Bearer %(tok)s" % {"tok": "§"}
h = "Authorization: Bearer %(tok)s" % dict(tok="§")
h = format("Authorization: Bearer %<t>s", t: '§')
h = format!("Authorization: Bearer {t}", t = "§")
.header("authorization", &format!("Bearer {token}", token = "§"))
snprintf(h, sizeof(h), "Authorization: Bearer %s", "§");
req.setRawHeader("Authorization", QString("Bearer %1").arg("§").toUtf8());
r->SetHeader(TEXT("Authorization"), FString::Printf(TEXT("Bearer %s"), TEXT("§")));
"Authorization: Bearer %s".formatted("§")
STRING "Bearer " DELIMITED BY SIZE¶  "§" DELIMITED BY SIZE¶  INTO WS-AUTHORIZATION.
request.get(url).auth(null, null, true, '§')
request.get(url).auth(undefined, undefined, true, "§")
headers.Authorization = ` + "`Bearer ${process.env.TOKEN || '§'}`" + `;
headers.Authorization = ` + "`Bearer ${config.token ?? \"§\"}`" + `;
<w:t xml:space="preserve">Authorization: Bearer </w:t></w:r><w:r><w:t>§</w:t></w:r>
Authorization: <span class="k">Bearer</span> <span class="s">§</span>
>> "Authorization: Bearer §[\r][\n]"
{"auth": {"type": "bearer", "raw_auth": "§"}}
{"header": "Authorization", "prefix": "Bearer ", "token": "§"}
auth: "Bearer #{'§'}"
{"bearer": {"repo.example.com": "§"}}
"Bearer " + (Deno.env.get("TOKEN") ?? "§")
"Bearer " + (System.getenv("TOKEN") ?: "§")
"Authorization: Bearer #{ENV.fetch('TOKEN', '§')}"
"Authorization: Bearer " . ($_ENV['TOKEN'] ?? '§')
"Bearer " + (Environment.GetEnvironmentVariable("TOKEN") ?? "§")
` + "`Authorization: Bearer ${import.meta.env.VITE_TOKEN || '§'}`" + `
` + "`Authorization: Bearer ${isProd ? process.env.TOKEN : '§'}`" + `
req.setHeader('Authorization', String.format('Bearer {0}', new List<String>{ '§' }));
sqlmap -u x.io --auth-type=bearer --auth-cred=§
`

// formatQuiet is what looks like it, a § stands for a random value.
const formatQuiet = `
{"bearer": {"id": "§", "example.com": "x"}}
token := "§"¶req.Header.Set("Authorization", "Bearer " + token)
Authorization: Bearer some-magic-token-that-is-64-characters-long-1a1a1a1a1a11a1a1a1a1
the bearer token is in the file §
the bearer token: see §
bearer.tokens[§]
a bearer token, as in git commit §
bearer.token(lookup("§"))
The bearer token ${§}
bearer: see example.com "§"
printf "Authorization: Bearer %s" "$TOKEN" § | x
h = "Authorization: Bearer {token}".format(token=lookup("§"))
h = "Authorization: Bearer {token}".format(user="§")
h = ` + "`Bearer ${process.env.TOKEN || lookup('§')}`" + `
Authorization: Bearer <token> <code>§
Authorization: Bearer <token> § is the key
auth_type: "Bearer", client_secret: "§"
const hash = § // Bearer
request.get(url).auth(null, null, true, token, '§')
`

// longerNames need a value that is random through and through.
const longerNames = `
bearer.token=§
api.bearer.token: "§"
Bearer token: §
The bearer token is "§".
Use the bearer token ` + "`§`" + ` for now.
INFO using bearer token: §
`

func TestBearerLongerNames(t *testing.T) {
	set := NewSet(bearerLiteral())
	for _, line := range bearerLines(longerNames) {
		for range 20 {
			text, planted := fillIn(line)
			if found := set.Find([]byte(text)); len(found) != 1 || text[found[0].Start:found[0].End] != planted[0] {
				t.Errorf("found %d in %q", len(found), text)
			}
		}
	}
}

func TestBearerFormats(t *testing.T) {
	tryBearerLeaks(t, formatLeaks, len(bearerKinds())-2) // without the shapes that are judged as names now and then
	tryBearerQuiet(t, formatQuiet)
}
