package report

import (
	"io"
	"strings"

	"github.com/patlint/patlint/scanner"
)

// Annotate writes an annotation of a workflow's run that is about no place in it.
// The level is "error", "warning" or "notice".
func Annotate(w io.Writer, level, message string) error {
	var b strings.Builder
	command(&b, level, []property{{"title", toolName}}, message)
	_, err := io.WriteString(w, b.String())
	return err
}

const (
	maxMasks     = 1000 // a runner compares each line of its logs with all of them
	minMaskBytes = 6    // a shorter line of a secret stands in every other word
)

// WriteMasks writes workflow commands that have the runner hide the secrets in all
// that the job logs from there on, and in base64 and other usual encodings, which
// it makes of each by itself. The runner takes such a line out of its output. So
// nothing but a runner may read them: they are the one thing that holds secrets
// as they are. A mask covers a line, and of a secret of several lines each has its
// own. It returns how many secrets were left out because there are too many.
// https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs
func WriteMasks(w io.Writer, findings []scanner.Finding) (left int, err error) {
	data := strings.NewReplacer("%", "%25")
	var b strings.Builder
	for i := range findings {
		if i == maxMasks {
			left = len(findings) - i
			break
		}
		for line := range strings.FieldsFuncSeq(findings[i].Secret.Reveal(), func(r rune) bool { return r == '\n' || r == '\r' }) {
			if len(strings.TrimSpace(line)) >= minMaskBytes {
				b.WriteString("::add-mask::" + data.Replace(line) + "\n")
			}
		}
	}
	_, err = io.WriteString(w, b.String())
	return left, err
}
