package rules

import "strings"

// placeholders are the names that a rule's examples use for values that must
// not stand in a source file, with what each stands for.
var placeholders = []string{
	"pat",      // a PAT with a body of 61 characters
	"bearer",   // 40 letters and digits
	"random",   // 40 letters and digits
	"shortpat", // a PAT with a body of 16 letters and digits
	"job",      // a job token with a body of 40 letters and digits
	"device",   // the refresh token of a device, as long
	"jwt",      // a signed JSON Web Token
	"uuid",     // a random uuid
}

// Example fills in the placeholders of an example: each {{name}} becomes
// value(name). Other text in braces stays as it is.
func Example(example string, value func(name string) string) string {
	for _, name := range placeholders {
		mark := "{{" + name + "}}"
		for strings.Contains(example, mark) {
			example = strings.Replace(example, mark, value(name), 1)
		}
	}
	return example
}
