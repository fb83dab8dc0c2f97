package event

import (
	"bytes"
	"encoding/json"
	"errors"
)

// payload is the part of an event's description that counts.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
type payload struct {
	PullRequest struct {
		Base, Head struct {
			SHA string `json:"sha"`
		}
	} `json:"pull_request"`
	MergeGroup struct {
		BaseSHA string `json:"base_sha"`
		HeadSHA string `json:"head_sha"`
	} `json:"merge_group"`

	Before, After string
	Deleted       bool
	Ref           string
	Repository    struct {
		DefaultBranch string `json:"default_branch"`
	}
}

// parse reads a description. Errors quote nothing of it.
func parse(content []byte) (*payload, error) {
	var p payload
	if err := json.Unmarshal(bytes.TrimPrefix(content, []byte("\uFEFF")), &p); err != nil {
		return nil, errors.New("not the JSON that is expected")
	}
	return &p, nil
}
