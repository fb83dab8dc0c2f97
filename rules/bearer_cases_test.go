package rules

// bearerLeaks are ways to write a credential, a § stands for it.
const bearerLeaks = `
Authorization: Bearer §
authorization: bearer §
AUTHORIZATION: BEARER §
Authorization:Bearer §
Authorization:    Bearer     §
Authorization:	Bearer	§
> Authorization: Bearer §
Proxy-Authorization: Bearer §
curl -H "Authorization: Bearer §" https://x.io
curl -H 'Authorization: Bearer §' https://x.io
curl -H Authorization:\ Bearer\ § https://x.io
curl --header="Authorization: Bearer §" https://x.io
curl -H"Authorization: Bearer §" https://x.io
curl \¶  -H "Accept: a/b" \¶  -H "Authorization: Bearer §" \¶  https://x.io
curl -H "Authorization: \¶Bearer §"
sh -c "curl -H \"Authorization: Bearer §\" x.io"
sh -c 'curl -H '"'"'Authorization: Bearer §'"'"' x.io'
{"cmd": "curl -H \\\"Authorization: Bearer §\\\" x.io"}
curl --oauth2-bearer § https://x.io
curl --oauth2-bearer "§" https://x.io
curl --oauth2-bearer=§ https://x.io
wget --header='Authorization: Bearer §' x.io
http GET x.io Authorization:"Bearer §"
http GET x.io 'Authorization:Bearer §'
http -A bearer -a § x.io/path
http --auth-type=bearer --auth=§ x.io/path
xh -A bearer -a '§' x.io
xh --bearer § x.io
xh -a § -A bearer GET x.io
grpcurl -H 'authorization: Bearer §' x.io:443 list
Invoke-RestMethod -Uri $u -Headers @{Authorization = "Bearer §"}
Invoke-RestMethod -Uri $u -Headers @{ "Authorization" = 'Bearer §' }
Invoke-RestMethod -Authentication Bearer -Token (ConvertTo-SecureString "§" -AsPlainText -Force)
Invoke-WebRequest -Authentication Bearer -Token ("§" | ConvertTo-SecureString -AsPlainText)
$headers["Authorization"] = "Bearer §"
$headers.Add("Authorization", "Bearer §")
headers = {"Authorization": "Bearer §"}
headers = {'Authorization': 'Bearer §'}
headers = dict(Authorization="Bearer §")
session.headers.update({"authorization": "Bearer §"})
req.add_header("Authorization", "Bearer §")
requests.get(u, auth=BearerAuth("§"))
auth = HTTPBearerAuth(token="§")
auth=("bearer", "§")
[("authorization", "Bearer §")]
headers.common['Authorization'] = 'Bearer §';
axios.defaults.headers.common["Authorization"] = "Bearer §";
fetch(u, { headers: { Authorization: "Bearer §" } })
fetch(u, {¶  headers: {¶    Authorization:¶      "Bearer §",¶  },¶})
fetch(u, { headers: [["Authorization", "Bearer §"]] })
new Headers([['Authorization', 'Bearer §']])
xhr.setRequestHeader("Authorization", "Bearer §");
const h = {authorization: ` + "`Bearer §`" + `};
request.get(u).auth('§', { type: 'bearer' })
request(app).get('/x')¶  .auth("§", {type: "bearer"})
request.get({url, auth: { bearer: '§' }})
'auth': {'bearer': '§'}
const authHeader = "Bearer §";
const AUTHORIZATION = 'Bearer §'
let token = 'Bearer §';
AUTH_HEADER="Bearer §"
export AUTH_HEADER='Bearer §'
AUTHORIZATION=Bearer §
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "§");
client.DefaultRequestHeaders.Authorization =¶    new AuthenticationHeaderValue(¶        "Bearer",¶        "§");
new AuthenticationHeaderValue(scheme: "Bearer", parameter: "§")
new AuthenticationHeaderValue(JwtBearerDefaults.AuthenticationScheme, "§")
new BearerTokenCredential("§")
request.AddHeader("Authorization", "Bearer §");
var a = new JwtAuthenticator("§");
url.WithOAuthBearerToken("§").GetAsync();
[Headers("Authorization: Bearer §")]
client.SetAuthScheme("Bearer").SetAuthToken("§")
client.R().SetAuthToken("§")
req.Header.Set("Authorization", "Bearer §")
req.Header.Add("authorization", "bearer §")
req.Header = http.Header{"Authorization": {"Bearer §"}}
http.Header{"Authorization": []string{"Bearer §"}}
req.Header["Authorization"] = []string{"Bearer §"}
metadata.Pairs("authorization", "bearer §")
metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer §")
const bearerToken = "§"
bearer := "Bearer §"
bearerToken := "§"
headers.setBearerAuth("§");
.headers(h -> h.setBearerAuth("§"))
.header("Authorization", "Bearer §")
.header(HttpHeaders.AUTHORIZATION, "Bearer §")
.addHeader("Authorization", "Bearer §")
given().auth().oauth2("§").get("/x");
private static final String BEARER_TOKEN = "§";
@Headers({"Authorization: Bearer §"})
val bearerToken: String = "§"
bearerAuth("§")
BearerTokens("§", "")
append(HttpHeaders.Authorization, "Bearer §")
defaultHeader("Authorization" -> "Bearer §")
basicRequest.auth.bearer("§")
Authorization(OAuth2BearerToken("§"))
client.get(u).bearer_auth("§").send()
.header(AUTHORIZATION, "Bearer §")
.header(header::AUTHORIZATION, HeaderValue::from_static("Bearer §"))
headers.insert("authorization", "Bearer §".parse().unwrap());
Authorization::bearer("§").unwrap()
const BEARER_TOKEN: &str = "§";
const BEARER_TOKEN: &'static str = "§";
conn.request :authorization, 'Bearer', '§'
conn.request :authorization, :Bearer, "§"
req['Authorization'] = 'Bearer §'
'Authorization' => 'Bearer §'
headers: { Authorization: 'Bearer §' }
headers: { :Authorization => "Bearer §" }
RestClient.get(u, {Authorization: 'Bearer §'})
Http::withToken('§')->get($u);
Http::withHeaders(['Authorization' => 'Bearer §'])
curl_setopt($ch, CURLOPT_HTTPHEADER, ['Authorization: Bearer §']);
curl_setopt($ch, CURLOPT_XOAUTH2_BEARER, '§');
curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, "§");
'auth_bearer' => '§',
$client->request('GET', $u, ['headers' => ['Authorization' => 'Bearer §']]);
HTTPHeader.authorization(bearerToken: "§")
request.setValue("Bearer §", forHTTPHeaderField: "Authorization")
[request setValue:@"Bearer §" forHTTPHeaderField:@"Authorization"];
let headers: HTTPHeaders = [.authorization(bearerToken: "§")]
headers: {HttpHeaders.authorizationHeader: 'Bearer §'}
{"Authorization", "Bearer §"}
{Tesla.Middleware.BearerAuth, token: "§"}
Req.get!(u, auth: {:bearer, "§"})
put_req_header("authorization", "Bearer §")
{:headers {"Authorization" "Bearer §"}}
(def bearer-token "§")
req_auth_bearer_token("§")
httr::add_headers(Authorization = "Bearer §")
bearer_token <- "§"
"Authorization" => "Bearer §"
oAuth2Bearer "§"
header "Authorization" "Bearer §"
[ ("Authorization", "Bearer §") ]
'(("Authorization" . "Bearer §"))
["Authorization"] = "Bearer §",
$ua->default_header('Authorization' => "Bearer §");
-headers {Authorization "Bearer §"}
weboptions('HeaderFields',{'Authorization','Bearer §'})
.{ .name = "authorization", .value = "Bearer §" }
Request.CustomHeaders.Values['Authorization'] := 'Bearer §';
http.setRequestHeader "Authorization", "Bearer §"
"Authorization: Bearer " + "§"
{"Authorization": "Bearer " + "§"}
'Authorization: Bearer ' . '§'
"Authorization: Bearer " & "§"
["Authorization"] = "Bearer " .. "§"
{"Authorization", "Bearer " <> "§"}
("Authorization", "Bearer " ++ "§")
"Authorization": "Bearer " "§"
"Authorization": "Bearer %s" % "§"
"Authorization": "Bearer {}".format("§")
.header("Authorization", String.format("Bearer %s", "§"))
req.Header.Set("Authorization", fmt.Sprintf("Bearer %s", "§"))
"Authorization": "Bearer ".concat("§")
{"Authorization": "Bearer §"}
{\"Authorization\": \"Bearer §\"}
{\\\"Authorization\\\": \\\"Bearer §\\\"}
{"authorization":["Bearer §"]}
{"key": "Authorization", "value": "Bearer §"}
{"value": "Bearer §", "key": "Authorization"}
{¶  "name": "Authorization",¶  "value": "Bearer §"¶}
{"type": "bearer", "bearer": [{"key": "token", "value": "§", "type": "string"}]}
"auth": {¶  "type": "bearer",¶  "bearer": [¶    {¶      "key": "token",¶      "value": "§",¶      "type": "string"¶    }¶  ]¶}
"authentication": {"type": "bearer", "token": "§"}
"authentication": {"token": "§", "prefix": "", "type": "bearer"}
auth:bearer {¶  token: §¶}
"mcpServers": {"x": {"url": "u", "headers": {"Authorization": "Bearer §"}}}
"args": ["mcp-remote", "u", "--header", "Authorization: Bearer §"]
"args": ["--header", "Authorization:Bearer §"]
headers:¶  Authorization: Bearer §
headers:¶  - name: Authorization¶    value: Bearer §
headers:¶  - name: Authorization¶    value: "Bearer §"
Authorization: >-¶  Bearer §
Authorization: |¶  Bearer §
Authorization: >¶  Bearer¶  §
authorization:¶  type: Bearer¶  credentials: §
authorization:¶  credentials: §¶  type: Bearer
bearer_token: §
bearer_token: "§"
- name: BEARER_TOKEN¶  value: §
bearerToken = "§"
BEARER_TOKEN=§
export BEARER_TOKEN="§"
ENV BEARER_TOKEN §
set BEARER_TOKEN=§
$env:BEARER_TOKEN = "§"
#define BEARER_TOKEN "§"
define('BEARER_TOKEN', '§');
process.env.BEARER_TOKEN || '§'
os.environ.get("BEARER_TOKEN", "§")
os.getenv("BEARER_TOKEN") or "§"
-DbearerToken=§
@bearerToken = §
Authorization = "Bearer §"
authorization = "Bearer §"
<header name="Authorization">Bearer §</header>
<Authorization>Bearer §</Authorization>
<add key="Authorization" value="Bearer §" />
<stringProp name="Header.name">Authorization</stringProp>¶<stringProp name="Header.value">Bearer §</stringProp>
<bearerToken>§</bearerToken>
<property name="bearerToken" value="§"/>
proxy_set_header Authorization "Bearer §";
RequestHeader set Authorization "Bearer §"
http-request set-header Authorization "Bearer §"
http-request set-header Authorization Bearer\ §
header_up Authorization "Bearer §"
header: {key: authorization, value: "Bearer §"}
set req.http.Authorization = "Bearer §";
[http]¶	extraheader = AUTHORIZATION: bearer §
git -c http.extraheader="AUTHORIZATION: bearer §" fetch
INSERT INTO h VALUES ('Authorization', 'Bearer §');
2026-01-01 INFO headers Authorization=Bearer § path=/x
{Authorization=[Bearer §], Accept=[a/b]}
| Authorization | Bearer § |
GET /x?Authorization=Bearer%20§&a=b
GET /x?Authorization=Bearer+§&a=b
&quot;Authorization&quot;: &quot;Bearer §&quot;
* header Authorization = 'Bearer §'
customHeaders: [[name: 'Authorization', value: 'Bearer §']]
Authorization: Bearer "§"
Authorization: Bearer: §
"Authorization\tBearer §\r\n"
"GET / HTTP/1.1\r\nAuthorization: Bearer §\r\n\r\n"
# Authorization: Bearer §
// Authorization: Bearer §.
<!-- Authorization: Bearer § -->
Use ` + "`Authorization: Bearer §`" + ` here
tok := &oauth2.Token{AccessToken: "§", TokenType: "Bearer"}
(client/get url {:oauth-token "§"})
new OAuth2AuthorizationRequestHeaderAuthenticator("§", "Bearer");
{ Authorization: ` + "`Bearer ${'§'}`" + ` }
`
