package rules

// moreBearerLeaks are more ways to write a credential, in formats and languages
// that bearerLeaks does not have.
const moreBearerLeaks = `
Authorization: Bearer ${TOKEN:-§}
"Authorization": "Bearer " + (process.env.TOKEN || "§")
"Authorization": "Bearer " + os.getenv("TOKEN", "§")
"Authorization": f"Bearer {os.environ.get('TOKEN', '§')}"
Authorization: Bearer {{ token | default("§") }}
proxy_set_header Authorization 'Bearer §';
add_header Authorization Bearer\ §;
http-request add-header Authorization "Bearer §" if TRUE
Authorization: "Bearer §"  # comment
Authorization = 'Bearer §'; // comment
"Authorization" : [ "Bearer §" ]
Authorization:¶  - Bearer §
- "Authorization: Bearer §"
- Authorization=Bearer §
--header 'Authorization: Bearer §' \
-H 'authorization: Bearer §' \
-H $'Authorization: Bearer §'
-H @- <<< "Authorization: Bearer §"
header = "Authorization: Bearer §"
request.Headers.TryAddWithoutValidation("Authorization", "Bearer §");
request.Headers.Authorization = new("Bearer", "§");
request.Headers.Authorization = AuthenticationHeaderValue.Parse("Bearer §");
webClient.Headers[HttpRequestHeader.Authorization] = "Bearer §";
conn.setRequestProperty("Authorization", "Bearer §");
Unirest.get(u).header("Authorization", "Bearer §")
HttpRequest.newBuilder().headers("Accept", "*/*", "Authorization", "Bearer §")
new BasicHeader(HttpHeaders.AUTHORIZATION, "Bearer §")
template.header("Authorization", "Bearer §");
metadata.put(Metadata.Key.of("Authorization", ASCII_STRING_MARSHALLER), "Bearer §");
headers.set(HttpHeaders.AUTHORIZATION, "Bearer §");
MultiValueMap<String, String> headers = new LinkedMultiValueMap<>(); headers.add("Authorization", "Bearer §");
CallCredentials creds = new BearerToken("§");
grpc.access_token_call_credentials("§")
metadata=[('authorization', 'Bearer §')]
metadata.set('authorization', 'Bearer §');
call.setRequestHeader(@"Authorization", @"Bearer §");
let headers = ["Authorization": "Bearer §"]
config.httpAdditionalHeaders = ["Authorization": "Bearer §"]
val request = Request.Builder().addHeader("Authorization", "Bearer §").build()
headers { append("Authorization", "Bearer §") }
install(Auth) { bearer { loadTokens { BearerTokens("§", "§x") } } }
http.get(url, headers: {'Authorization': 'Bearer §'})
dio.options.headers["Authorization"] = "Bearer §";
r = requests.get(url, headers={"Authorization": "Bearer §"}, timeout=5)
req.headers['authorization'] = 'Bearer §'
client = Client(auth=BearerTokenAuth("§"))
HTTP::Header.new.auth_bearer("§")
HTTP.auth("Bearer §").get("x")
Faraday.new { |f| f.request :authorization, 'Bearer', "§" }
conn.headers['Authorization'] = "Bearer §"
conn.authorization :Bearer, '§'
request["Authorization"] = %q(Bearer §)
$request->setHeader('Authorization', 'Bearer §');
$opts = array('http' => array('header' => "Authorization: Bearer §\r\n"));
->withHeader('Authorization', 'Bearer §')
->withToken("§", "Bearer")
->bearerToken('§')
add_request_header -> "Authorization: Bearer §"
hs = {{"Authorization", "Bearer §"}}
httpc:request(get, {Url, [{"Authorization", "Bearer §"}]}, [], [])
Authorization => <<"Bearer §">>
[{<<"authorization">>, <<"Bearer §">>}]
headers = [{"Authorization", "Bearer §"}]
Tesla.Middleware.Headers, [{"authorization", "Bearer §"}]
(http/get u {:headers {:authorization "Bearer §"}})
(add-header :authorization "Bearer §")
let auth_header = ("Authorization", "Bearer §");
.insert(AUTHORIZATION, HeaderValue::from_str("Bearer §")?)
.bearer_auth(String::from("§"))
.bearer_auth::<&str>("§")
headers.insert(header::AUTHORIZATION, format!("Bearer {}", "§").parse()?);
request.set_header("Authorization", "Bearer §")
[auth]¶bearer = "§"
[http.headers]¶Authorization = "Bearer §"
headers = { Authorization = "Bearer §" }
request_headers = {¶    Authorization = "Bearer §"¶  }
http_header {¶  name  = "Authorization"¶  value = "Bearer §"¶}
variable "bearer_token" {¶  type = string¶  default = "§"¶}
bearer_token: '§' # old
bearerToken: |-¶  §
bearer_token: >¶  §
authorization: |¶  Bearer §
scrape_configs:¶- job_name: x¶  bearer_token: §
http_config:¶  authorization:¶    credentials: '§'¶    type: 'Bearer'
authorization:¶  type: Bearer¶  # rotated¶  credentials: "§"
x-auth: Bearer §
X-Authorization: Bearer §
X-Forwarded-Authorization: Bearer §
Authentication: Bearer §
Auth: Bearer §
@auth = Bearer §
@token = Bearer §
GET https://x.io HTTP/1.1¶Accept: */*¶Authorization: Bearer §¶¶{"a":1}
{"name":"Authorization","value":"Bearer §","type":"text"}
{"key":"Authorization","type":"text","value":"Bearer §"}
{"value":"Bearer §","enabled":true,"name":"Authorization"}
"request": {"method":"GET","headers":[{"name":"Accept","value":"*/*"},{"name":"Authorization","value":"Bearer §"}]}
{"authType":"bearer","authActive":true,"token":"§"}
{"authActive":true,"token":"§","authType":"bearer"}
<authentication type="bearer"><token>§</token></authentication>
<auth type="bearer" token="§"/>
<http:header key="Authorization" value="Bearer §"/>
<con:entry key="Authorization" value="Bearer §" xmlns="x"/>
<property><name>Authorization</name><value>Bearer §</value></property>
<property>¶  <name>Authorization</name>¶  <value>Bearer §</value>¶</property>
<headers><entry><string>Authorization</string><string>Bearer §</string></entry></headers>
<key>Authorization</key>¶<string>Bearer §</string>
<code>Authorization: Bearer §</code>
<span class="s2">"Authorization: Bearer §"</span>
<td>Authorization</td><td>Bearer §</td>
**Authorization:** Bearer §
"source": [ "headers = {'Authorization': 'Bearer §'}\n" ]
"text": ["{'Authorization': 'Bearer §'}"]
in: header¶name: Authorization¶example: Bearer §
  parameters:¶  - name: Authorization¶    in: header¶    schema:¶      type: string¶      example: 'Bearer §'
Authorization "Bearer §"
SetEnv AUTH "Bearer §"
RequestHeader set Authorization "Bearer §" env=X
SetEnvIf X Y AUTH_BEARER=§
fastcgi_param HTTP_AUTHORIZATION "Bearer §";
map $x $auth { default "Bearer §"; }
setenv("HTTP_AUTHORIZATION", "Bearer §")
HTTP_AUTHORIZATION='Bearer §'
'HTTP_AUTHORIZATION' => 'Bearer §'
client.credentials(HTTP_AUTHORIZATION='Bearer §')
self.client.defaults['HTTP_AUTHORIZATION'] = 'Bearer §'
-e AUTHORIZATION="Bearer §"
--set auth.bearer=§
--bearer-token=§
--bearer-token "§"
--bearer §
--token-type bearer --token §
--auth bearer:§
--auth-bearer=§
--http-header "Authorization=Bearer §"
--header Authorization="Bearer §"
--header "authorization:bearer §"
--rest-header='Authorization: Bearer §'
git config --global http.https://x.io/.extraheader "AUTHORIZATION: bearer §"
echo "Authorization: Bearer §" > h.txt
printf 'Authorization: Bearer %s' '§'
req->headers = "Authorization: Bearer §\r\n";
curl_slist_append(headers, "Authorization: Bearer §");
headers = curl_slist_append(NULL, "authorization: bearer §");
cpr::Get(cpr::Url{u}, cpr::Bearer{"§"});
cpr::Header{{"Authorization", "Bearer §"}}
request.headers().add(U("Authorization"), U("Bearer §"));
req.set(http::field::authorization, "Bearer §");
QNetworkRequest r; r.setRawHeader("Authorization", "Bearer §");
r.setRawHeader(QByteArray("Authorization"), QByteArray("Bearer §"));
http.addHeader("Authorization", "Bearer §");
client.println("Authorization: Bearer §");
HttpClient.AddHeader('Authorization', 'Bearer §');
Authorization: 'Bearer §',
req.Header["Authorization"] = append(x, "Bearer §")
r.Header.Set(http.CanonicalHeaderKey("authorization"), "Bearer §")
ctx = metadata.NewOutgoingContext(ctx, metadata.New(map[string]string{"authorization": "Bearer §"}))
config := &rest.Config{BearerToken: "§"}
rest.Config{¶  Host: "x",¶  BearerToken:     "§",¶}
opts.Authorization = "Bearer §"
type: bearer¶token: §
auth:¶  type: bearer¶  token: "§"
auth: { type: bearer, token: "§" }
auth:¶  bearer:¶    token: §
auth:¶  scheme: Bearer¶  parameter: §
auth = {¶  type = "bearer"¶  token = "§"¶}
AuthorizationBearer "§"
let token = "Bearer §" in
$Token = 'Bearer §'
$headers.Authorization = "Bearer §"
$headers = @{¶  'Content-Type' = 'a/b'¶  'Authorization' = 'Bearer §'¶}
Invoke-RestMethod -Headers @{ Authorization = ("Bearer {0}" -f "§") }
$secure = ConvertTo-SecureString -String "§" -AsPlainText -Force¶Invoke-RestMethod -Authentication Bearer -Token $secure
curl -H "Authorization: Bearer §"^
curl ^¶  -H "Authorization: Bearer §" ^¶ x
UPDATE t SET h = '{"Authorization": "Bearer §"}';
net.http_get(u, headers := jsonb_build_object('Authorization', 'Bearer §'))
CREATE SECRET s (TYPE http, BEARER_TOKEN '§');
EXTRA_HTTP_HEADERS MAP {'Authorization': 'Bearer §'}
select http_set_header('Authorization', 'Bearer ' || '§')
lo_client->set_header_field( name = 'Authorization' value = 'Bearer §' ).
whr.SetRequestHeader("Authorization", "Bearer " & "§")
req.setHeader('Authorization', 'Bearer §');
req.setHeader('Authorization', 'Bearer ' + '§');
authorization(bearer('§'))
request_header('Authorization'='Bearer §')
newHttpHeaders({"Authorization": "Bearer §"})
HTTP::Headers{"Authorization" => "Bearer §"}
HTTP.request("GET", u, ["Authorization" => "Bearer §"])
Http.header "Authorization" "Bearer §"
Authorization "Bearer §" // FsHttp
headers: [("Authorization", "Bearer §")]
("Authorization", B.pack "Bearer §")
applyBearerAuth "§"
setRequestBearerAuth "§"
setRequestHeader "Authorization" ["Bearer §"]
options.headers = { ...options.headers, authorization: 'Bearer §' }
cy.request({ url, auth: { bearer: '§' } })
.set('Authorization', 'Bearer §')
.set({ Authorization: 'Bearer §' })
.set('Authorization',¶  'Bearer §')
res.setHeader('authorization', ['Bearer', '§'].join(' '))
'Authorization': ['Bearer', '§'].join(' ')
"Authorization": " ".join(["Bearer", "§"])
process.env.AUTH = "Bearer §"
io.connect(u, { extraHeaders: { Authorization: "Bearer §" } })
connectionParams: { Authorization: "Bearer §" }
new WebSocket(u, { headers: { Authorization: 'Bearer §' } })
new HttpLink({ uri, headers: { authorization: "Bearer §" } })
ky.extend({ headers: { Authorization: "Bearer §" } })
const config = { bearer: "§" }
localStorage.setItem("auth", "Bearer §")
token=Bearer §
credentials = "Bearer §"
API_KEY="Bearer §"
headers[0][1]="Bearer §"
Authorization:%20Bearer%20§
authorization%3A+Bearer+§
Authorization%3A%20Bearer%20§
{"Authorization":"Bearer\u0020§"}
"Authorization":"Bearer\t§"
Authorization: Bearer&nbsp;§
Authorization:&#32;Bearer&#32;§
&lt;Authorization&gt;Bearer §&lt;/Authorization&gt;
[2026-01-01T00:00:00Z] DEBUG req.headers={"authorization":"Bearer §","host":"x"}
DEBUG: header: {authorization=[Bearer §]}
> authorization: Bearer §\r
send: b'GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer §\r\n\r\n'
  Authorization → Bearer §
"Authorization", "value", "Bearer §"
Given header Authorization = 'Bearer §'
And I set header "Authorization" to "Bearer §"
Create Dictionary  Authorization=Bearer §
&{headers}=    Create Dictionary    Authorization    Bearer §
set headers [list Authorization "Bearer §"]
| header | Authorization | Bearer § |
Authorization,Bearer §
"Authorization";"Bearer §"
\texttt{Authorization: Bearer §}
\fBAuthorization: Bearer §\fR
.. code:: http¶¶   Authorization: Bearer §
//registry.x.io/:_authToken=Bearer §
ENV AUTHORIZATION="Bearer §"
ENV BEARER_TOKEN=§
LABEL auth="Bearer §"
env:¶  - name: AUTHORIZATION¶    value: "Bearer §"
env:¶  BEARER_TOKEN: "§"
stringData:¶  bearer-token: §
annotations:¶  auth: "Bearer §"
httpGet:¶  httpHeaders:¶  - name: Authorization¶    value: Bearer §
headers:¶  request:¶    set:¶      Authorization: Bearer §
requestHeaders.add("Authorization", "Bearer §")
customRequestHeaders:¶  Authorization: "Bearer §"
traefik.http.middlewares.a.headers.customrequestheaders.Authorization=Bearer §
request_headers_to_add:¶- header:¶    key: authorization¶    value: Bearer §
header_up Authorization Bearer\x20§
`

// bearerAlone are literals of which nothing says what they are for: the values
// have to be random through and through.
const bearerAlone = `
variable "auth_header" {¶  default = "Bearer §"¶}
output "x" { value = "Bearer §" }
example: Bearer §
example: "Bearer §"
default: 'Bearer §'
Bearer §
"Bearer §"
'bearer §'
`
