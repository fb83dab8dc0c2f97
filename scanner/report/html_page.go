package report

// pageTemplate is the page of the html report. Sections fold without a script;
// the choice of severities is made by the style, from the state of the boxes.
// No line of it begins with text of others: GitHub obeys lines of a log that
// begin with two colons.
const pageTemplate = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{.Policy}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
<style>{{.Style}}</style>
</head>
<body>
<header>
<h1>patlint</h1>
<p class="summary {{.State}}">{{.Summary}}</p>
<dl>
{{range .Facts}}<dt>{{.Name}}</dt><dd>{{.Value}}</dd>
{{end}}</dl>
</header>
<main>
{{if .Incomplete}}<section class="warning">
<h2>The scan is not complete{{if .Findings}}, there may be more{{end}}</h2>
<ul>
{{range .Incomplete}}<li>{{.}}</li>
{{end}}</ul>
</section>
{{end}}{{if .Changes}}<section class="warning">
<h2>Built-in rules that the configuration changes</h2>
<ul>
{{range .Changes}}<li>{{.}}</li>
{{end}}</ul>
</section>
{{end}}{{if .Findings}}<section>
<h2>Findings</h2>
<fieldset class="show">
<legend>Show</legend>
{{range .Severities}}<label><input type="checkbox" class="show-{{.Name}}" checked> {{.Name}} ({{.Value}})</label>
{{end}}</fieldset>
{{range .Findings}}{{template "finding" .}}{{end}}</section>
<section>
<h2>What to do</h2>
{{range .Remedies}}<h3>{{.Rule}}</h3>
<ol>
{{range .Steps}}<li>{{.}}</li>
{{end}}</ol>
{{end}}</section>
{{end}}{{if .Suppressed}}<section>
<h2>Suppressed</h2>
{{range .Suppressed}}{{template "finding" .}}{{end}}</section>
{{end}}{{if .LeftOut}}<section>
<h2>Not part of the scan</h2>
<ul>
{{range .LeftOut}}<li>{{.}}</li>
{{end}}</ul>
</section>
{{end}}</main>
</body>
</html>
{{define "finding"}}<details class="finding {{.Severity}}"{{if not .Reason}} open{{end}}>
<summary><b class="severity">{{.Severity}}</b> <span>{{.Title}}</span> <code>{{.Secret}}</code> <i class="status{{if eq .Status "live"}} live{{end}}">{{.Status}}</i></summary>
{{if .Reason}}<p>This finding is {{.Reason}}.</p>
{{end}}<dl>
<dt>Rule</dt><dd>{{.Rule}}</dd>
{{range .Facts}}<dt>{{.Name}}</dt><dd>{{.Value}}</dd>
{{end}}</dl>
{{if .Line}}<pre><span class="line">{{.Line}}</span> {{.Before}}<mark>{{.Secret}}</mark>{{.After}}</pre>
{{end}}<table>
<thead><tr><th scope="col">place</th><th scope="col">origin</th></tr></thead>
<tbody>
{{range .Places}}<tr><td>{{.Place}}</td><td>{{.Origin}}</td></tr>
{{end}}</tbody>
</table>
</details>
{{end}}`

// pageStyle is the style of the html report, for screens of both colours and
// for paper, where all is unfolded.
const pageStyle = `
:root { color-scheme: light dark; --edge: #8886; --critical: #b00020; --high: #b34700; --medium: #7a5c00; --low: #1f5fa8; --good: #1b6e2e; }
@media (prefers-color-scheme: dark) { :root { --critical: #ff8a95; --high: #ffa466; --medium: #e6c34a; --low: #8ab8f0; --good: #79d18b; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.summary { font-size: 1.3rem; font-weight: 600; }
.summary.leaks, .summary.incomplete { color: var(--critical); }
.summary.clean { color: var(--good); }
.warning { border: 2px solid var(--critical); padding: 0 1rem; }
.show { border: 1px solid var(--edge); display: flex; gap: 1.5rem; flex-wrap: wrap; margin-bottom: 1rem; }
.finding { border: 1px solid var(--edge); border-left-width: .4rem; margin-bottom: 1rem; padding: .5rem 1rem; }
.critical { border-left-color: var(--critical); } .critical .severity { color: var(--critical); }
.high { border-left-color: var(--high); } .high .severity { color: var(--high); }
.medium { border-left-color: var(--medium); } .medium .severity { color: var(--medium); }
.low { border-left-color: var(--low); } .low .severity { color: var(--low); }
.status.live { color: var(--critical); font-weight: 600; }
section:has(.show-critical:not(:checked)) .finding.critical, section:has(.show-high:not(:checked)) .finding.high,
section:has(.show-medium:not(:checked)) .finding.medium, section:has(.show-low:not(:checked)) .finding.low { display: none; }
summary { cursor: pointer; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid var(--edge); }
.line { opacity: .6; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .5rem; border-top: 1px solid var(--edge); overflow-wrap: anywhere; }
th:first-child { width: 40%; }
@media print { .show { display: none; } .finding { break-inside: avoid-page; } details::details-content { content-visibility: visible; height: auto; } pre { white-space: pre-wrap; } }
`
