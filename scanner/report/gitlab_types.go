package report

// The types of GitLab's secret detection report, as far as patlint fills it. The
// names of the fields are those of the schema:
// https://gitlab.com/gitlab-org/security-products/security-report-schemas
type (
	gitLabReport struct {
		Version         string                `json:"version"` // of the schema
		Schema          string                `json:"schema"`
		Scan            gitLabScan            `json:"scan"`
		Vulnerabilities []gitLabVulnerability `json:"vulnerabilities"`
	}
	gitLabScan struct {
		Analyzer gitLabTool      `json:"analyzer"`
		Scanner  gitLabTool      `json:"scanner"`
		Type     string          `json:"type"`
		Start    string          `json:"start_time"`
		End      string          `json:"end_time"`
		Status   string          `json:"status"` // "success" or "failure"
		Messages []gitLabMessage `json:"messages,omitempty"`
		Partial  *gitLabPartial  `json:"partial_scan,omitempty"`
	}
	gitLabTool struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		URL     string       `json:"url"`
		Version string       `json:"version"`
		Vendor  gitLabVendor `json:"vendor"`
	}
	gitLabVendor struct {
		Name string `json:"name"`
	}
	gitLabMessage struct {
		Level string `json:"level"` // "info", "warn" or "fatal"
		Value string `json:"value"`
	}
	gitLabPartial struct {
		Mode string `json:"mode"`
	}
	gitLabVulnerability struct {
		ID          string             `json:"id"`
		Name        string             `json:"name"`
		Description string             `json:"description"`
		Severity    string             `json:"severity"`
		Solution    string             `json:"solution,omitempty"`
		Identifiers []gitLabIdentifier `json:"identifiers"`
		Details     gitLabDetails      `json:"details"`
		Tracking    gitLabTracking     `json:"tracking"`
		Location    gitLabLocation     `json:"location"`
	}
	gitLabIdentifier struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	// gitLabDetails are shown in the order that GitLab chooses.
	gitLabDetails struct {
		Confidence  gitLabText `json:"confidence"`
		Status      gitLabText `json:"status"`
		Fingerprint gitLabText `json:"fingerprint"`
		Places      gitLabList `json:"places"`
	}
	gitLabText struct {
		Name  string `json:"name,omitempty"`
		Type  string `json:"type"` // "text"
		Value string `json:"value"`
	}
	gitLabList struct {
		Name  string       `json:"name"`
		Type  string       `json:"type"` // "list"
		Items []gitLabText `json:"items"`
	}
	gitLabTracking struct {
		Type  string          `json:"type"` // "source"
		Items []gitLabTracked `json:"items"`
	}
	gitLabTracked struct {
		File       string            `json:"file"`
		StartLine  int               `json:"start_line,omitempty"`
		EndLine    int               `json:"end_line,omitempty"`
		Signatures []gitLabSignature `json:"signatures"`
	}
	gitLabSignature struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"value"`
	}
	gitLabLocation struct {
		File      string       `json:"file"`
		StartLine int          `json:"start_line,omitempty"`
		EndLine   int          `json:"end_line,omitempty"`
		Commit    gitLabCommit `json:"commit"`
	}
	gitLabCommit struct {
		Author string `json:"author,omitempty"`
		Date   string `json:"date,omitempty"`
		SHA    string `json:"sha"`
	}
)
