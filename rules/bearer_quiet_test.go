package rules

// bearerQuiet are lines without a credential, a § in them is a random value.
const bearerQuiet = `
Authorization: Bearer
Authorization: Bearer ${TOKEN}
Authorization: Bearer $TOKEN_1234567890
Authorization: Bearer {{ token }}
Authorization: Bearer {token}
Authorization: Bearer {0}
Authorization: Bearer %s
Authorization: Bearer %(token)s
Authorization: Bearer #{token}
Authorization: Bearer <%= token %>
Authorization: Bearer <token>
Authorization: Bearer &lt;your token&gt;
Authorization: Bearer [token]
Authorization: Bearer (token)
Authorization: Bearer :token
Authorization: Bearer @token
Authorization: Bearer &token
Authorization: Bearer ~token~
Authorization: Bearer __ACCESS_TOKEN_V2_2024__
Authorization: Bearer %TOKEN%
Authorization: Bearer \(token)
Authorization: Bearer $(cat token)
Authorization: Bearer ****************
Authorization: Bearer eyJ...
Authorization: Bearer eyJhbGciOi...abc
Authorization: Bearer abc123
Authorization: Bearer test-token
Authorization: Bearer ACCESS_TOKEN
Authorization: Bearer YOUR_ACCESS_TOKEN_HERE
Authorization: Bearer accessTokenFromLocalStorage
Authorization: Bearer user.accessTokenFromLocalStorage2
Authorization: Bearer process.env.MY_API_TOKEN_V2
Authorization: Bearer mF_9.B5f-4.1JqM
Authorization: Bearer 00000000-0000-0000-0000-000000000000
Authorization: Bearer 123e4567-e89b-12d3-a456-426614174000
Authorization: Bearer §${SUFFIX}
Authorization: Bearer §...
Authorization: Bearer §****
WWW-Authenticate: Bearer realm="§"
WWW-Authenticate: Bearer error="invalid_token", error_description="expired"
www-authenticate: Bearer §
"Authorization": "Bearer " + token
"Authorization": "Bearer " + get("§")
"Authorization": "Bearer ".concat(token)
"Authorization": "Bearer " + tokens["production"]
"Authorization": "Bearer " . $token . "§"
"Authorization": f"Bearer {get_token()}"
/^Bearer (.+)$/
/^Bearer [A-Za-z0-9\-._~+\/]+=*$/
"^Bearer [A-Za-z0-9]+$"
type: http¶scheme: bearer¶bearerFormat: JWT
"scheme": "bearer", "bearerFormat": "JWT", "description": "authorization"
bearer authentication is required for Authorization headers
The bearer of this § has it
the bearer token §
Bearer tokens must be sent in the Authorization header
{"access_token": "§", "token_type": "bearer"}
{"token_type": "Bearer", "access_token": "§"}
bearer_token_file: /var/run/secrets/§
bearerToken = getBearerToken()
bearerToken = config.bearerTokenForProduction2
bearerToken: process.env.BEARER_TOKEN
BEARER_TOKEN=${BEARER_TOKEN}
BEARER_TOKEN=your-token-goes-here-1234
bearerToken: "your-bearer-token-12345"
setBearerAuth(token)
setBearerAuth("token")
withToken(token)
.oauth2("access-token")
auth('§')
const bearerPrefix = "§"
bearerFormat: "§"
if (scheme === "bearer") { return "§" }
verify(getBearerToken(), "§")
if got, want := tok.AccessToken, "§"; got != want {}¶if got, want := tok.TokenType, "bearer"; got != want {}
http.post("https://api.unkey.com/v2/keys.verifyKey", {¶ "Authorization": "Bearer " + secret})
Authorization: Bearer YS1naXQtdG9rZW4=
auth_type: "Bearer"¶client_secret: "§"
`

// moreBearerQuiet are more lines without a credential: placeholders in other
// languages, other meanings of the word, lock files, schemas.
const moreBearerQuiet = `
news-bearer §
AUTH OAUTHBEARER §
Authorization: Bearer sha256:§
{ key: 'bearer', value: auth.useISO88591 },¶{ type: 'bearer' }
Authorization: Bearer ${{ secrets.API_TOKEN_PRODUCTION }}
Authorization: Bearer {{access_token_production_1}}
Authorization: Bearer $ACCESS_TOKEN_PROD_2024_V1
Authorization: Bearer $env:ACCESS_TOKEN_PROD
"Authorization": "Bearer " + process.env.ACCESS_TOKEN_PRODUCTION_V2
"Authorization": "Bearer " + os.environ["ACCESS_TOKEN_PRODUCTION_V2"]
"Authorization": "Bearer " + System.getenv("ACCESS_TOKEN_PRODUCTION_2")
"Authorization": "Bearer " + config.get("api.production.token.v2")
Authorization: Bearer TOKEN_PLACEHOLDER_1234567890
Authorization: Bearer your_api_key_goes_here_123
Authorization: Bearer <YOUR-TOKEN-HERE-1234567890>
Authorization: Bearer xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx
Authorization: Bearer abcdefghijklmnopqrstuvwxyz
Authorization: Bearer 0123456789abcdef0123456789abcdef
Authorization: Bearer 1234567890123456789012345678901234567890
Authorization: Bearer abcdef1234567890abcdef1234567890
Authorization: Bearer AbCdEf123456
Authorization: Bearer my-super-secret-token
Authorization: Bearer valid-access-token-123
Authorization: Bearer test_token_for_integration_tests
Authorization: Bearer invalid.jwt.token.for.testing
Authorization: Bearer header.payload.signature
Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...
Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.xxx.yyy
Authorization: Bearer eyJhbGciOi[...]
Authorization: Bearer [REDACTED]
Authorization: Bearer ***
Authorization: Bearer (redacted)
Authorization: Bearer deadbeefdeadbeefdeadbeefdeadbeef
Authorization: Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaaa
Authorization: Bearer TestTokenABCDEFGH12345
Authorization: Bearer generateTokenForUser
Authorization: Bearer %%TOKEN%%
Authorization: Bearer @@API_TOKEN@@
Authorization: Bearer ${token}§
Authorization: Bearer <token>§
Authorization: Bearer "$TOKEN"
Authorization: Bearer '"$TOKEN"'
Authorization: Bearer '"${ACCESS_TOKEN_PRODUCTION}"'
Authorization: Bearer ' . $token . '
Authorization: Bearer ' + token + '
Authorization: Bearer "&token&"
Authorization: Bearer $(gcloud auth print-access-token)
Authorization: Bearer $(aws secretsmanager get-secret-value --secret-id §)
Authorization: Bearer ${{ steps.auth.outputs.access_token_v2 }}
Authorization: Bearer !Ref AccessTokenParameter123
Authorization: Bearer !vault |
Authorization: Bearer ENC[AES256_GCM,data:§]
Authorization: Bearer var.access_token_production_1
Authorization: Bearer data.vault_generic_secret.api.data.token1
Authorization: Bearer arn:aws:secretsmanager:us-east-1:123456789012:secret:prod
Authorization: Bearer op://vault/item/field123456
Authorization: Bearer vault:secret/data/api#token
Authorization: Bearer <%= ENV['TOKEN'] %>
Authorization: Bearer {% raw %}{{ token }}{% endraw %}
Authorization: Bearer :access_token_production_1
Authorization: Bearer 替换为你的令牌
Authorization: Bearer ваш_токен_здесь
Authorization: Bearer tu-token-de-acceso-aqui
Authorization: Bearer VOTRE_JETON_D_ACCES_ICI
Authorization: Bearer IHR_ZUGRIFFSTOKEN_HIER
Authorization: Bearer SEU_TOKEN_DE_ACESSO_AQUI
bearerToken = req.headers["authorization"].split(" ")[1]
bearerToken, err := provider.GetBearerToken(ctx, "§")
const BEARER_TOKEN_HASH = "§"
bearer_token_sha256: "§"
bearerTokenId: "§"
"bearer_token_id": "§"
bearerTokenUrl = "https://x.io/oauth2/token/v2/abc123def456"
bearerTokenEndpoint: "/§"
bearerTokenResolver("§")
import { BearerTokenAuth } from "@x/§";
class BearerAuth: # sha256 §
bearer: "https://example.com/docs/§"
"bearer": "^1.2.3-beta.4567890123"
"passport-http-bearer": "1.0.1", "integrity": "sha512-§"
    "passport-http-bearer": {¶      "version": "1.0.1",¶      "resolved": "https://r/passport-http-bearer/-/passport-http-bearer-1.0.1.tgz",¶      "integrity": "sha1-FHRp6jZp4qhMYWfvmdu3fh8AmKg="
http-bearer@^1.0.0:¶  version "1.0.1"¶  resolved "https://registry/bearer-1.0.1.tgz#§"¶  integrity sha512-§==
bearer 0.1.2 h1:§=
github.com/x/bearer v1.2.3 h1:§=
checksum bearer 1.0.0 = "§"
name = "bearer"¶version = "1.0.0"¶checksum = "§"
[[package]]¶name = "bearer"¶version = "0.1.0"¶source = "registry"¶checksum = "§"
name: bearer¶key: §
commit 90d64460d14870c08c81352a05dedd3465940a7c¶    bearer: fix auth
Merge branch 'bearer' of x into §
diff --git a/bearer.go b/bearer.go¶index §..§ 100644
{"token_type":"bearer","refresh_token":"§"}
{"refresh_token":"§","expires_in":1,"token_type":"Bearer"}
HTTP/1.1 401¶WWW-Authenticate: Bearer realm="x",service="y",scope="repository:§:pull"
Www-Authenticate: Bearer resource_metadata="https://x/§"
res.set('WWW-Authenticate', 'Bearer realm="§"')
/Bearer\s+([A-Za-z0-9\-\._~\+\/]+=*)/
pattern: '^Bearer [a-zA-Z0-9._-]+$'
Bearer [^"]{20,}
if header.startswith("Bearer "): token = header[7:]
authHeader.substring("Bearer ".length())
strings.TrimPrefix(auth, "Bearer ")
securitySchemes:¶  bearerAuth:¶    type: http¶    scheme: bearer¶    bearerFormat: JWT
security:¶  - bearerAuth: []
"bearerAuth": {"type":"http","scheme":"bearer","description":"§ "}
The ring bearer, Frodo-Baggins-of-the-Shire3000, left.
Radio bearer configuration NR-RRC-Reconfiguration-v1530
bearerContextSetupRequest, "§"
E-RAB bearer id 0x§
standard-bearer
pallbearer: "§"
.auth(token, { type: 'bearer' })
auth: { type: 'bearer', token: process.env.TOKEN_FOR_PRODUCTION_1 }
{"type": "bearer", "bearer": [{"key": "token", "value": "{{accessToken}}", "type": "string"}]}
{"id":"§","type":"bearer"}
{"type":"bearer","id":"§"}
"auth":{"type":"bearer"},"_postman_id":"§"
--oauth2-bearer "$TOKEN"
--oauth2-bearer $(cat x)
--bearer-token-file /var/run/secrets/kubernetes.io/serviceaccount/token
bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token
type: Bearer¶credentials_file: /etc/§
BearerTokenSecret: name: my-§
bearerTokenSecret:¶  name: alertmanager-main¶  key: token-production-abc1
withToken($this->token)
withToken("my-access-token-123")
SetAuthToken(os.Getenv("TOKEN"))
image: bearer/bearer:sha-§
FROM x/bearer@sha256:§
uses: bearer/bearer-action@§
- uses: bearer/bearer-action@828eeb928ce2f4a7ca5ed57fb8b59508cb8c79bc
bearer_token_present = true
id="bearer-§"
class BearerTests { fn x() { let id = "§"; } }
it("rejects bearer", () => { expect(hash).toBe("§") })
describe('Bearer', () => {¶ const id = '§'
require "bearer" # §
bearer → §
`
